"""Where the names of a sentence stand around a signal: before, behind, within. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.language.clauses import Clause
from retrieval.language.lexicon import load_lexicon
from retrieval.language.signals import Signal
from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

_ASIDE = word_list("set aside")
_FUNCTION = word_list("no subject")
_CUTTING = word_list("ends an object")
_NO_LIST = word_list("ends a list")
_AFTER_THING = frozenset(["for", "of", "at", "on", "in", "to", "by", "from"])
OWN_MODIFIERS = 3  # "iPhone sales in China fell" is still about Apple
FARTHEST_OBJECT = 8  # words; farther is another phrase
_RIVALS = frozenset({"rival", "rivals", "competitor", "competitors", "peer", "peers"})
_SHARES = frozenset({"shares", "stock"})
_ASIDES = frozenset({"relative", "than"})


@dataclass(frozen=True, slots=True)
class Named:
    """A target at `words[first:last]`; `key` tells targets apart."""

    key: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with the names that can receive; a verb reaches those in `acted_on`."""

    words: Sequence[Token]
    cut: Sequence[Clause]
    named: Sequence[Named]
    acted_on: frozenset[Named]


def subjects(scene: Scene, signal: Signal) -> list[Named]:
    """Find who stands before a signal: in its clause, or in an earlier one that it goes on with."""
    end = signal.first
    if pronoun := _by_pronoun(scene, signal):
        return pronoun
    for number in range(signal.clause, -1, -1):
        clause = scene.cut[number]
        start = clause.body
        before = [name for name in scene.named if clause.first <= name.first and name.last <= end]
        if number != signal.clause:
            if clause.manner in _ASIDES:
                end = clause.first
                continue  # ", whose mines lie elsewhere," interrupts
            # who was acted on does not act in the next clause
            before = [name for name in before if name not in scene.acted_on]
        chosen = _acting(scene, before)
        gap_from = chosen.last if chosen else start
        if _has_other_subject(scene, gap_from, end, signal, leap=chosen is not None):
            return _fronted(scene, number)
        if chosen is not None:
            return together(scene, [chosen])
        end = clause.first
    return []


def _by_pronoun(scene: Scene, signal: Signal) -> list[Named]:
    """Read "but it declined": whoever opened the sentence did."""
    clause = scene.cut[signal.clause]
    at = clause.body
    while at < signal.first and not scene.words[at].lower[0].isalpha():
        at += 1
    if not 0 < at < signal.first or scene.words[at].lower not in {"it", "its", "they"}:
        return []
    before = [name for name in scene.named if name.last <= at and name not in scene.acted_on]
    opener = next((name for name in before if _lead(scene, name) not in _ASIDE), None)
    return together(scene, [opener]) if opener else []


def _fronted(scene: Scene, clause: int) -> list[Named]:
    """Read "For Lilly the decision is a clear positive"."""
    opens = clause == 0 and bool(scene.named) and scene.words[0].lower == "for"
    return together(scene, [scene.named[0]]) if opens and scene.named[0].first == 1 else []


def _acting(scene: Scene, before: list[Named]) -> Named | None:
    """Choose the nearest name that no preposition sets aside, else one given as an example."""
    for name in reversed(before):
        if _lead(scene, name) not in _ASIDE:
            return name
    examples = [name for name in before if _lead(scene, name) in {"including", "like"}]
    return examples[-1] if examples else None


def _lead(scene: Scene, name: Named) -> str:
    """Name the word before a name and its article."""
    at = name.first - 1
    if at > 0 and scene.words[at].lower in {"the", "a", "an"}:
        at -= 1
    lead = scene.words[at].lower if at >= 0 else ""
    before = [word.lower for word in scene.words[max(0, at - 3) : at]]
    shares = lead in _RIVALS and "of" in before and not _SHARES.isdisjoint(before)
    return "" if shares else lead  # "shares of its rival Olin" are Olin's


def _has_other_subject(scene: Scene, first: int, last: int, signal: Signal, *, leap: bool) -> bool:
    """Tell whether words between a name and a signal bring in somebody else."""
    gap = _past_a_place(scene.words[first:last])
    if leap:
        breaks = [at for at, word in enumerate(gap) if word.lower in {",", "and", "or", "that"}]
        if not breaks or _is_name_list(gap):
            return False
        gap = gap[breaks[-1] + 1 :]
    known = {at for item in load_lexicon().find(gap) for at in range(item.first, item.last)}
    strange = sum(
        word.lower[0].isalpha()
        and at not in known
        and word.lower not in _FUNCTION
        and not word.lower.endswith("ly")
        for at, word in enumerate(gap)
    )
    return strange > (OWN_MODIFIERS if signal.thing >= 0 else 0)


