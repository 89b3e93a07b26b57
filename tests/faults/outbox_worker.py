"""Workers of the outbox that are killed and begun anew two hundred times, for a kill test.

Each line that comes in, a `Character` in JSON, begins a worker, whose number is written out: a fork
is begun in a moment, since all that is slow was imported before. A worker writes what is due and
posts it with Tape's own client until it is killed. Its clock runs SPEED times faster from EPOCH, so
that leases of a minute end in a test's time.
"""

import asyncio
import dataclasses
import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.delivery import delivery
from bot.pacing import Pace
from jobs.models import DIGEST, OutboxRow, Rendered
from jobs.outbox import Outbox
from jobs.state import State
from retrieval.db import connect

SPEED = 15
EPOCH = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
DAY = "2026-11-27"
STORIES = 2  # in the thread of each digest
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
    digests: int
    every: float = 0.0  # fast seconds between the digests that become due
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


def rows_of(n: int) -> list[OutboxRow]:
    """A digest and its thread, as the clock writes them."""
    text = Rendered(f"Brief {n}").to_json()
    main = OutboxRow(DIGEST, f"C{n:04d}", DAY, "new", text, EPOCH + timedelta(seconds=n))
    thread = [
        dataclasses.replace(main, kind="story", slot=f"{DAY}#{k}", under=main.key)
        for k in range(STORIES)
    ]
    return [main, *thread]


async def serve(character: Character) -> None:
    """Write what is due and post it, until the process is killed."""
    begun = time.time()

    def now() -> datetime:
        moved = character.skew + (character.jump if time.time() - begun > 2.0 else 0.0)
        return fast(character.began) + timedelta(seconds=moved)

    def seconds() -> float:
        return time.monotonic() * SPEED

    state = SlowState(connect(character.database))
    state.character = character
    slack = delivery(character.token, character.api_url, Pace(seconds, every=1 / SPEED))
    outbox = Outbox(state, slack.post, slack.look, character.owner, patience=PATIENCE)
    written = {row.recipient for row in state.rows(since=EPOCH.date())}
    while True:
        since = (fast(character.began) - EPOCH).total_seconds()
        for n in range(min(character.digests, 1 + int(since / (character.every or 1e-9)))):
            main, *thread = rows_of(n)
            if main.recipient not in written:
                state.enqueue_all(main, thread)
                written.add(main.recipient)
        await outbox.drain(now)
        await asyncio.sleep(0.05)


def main() -> None:
    """Begin a worker for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            random.seed(line)
            asyncio.run(serve(Character(**json.loads(line))))
        print(child, flush=True)  # noqa: T201  the parent reads it


if __name__ == "__main__":
    main()
