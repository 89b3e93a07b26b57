"""A group of an article -> the groups of the exposure map that its words mean. Knows no ticker.

Conservative: what could mean a part of a group, or another group, narrows it, wherever it stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.language.exposures import ExposureMap, Word
from retrieval.language.wordlists import word_list
from retrieval.models import Article, Impact, Span

_JOINS = frozenset(["and", "or", "&", ","])
_INNER = frozenset(["of", "with", "without"])
_ENDS = frozenset('. ! ? : ; " “ ” ( ) — – • *'.split())
_OWNING = frozenset(["'", "’"])
_OWN = word_list("measured of a group")
_LONGEST = 6  # words of the longest phrase of the map
_PARTICIPLE = 5  # letters; "red" and "king" are none


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of an article or of its title, where every word may have a capital."""

    words: tuple[Word, ...]
    titled: bool = False


def meant(article: Article, impact: Impact, exposures: ExposureMap) -> tuple[str, ...]:
    """Name the groups of the map that an impact's group means, as the whole article uses its words.

    None where the words say more than a phrase of the map ("smaller GPU clouds"), where the text
    narrows them anywhere ("airlines in Europe", "other banks"), or where it speaks of another
    country and the group is of the US and not said to be.
    """
    name = exposures.read(impact.target.name)
    listed = _listed(name, exposures)
    if not listed:
        return ()
    body = _Text(exposures.read(article.text))
    texts = (body, _Text(exposures.read(article.title or ""), titled=True))
    here = _places(body.words, name, impact)
    if not here or any(_is_narrowed(body, *place, exposures, strict=True) for place in here):
        return ()
    home = all(_has_home(body.words, first, exposures) for first, _ in here)
    abroad = any(_is_abroad(word, exposures) for text in texts for word in text.words)
    return tuple(
        group_id
        for group_id, marked in listed
        if (home or marked or not abroad or exposures.groups[group_id].scope == "world")
        and not any(_is_narrowed_in(text, group_id, exposures) for text in texts)
    )


def _listed(name: Sequence[Word], exposures: ExposureMap) -> tuple[tuple[str, bool], ...]:
    """Read the groups a name lists, from the left to the first that is none; and if "US" is said.

    What stands before "and" may narrow what follows: "European banks and airlines".
    """
    rest, marked = _unmarked(name, exposures)
    whole = exposures.named([word.lower for word in rest])
    if whole or any(word.lower in _INNER for word in rest):
        return ((whole, marked),) if whole else ()
    found: list[tuple[str, bool]] = []
    for part in _parts(rest):
        own, said = _unmarked(part, exposures)
        marked = marked or said
        lowers = [word.lower for word in own]
        group_id = exposures.named(lowers) or exposures.named([*lowers, rest[-1].lower])
        if group_id is None:
            break
        found.append((group_id, marked))
    return tuple(found)


def _parts(words: Sequence[Word]) -> list[list[Word]]:
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.lower in _JOINS:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _unmarked(words: Sequence[Word], exposures: ExposureMap) -> tuple[Sequence[Word], bool]:
    first = 0
    while first < len(words) and _is_home(words[first], exposures):
        first += 1
    return words[first:], first > 0


def _is_home(word: Word, exposures: ExposureMap) -> bool:
    return word.capital and word.lower in exposures.words["home"]


def _has_home(words: Sequence[Word], first: int, exposures: ExposureMap) -> bool:
    return first > 0 and _is_home(words[first - 1], exposures)


def _is_abroad(word: Word, exposures: ExposureMap) -> bool:
    return word.lower in exposures.words["money"] or (
        word.capital and word.lower in exposures.words["elsewhere"]
    )


