"""Claims to ranked targets: who gains or loses most, over one article or many. Pure.

Knows no store and no wording.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.models import MILD, Claim, Direction, Sentiment, Target

_KIND_ORDER = {"ticker": 0, "private": 1, "group": 2}
_PLACES = 4
"""Decimals of a score: what is shown and what is decided by must be the same number."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A target with the claims on its side, best first, and those that speak against it.

    `sentiment` is the mean of what its stories say, each with one voice however often it is told;
    `articles` counts them. `weight` orders targets.
    """

    target: Target
    sentiment: Sentiment
    claims: tuple[Claim, ...]
    against: tuple[Claim, ...]
    confidence: float
    weight: float
    articles: int


def rank(claims: Iterable[Claim]) -> tuple[Ranked, ...]:
    """Aggregate claims by target and order them: tickers, private companies, groups.

    Strongest first in each. What a source says and what was inferred stay apart, the inferred last;
    a group is the same in any case of its letters.
    """
    grouped: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        target = claim.impact.target
        grouped[claim.impact.origin, target.kind, target.id.casefold()].append(claim)
    ranked = [_aggregate(sorted(group, key=_strength)) for group in grouped.values()]
    return tuple(sorted(ranked, key=_order))


def on_side(ranked: Iterable[Ranked], side: Direction) -> tuple[Ranked, ...]:
    """Keep the targets on a side.

    A target whose articles contradict each other stands on both, as mixed.
    """
    return tuple(r for r in ranked if r.sentiment.direction in (side, "mixed"))


def claim_weight(claim: Claim) -> float:
    """How much a claim counts for its target: relevance x confidence, never quite nothing."""
    return max(claim.impact.relevance * claim.impact.confidence, 0.01)


def _aggregate(group: Sequence[Claim]) -> Ranked:
    """Join the claims about one target, the strongest first."""
    by_story: dict[str, list[Claim]] = defaultdict(list)
    for claim in group:
        by_story[claim.head.membership.story_id].append(claim)
    articles = len({claim.head.article_id for claim in group})
    sentiment = _sentiment(group, by_story.values())
    side = sentiment.score or _score(group[0])
    behind = tuple(c for c in group if _score(c) * side >= 0)
    return Ranked(
        target=behind[0].impact.target,
        sentiment=sentiment,
        claims=behind,
        against=tuple(c for c in group if _score(c) * side < 0),
        confidence=_rounded(_mean([(c.impact.confidence, claim_weight(c)) for c in group])),
        weight=_weight(sentiment, group, articles),
        articles=articles,
    )


def _sentiment(group: Sequence[Claim], stories: Iterable[Sequence[Claim]]) -> Sentiment:
    voices = [
        (_mean([(_score(c), claim_weight(c)) for c in said]), max(map(claim_weight, said)))
        for said in stories
    ]
    score = _rounded(_mean(voices))
    both = max(map(_score, group)) >= MILD and min(map(_score, group)) <= -MILD
    mixed = both or any(c.impact.sentiment.mixed for c in group)
    return Sentiment(score, mixed=mixed and abs(score) < MILD)


def _mean(weighed: Sequence[tuple[float, float]]) -> float:
    total = math.fsum(value * weight for value, weight in weighed)
    return total / math.fsum(weight for _, weight in weighed)


def _rounded(value: float) -> float:
    return round(value, _PLACES) + 0.0  # never -0.0


def _weight(sentiment: Sentiment, group: Sequence[Claim], articles: int) -> float:
    """Strength first.

    How central, how sure and how widely reported scale it (a second article adds little).
    """
    strength = abs(sentiment.score)
    if sentiment.mixed:
        strength = max(abs(_score(c)) for c in group) / 2
    relevance = max(c.impact.relevance for c in group)
    confidence = max(c.impact.confidence for c in group)
    breadth = 1 + 0.2 * math.log(articles)
    return round(strength * (0.5 + 0.5 * relevance) * (0.6 + 0.4 * confidence) * breadth, 6)


def _score(claim: Claim) -> float:
    return claim.impact.sentiment.score


def _strength(claim: Claim) -> tuple[float, float, str, int, int, str]:
    """The strongest, then the newest; the rest of the key makes any input order the same."""
    impact, head = claim.impact, claim.head
    newest = -head.dated_at.timestamp()
    strength = -abs(_score(claim)) * claim_weight(claim)
    return strength, newest, head.article_id, head.version, impact.quotes[0].start, repr(impact)


def _order(ranked: Ranked) -> tuple[bool, int, float, str, int, str]:
    first = ranked.claims[0]
    return (
        first.impact.origin == "inferred",
        _KIND_ORDER[ranked.target.kind],
        -ranked.weight,
        first.head.article_id,
        first.impact.quotes[0].start,
        ranked.target.id,
    )
