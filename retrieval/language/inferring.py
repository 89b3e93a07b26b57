"""Impacts on groups -> what the exposure map infers for tickers that the article leaves unnamed.

Knows no lexicon. What comes out is no impact of the article and is kept apart from those.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from retrieval.language.exposures import ExposureMap, Member
from retrieval.language.mentions import find_mentions
from retrieval.language.narrowing import meant
from retrieval.language.securities import Securities
from retrieval.models import MILD, Article, Impact, Inferred, Mention, Sentiment, Target

SURE = 0.5  # what is left of a group's confidence for a member who is moved wholly by its news


def infer(
    article: Article,
    impacts: Sequence[Impact],
    mentions: Sequence[Mention],
    securities: Securities,
    exposures: ExposureMap,
) -> tuple[Inferred, ...]:
    """Carry impacts on groups to the groups' tickers, the strongest first, each ticker once.

    An article speaks for itself about each company that it names, with an opinion or without one;
    for a company in two groups that fare differently nothing follows.
    """
    made = [
        one
        for impact in impacts
        if impact.target.kind == "group" and impact.origin == "source"
        for one in _of_group(article, impact, securities, exposures)
    ]
    if not made:
        return ()
    spoken = issuers_named(article, impacts, mentions, securities)
    by_issuer: defaultdict[str, list[Inferred]] = defaultdict(list)
    for one in made:
        by_issuer[securities.primary(one.impact.target.id)].append(one)
    kept = [
        max(told, key=_strength)
        for issuer, told in by_issuer.items()
        if issuer not in spoken and len({one.impact.sentiment.score > 0 for one in told}) == 1
    ]
    return tuple(sorted(kept, key=lambda one: (-_strength(one)[0], one.impact.target.id)))


def issuers_named(
    article: Article,
    impacts: Iterable[Impact],
    mentions: Iterable[Mention],
    securities: Securities,
) -> frozenset[str]:
    """Name the issuers that an article speaks of, its title too, by their primary tickers."""
    titled = find_mentions(article.title, securities) if article.title else ()
    targets = [*(one.target for one in impacts), *(one.target for one in (*mentions, *titled))]
    return frozenset(securities.primary(one.id) for one in targets if one.kind == "ticker")


def scaled(group: Impact, member: Member) -> tuple[float, float]:
    """Say how strong and how sure a group's impact is for one member."""
    return (
        round(group.sentiment.score * member.strength, 3),
        round(group.confidence * member.strength * SURE, 3),
    )


def _of_group(
    article: Article, group: Impact, securities: Securities, exposures: ExposureMap
) -> Iterator[Inferred]:
    if group.sentiment.direction not in {"positive", "negative"}:
        return
    for group_id in meant(article, group, exposures):
        for member in exposures.groups[group_id].members:
            score, confidence = scaled(group, member)
            if abs(score) < MILD or member.ticker not in securities:
                continue
            impact = replace(
                group,
                target=Target("ticker", member.ticker, securities.name_of(member.ticker)),
                sentiment=Sentiment(score),
                relevance=round(group.relevance * member.strength, 3),
                order=2,
                confidence=confidence,
                origin="inferred",
            )
            yield Inferred(impact, group.target.name, group_id, exposures.version, member.why)


def _strength(one: Inferred) -> tuple[float, float, str]:
    return abs(one.impact.sentiment.score), one.impact.confidence, one.group_id
