"""Claims or sentences of several sources -> the conflicts between them, with both quotes. Pure.

A conflict is two sources that take strong and opposite sides on one target, or that give different
figures for one fact. It is shown as such, never averaged away.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from retrieval.answers import Part
from retrieval.ask import saying
from retrieval.ask.citations import Citations
from retrieval.ask.concepts import concepts
from retrieval.ask.facts import Passage
from retrieval.ask.rank import Ranked
from retrieval.language.facts import facts, keys
from retrieval.models import STRONG, Claim

ALIKE = 0.5
"""Share of the words of the shorter of two sentences from which on they speak of one fact."""

_MOST = 2  # conflicts shown
_DIGITS = re.compile(r"[$€£¥]?\d[\d.,]*%?")


def conflicts_of(ranked: Iterable[Ranked], citations: Citations) -> tuple[Part, ...]:
    """Show the targets on which two articles take strong and opposite sides."""
    found = [(r, pair) for r in ranked if (pair := _strong_pair(r))]
    return tuple(_of_claims(r, pair, citations) for r, pair in found[:_MOST])


def disagree(ranked: Ranked) -> bool:
    """Tell whether two articles take strong and opposite sides on a target."""
    return _strong_pair(ranked) is not None


def _strong_pair(ranked: Ranked) -> tuple[Claim, Claim] | None:
    """The strongest claims of both sides, if both are strong and of different articles."""
    for own in ranked.claims[:1]:
        for other in ranked.against:
            apart = own.head.article_id != other.head.article_id
            if apart and min(abs(_score(own)), abs(_score(other))) >= STRONG:
                return own, other
    return None


def _score(claim: Claim) -> float:
    return claim.impact.sentiment.score


def _of_claims(ranked: Ranked, pair: tuple[Claim, Claim], citations: Citations) -> Part:
    return Part(
        title=f"Conflict: the sources disagree on {saying.short(ranked.target)}",
        state="conflict",
        sentences=tuple(
            f"{saying.stood(c.impact.sentiment)}: {saying.claimed(c, citations)}" for c in pair
        ),
        citations=tuple(citations.cite(c.head, c.impact.reason) for c in pair),
        target=ranked.target,
        now=ranked.sentiment,
    )


def other_figures(passages: Sequence[Passage]) -> tuple[Passage, Passage] | None:
    """Find two passages of different sources that state one fact with different figures."""
    for one, other in combinations(passages, 2):
        apart = (
            one.head.article_id != other.head.article_id and one.head.source != other.head.source
        )
        if apart and _alike(one, other) and _differ(one, other):
            return one, other
    return None


def _alike(one: Passage, other: Passage) -> bool:
    said = [set(concepts(_DIGITS.sub(" ", p.quote.text))) for p in (one, other)]
    shorter = min(map(len, said))
    return bool(shorter) and len(said[0] & said[1]) >= ALIKE * shorter


def _differ(one: Passage, other: Passage) -> bool:
    """Tell whether both give figures of one kind for one period, and none of them is the same."""
    first, second = _figures(one), _figures(other)
    kinds = {key.endswith("%") for key in first} & {key.endswith("%") for key in second}
    times = [_periods(p) for p in (one, other)]
    same_time = not all(times) or bool(times[0] & times[1])
    return bool(kinds) and same_time and first.isdisjoint(second)


def _figures(passage: Passage) -> frozenset[str]:
    return keys(facts(passage.quote.text, ()), "number")


def _periods(passage: Passage) -> frozenset[str]:
    return keys(facts(passage.quote.text, ()), "date")


def figures_part(pair: tuple[Passage, Passage], citations: Citations) -> Part:
    """Show two figures that the sources give for one fact."""
    return Part(
        title="Conflict: the sources give different figures",
        state="conflict",
        sentences=tuple(saying.cited(p.quote, p.head, citations) for p in pair),
        citations=tuple(citations.cite(p.head, p.quote) for p in pair),
    )
