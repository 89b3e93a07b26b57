"""Workers of the outbox that are killed and begun anew two hundred times, for a kill test.

Each line that comes in, a `Character` in JSON, begins a worker, whose number is written out: a fork
is begun in a moment, since all that is slow was imported before. A worker is Tape's own clock: it
ticks, so that what is due is built from a small library and frozen with its thread, and it delivers
with Tape's own client, until it is killed. Its time runs SPEED times faster from EPOCH, so that
leases of a minute end in a test's time.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Engine, event

from bot.blocks.digest import digest_message, thread_messages
from bot.delivery import delivery
from bot.pacing import Pace
from jobs.brief import Desk
from jobs.brief import tick as enqueue_due
from jobs.clock import Clock, Hands, Job, deliver, tick
from jobs.models import DIGEST, STORY, OutboxRow, Subscription, key_of
from jobs.news import news_of
from jobs.outbox import Outbox
from jobs.schedules import WEEKDAYS, Daily
from jobs.state import State
from retrieval.db import connect
from retrieval.language.exposures import load_exposures
from retrieval.store.store import Store
from tests.articles import analysis, article, impact, record

SPEED = 15
EPOCH = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
DAY = "2026-11-27"
STORIES = 2  # of the library, so in the thread of each digest
MINUTES = 3  # of the fast clock at which digests become due: a third of them at each
TICK = timedelta(seconds=0.3)  # real
PATIENCE = timedelta(seconds=0.6)  # real; below the outbox's ten seconds of the fast clock
FREEZE = 3.5  # real seconds of a database that hangs: more than a lease allows before a post


@dataclass(frozen=True, slots=True)
class Character:
    """What a worker is given, and how it goes wrong.

    `skew` moves its clock, by fast seconds, and `jump` moves it again after two real ones. `drag`
    is how long (real seconds) its database takes at most; `hangs` how often it hangs after a claim.
    `stops` lets it stop itself after its first claim, as SIGSTOP from outside would.
    """

    database: str
    api_url: str
    token: str
    owner: str
    began: float
    skew: float = 0.0
    jump: float = 0.0
    drag: float = 0.0
    hangs: float = 0.0
    stops: bool = False


class SlowState(State):
    """A database that takes its time, or stops its process at the worst moment."""

    character: Character

    def claim(self, now: datetime, *, owner: str, lease: timedelta) -> OutboxRow | None:
        """Claim, then stand still."""
        row = super().claim(now, owner=owner, lease=lease)
        if row and self.character.stops:
            os.kill(os.getpid(), signal.SIGSTOP)
        if row and random.random() < self.character.hangs:
            time.sleep(FREEZE)
        time.sleep(random.uniform(0, self.character.drag))
        return row

    def mark_sent(self, row: OutboxRow, ts: str) -> None:
        """Stand still, then mark."""
        time.sleep(random.uniform(0, self.character.drag))
        super().mark_sent(row, ts)


def fast(began: float) -> datetime:
    """Tell the time of the test's world."""
    return EPOCH + timedelta(seconds=(time.time() - began) * SPEED)


def furnish(engine: Engine, digests: int) -> None:
    """Write a library with a story for each line of a thread, and who wants a digest when."""
    state, store = State(engine), Store(engine)
    for n in range(STORIES):
        told = record(article(f"a{n}", f"Story {n} alone."), analysis(impact(f"T{n}", 0.5)))
        store.put_many([told], now=EPOCH - timedelta(hours=1))
    for n in range(digests):
        at = (EPOCH + timedelta(minutes=n % MINUTES)).time()
        daily = Daily(at, WEEKDAYS, "UTC")
        state.subscribe(Subscription(DIGEST, f"C{n:04d}", daily, EPOCH - timedelta(hours=1)))


@dataclass(frozen=True, slots=True)
class Owed:
    """A row that a tick has to write, by its key, and the one in whose thread it stands."""

    key: str
    under: str | None = None


def owed(n: int) -> list[Owed]:
    """A digest and its thread, as the clock writes them."""
    channel = f"C{n:04d}"
    main = Owed(key_of(DIGEST, channel, DAY))
    slots = (f"{DAY}:{k:02}" for k in range(1, STORIES + 1))
    return [main, *(Owed(key_of(STORY, channel, slot), main.key) for slot in slots)]


async def serve(character: Character) -> None:
    """Build what is due and post it, until the process is killed."""
    begun = time.time()

    def now() -> datetime:
        moved = character.skew + (character.jump if time.time() - begun > 2.0 else 0.0)
        return fast(character.began) + timedelta(seconds=moved)

    def seconds() -> float:
        return time.monotonic() * SPEED

    def drags(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO outbox"):  # so that kills hit a tick within its writes
            time.sleep(random.uniform(0, character.drag))

    engine = connect(character.database)
    event.listen(engine, "after_cursor_execute", drags)
    state, store = SlowState(engine), Store(engine)
    state.character = character
    slack = delivery(character.token, character.api_url, Pace(seconds, every=1 / SPEED))
    outbox = Outbox(state, slack.post, slack.look, character.owner, patience=PATIENCE)
    desk = Desk(state, partial(news_of, store), digest_message, thread=thread_messages)
    if character.stops:  # alone: it must not stop others by a transaction of its own that is open
        enqueue_due(now(), desk)
        await outbox.drain(now)
    jobs = Job("tick", TICK, tick), Job("deliver", TICK / 6, deliver)
    Clock(Hands(desk, outbox, now), jobs).start()
    await asyncio.Event().wait()


def main() -> None:
    """Begin a worker for each line."""
    load_exposures()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            random.seed(line)
            asyncio.run(serve(Character(**json.loads(line))))
        print(child, flush=True)  # noqa: T201  the parent reads it


if __name__ == "__main__":
    main()
