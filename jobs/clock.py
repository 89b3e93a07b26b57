"""The table of everything that runs on time, and the scheduler that runs it. Knows no store.

APScheduler is only a clock: nothing of it is kept. What makes a post happen once is the outbox's
key, so a run that was missed, doubled or cut off costs nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from jobs.alerts.flush import flush
from jobs.alerts.state import Alerts
from jobs.alerts.telling import Faces
from jobs.brief import Desk
from jobs.brief import tick as enqueue_due
from jobs.feeds.poller import Poller
from jobs.outbox import Outbox

KEEP = timedelta(days=90)  # what ended longer ago is taken away, but for what was told last
GRACE = 8.0  # seconds for what is in hand at a stop: under the 10 that `docker stop` gives


@dataclass(frozen=True, slots=True)
class Hands:
    """What the jobs work with; without a poller no feed is asked."""

    desk: Desk
    outbox: Outbox
    now: Callable[[], datetime]
    poller: Poller | None = None
    alerts: Alerts | None = None
    faces: Faces | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Something that runs again and again; never twice at once."""

    name: str
    every: timedelta
    run: Callable[[Hands], Awaitable[object]]


async def tick(hands: Hands) -> None:
    """Put what is due into the outbox."""
    await asyncio.to_thread(enqueue_due, hands.now(), hands.desk)


async def gather(hands: Hands) -> None:
    """Put into the outbox what waited for the end of quiet hours, or of its hour."""
    if hands.alerts and hands.faces:
        await asyncio.to_thread(flush, hands.alerts.engine, hands.faces, hands.now())


async def forget(hands: Hands) -> None:
    """Forget what explained alerts long ago."""
    if hands.alerts:
        await asyncio.to_thread(hands.alerts.prune, hands.now())


async def deliver(hands: Hands) -> None:
    """Post what waits in the outbox."""
    await hands.outbox.drain(hands.now)


async def prune(hands: Hands) -> None:
    """Take what ended long ago out of the outbox."""
    await asyncio.to_thread(hands.outbox.state.prune, hands.now() - KEEP)


async def poll(hands: Hands) -> None:
    """Ask the feeds that are due, in threads of their own."""
    if hands.poller:
        await hands.poller.drain(hands.now)


JOBS = (
    Job("tick", timedelta(seconds=30), tick),
    Job("gather", timedelta(seconds=30), gather),
    Job("forget", timedelta(hours=6), forget),
    Job("deliver", timedelta(seconds=2), deliver),
    Job("prune", timedelta(hours=6), prune),
    Job("poll", timedelta(seconds=10), poll),
)


# It warns of each run that waits for the one before: here that is the plan, not news.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


class Clock:
    """Runs the jobs in the running event loop, the first time at once, until it is stopped."""

    def __init__(self, hands: Hands, jobs: tuple[Job, ...] = JOBS) -> None:
        self._hands = hands
        self._jobs = jobs
        self._in_hand: set[asyncio.Task[object]] = set()
        self.ended_at: dict[str, datetime] = {}  # when each job last ended well
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin."""
        at_once = datetime.now(UTC)  # noqa: TID251  APScheduler's own clock, which no fake one moves
        for job in self._jobs:
            self._scheduler.add_job(
                self._run,
                "interval",
                args=(job,),
                id=job.name,
                seconds=job.every.total_seconds(),
                next_run_time=at_once,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    async def stop(self) -> None:
        """Start nothing more, and give what is in hand time to end."""
        self._scheduler.pause()
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=GRACE)
        self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        task = asyncio.ensure_future(job.run(self._hands))
        self._in_hand.add(task)
        try:
            await task
            self.ended_at[job.name] = self._hands.now()
        finally:
            self._in_hand.discard(task)
