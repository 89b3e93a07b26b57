"""The outbox worker with a channel of its own: every outcome, one row at a time."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from jobs.models import OutboxRow, Outgoing, Rendered
from jobs.outbox import LEASE, MAX_TRIES, Limited, Outbox, Refused, Unclear
from jobs.state import State
from retrieval.db import connect, migrate

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)


class Channel:
    """A channel that accepts, and replies what it is told to; it can be looked at."""

    def __init__(self, *replies: Exception | None, blind: bool = False) -> None:
        self.replies = list(replies)
        self.messages: dict[str, str] = {}
        self.blind = blind
        self.accepts_unclear = True
        self.posts = 0

    async def post(self, outgoing: Outgoing) -> str:
        self.posts += 1
        reply = self.replies.pop(0) if self.replies else None
        if reply is None or (isinstance(reply, Unclear) and self.accepts_unclear):
            assert outgoing.key not in self.messages, "posted twice"
            self.messages[outgoing.key] = outgoing.message.text
        if reply is not None:
            raise reply
        return "17.1"

    async def look(self, outgoing: Outgoing) -> str | None:
        if self.blind:
            raise Refused("missing_scope")
        return "17.0" if outgoing.key in self.messages else None


class Watch:
    """A clock that moves when it is told to, or by a step at each look at it."""

    def __init__(self, step: timedelta = timedelta(0)) -> None:
        self.now = NOW
        self.step = step

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


@pytest.fixture
def state() -> Iterator[State]:
    engine = connect("sqlite://")
    migrate(engine, "jobs")
    state = State(engine)
    content = Rendered("Pre-open brief").to_json()
    state.enqueue(OutboxRow("digest", "C1", "2026-11-27", "new", content, NOW))
    yield state
    engine.dispose()


def play(state: State, channel: Channel, watch: Watch, times: int) -> list[str | None]:
    outbox = Outbox(state, channel.post, channel.look, "me")

    async def run() -> list[str | None]:
        states: list[str | None] = []
        for _ in range(times):
            states.append(await outbox.deliver_once(watch))
            watch.now += timedelta(minutes=10)
        return states

    return asyncio.run(run())


def only(state: State) -> OutboxRow:
    (row,) = state.rows(since=NOW.date())
    return row


def test_a_post_that_is_accepted_is_sent_and_not_posted_again(state: State) -> None:
    assert play(state, Channel(), Watch(), 2) == ["sent", None]
    assert only(state).ts == "17.1"


def test_a_limited_post_waits_as_long_as_it_is_told_and_stays_new(state: State) -> None:
    channel = Channel(Limited(700))
    assert play(state, channel, Watch(), 3) == ["new", None, "sent"]


def test_a_post_that_arrived_without_a_reply_is_found_and_not_repeated(state: State) -> None:
    channel = Channel(Unclear())
    assert play(state, channel, Watch(), 2) == ["sending", "sent"]
    assert (channel.posts, only(state).ts) == (1, "17.0")


def test_a_post_that_was_lost_is_posted_again(state: State) -> None:
    channel = Channel(Unclear())
    channel.accepts_unclear = False
    assert play(state, channel, Watch(), 2) == ["sending", "sent"]
    assert channel.posts == 2


def test_after_enough_unclear_tries_nobody_posts_again(state: State) -> None:
    channel = Channel(*[Unclear() for _ in range(9)])
    channel.accepts_unclear = False
    states = play(state, channel, Watch(), MAX_TRIES + 2)
    assert states == ["sending"] * MAX_TRIES + ["unknown", None]
    assert channel.posts == MAX_TRIES
    assert only(state).reason == "5 tries without a clear outcome"


def test_a_refused_post_has_failed_for_good(state: State) -> None:
    assert play(state, Channel(Refused("is_archived")), Watch(), 2) == ["failed", None]
    assert only(state).reason == "is_archived"


def test_where_nobody_may_look_an_unclear_post_is_unknown_at_once(state: State) -> None:
    channel = Channel(Unclear(), blind=True)
    assert play(state, channel, Watch(), 3) == ["sending", "unknown", None]
    assert channel.posts == 1


def test_a_worker_that_slept_through_its_lease_does_not_post(state: State) -> None:
    channel = Channel()
    assert play(state, channel, Watch(step=LEASE - timedelta(seconds=5)), 1) == ["new"]
    assert channel.posts == 0
    assert play(state, channel, Watch(), 1) == ["sent"]


def test_a_poster_that_never_returns_is_unclear(state: State) -> None:
    async def hang(_: Outgoing) -> str:
        await asyncio.sleep(60)
        return "never"

    soon = timedelta(seconds=0.05)
    outbox = Outbox(state, hang, Channel().look, "me", patience=soon)
    assert asyncio.run(outbox.deliver_once(Watch())) == "sending"
    assert only(state).tries == 1


def test_draining_ends_when_nothing_waits(state: State) -> None:
    channel = Channel()
    assert asyncio.run(Outbox(state, channel.post, channel.look, "me").drain(Watch())) == 1
    assert list(channel.messages.values()) == ["Pre-open brief"]