def _places(
    words: Sequence[Word], name: Sequence[Word], impact: Impact
) -> tuple[tuple[int, int], ...]:
    """Find where a text says a group's name: in the impact's quotes, else wherever it does."""
    sought, size = [word.lower for word in name], len(name)
    found = tuple(
        (at, at + size)
        for at, word in enumerate(words)
        if word.lower == sought[0] and [one.lower for one in words[at : at + size]] == sought
    )
    quotes = [Span(quote.start, quote.end) for quote in impact.quotes]
    quoted = tuple(
        (first, last)
        for first, last in found
        if any(q.covers(Span(words[first].start, words[last - 1].end)) for q in quotes)
    )
    return quoted or found


def _is_narrowed_in(text: _Text, group_id: str, exposures: ExposureMap) -> bool:
    """Tell whether any phrase of a group is narrowed anywhere: the bare one then means that too."""
    return any(
        _is_narrowed(text, first, last, exposures, strict=False)
        for named, first, last in _namings(text.words, exposures)
        if named == group_id
    )


def _namings(words: Sequence[Word], exposures: ExposureMap) -> Iterator[tuple[str, int, int]]:
    """Find every phrase of the map in a text, the longest at each place."""
    lowers = [word.lower for word in words]
    at = 0
    while at < len(lowers):
        sizes = range(min(_LONGEST, len(lowers) - at), 0, -1)
        size = next((n for n in sizes if exposures.named(lowers[at : at + n])), 0)
        if size:
            yield exposures.by_phrase[tuple(lowers[at : at + size])], at, at + size
        at += size or 1


def _is_narrowed(
    text: _Text, first: int, last: int, exposures: ExposureMap, *, strict: bool
) -> bool:
    """Tell whether the words around `words[first:last]` narrow it; strictly, if they might."""
    at = first - 1
    while at >= 0 and _is_home(text.words[at], exposures):
        at -= 1
    before = at >= 0 and (
        _narrows_before(text, at, exposures) or (strict and _may_before(text.words, at, exposures))
    )
    return (
        before
        or _narrows_behind(text.words, last, exposures)
        or (strict and _may_behind(text.words, last, exposures))
    )


def _narrows_before(text: _Text, at: int, exposures: ExposureMap) -> bool:
    word = text.words[at]
    opens = at == 0 or text.words[at - 1].lower in _ENDS
    return (
        word.lower in exposures.words["narrowing"]
        or word.lower[0].isdigit()
        or _is_abroad(word, exposures)
        or (word.lower == "s" and at > 0 and text.words[at - 1].lower in {"'", "’"})
        or (word.capital and not opens and not text.titled)  # "Florida airlines"
    )


def _may_before(words: Sequence[Word], at: int, exposures: ExposureMap) -> bool:
    lower, lead = words[at].lower, words[at - 1].lower if at else ""
    if lower in _JOINS - {","}:
        return lead != ","
    is_participle = len(lower) > _PARTICIPLE and lower.endswith(("ing", "ed"))
    return is_participle and (not lead or lead in _ENDS or lead in exposures.words["leaning"])


def _narrows_behind(words: Sequence[Word], last: int, exposures: ExposureMap) -> bool:
    if last >= len(words):
        return False
    lower = words[last].lower
    if lower not in exposures.words["placing"]:
        return lower in exposures.words["following"]
    rest = [word for word in words[last + 1 : last + 3] if word.lower != "the"]
    if not rest or rest[0].lower[0].isdigit() or rest[0].lower in exposures.words["times"]:
        return False
    return (rest[0].capital or lower == "in") and not _is_home(rest[0], exposures)


def _may_behind(words: Sequence[Word], last: int, exposures: ExposureMap) -> bool:
    rest = [word.lower for word in words[last : last + 2]]
    if rest[:1] == [","]:
        return rest[-1] in exposures.words["singling"]
    if rest and rest[0] in _OWNING:
        return (
            rest[-1] not in _OWN
        )  # "homebuilders' suppliers" are others, their margins are theirs
    return bool(rest) and len(rest[0]) > _PARTICIPLE and rest[0].endswith("ing")
