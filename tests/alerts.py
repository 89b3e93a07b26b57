"""Rules and events for tests, with everything filled in that a test does not care about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from jobs.alerts.rules import Event, Rule
from jobs.alerts.telling import Faces
from jobs.models import Owner, Rendered
from retrieval.models import (
    Analysis,
    Article,
    Impact,
    Mention,
    Quote,
    Sentiment,
    Target,
    TickerSentiment,
)
from retrieval.store.records import Record
from tests.articles import record

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ADA, BEN = Owner("T1", "UADA"), Owner("T1", "UBEN")


def rule(**changes: Any) -> Rule:
    values: dict[str, Any] = {
        "id": "r1",
        "scope": "ticker",
        "about": "NVDA",
        "metric": "score",
        "threshold": 0.5,
        "recipient": "DADA",
        "owner": ADA,
        "team": "T1",
        "zone": "America/New_York",
        "created_at": NOON - timedelta(days=400),
        "cooldown": timedelta(),
    }
    if changes.get("scope") not in (None, "ticker", "theme"):
        values["about"] = ""
    return Rule(**{**values, **changes})


def event(**changes: Any) -> Event:
    at = changes.get("at", NOON)
    values: dict[str, Any] = {
        "article_id": "a1",
        "version": 1,
        "change": 1,
        "ticker": "NVDA",
        "story_id": "s1",
        "at": at,
        "first_seen_at": at,
        "published_at": at - timedelta(minutes=1),
        "score": 0.6,
        "novelty": 1.0,
        "topics": frozenset(),
        "text": "Nvidia wins\nOrders for chips rise.",
    }
    return Event(**{**values, **changes})


EVENTS = (
    "{name} wins the {n} order of harbor cranes and terminal software, worth {n} million dollars.",
    "A court in case {n} fines {name} over warehouse leases; {n} pages were read out.",
    "{name} names a new head of its {n} unit for medical imaging, after {n} years at a rival firm.",
    "Workers of {name} at plant {n} vote on a contract; {n} hours of talks came before the vote.",
)
"""Sentences that tell different events, by their numbers."""


def words_of(story: int, name: str) -> str:
    """A text of its own for each story, the same for the same."""
    n = 1_000 + 37 * story
    sentence = EVENTS[story % len(EVENTS)].format(name=name, n=n)
    own = " ".join(
        f"{chr(97 + (n * k) % 26)}{'bcdfgklm'[(n + k) % 8]}{n * k}" for k in range(1, 30)
    )
    return f"{sentence} {own}."


def telling(
    article_id: str,
    ticker: str,
    score: float,
    *,
    story: int,
    published_at: datetime | None,
    more: str = "",
    backfilled: bool = False,
) -> Record:
    """A record of one article that takes a side on one ticker."""
    text = f"{words_of(story, ticker)}{more}"
    of = Article(article_id, text, title=f"{ticker} {story}", published_at=published_at)
    quote = Quote(text[: len(ticker)], 0, len(ticker))
    side = Sentiment(score)
    target = Target("ticker", ticker, ticker.title())
    claim = Impact(target, side, 0.9, 1, None, None, 0.9, (quote,))
    said = Analysis(
        "en",
        "",
        side,
        (claim,),
        (Mention(target, ticker, 0, len(ticker)),),
        (),
        (TickerSentiment(ticker, ticker.title(), side, 0.9),),
        "test",
    )
    return replace(record(of, said), backfilled=backfilled)


def plain_faces() -> Faces:
    """How alerts look to who tests the rest: one line each."""
    return Faces(
        alert=lambda fired: Rendered(f"alert {fired.alert.ticker} {fired.trace.article_id}"),
        update=lambda many: Rendered(f"update {[one.trace.article_id for one in many]}"),
        gathered=lambda many, since: Rendered(
            f"gathered since {since:%H:%M}: {[one.trace.article_id for one in many]}"
        ),
    )
