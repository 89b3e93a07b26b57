"""Feeds that are due -> articles in the library, and feeds that know how it went. Knows no SQL.

One feed at a time is taken under a lease, asked, read in the parser's process and ingested, by each
of a few threads. They ingest in turns: the model and the database are one, and questions wait for
the same cores. What a feed said once is not read again; what it held when it was first asked is
history, but for what was published in the last hour.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from jobs.feeds.answers import failed, unread, worked
from jobs.feeds.models import Failed, Feed, Outcome, Worked
from jobs.feeds.pace import after
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools
from retrieval.errors import SourceError
from retrieval.ingest import Counts, ingest
from retrieval.library import Library
from retrieval.models import Article
from retrieval.sources.ids import host_of
from retrieval.sources.reading import read_feed

AT_ONCE = 4  # feeds: a slow one keeps a thread for at most the fetch's 30 s
LEASE = timedelta(minutes=3)  # outlasts a fetch, a parse and a batch; renewed with each batch
NEWS = timedelta(hours=1)  # what is younger is news, even of a feed that is new to us
AHEAD = timedelta(minutes=5)  # clocks differ by that; what is dated later is no news of today
NOTHING = Counts()

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """A poll that was made, and what became of the items that were new to the feed."""

    feed: Feed
    outcome: Outcome
    counts: Counts = NOTHING


class Poller:
    """Asks the feeds that are due. `owner` names this process; `draw` gives a number in [0, 1)."""

    def __init__(
        self,
        feeds: Feeds,
        tools: Tools,
        library: Library,
        *,
        owner: str,
        draw: Callable[[], float],
        at_once: int = AT_ONCE,
        lease: timedelta = LEASE,
    ) -> None:
        self._feeds = feeds
        self._tools = tools
        self._library = library
        self._owner = owner
        self._draw = draw
        self._at_once = at_once
        self._lease = lease
        self._turn = threading.Lock()
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="feed")
        self._stopped = threading.Event()
        self._under_way: asyncio.Future[list[list[Visit]]] | None = None

    async def drain(self, now: Callable[[], datetime]) -> list[Visit]:
        """Ask what is due, a few at once, in threads of its own: nothing else waits for a feed.

        Closing the poller ends this at once, whatever the threads are waiting for.
        """
        if self._stopped.is_set():
            return []
        run = partial(asyncio.get_running_loop().run_in_executor, self._pool, self.visit_all, now)
        self._under_way = asyncio.gather(*(run() for _ in range(self._at_once)))
        try:
            return [visit for visits in await self._under_way for visit in visits]
        except asyncio.CancelledError:
            if self._stopped.is_set():
                return []
            raise

    def visit_all(self, now: Callable[[], datetime]) -> list[Visit]:
        """Ask one feed after the other until none is due."""
        visits: list[Visit] = []
        while not self._stopped.is_set() and (visit := self.visit(now)) is not None:
            visits.append(visit)
            _note(visit)
        return visits

    def visit(self, now: Callable[[], datetime]) -> Visit | None:
        """Take the feed that has been due longest, and bring what is new in it into the library.

        None when no feed is due.
        """
        held = self._feeds.claim(now(), owner=self._owner, lease=self._lease)
        if held is None:
            return None
        try:
            visit = self._made(held, now)
        except Exception:  # a mistake of ours is not to come up again at once
            self._settle(held, Failed("ours"), now())
            raise
        self._settle(held, visit.outcome, now())
        return visit

    def close(self) -> None:
        """Take no more feeds; a poll that is under way is left to its lease.

        In the event loop's thread, if there is one.
        """
        self._stopped.set()
        if self._under_way:
            self._under_way.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _made(self, held: Feed, now: Callable[[], datetime]) -> Visit:
        try:
            polled = self._tools.poll(held.url, held.known)
            if polled.fetched is None:
                return Visit(held, unread(polled, now()))
            articles = read_feed(polled.fetched, sandbox=self._tools.sandbox, now=now())
        except SourceError as error:
            return Visit(held, failed(error))
        outcome = worked(articles, polled, now())
        counts = self._ingest(held, articles, outcome, now)
        return Visit(held, outcome, counts)

    def _ingest(
        self, held: Feed, articles: Sequence[Article], outcome: Worked, now: Callable[[], datetime]
    ) -> Counts:
        """Keep what the feed has not said before, in turns with the other threads."""
        unsaid = [one for one in articles if held.said.get(one.id) != outcome.said[one.id]]
        old, news = split(unsaid, held, outcome, now())
        counts = NOTHING
        with self._turn:
            for group, backfill in ((old, True), (news, False)):
                if group and self._feeds.renew(held, now() + self._lease):
                    counts = _sum(counts, self._kept(held, group, now, backfill=backfill))
        return counts

    def _kept(
        self, held: Feed, group: Sequence[Article], now: Callable[[], datetime], *, backfill: bool
    ) -> Counts:
        def renewed(_: int) -> None:
            self._feeds.renew(held, now() + self._lease)

        library = self._library
        return ingest(group, library=library, now=now, progress=renewed, backfill=backfill)

    def _settle(self, held: Feed, outcome: Outcome, now: datetime) -> None:
        self._feeds.settle(held, after(held, outcome, now, self._draw()))


def _note(visit: Visit) -> None:
    """Log what a poll came to, without an address, which may hold a key, and without a text."""
    outcome, counts = visit.outcome, visit.counts
    cause = outcome.cause if isinstance(outcome, Failed) else None
    told = {"outcome": type(outcome).__name__.lower(), "cause": cause}
    site = host_of(visit.feed.url)
    log.info("feed polled", site=site, **told, new=counts.new, changed=counts.changed)


def split(
    articles: Sequence[Article], held: Feed, outcome: Worked, now: datetime
) -> tuple[list[Article], list[Article]]:
    """Part what was there before anybody followed the feed, or had moved with it, from news."""
    if held.worked_at is not None and outcome.moved_to is None:
        return [], list(articles)
    recent = {
        article.id
        for article in articles
        if article.published_at and now - NEWS <= article.published_at <= now + AHEAD
    }
    old = [article for article in articles if article.id not in recent]
    return old, [article for article in articles if article.id in recent]


def _sum(one: Counts, other: Counts) -> Counts:
    return replace(
        one,
        new=one.new + other.new,
        changed=one.changed + other.changed,
        same=one.same + other.same,
        failed=(*one.failed, *other.failed),
    )
