"""The words of a sentence -> signals: what each says, how strongly, and to which side of it.

Knows no target: retrieval.language.receivers finds who receives a signal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from retrieval.language.clauses import Clause
from retrieval.language.lexicon import Entry, Found, load_lexicon
from retrieval.language.printed import with_printed
from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

Reach = Literal["subject", "object", "rival", "near"]

COMPOSED = 0.45  # "revenue fell", "cuts guidance"
DESCRIBED = 0.35  # "lower margins", "a decline in sales"
RELIEVED = 0.4  # "eases concerns"
FLOWING = 0.5  # "capital migrates into"
LOUDER, SOFTER = 1.25, 0.6  # "sharply", "slightly"
NEGATED = -0.7  # "not strong" is less than "weak"

_NEGATORS = word_list("negators")
_HEDGES = {
    "may": 0.8, "might": 0.7, "could": 0.75, "would": 0.85, "should": 0.9, "possibly": 0.7,
    "perhaps": 0.7, "potentially": 0.75, "potential": 0.85, "probably": 0.85, "likely": 0.9,
    "expected": 0.9, "reportedly": 0.7, "rumored": 0.6, "rumoured": 0.6, "rumors": 0.6,
    "speculation": 0.6, "allegedly": 0.7, "critics": 0.75, "sources": 0.8, "arguably": 0.8,
}  # fmt: skip
_LOUDER = word_list("louder")
_SOFTER = word_list("softer")
_BE = word_list("be")
_PASSIVE_NEXT = word_list("behind a passive")
_ARTICLES = word_list("articles")
_SEEING = word_list("seeing")
_SAID = frozenset(["said", "says", "saying"])  # "UBS said benefits are in the numbers"
_BARRIERS = word_list("ends a thing")
_THING_ROLES = ("thing", "good")


@dataclass(frozen=True, slots=True)
class Signal:
    """What `words[first:last]` says. `thing` is the index behind what was moved, else -1."""

    first: int
    last: int
    score: float
    reach: Reach
    clause: int
    certainty: float
    entry: Entry
    thing: int = -1


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: Sequence[Token]
    cut: Sequence[Clause]
    found: Sequence[Found]
    clause_of: Sequence[int]


def signals(
    words: Sequence[Token], cut: Sequence[Clause], hidden: Sequence[tuple[int, int]] = ()
) -> tuple[Signal, ...]:
    """Read the signals of a sentence. Words in `hidden` ranges are names and say nothing."""
    covered = {at for first, last in hidden for at in range(first, last)}
    found = tuple(
        item
        for item in with_printed(words, load_lexicon().find(words))
        if not covered.intersection(range(item.first, item.last))
    )
    clause_of = [
        number for number, clause in enumerate(cut) for _ in range(clause.first, clause.last)
    ]
    sentence = _Sentence(words, cut, found, clause_of)
    used: set[int] = set()
    read = [signal for at in range(len(found)) for signal in _read(sentence, at, used)]
    read += [signal for at in range(len(found)) for signal in _alone(sentence, at, used)]
    told = [signal for signal in read if signal.score]
    return tuple(_toned(sentence, signal) for signal in sorted(told, key=lambda s: s.first))


def _read(sentence: _Sentence, at: int, used: set[int]) -> Iterator[Signal]:
    item = sentence.found[at]
    match item.entry.role:
        case "move":
            yield from _moved(sentence, at, used)
        case "obj":
            yield from _pushed(sentence, at, used)
        case "reverse":
            yield from _relieved(sentence, at, used)
        case "flow":
            yield from _flowed(sentence, at, used)
        case "rival":
            yield _rivalled(sentence, item)
        case "subj" | "tone" | "to" if not _describes(sentence, item):
            reach: dict[str, Reach] = {"subj": "subject", "tone": "near", "to": "object"}
            yield _signal(sentence, item, item.entry.score, reach[item.entry.role])


def _rivalled(sentence: _Sentence, item: Found) -> Signal:
    """Read "overtakes X", and "was overtaken by X", whose subject loses."""
    if not _is_passive(sentence, item):
        return _signal(sentence, item, item.entry.score, "rival")
    behind = sentence.words[item.last].lower if item.last < len(sentence.words) else "."
    if behind == "by":
        return _signal(sentence, replace(item, last=item.last + 1), -item.entry.score, "rival")
    return _signal(sentence, item, -item.entry.score, "subject")


def _describes(sentence: _Sentence, item: Found) -> bool:
    """Tell "displaced volume" and "a benefit" from "were displaced" and "they benefit"."""
    if item.entry.role == "subj" and item.entry.is_verb and _is_noun(sentence, item):
        return True
    word = sentence.words[item.first].lower
    participle = item.entry.part == "x" and item.last - item.first == 1 and word.endswith("ed")
    if item.entry.role != "subj" or not participle:
        return False
    after = sentence.words[item.last].lower if item.last < len(sentence.words) else "."
    return after[0].isalpha() and after not in _PASSIVE_NEXT and after not in _BARRIERS


def _alone(sentence: _Sentence, at: int, used: set[int]) -> Iterator[Signal]:
    item = sentence.found[at]
    if item.entry.role == "thing" and item.entry.alone and at not in used:
        yield _signal(sentence, item, item.entry.alone, "near")


def _moved(sentence: _Sentence, at: int, used: set[int]) -> Iterator[Signal]:
    item = sentence.found[at]
    entry = item.entry
    if entry.is_verb and _is_noun(sentence, item) and not _opens_of(sentence, item):
        return  # "a fall" happens to nobody yet
    thing = _thing_behind(sentence, at)
    if thing is None and entry.part in {"v", "x"} and (entry.alone or _is_passive(sentence, item)):
        thing = _thing_before(sentence, at)
    if thing is not None:
        used.add(thing)
        moved = sentence.found[thing]
        size = COMPOSED if entry.is_verb else DESCRIBED
        score = size * entry.score * moved.entry.score
        yield _signal(sentence, item, score, "near", thing=moved.last)
    elif entry.alone and not _moves_the_news(sentence, at):
        reach: Reach = "subject" if entry.is_verb else "near"
        yield _signal(sentence, item, entry.alone * entry.score, reach)


def _moves_the_news(sentence: _Sentence, at: int) -> bool:
    """Tell "concerns about X grew": what grew is the concern, which has been read."""
    item, before = sentence.found[at], sentence.found[at - 1]
    same = sentence.clause_of[before.first] == sentence.clause_of[item.first]
    return at > 0 and item.entry.is_verb and before.entry.role == "to" and same


def _is_noun(sentence: _Sentence, item: Found) -> bool:
    """Tell "a fall of one cent" from "shares fall"."""
    if item.entry.form not in {"base", "s"} or item.first == 0:
        return False
    lead = [word.lower for word in sentence.words[max(0, item.first - 2) : item.first]]
    return lead[-1] in _SAID or (lead[-1] in _ARTICLES and lead[0] not in _SEEING)


def _opens_of(sentence: _Sentence, item: Found) -> bool:
    """Tell "a fall in sales" from "a fall"."""
    return item.last < len(sentence.words) and sentence.words[item.last].lower in {"in", "of"}


def _pushed(sentence: _Sentence, at: int, used: set[int]) -> Iterator[Signal]:
    item = sentence.found[at]
    passive = _is_passive(sentence, item)
    thing = _thing_before(sentence, at) if passive else _thing_behind(sentence, at)
    if thing is None:
        yield _signal(sentence, item, item.entry.score, "subject" if passive else "object")
        return
    used.add(thing)
    moved = sentence.found[thing]
    score = item.entry.score * moved.entry.score
    yield _signal(sentence, item, score, "near" if passive else "object", thing=moved.last)


def _relieved(sentence: _Sentence, at: int, used: set[int]) -> Iterator[Signal]:
    thing = _thing_behind(sentence, at, reach=8)
    if thing is None:
        return
    moved = sentence.found[thing]
    if moved.entry.alone:
        used.add(thing)
        score = -RELIEVED if moved.entry.alone > 0 else RELIEVED
        yield _signal(sentence, sentence.found[at], score, "near", thing=moved.last)


def _flowed(sentence: _Sentence, at: int, used: set[int]) -> Iterator[Signal]:
    """Read "capital migrates into X" and "shifts spending from X to Y"."""
    item = sentence.found[at]
    clause = sentence.cut[sentence.clause_of[item.first]]
    for place in range(item.last, min(clause.last, item.last + 10)):
        lower = sentence.words[place].lower
        cargo = _cargo(sentence, at, place)
        if cargo is None:
            continue
        sign = 1.0 if sentence.found[cargo].entry.score > 0 else -1.0
        if lower in {"into", "toward", "towards", "to"}:
            used.add(cargo)
            behind = replace(item, last=place + 1)
            yield _signal(sentence, behind, FLOWING * sign, "object")
        elif lower == "from" or (lower == "of" and sentence.words[place - 1].lower == "out"):
            used.add(cargo)
            yield _signal(sentence, replace(item, last=place + 1), -FLOWING * sign, "object")


def _cargo(sentence: _Sentence, at: int, place: int) -> int | None:
    """Find what flows: between the verb and its preposition at `place`, else before the verb."""
    item = sentence.found[at]
    clause = sentence.clause_of[item.first]
    near = [
        number
        for number, other in enumerate(sentence.found)
        if other.entry.role in _THING_ROLES
        and sentence.clause_of[other.first] == clause
        and item.last - 6 <= other.first < place
    ]
    behind = [n for n in near if n > at]
    return behind[0] if behind else (near[-1] if near else None)


def _thing_behind(sentence: _Sentence, at: int, reach: int = 5) -> int | None:
    """Find what a mover moves: the last thing of the noun phrase behind it."""
    item = sentence.found[at]
    reach = reach if item.entry.part in {"v", "x"} else 3
    chosen: int | None = None
    for number in range(at + 1, len(sentence.found)):
        other = sentence.found[number]
        start = item.last if chosen is None else sentence.found[chosen].last
        gap = [word.lower for word in sentence.words[start : other.first]]
        if sentence.clause_of[other.first] != sentence.clause_of[item.first]:
            break
        if len(gap) > (0 if chosen is not None else reach) or not _BARRIERS.isdisjoint(gap):
            break
        if other.entry.role in _THING_ROLES:
            chosen = number
        elif other.entry.role not in {"move", "tone"} or other.entry.is_verb:
            break
    return chosen


def _thing_before(sentence: _Sentence, at: int) -> int | None:
    """Find what moved: "revenue from services in the quarter rose"."""
    item = sentence.found[at]
    for number in range(at - 1, -1, -1):
        other = sentence.found[number]
        if sentence.clause_of[other.first] != sentence.clause_of[item.first]:
            return None
        gap = [word.lower for word in sentence.words[other.last : item.first]]
        if len(gap) > 12 or "," in gap:  # noqa: PLR2004 - farther is another statement
            return None
        if other.entry.role in _THING_ROLES:
            return number
        if other.entry.is_verb and other.entry.form in {"s", "ed"}:
            return None
    return None


def _is_passive(sentence: _Sentence, item: Found) -> bool:
    """Tell "was hurt by" and "hit by" from "hurt X"."""
    if item.entry.form != "ed":
        return False
    before = {word.lower for word in sentence.words[max(0, item.first - 3) : item.first]}
    after = sentence.words[item.last].lower if item.last < len(sentence.words) else "."
    return bool(before & _BE) or after in _PASSIVE_NEXT or not after[0].isalnum()


def _signal(
    sentence: _Sentence, item: Found, score: float, reach: Reach, *, thing: int = -1
) -> Signal:
    number = sentence.clause_of[item.first]
    return Signal(item.first, item.last, score, reach, number, 1.0, item.entry, thing)


def _toned(sentence: _Sentence, signal: Signal) -> Signal:
    """Apply negation, emphasis and doubt of the signal's own clause."""
    clause = sentence.cut[signal.clause]
    lowers = [word.lower for word in sentence.words[clause.first : clause.last]]
    at = signal.first - clause.first
    before = _scope(lowers[max(0, at - 4) : at])
    around = lowers[max(0, at - 2) : at + 4]
    score = signal.score
    if not _NEGATORS.isdisjoint(before):
        score *= NEGATED
    if not _LOUDER.isdisjoint(around):
        score *= LOUDER
    elif not _SOFTER.isdisjoint(around) or "lesser" in _behind(sentence, signal):
        score *= SOFTER
    certainty = min((_HEDGES.get(lower, 1.0) for lower in lowers), default=1.0)
    if clause.manner in {"condition", "said"}:
        certainty *= 0.5 if clause.manner == "condition" else 0.85
    return replace(signal, score=max(-1.0, min(1.0, score)), certainty=certainty)


def _behind(sentence: _Sentence, signal: Signal) -> list[str]:
    """List the words soon after a signal: "gains, though to a lesser extent"."""
    return [word.lower for word in sentence.words[signal.last : signal.last + 8]]


def _scope(before: list[str]) -> set[str]:
    """Keep the words a negator could reach from: nothing behind a comma, and not "not only"."""
    if "," in before:
        before = before[len(before) - before[::-1].index(",") :]
    return set() if "only" in before else {word.replace("’", "'") for word in before}
