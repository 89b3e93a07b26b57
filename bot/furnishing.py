"""An empty playground -> one with samples, a brief, an alert rule and a book, each put there once.

What is changed by hand stays as it is at the next start.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.engines import utc_now
from bot.playground.state import ADA, BEN, TEAM
from bot.samples import Sample, live_sample, sample_book, samples
from bot.wiring import Office
from jobs.alerts.rules import Rule
from jobs.book.preview import preview_of
from jobs.models import DIGEST, Owner, Subscription
from jobs.people import People
from jobs.schedules import WEEKDAYS, Daily
from retrieval.ingest import ingest
from retrieval.library import Library

CHANNEL = "C0BRIEF001"  # the playground's #daily-brief
FEW = 4  # samples at a time, so that a newcomer sees the bar move


def fresh_samples(library: Library) -> list[Sample]:
    """List the samples that are not stored as they are written."""
    articles = samples()
    known = library.store.hashes([sample.written.id for sample in articles])
    return [s for s in articles if known.get(s.written.id) != s.written.content_hash]


def read_samples(
    fresh: Sequence[Sample],
    url: str,
    library: Library,
    advance: Callable[[int], None],
    stopped: Callable[[], bool],
) -> None:
    """Read samples until it is stopped, and give all their addresses at `url`; it blocks."""
    for start in range(0, len(fresh), FEW):
        if not stopped():
            group = (sample.article(url) for sample in fresh[start : start + FEW])
            ingest(group, library=library, now=utc_now, progress=advance)
    placed = (sample.article(url) for sample in samples())
    library.store.move({article.id: article.url for article in placed if article.url})


def live_news(library: Library) -> Sample:
    """Give the sample that comes as news, dated two minutes ago, or as at the first start."""
    fresh = live_sample(utc_now() - timedelta(minutes=2))
    kept = library.store.article(fresh.written.id)
    return live_sample(kept.article.published_at) if kept and kept.article.published_at else fresh


def read_live(live: Sample, url: str, office: Office) -> bool:
    """Let the last sample arrive as news under a rule that it meets; only at the first start.

    Says whether this is it: a fake Slack keeps no messages, so later none is there to be seen.
    """
    library, article = office.library, live.article(url)
    if not library.store.hashes([article.id]):
        now = utc_now()
        office.alerting().alerts.keep(_rule(now), now)
        ingest([article], library=library, now=utc_now, progress=lambda _: None)
        return True
    if article.url:
        library.store.move({article.id: article.url})
    return False


def subscribe(office: Office) -> None:
    """Give the channel a daily brief, due at once on the first day, and Ben a book.

    Both come once: where the channel has a subscription, somebody has been here.
    """
    state, now = office.desk.state, utc_now()
    if any(wanted.recipient == CHANNEL for wanted in state.subscriptions()):
        return
    preview = preview_of(sample_book(), office.library.securities)
    owner = Owner(TEAM, BEN.id)
    People(office.engine).keep_book(owner, preview.holdings, now, preview.lots)
    state.subscribe(
        Subscription(
            kind=DIGEST,
            recipient=CHANNEL,
            schedule=Daily(now.time().replace(second=0, microsecond=0), WEEKDAYS, "UTC"),
            created_at=datetime.combine(now.date(), datetime.min.time(), UTC),
        )
    )


def _rule(now: datetime) -> Rule:
    return Rule(
        id="sample",
        scope="ticker",
        about="NVDA",
        metric="score",
        threshold=0.5,
        recipient=CHANNEL,
        owner=Owner(TEAM, ADA.id),
        team=TEAM,
        zone="UTC",
        personal=False,
        created_at=now,
    )