def _past_a_place(gap: Sequence[Token]) -> Sequence[Token]:
    """Step over the state behind a town: "in Freeport, Texas, rose"."""
    commas = [at for at, word in enumerate(gap) if word.lower == ","]
    if len(commas) < 2 or commas[0] != 0:  # noqa: PLR2004 - one before it and one behind
        return gap
    place = gap[1 : commas[1]]
    return gap[commas[1] :] if place and all(word.capital for word in place) else gap


def _is_name_list(gap: Sequence[Token]) -> bool:
    """Tell ", Alphabet Inc and Amazon.com Inc" behind a name from a new statement."""
    return all(
        word.capital
        or word.lower in {"and", "or", "&", "com", "all", "both", "each"}
        or not word.lower[0].isalnum()
        for word in gap
    )


def objects(scene: Scene, signal: Signal) -> list[Named]:
    """Find who stands behind a signal in its clause."""
    clause = scene.cut[signal.clause]
    start = signal.last
    for name in scene.named:
        if not start <= name.first < clause.last:
            continue
        gap = [word.lower for word in scene.words[start : name.first]]
        if len(gap) > FARTHEST_OBJECT or _is_cut_off(scene, start, name.first):
            return []
        return together(scene, [name])
    if start < clause.last and scene.words[start].lower in {"them", "it"}:
        before = [name for name in scene.named if name.last <= signal.first]
        return together(scene, [name for name in [_acting(scene, before)] if name])
    return []


def _is_cut_off(scene: Scene, first: int, last: int) -> bool:
    gap = scene.words[first:last]
    if any(word.lower in _CUTTING for word in gap):
        return True
    return any(
        item.entry.is_verb and item.entry.form in {"s", "ed"} for item in load_lexicon().find(gap)
    )


def owners_within(scene: Scene, signal: Signal) -> list[Named]:
    """Find an owner between the mover and the thing: "cuts Apple's target", "troubled Boeing"."""
    last = signal.thing if signal.thing >= 0 else signal.last + 2
    inner = [name for name in scene.named if signal.last <= name.first and name.last <= last]
    if signal.thing < 0 and signal.entry.part != "a":
        return []
    return together(scene, inner[:1])


def owners_behind(scene: Scene, signal: Signal) -> list[Named]:
    """Find an owner behind the thing: "weak demand for Apple", "raised its target on Apple"."""
    start = max(signal.thing, signal.last)
    for name in scene.named:
        if not start < name.first <= start + 6:
            continue
        gap = [word.lower for word in scene.words[start : name.first]]
        if gap[0] in _AFTER_THING and not {",", "than", "by"} & set(gap[1:]):
            return together(scene, [name])
    return []


def together(scene: Scene, names: list[Named]) -> list[Named]:
    """Add the names that share a list with these: "Amazon, Google and Nvidia"."""
    if not names:
        return []
    order = list(scene.named)
    low = high = order.index(names[0])
    while low > 0 and _is_list(scene, order[low - 1], order[low]):
        low -= 1
    while high + 1 < len(order) and _is_list(scene, order[high], order[high + 1]):
        high += 1
    return order[low : high + 1]


def _is_list(scene: Scene, left: Named, right: Named) -> bool:
    gap = scene.words[left.last : right.first]
    lowers = _without_symbols([word.lower for word in gap])
    if left.key == right.key or not lowers:
        return True
    joins = [lower for lower in lowers if lower in {"and", "or", "&", "plus", ",", "/"}]
    if not joins or len(lowers) > 5:  # noqa: PLR2004 - "and Facebook owner Meta"
        return False
    if any(lower in _ASIDE or lower in _NO_LIST for lower in lowers):
        return False
    return not any(item.entry.is_verb for item in load_lexicon().find(gap))


def _without_symbols(lowers: list[str]) -> list[str]:
    """Drop what prints a symbol behind a name: ".O", "(NYSE:"."""
    if lowers[:1] == ["."]:
        lowers = lowers[2:]
    return [lower for lower in lowers if lower not in {"(", ")", ":", "nyse", "nasdaq", "$"}]
