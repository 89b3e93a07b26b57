"""Promise 1: a digest and its thread are posted exactly once, through kill -9 and faulty replies.

Everything is the real thing but Slack, which is the playground over HTTP: the ticks of several
replicas build the digests at once, and are killed at it. The suite has 60 digests
and 40 kills; `make chaos` has 600 and 200.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import delete

from bot.playground.faults import Fault
from bot.playground.server import Playground
from bot.playground.state import EVERYONE, Channel, Message
from jobs.models import OPEN, OutboxRow, OutboxState
from jobs.outbox_table import outbox
from jobs.state import State
from retrieval.db import connect, migrate
from tests.faults.outbox_worker import Character, fast, furnish, owed

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]
SEED = 20261127
FEW, MANY = (60, 40, 100.0), (600, 200, 900.0)  # digests, kills, seconds at most
WORKERS = (1, 2, 3)  # at once: some join, some leave
FAULTY = 0.3  # of the replies, to posts and to looks
KINDS = (
    Fault("", "drop_before"),
    Fault("", "drop_after"),
    Fault("", "ratelimited", seconds=3),
    Fault("", "status", status=503),
    Fault("", "error", code="internal_error"),
    Fault("", "slow", seconds=2.0),
)
SPLIT = (20, 30, 20, 10, 5, 15)
LOOKS = ("conversations.history", "conversations.replies")
AFTER = 1.0  # seconds for a worker that was stopped for longer than its lease, to do harm
JITTER = 0.1  # seconds from a post to a kill: from before its reply to after it is written down
SKEW = 2.5  # seconds that a clock is off, and jumps: four of them are within the outbox's own
EVERYTHING: tuple[OutboxState, ...] = ("new", "sending", "sent", "failed", "unknown", "late")


@dataclass
class Run:
    """What is played: the fake Slack, the database and the workers alive."""

    slack: Playground
    url: str
    digests: int
    chance: random.Random
    nursery: "subprocess.Popen[str]"
    began: float
    alive: list[int] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    begun: int = 0

    async def begin(self, **more: float) -> int:
        """Begin a worker with a clock of its own, and give its number."""
        self.begun += 1
        character = Character(
            self.url,
            self.slack.api_url,
            self.slack.bot_token,
            f"w{self.begun}",
            self.began,
            **more,  # type: ignore[arg-type]
        )
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(json.dumps(asdict(character)) + "\n")
        self.nursery.stdin.flush()
        self.alive.append(await asyncio.to_thread(_number, self.nursery.stdout))
        return self.alive[-1]

    async def begin_any(self) -> None:
        """Begin one whose clock is off, and in one of three cases its database is slow, too."""
        slow = self.chance.random() < 1 / 3
        await self.begin(
            skew=self.chance.uniform(-SKEW, SKEW),
            jump=self.chance.uniform(-SKEW, SKEW),
            drag=0.05 if slow else 0.0,
            hangs=0.02 if slow else 0.0,
        )

    async def begin_stopped(self) -> int:
        """Begin one that stops between its first claim and the post, as SIGSTOP would stop it."""
        child = await self.begin(stops=True)
        self.alive.remove(child)
        self.stopped.append(child)
        stat = Path(f"/proc/{child}/stat")
        await self.slack.wait_for(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", 20)
        return child

    async def tried(self, posts: int, seconds: float) -> None:
        """Wait until so many posts were tried, and then for a moment of a post's own length."""
        await self.slack.wait_for(lambda: self.posts >= posts, timeout=seconds)
        await asyncio.sleep(self.chance.uniform(0, JITTER))

    async def kill_one(self) -> None:
        """End a worker at once; another joins, or several, or none while there is one left."""
        child = self.chance.choice(self.alive)
        self.alive.remove(child)
        os.kill(child, signal.SIGKILL)
        for _ in range(max(1, self.chance.choice(WORKERS)) - len(self.alive)):
            await self.begin_any()

    def end(self) -> None:
        """End all."""
        for child in (*self.alive, *self.stopped):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    @property
    def posts(self) -> int:
        """How often a post was tried."""
        return sum(call.method == "chat.postMessage" for call in self.slack.calls)


def _number(lines: IO[str]) -> int:
    return int(next(line for line in lines if line.strip().isdigit()))


