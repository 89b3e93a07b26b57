"""Nouns for tests, with everything filled in that a test does not care about."""

from datetime import UTC, datetime
from typing import Literal

from retrieval.models import (
    ArticleHead,
    Claim,
    Impact,
    Membership,
    Origin,
    Quote,
    Sentiment,
    Target,
    TargetKind,
)

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def head(article_id: str = "a1", **fields: object) -> ArticleHead:
    values: dict[str, object] = {
        "article_id": article_id,
        "version": 1,
        "title": f"Title of {article_id}",
        "url": f"https://news.example/{article_id}",
        "source": "Harbor Wire",
        "published_at": MONDAY,
        "first_seen_at": MONDAY,
        "ingested_at": MONDAY,
        "tone": Sentiment(0.2),
        "membership": Membership(f"story of {article_id}", 0),
    }
    return ArticleHead(**{**values, **fields})  # type: ignore[arg-type]


def target(ticker: str = "NVDA", kind: TargetKind = "ticker") -> Target:
    return Target(kind, ticker, ticker.title() if kind == "ticker" else ticker)


def claim(
    ticker: str = "NVDA",
    score: float = 0.5,
    *,
    article: str = "a1",
    kind: TargetKind = "ticker",
    relevance: float = 0.8,
    confidence: float = 0.8,
    start: int = 0,
    order: Literal[1, 2] = 1,
    mechanism: str | None = None,
    words: str = "It gains.",
    origin: Origin = "source",
    mixed: bool = False,
    conditions: tuple[str, ...] = (),
    **of: object,
) -> Claim:
    impact = Impact(
        target=target(ticker, kind),
        sentiment=Sentiment(score, mixed),
        relevance=relevance,
        order=order,
        mechanism=mechanism,
        horizon=None,
        confidence=confidence,
        quotes=(Quote(words, start, start + len(words)),),
        origin=origin,
        conditions=conditions,
    )
    return Claim(impact, head(article, **of))
