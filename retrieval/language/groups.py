"""Signals -> the groups they speak of, in the article's own words. Knows no company."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.language.clauses import Clause
from retrieval.language.lexicon import load_lexicon
from retrieval.language.phrases import MARKET_WIDE, group_before, group_behind, group_opening
from retrieval.language.receivers import CONDITIONAL
from retrieval.language.sides import Named
from retrieval.language.signals import Signal
from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

_OWNING = word_list("owning")
_STARTS_A_PLACE = word_list("placing") | {"to"}
_SKIPPED_BEFORE = word_list("between group and verb")


@dataclass(frozen=True, slots=True)
class GroupOpinion:
    """What one signal says of the group named by `words[first:last]`."""

    first: int
    last: int
    score: float
    weight: float
    certainty: float
    signal: Signal


def group_opinions(
    words: Sequence[Token], cut: Sequence[Clause], signals: Sequence[Signal], named: Sequence[Named]
) -> tuple[GroupOpinion, ...]:
    """Find the groups that stand where a receiver of each signal would stand."""
    told = []
    for signal in signals:
        clause = cut[signal.clause]
        if clause.manner == "than":
            continue
        for (first, last), sign in _places(words, cut, signal):
            if _is_of_a_name(words, first, last, named):
                continue
            weight = clause.weight * (CONDITIONAL if clause.manner == "condition" else 1.0)
            score = signal.score * sign
            told.append(GroupOpinion(first, last, score, weight, signal.certainty, signal))
    return tuple(told)


def _is_of_a_name(words: Sequence[Token], first: int, last: int, named: Sequence[Named]) -> bool:
    """Tell a company or its shares ("Apple shares") from a group beside it ("Apple suppliers")."""
    inside = [name for name in named if name.first < last and first < name.last]
    return any(name.last == last for name in inside) or bool(
        inside and words[last - 1].lower in MARKET_WIDE
    )


def _places(
    words: Sequence[Token], cut: Sequence[Clause], signal: Signal
) -> list[tuple[tuple[int, int], float]]:
    clause = cut[signal.clause]
    behind = None
    if signal.reach in {"object", "rival"}:
        behind = group_behind(words, signal.last, clause.last)
    if behind is None and signal.thing >= 0:
        behind = _owner_behind(words, signal, clause)
    if signal.reach == "rival":
        before = _acting(words, cut, signal)
        return [(place, sign) for place, sign in ((before, 1.0), (behind, -1.0)) if place]
    describes = signal.reach == "near" and _is_described(words, signal)
    if behind is None and signal.reach in {"subject", "near"} and not describes:
        behind = _acting(words, cut, signal)
    return [(behind, 1.0)] if behind else []


def _acting(
    words: Sequence[Token], cut: Sequence[Clause], signal: Signal
) -> tuple[int, int] | None:
    """Find the group before a signal, at the head of its clause, or before a relative clause."""
    clause = cut[signal.clause]
    place = group_before(words, signal.first, clause.first)
    if place is None and signal.entry.part not in {"a", "n"}:
        place = _opening(words, clause, signal)
    if place or signal.clause == 0 or clause.link:
        return place
    aside = cut[signal.clause - 1]
    gap = [word.lower for word in words[clause.first : signal.first]]
    resumes = aside.manner == "relative" and all(
        lower in _SKIPPED_BEFORE or not lower[0].isalpha() or lower.endswith("ly") for lower in gap
    )
    first = cut[signal.clause - 2].first if signal.clause > 1 else 0
    return group_before(words, aside.first - 1, first) if resumes else None


def _is_described(words: Sequence[Token], signal: Signal) -> bool:
    """Tell "shippers with thin margins" (who they are) from "shippers' margins are thin"."""
    lead = words[max(0, signal.first - 3) : signal.first]
    return any(word.lower in {"with", "without"} for word in lead)


def _opening(words: Sequence[Token], clause: Clause, signal: Signal) -> tuple[int, int] | None:
    """Find the group that opens a clause and acts on: "vendors lack cash and will suffer"."""
    first = clause.body
    while first < signal.first and words[first].lower == ",":
        first += 1
    place = group_opening(words, first, signal.first)
    if place is None:
        return None
    gap = [word.lower for word in words[place[1] : signal.first]]
    if not gap or gap[0] in _STARTS_A_PLACE:
        return place
    breaks = [at for at, lower in enumerate(gap) if lower in {"and", ","}]
    if not breaks:
        return None
    rest = words[place[1] + breaks[-1] + 1 : signal.first]
    known = {at for item in load_lexicon().find(rest) for at in range(item.first, item.last)}
    goes_on = all(at in known or word.lower in _SKIPPED_BEFORE for at, word in enumerate(rest))
    return place if goes_on else None


def _owner_behind(words: Sequence[Token], signal: Signal, clause: Clause) -> tuple[int, int] | None:
    """Read "raises costs for regional airlines" and "margins at discount retailers"."""
    at = signal.thing
    if at < clause.last and words[at].lower in _OWNING:
        return group_behind(words, at + 1, clause.last)
    return None