@contextmanager
def nursery() -> Iterator["subprocess.Popen[str]"]:
    """A process that begins a worker for each line it is given."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.outbox_worker"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def spoil(slack: Playground, chance: random.Random, calls: int) -> None:
    """Plan what goes wrong with so many posts and so many looks, as if each drew its lot."""
    for method, count in (("chat.postMessage", calls), *((look, calls // 2) for look in LOOKS)):
        well = 0
        for _ in range(count):
            if chance.random() >= FAULTY:
                well += 1
                continue
            (drawn,) = chance.choices(KINDS, SPLIT)
            slack.faults.add(
                Fault(method, drawn.kind, 1, well, drawn.code, drawn.status, drawn.seconds)
            )
            well = 0


def open_channels(slack: Playground, digests: int) -> None:
    """Give each digest a channel of its own."""
    for n in range(digests):
        name = f"C{n:04d}"
        slack.workspace.channels[name] = Channel(name, name.lower(), "channel", EVERYONE)


async def until(run: Run, state: State, rows: int, seconds: float) -> None:
    """Wait until every row has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        counts = state.counts()
        if sum(counts.values()) == rows and not any(counts.get(one) for one in OPEN):
            return
        await asyncio.sleep(0.1)


async def storm(url: str, state: State, seed: int, size: tuple[int, int, float]) -> Run:
    """Post all digests while workers are killed: one each time so many posts were tried."""
    digests, kills, seconds = size
    rows = digests * len(owed(0))
    chance = random.Random(seed)
    began = time.time()
    async with Playground(partial(fast, began), paced=True) as slack:
        open_channels(slack, digests)
        spoil(slack, chance, 3 * rows)
        with nursery() as process:
            run = Run(slack, url, digests, chance, process, began)
            try:
                stopped = await run.begin_stopped()
                await run.begin_any()
                for n in range(kills):
                    await run.tried((n + 1) * rows // (kills + 1), seconds)
                    await run.kill_one()
                await until(run, state, rows, seconds)
                os.kill(stopped, signal.SIGCONT)
                await asyncio.sleep(AFTER)
            finally:
                run.end()
    return run


def messages(slack: Playground, digests: int) -> list[Message]:
    """List what stands in the channels, oldest first in each."""
    spoken = (slack.workspace.spoken(f"C{n:04d}") for n in range(digests))
    return [message for channel in spoken for message in channel]


def key_of_message(message: Message) -> str:
    assert message.metadata
    return str(message.metadata["event_payload"]["key"])


def figures(run: Run, rows: list[OutboxRow], kills: int, took: float) -> str:
    posted = [key_of_message(message) for message in messages(run.slack, run.digests)]
    due = {row.key for n in range(run.digests) for row in owed(n)}
    faults = Counter(c.fault for c in run.slack.calls if c.fault)
    looks = sum(call.method in LOOKS for call in run.slack.calls)
    share = sum(faults.values()) / (run.posts + looks)
    played = ", ".join(f"{count} {kind}" for kind, count in sorted(faults.items()))
    unclear = ", ".join(f"{n}: {k}" for n, k in sorted(Counter(r.tries for r in rows).items()))
    ended = [f"{row.key} {row.state}: {row.reason}" for row in rows if row.state != "sent"]
    return (
        f"{run.digests} digests in {len(due)} rows, {kills} kills, {run.begun} workers, "
        f"{run.posts} posts and {looks} looks, {share:.0%} faulty ({played}), "
        f"rows by unclear tries ({unclear}): {len(due - set(posted))} lost, "
        f"{len(posted) - len(set(posted))} double, {took:.0f} s {'; '.join(ended)}"
    )


def check(run: Run, rows: list[OutboxRow]) -> None:
    """Everything due stands there once, threads under their message and in order."""
    said = messages(run.slack, run.digests)
    by_key = {key_of_message(message): message for message in said}
    due = [row for n in range(run.digests) for row in owed(n)]
    assert [key_of_message(message) for message in said] == [row.key for row in due]
    assert {row.state for row in rows} == {"sent"}
    assert {row.key: row.ts for row in rows} == {key: m.ts for key, m in by_key.items()}
    roots = {row.key: by_key[row.under].ts if row.under else None for row in due}
    assert {key: message.thread_ts for key, message in by_key.items()} == roots


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the tables of jobs."""
    made = f"sqlite:///{tmp_path / 'tape.db'}"
    if request.param == "postgres":
        made = request.getfixturevalue("fresh_postgres_url")
    engine = connect(made)
    migrate(engine, "retrieval.store", "jobs")
    engine.dispose()
    return made


def test_each_digest_and_its_thread_are_posted_once_through_kills_and_faulty_replies(
    url: str, pytestconfig: pytest.Config, *, long: bool
) -> None:
    size = MANY if long else FEW
    engine = connect(url)
    furnish(engine, size[0])
    for seed in range(SEED, SEED + int(pytestconfig.getoption("seeds"))):
        began, state = time.monotonic(), State(engine)
        run = asyncio.run(storm(url, state, seed, size))
        rows = state.listed(EVERYTHING, most=9_999)
        with engine.begin() as connection:
            connection.execute(delete(outbox))
        took = time.monotonic() - began
        print(f"seed {seed}: {figures(run, rows, size[1], took)}")  # noqa: T201  the figures reached
        check(run, rows)
    engine.dispose()
