"""Whose turn it is in the outbox, how a row ends, is opened anew or pruned: on every database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from jobs.models import Backlog, OutboxRow, OutboxState, Owner, Subscription
from jobs.outbox import ORPHAN
from jobs.schedules import WORKDAYS, Daily
from jobs.state import State
from retrieval.db import connect, migrate

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LEASE = 60 * SECOND
DAILY = Daily(time(8, 45), WORKDAYS, "UTC")


@pytest.fixture
def state(url: str) -> Iterator[State]:
    engine = connect(url)
    migrate(engine, "jobs")
    yield State(engine)
    engine.dispose()


def row(recipient: str = "C1", slot: str = "2026-11-27", **changes: Any) -> OutboxRow:
    made = OutboxRow("digest", recipient, slot, "new", '{"text": "▲"}', NOW)
    return replace(made, **changes)


MAIN = row(until=NOW)
STORIES = [row(kind="story", slot=f"2026-11-27#{n}", under=MAIN.key) for n in (1, 2)]


def claimed(state: State, now: datetime = NOW) -> OutboxRow:
    found = state.claim(now, owner="me", lease=LEASE)
    assert found is not None
    return found


def nobody(state: State, now: datetime = NOW) -> bool:
    return state.claim(now, owner="you", lease=LEASE) is None


def every(state: State) -> dict[str, OutboxState]:
    listed = state.listed(("new", "sending", "sent", "failed", "unknown", "late"), most=99)
    return {found.key: found.state for found in listed}


def ended(state: State, end: str, one: OutboxRow, **changes: Any) -> OutboxRow:
    """Put a row in, claim it and let it end; the row as it is then."""
    state.enqueue(replace(one, **changes))
    held = claimed(state)
    if end == "sent":
        state.mark_sent(held, "17.1")
    else:
        state.give_up(held, end, "is_archived")  # type: ignore[arg-type]
    return next(r for r in state.listed([end], most=99) if r.key == one.key)  # type: ignore[list-item]


def test_a_message_and_its_thread_come_in_together_or_not_at_all(state: State) -> None:
    assert state.enqueue(MAIN, STORIES)
    assert not state.enqueue(MAIN, [row(kind="story", slot="2026-11-27#3", under=MAIN.key)])
    assert set(every(state)) == {one.key for one in (MAIN, *STORIES)}


def test_a_channel_gets_one_post_at_a_time_and_others_do_not_wait_for_it(state: State) -> None:
    for one in (row(), row(slot="2026-11-28"), row("C2")):
        state.enqueue(one)
    first, second = claimed(state), claimed(state)
    assert [first.key, second.key] == [row().key, row("C2").key]
    assert nobody(state)
    state.put_back(first, not_before=NOW + 9 * SECOND, unclear=False)
    assert claimed(state).slot == "2026-11-28"


def test_a_thread_comes_after_its_message_and_in_order_however_long_a_part_takes(
    state: State,
) -> None:
    state.enqueue(MAIN, STORIES[::-1])
    state.mark_sent(claimed(state), "17.1")
    first = claimed(state)
    assert (first.slot, first.thread_ts) == ("2026-11-27#1", "17.1")
    state.put_back(first, not_before=NOW + 9 * SECOND, unclear=True)
    assert nobody(state, NOW + 8 * SECOND)
    state.mark_sent(claimed(state, NOW + 9 * SECOND), "17.2")
    assert claimed(state, NOW + 9 * SECOND).slot == "2026-11-27#2"


@pytest.mark.parametrize("end", ["failed", "unknown", "late"])
def test_what_belongs_under_a_message_that_was_given_up_is_claimed_without_a_thread(
    state: State, end: str
) -> None:
    ended(state, end, MAIN)
    state.enqueue(STORIES[0])
    assert claimed(state).thread_ts is None


def test_who_lost_the_lease_gives_nothing_up_and_leaves_no_note(state: State) -> None:
    state.enqueue(row())
    slow = claimed(state)
    held = claimed(state, NOW + LEASE + SECOND)
    note = row("U1", kind="note", slot="about")
    state.give_up(slow, "failed", "is_archived", notes=[note])
    assert every(state) == {row().key: "sending"}
    state.give_up(held, "failed", "is_archived", notes=[note])
    state.give_up(held, "failed", "is_archived", notes=[note])
    assert every(state) == {row().key: "failed", note.key: "new"}


def test_a_row_that_was_given_up_begins_anew_with_what_ended_with_it(state: State) -> None:
    failed = ended(state, "failed", MAIN, deadline=NOW + SECOND)
    for story, reason in zip(STORIES, (ORPHAN, "no_text"), strict=True):
        state.enqueue(story)
        state.give_up(claimed(state), "failed", reason)
    assert state.try_again(failed, "sending", orphans=ORPHAN)
    assert not state.try_again(failed, "sending", orphans=ORPHAN)
    assert list(every(state).values()).count("failed") == 1
    again = claimed(state, NOW + LEASE + SECOND)
    assert (again.key, again.state, again.tries) == (MAIN.key, "sending", 0)
    assert (again.reason, again.deadline, again.first_try) == (None, None, NOW)


def test_what_is_being_posted_cannot_be_dropped_and_what_is_dropped_keeps_its_key(
    state: State,
) -> None:
    state.enqueue(row())
    held = claimed(state)
    (seen,) = state.listed(["sending"], most=1)
    assert not state.drop(seen, NOW)
    state.put_back(held, not_before=NOW, unclear=False)
    (seen,) = state.listed(["new"], most=1)
    assert state.drop(seen, NOW)
    assert not state.drop(seen, NOW)
    assert not state.enqueue(row())
    assert (every(state), state.backlog(NOW)) == ({row().key: "failed"}, Backlog())


def test_the_backlog_counts_what_waits_and_what_was_given_up_in_a_week(state: State) -> None:
    assert state.backlog(NOW) == Backlog()
    for end, recipient in (("failed", "C1"), ("unknown", "C2"), ("late", "C3"), ("sent", "C4")):
        ended(state, end, row(recipient))
    ended(state, "failed", row("C5"), created_at=NOW - 8 * DAY)
    state.enqueue(row("C6", created_at=NOW - 90 * SECOND))
    state.enqueue(row("C7"))
    claimed(state)
    assert state.backlog(NOW) == Backlog(2, 90 * SECOND, failed=1, unknown=1, late=1)


def test_what_ended_long_ago_is_pruned_but_for_what_each_recipient_was_told_last(
    state: State,
) -> None:
    for day, changes in {
        20: {"until": NOW - 7 * DAY},
        21: {"until": NOW - 6 * DAY, "told": "[]"},
        22: {"until": None},
    }.items():
        ended(state, "sent", row(slot=f"2026-11-{day}"), created_at=NOW - DAY, **changes)
    ended(state, "failed", row(slot="2026-11-23"), created_at=NOW - DAY, until=NOW)
    ended(state, "sent", row("C2", "2026-11-20"), created_at=NOW, until=None)
    ended(state, "sent", row("C3", "2026-11-20"), created_at=NOW - DAY, until=None)
    state.enqueue(row("C3", "2026-11-27", under=row("C3", "2026-11-20").key))
    assert state.prune(NOW - SECOND) == 3
    kept = {row(slot="2026-11-21").key, row("C2", "2026-11-20").key, row("C3", "2026-11-20").key}
    assert set(every(state)) == {*kept, row("C3").key}
    assert state.heard("digest", "C1")[-1] == NOW - 6 * DAY
    last = state.last_sent("digest", "C1")
    assert last is not None
    assert last.told == "[]"


def test_the_maker_of_a_row_is_who_set_up_its_channels_subscription(state: State) -> None:
    one = Subscription("digest", "C1", DAILY, NOW, team="T1", made_by="U1")
    state.subscribe(one)
    state.subscribe(replace(one, kind="other", made_by="U2"))
    state.subscribe(replace(one, recipient="C2", made_by=None))
    rows = [row(team="T1"), row(team="T1", kind="other"), row(team="T1", kind="story")]
    assert [state.makers_of(one) for one in rows] == [("U1",), ("U2",), ("U1",)]
    others = row(team="T2"), row("C2", team="T1")
    assert [state.makers_of(one) for one in others] == [(), ()]


def test_who_is_forgotten_is_not_written_to_any_more(state: State) -> None:
    for team, user in (("T1", "U1"), ("T1", "U2"), ("T2", "U1")):
        state.enqueue(row(user, team, kind="note", team=team))
    assert state.forget(Owner("T1", "U1")) == 1
    assert state.forget_team("T2") == 1
    assert set(every(state)) == {row("U2", "T1", kind="note").key}


def test_a_row_is_found_by_its_id(state: State) -> None:
    for n in range(5):
        state.enqueue(row(f"C{n}"))
    assert state.find(row("C3").id) == row("C3")
    assert state.find("o-00000000") is None


def test_the_rows_of_a_local_date_are_what_the_clock_asks_for(state: State) -> None:
    state.enqueue(MAIN, STORIES)
    assert [found.key for found in state.rows(since=date(2026, 11, 27))] == [MAIN.key]
