"""The outbox worker with a channel of its own: every outcome, one row at a time."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from structlog.testing import capture_logs

from jobs.models import OutboxRow, OutboxState, Outgoing, Rendered
from jobs.outbox import (
    LEASE,
    MAX_TRIES,
    ORPHAN,
    GiveUp,
    Limited,
    Outbox,
    Refused,
    Unclear,
    outgoing_of,
    reopened,
)
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
    channel = Channel(*[Unclear() for _ in range(12)])
    channel.accepts_unclear = False
    states = play(state, channel, Watch(), MAX_TRIES + 2)
    assert states == ["sending"] * MAX_TRIES + ["unknown", None]
    assert channel.posts == MAX_TRIES
    assert only(state).reason == "8 tries without a clear outcome"


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


def put(state: State, recipient: str, slot: str = "2026-11-27", **changes: Any) -> OutboxRow:
    row = OutboxRow("digest", recipient, slot, "new", Rendered("More").to_json(), NOW)
    row = replace(row, **changes)
    assert state.enqueue(row)
    return row


def states(state: State) -> dict[str, str]:
    return {row.key: row.state for row in state.listed(get_args(OutboxState), most=99)}


def about(row: OutboxRow, end: GiveUp, now: datetime) -> tuple[OutboxRow, ...]:
    return (OutboxRow("note", "U1", row.key, "new", Rendered(end.reason).to_json(), now),)


def test_a_recipient_that_hangs_does_not_hold_the_others_nor_gets_two_at_once(
    state: State,
) -> None:
    for n in range(1, 8):
        put(state, f"C{n}", "2026-11-28")
    channel, hanging = Channel(), asyncio.Event()

    async def post(outgoing: Outgoing) -> str:
        if outgoing.recipient == "C1":
            assert not hanging.is_set(), "two at once"
            hanging.set()
            others = [f"digest:C{n}:2026-11-28" for n in range(2, 8)]
            while not set(others) <= set(channel.messages):  # noqa: ASYNC110  it hangs until then
                await asyncio.sleep(0.005)
            hanging.clear()
        return await channel.post(outgoing)

    assert asyncio.run(Outbox(state, post, channel.look, "me").drain(Watch())) == 8
    assert set(states(state).values()) == {"sent"}


def test_a_post_that_we_stumble_over_holds_back_no_other_and_is_given_up_in_the_end(
    state: State,
) -> None:
    put(state, "C2")
    channel, watch = Channel(), Watch()

    async def post(outgoing: Outgoing) -> str:
        if outgoing.recipient == "C1":
            raise ZeroDivisionError(outgoing.message.text)
        await asyncio.sleep(0.01)
        return await channel.post(outgoing)

    outbox = Outbox(state, post, channel.look, "me")
    sent = []
    with capture_logs() as logs:
        for _ in range(MAX_TRIES + 1):
            sent.append(asyncio.run(outbox.drain(watch)))
            watch.now += timedelta(minutes=10)
    stumbled = [one for one in logs if one["event"] == "outbox stumbled"]
    assert len(stumbled) == MAX_TRIES
    assert {one["error"] for one in stumbled} == {"ZeroDivisionError"}
    assert not any("exc_info" in one or "Pre-open brief" in str(one) for one in logs)
    assert sent == [1] + [0] * MAX_TRIES
    assert states(state) == {"digest:C1:2026-11-27": "unknown", "digest:C2:2026-11-27": "sent"}


def test_what_is_late_is_not_posted_and_its_owner_is_told_once(state: State) -> None:
    late = put(state, "C2", deadline=NOW)
    channel = Channel()
    outbox = Outbox(state, channel.post, channel.look, "me", notes=about)
    assert asyncio.run(outbox.drain(Watch())) == 2
    assert channel.messages == {
        "digest:C1:2026-11-27": "Pre-open brief",
        f"note:U1:{late.key}": "its time was over",
    }
    assert states(state)[late.key] == "late"


def test_a_deadline_that_passes_while_a_row_waits_ends_it(state: State) -> None:
    row = put(state, "C2", deadline=NOW + timedelta(minutes=15), created_at=NOW - LEASE)
    channel = Channel(Limited(700), Limited(700))
    assert play(state, channel, Watch(), 4)[:1] == ["new"]
    assert states(state)[row.key] == "late"
    assert row.key not in channel.messages


def test_a_thread_fails_with_its_message_and_one_note_tells_of_both(state: State) -> None:
    story = put(state, "C1", "2026-11-27#1", kind="story", under="digest:C1:2026-11-27")
    channel = Channel(Refused("not_in_channel"))
    outbox = Outbox(state, channel.post, channel.look, "me", notes=about)
    assert asyncio.run(outbox.drain(Watch())) == 1
    assert channel.messages == {"note:U1:digest:C1:2026-11-27": "not_in_channel"}
    assert states(state)[story.key] == "failed"


def test_a_note_that_fails_makes_no_note(state: State) -> None:
    channel = Channel(Refused("is_archived"), Refused("user_disabled"))
    outbox = Outbox(state, channel.post, channel.look, "me", notes=about)
    assert asyncio.run(outbox.drain(Watch())) == 0
    assert list(states(state).values()) == ["failed", "failed"]


def test_what_a_person_looked_for_is_posted_again_with_its_thread(state: State) -> None:
    put(state, "C1", "2026-11-27#1", kind="story", under="digest:C1:2026-11-27")
    channel = Channel(Refused("not_in_channel"))
    outbox = Outbox(state, channel.post, channel.look, "me")
    asyncio.run(outbox.drain(Watch()))
    failed = only(state)
    begun = reopened(failed)
    assert begun == "new"
    assert state.try_again(failed, begun, orphans=ORPHAN)
    assert asyncio.run(outbox.drain(Watch())) == 2
    assert list(channel.messages) == ["digest:C1:2026-11-27", "story:C1:2026-11-27#1"]


def test_a_database_that_answers_after_the_lease_leads_to_no_second_post(state: State) -> None:
    """Whoever posted writes it down late; whoever took over meanwhile has found it."""
    channel, watch = Channel(), Watch()
    first = state.claim(NOW, owner="slow", lease=LEASE)
    assert first is not None
    asyncio.run(channel.post(outgoing_of(first, NOW)))
    watch.now += LEASE + timedelta(seconds=1)
    assert play(state, channel, watch, 1) == ["sent"]
    state.mark_sent(first, "17.0")
    assert (channel.posts, only(state).ts) == (1, "17.0")
