"""The outbox against a channel whose every outcome is chosen: in any order nothing is doubled.

Hypothesis drives several workers of one database, each at its own pace and by its own clock. Where
a worker waits for the channel, the next rule decides what becomes of its call.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jobs.models import OPEN, OutboxRow, OutboxState, Outgoing, Rendered
from jobs.outbox import LEASE, POST_TIMEOUT, SKEW, GiveUp, Limited, Outbox, Refused, Unclear
from jobs.outbox_table import outbox
from jobs.state import State
from retrieval.db import connect

START = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
ALL: tuple[OutboxState, ...] = ("new", "sending", "sent", "failed", "unknown", "late")
LAG = 4.0  # seconds in which a channel's history does not show a post, less than BACKOFF
WORKERS = 3
HALF = SKEW.total_seconds() / 2  # so far a clock may be off, to either side
EVER = timedelta(days=3650)


@dataclass
class Call:
    """A worker that waits for the channel: to post, or to see."""

    outgoing: Outgoing
    posts: bool
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
        for _ in range(6 * len(self.keys) + 6):
            self.now += LEASE * 7
            self.work(0)
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

    @initialize(skews=st.lists(st.floats(-HALF, HALF), min_size=WORKERS, max_size=WORKERS))
    def clocks(self, skews: list[float]) -> None:
        """Each worker's clock is off by its own."""
        self.skews = skews

    @rule(
        recipient=st.sampled_from(["C1", "C2"]),
        thread=st.integers(0, 2),
        deadline=st.none() | st.integers(1, 900),
    )
    def write(self, recipient: str, thread: int, deadline: int | None) -> None:
        """A row comes in, with its thread."""
        slot, content = f"{len(self.keys):03d}", Rendered("▲").to_json()
        main = OutboxRow("digest", recipient, slot, "new", content, self.now)
        stories = [
            replace(main, kind="story", slot=f"{slot}#{n}", under=main.key) for n in range(thread)
        ]
        ends = None if deadline is None else self.now + timedelta(seconds=deadline)
        assert self.state.enqueue(replace(main, deadline=ends), *stories)
        self.keys += [main.key, *(story.key for story in stories)]

    @rule(worker=st.integers(0, WORKERS - 1))
    def work(self, worker: int) -> None:
        """A worker that has nothing in hand takes the next row, as far as the channel."""
        if worker not in self.tasks:
            box = Outbox(
                self.state,
                lambda outgoing: self.wait(worker, outgoing, posts=True),
                lambda outgoing: self.wait(worker, outgoing, posts=False),
                f"w{worker}",
                note=self.note,
                patience=EVER,
            )
            self.tasks[worker] = self.loop.create_task(box.deliver_once(lambda: self.at(worker)))
            self.run_on(worker)

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), arrives=st.booleans())
    def end_unclear(self, data: st.DataObject, *, arrives: bool) -> None:
        """A call's answer is lost; a post may have arrived."""
        worker = data.draw(st.sampled_from(sorted(self.calls)))
        self.end(worker, Unclear(), arrives=arrives)

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def end_as_asked(self, data: st.DataObject) -> None:
        """A call goes well."""
        self.end_well(data.draw(st.sampled_from(sorted(self.calls))))

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), outcome=st.sampled_from([Refused("is_archived"), Limited(7.0)]))
    def end_refused(self, data: st.DataObject, outcome: Refused | Limited) -> None:
        """A call is refused, or limited: it certainly did nothing."""
        self.end(data.draw(st.sampled_from(sorted(self.calls))), outcome, arrives=False)

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), arrives=st.booleans())
    def crash(self, data: st.DataObject, *, arrives: bool) -> None:
        """A worker dies in the middle of a call; a post may have arrived."""
        worker = data.draw(st.sampled_from(sorted(self.calls)))
        call = self.calls[worker]
        if arrives and call.posts:
            self.channel.take(call.outgoing, self.now)
        self.die(worker)

    @rule(seconds=st.sampled_from([1, 5, 9, 30, 61, 95, 400]))
    def pass_time(self, seconds: int) -> None:
        """Time passes; a call that takes longer than it may is cut off and has not arrived."""
        self.now += timedelta(seconds=seconds)
        for worker, call in [*self.calls.items()]:
            if self.now - call.began > POST_TIMEOUT:
                self.end(worker, Unclear(), arrives=False)

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
                assert thread == f"ts {above}"
                assert self.channel.arrived[above] <= self.channel.arrived[key]

    @invariant()
    def what_was_given_up_is_told_once_and_of_notes_nothing(self) -> None:
        """Each row that was given up by itself has one note; none is about a note."""
        rows = self.state.listed(ALL, most=999)
        notes = [row.slot for row in rows if row.kind == "note"]
        assert not [slot for slot in notes if slot.startswith("note:")]

    def note(self, row: OutboxRow, _end: GiveUp, now: datetime) -> OutboxRow:
        made = OutboxRow("note", "U1", row.key, "new", Rendered("!").to_json(), now)
        self.keys.append(made.key)
        return made

    def at(self, worker: int) -> datetime:
        return self.now + timedelta(seconds=self.skews[worker])

    async def wait(self, worker: int, outgoing: Outgoing, *, posts: bool) -> str | None:
        answer: asyncio.Future[str | None] = self.loop.create_future()
        self.calls[worker] = Call(outgoing, posts, self.now, answer)
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
        seen = self.channel.take if call.posts else self.channel.shows
        call.answer.set_result(seen(call.outgoing, self.now))
        self.run_on(worker)

    def end(self, worker: int, outcome: Exception, *, arrives: bool) -> None:
        call = self.calls.pop(worker)
        if arrives and call.posts:
            self.channel.take(call.outgoing, self.now)
        call.answer.set_exception(outcome)
        self.run_on(worker)

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
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
