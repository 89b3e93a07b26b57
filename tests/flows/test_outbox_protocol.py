"""The outbox against a channel whose every outcome is chosen: in any order nothing is doubled.

Hypothesis drives several workers of one database, each at its own pace and by its own clock. Where
a worker waits for the channel, the next rule decides what becomes of its call.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal, get_args

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from jobs.models import OPEN, Ended, OutboxRow, OutboxState, Outgoing, Rendered
from jobs.outbox import (
    LEASE,
    ORPHAN,
    POST_TIMEOUT,
    SKEW,
    GiveUp,
    Limited,
    Outbox,
    Refused,
    Unclear,
)
from jobs.outbox_table import outbox
from jobs.state import State
from retrieval.db import connect

START = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
ALL: tuple[OutboxState, ...] = ("new", "sending", "sent", "failed", "unknown", "late")
LAG = 4.0  # seconds in which a channel's history does not show a post, less than BACKOFF
WORKERS = 2
HALF = SKEW.total_seconds() / 2  # so far a clock may be off, to either side
EVER = timedelta(days=3650)


SECONDS = (*[0] * 9, 1, 8, 16, 45, 61, 72, 400)
NEW = OutboxRow("digest", "C0", "1", "new", Rendered("▲").to_json(), START)
LONG = 60  # steps after which every row and note has ended, when all goes well
NOTHING = Outgoing("", "", Rendered(""), START)

What = Literal["claimed", "post", "look"]
End = Literal["well", "unclear", "unclear, arrived", "refused", "limited", "dies", "dies, arrived"]
ENDS: tuple[End, ...] = (*["well"] * 9, *get_args(End)[1:])  # type: ignore[assignment]
FAILURES: dict[End, Exception] = {
    "unclear": Unclear(),
    "unclear, arrived": Unclear(),
    "refused": Refused("is_archived"),
    "limited": Limited(7.0),
}


class Paused(Outbox):
    """An outbox whose worker may stand still after a claim, as long as the test likes."""

    pauses: ClassVar[dict[str, Callable[[], Awaitable[object]]]] = {}

    async def _claim(self, now: Callable[[], datetime]) -> OutboxRow | None:
        row = await super()._claim(now)
        if row:
            await self.pauses[self.owner]()
        return row


@dataclass
class Call:
    """A worker that stands still after a claim, or waits for the channel: to post, or to see."""

    outgoing: Outgoing
    what: What
    began: datetime
    answer: asyncio.Future[str | None]


@dataclass
class Channel:
    """What stands in the channel: for each key the moments at which it arrived."""

    arrived: dict[str, list[datetime]] = field(default_factory=dict)
    under: dict[str, str | None] = field(default_factory=dict)

    def take(self, outgoing: Outgoing, now: datetime) -> str:
        self.arrived.setdefault(outgoing.key, []).append(now)
        self.under[outgoing.key] = outgoing.thread_ts
        return f"ts {outgoing.key}"

    def shows(self, outgoing: Outgoing, now: datetime) -> str | None:
        """Say where a key stands; what is older than the look begins, or too fresh, is not seen."""
        oldest, newest = outgoing.first_try - SKEW, now - timedelta(seconds=LAG)
        seen = [at for at in self.arrived.get(outgoing.key, ()) if oldest <= at <= newest]
        return f"ts {outgoing.key}" if seen else None


class Delivering(RuleBasedStateMachine):
    """Rows come in, workers claim them, calls end in every way, time passes, workers die."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.engine = connect("sqlite://")
        outbox.create(self.engine)
        self.state = State(self.engine)
        self.channel = Channel()
        self.now = START
        self.skews = [0.0] * WORKERS
        self.tasks: dict[int, asyncio.Task[OutboxState | None]] = {}
        self.calls: dict[int, Call] = {}
        self.keys: list[str] = []

    def teardown(self) -> None:
        """Let everything that still waits go well: nothing may be lost."""
        for worker in [*self.calls]:
            self.die(worker)
        self.skews = [0.0] * WORKERS
        for _ in range(LONG):
            if not self.state.backlog(self.now).waiting:
                break
            self.now += LEASE * 7
            self.begin(0)
            while 0 in self.calls:
                self.end_well(0)
        rows = {row.key: row for row in self.state.listed(ALL, most=999)}
        self.close()
        assert set(self.keys) <= set(rows)
        assert not [row for row in rows.values() if row.state in OPEN]
        sent = {key for key, row in rows.items() if row.state == "sent"}
        assert sent == set(self.channel.arrived) & sent
        for key in set(rows) - sent:
            assert rows[key].reason

    def close(self) -> None:
        """Let go of the loop and its threads."""
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        self.engine.dispose()

    @initialize(
        skews=st.lists(st.floats(-HALF, HALF), min_size=WORKERS, max_size=WORKERS),
        deadlines=st.lists(st.none() | st.integers(1, 900), min_size=2, max_size=2),
    )
    def write(self, skews: list[float], deadlines: list[int | None]) -> None:
        """Two digests with threads come in; each worker's clock is off by its own."""
        self.skews = skews
        for n, deadline in enumerate(deadlines):
            ends = None if deadline is None else self.now + timedelta(seconds=deadline)
            main = replace(NEW, recipient=f"C{n}", deadline=ends)
            thread = [
                replace(NEW, kind="story", recipient=f"C{n}", slot=f"1#{k}", under=main.key)
                for k in range(2 - n)
            ]
            assert self.state.enqueue(main, thread)
            self.keys += [main.key, *(story.key for story in thread)]

    @rule(
        worker=st.integers(0, WORKERS - 1),
        end=st.sampled_from(ENDS),
        seconds=st.sampled_from(SECONDS),
    )
    def step(self, worker: int, end: End, seconds: int) -> None:
        """Time passes; then a worker takes a row, or what it waits for ends, or it dies."""
        self.pass_time(seconds)
        if worker not in self.tasks:
            self.begin(worker)
        elif end == "well":
            self.end_well(worker)
        elif end in {"dies", "dies, arrived"}:
            self.arrive(worker, end == "dies, arrived")
            self.die(worker)
        elif self.calls[worker].what == "claimed":
            self.end_well(worker)
        else:
            self.arrive(worker, end == "unclear, arrived")
            self.end(worker, FAILURES[end])

    def pass_time(self, seconds: int) -> None:
        """Move the clock; a call that takes longer than it may is cut off and has not arrived."""
        self.now += timedelta(seconds=seconds)
        for worker, call in [*self.calls.items()]:
            if call.what != "claimed" and self.now - call.began > POST_TIMEOUT:
                self.end(worker, Unclear())

    @invariant()
    def nothing_stands_there_twice(self) -> None:
        """Never two posts of one key."""
        assert all(len(moments) == 1 for moments in self.channel.arrived.values())

    @invariant()
    def a_thread_stands_under_its_message(self) -> None:
        """What belongs into a thread is posted after its message, and under it."""
        for key, thread in self.channel.under.items():
            if key.startswith("story"):
                above = key.replace("story", "digest", 1).partition("#")[0]
                assert above in self.channel.arrived
                assert thread == f"ts {above}"
                assert self.channel.arrived[above] <= self.channel.arrived[key]

    @invariant()
    def what_was_given_up_is_told_once_and_of_notes_nothing(self) -> None:
        """Each row that was given up has a note, but for notes and what an orphan ends as."""
        rows = self.state.listed(ALL, most=999)
        given_up = {row.key for row in rows if row.state in get_args(Ended)}
        notes = {row.slot for row in rows if row.kind == "note"}
        orphans = {row.key for row in rows if row.reason == ORPHAN}
        by_themselves = {key for key in given_up - orphans if not key.startswith("note:")}
        assert by_themselves <= notes
        assert not [slot for slot in notes - by_themselves if slot.startswith(("note:", "story"))]

    def notes(self, row: OutboxRow, _end: GiveUp, now: datetime) -> tuple[OutboxRow, ...]:
        return (OutboxRow("note", "U1", row.key, "new", Rendered("!").to_json(), now),)

    def at(self, worker: int) -> datetime:
        return self.now + timedelta(seconds=self.skews[worker])

    def begin(self, worker: int) -> None:
        box = Paused(
            self.state,
            lambda outgoing: self.wait(worker, "post", outgoing),
            lambda outgoing: self.wait(worker, "look", outgoing),
            f"w{worker}",
            notes=self.notes,
            patience=EVER,
        )
        box.pauses[box.owner] = lambda: self.wait(worker, "claimed", NOTHING)
        self.tasks[worker] = self.loop.create_task(box.deliver_once(lambda: self.at(worker)))
        self.run_on(worker)

    async def wait(self, worker: int, what: What, outgoing: Outgoing) -> str | None:
        answer: asyncio.Future[str | None] = self.loop.create_future()
        self.calls[worker] = Call(outgoing, what, self.now, answer)
        return await answer

    def run_on(self, worker: int) -> None:
        """Go on until the worker waits for the channel, or has done."""

        async def going() -> None:
            while worker not in self.calls and not self.tasks[worker].done():  # noqa: ASYNC110
                await asyncio.sleep(0.0002)

        self.loop.run_until_complete(going())
        if self.tasks[worker].done():
            self.tasks.pop(worker).result()

    def end_well(self, worker: int) -> None:
        call = self.calls.pop(worker)
        match call.what:
            case "post":
                call.answer.set_result(self.channel.take(call.outgoing, self.now))
            case "look":
                call.answer.set_result(self.channel.shows(call.outgoing, self.now))
            case "claimed":
                call.answer.set_result(None)
        self.run_on(worker)

    def end(self, worker: int, outcome: Exception) -> None:
        self.calls.pop(worker).answer.set_exception(outcome)
        self.run_on(worker)

    def arrive(self, worker: int, arrives: bool) -> None:  # noqa: FBT001  of a call that is lost
        call = self.calls[worker]
        if arrives and call.what == "post":
            self.channel.take(call.outgoing, self.now)

    def die(self, worker: int) -> None:
        self.calls.pop(worker)
        task = self.tasks.pop(worker)
        task.cancel()
        self.loop.run_until_complete(asyncio.wait([task]))


@pytest.fixture(autouse=True)
def quiet() -> None:
    """The protocol's own log is no news here."""
    import structlog

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


TestDelivering = Delivering.TestCase
TestDelivering.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a case is short enough to read
    suppress_health_check=[HealthCheck.too_slow],
)
