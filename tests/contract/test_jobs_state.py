"""Subscriptions and the outbox behave the same on every database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from jobs.migrations import jobs_0004
from jobs.models import DIGEST, WRAP, OutboxRow, Owner, Subscription
from jobs.outbox_table import put_in
from jobs.schedules import WEEKDAYS, WORKDAYS, AfterWeek, BeforeOpen, Daily, Schedule
from jobs.state import State
from retrieval.db import connect, metadata, migrate

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture
def state(url: str) -> Iterator[State]:
    engine = connect(url)
    migrate(engine, "jobs")
    yield State(engine)
    engine.dispose()


def row(recipient: str = "C1", day: int = 27, **changes: object) -> OutboxRow:
    fields: dict[str, object] = {
        "kind": "digest",
        "recipient": recipient,
        "slot": f"2026-11-{day}",
        "state": "new",
        "content": '{"text": "▲"}',
        "created_at": NOW,
        "since": NOW - timedelta(days=1),
        "until": NOW,
    }
    return OutboxRow(**{**fields, **changes})  # type: ignore[arg-type]


def wanted(at: str = "08:45") -> Subscription:
    return Subscription(
        "digest", "C1", Daily(time.fromisoformat(at), WORKDAYS, "America/New_York"), NOW
    )


def claimed(state: State, now: datetime = NOW, owner: str = "me") -> OutboxRow:
    found = state.claim(now, owner=owner, lease=LEASE)
    assert found is not None
    return found


def test_the_migration_makes_the_tables_that_the_code_describes(url: str) -> None:
    engine = connect(url)
    migrate(engine, "jobs")
    migrate(engine, "jobs")
    made = inspect(engine)
    for name in ("subscriptions", "outbox"):
        columns = {(c["name"], c["nullable"]) for c in made.get_columns(name)}
        assert columns == {(c.name, c.nullable) for c in metadata.tables[name].columns}
        key = [c.name for c in metadata.tables[name].primary_key.columns]
        assert made.get_pk_constraint(name)["constrained_columns"] == key
    engine.dispose()


def test_a_subscription_comes_back_as_it_was_given(state: State) -> None:
    state.subscribe(wanted())
    assert state.subscriptions() == [wanted()]


@pytest.mark.parametrize(
    "schedule",
    [
        Daily(time(8, 45), ("mon", "sun"), "Europe/London"),
        Daily(time(0, 5), WEEKDAYS, "Asia/Kathmandu", trading="XTKS"),
        BeforeOpen("XNYS", 45),
        AfterWeek("XLON", 0),
    ],
)
def test_any_schedule_comes_back_and_takes_the_place_of_another(
    state: State, schedule: Schedule
) -> None:
    state.subscribe(wanted())
    given = replace(wanted(), schedule=schedule, made_by="U1", skips=(date(2026, 11, 27),))
    state.subscribe(given)
    assert state.subscriptions() == [given]
    state.subscribe(wanted())
    assert state.subscriptions() == [wanted()]


def test_a_digest_and_a_wrap_of_one_channel_stand_side_by_side(state: State) -> None:
    wrap = replace(wanted(), kind=WRAP, schedule=AfterWeek("XNYS", 30))
    state.subscribe(wrap)
    state.subscribe(wanted())
    assert state.subscriptions() == [wanted(), wrap]
    state.enqueue(row(kind=WRAP))
    state.enqueue(row())
    assert {found.kind for found in state.rows(since=NOW.date())} == {DIGEST, WRAP}
    state.unsubscribe(WRAP, "C1")
    assert state.subscriptions() == [wanted()]


def test_dates_can_be_left_out_and_taken_in_again(state: State) -> None:
    other = replace(wanted(), recipient="C2")
    for one in (wanted(), other):
        state.subscribe(one)
    days = (date(2026, 11, 27), date(2026, 11, 30))
    state.leave_out(wanted(), days)
    assert state.subscriptions() == [replace(wanted(), skips=days), other]
    state.leave_out(wanted(), ())
    assert state.subscriptions() == [wanted(), other]


def test_what_stood_before_there_were_kinds_of_schedule_stands_still(engine: Engine) -> None:
    migrate(engine, "jobs")
    state, other = State(engine), replace(wanted(), schedule=BeforeOpen("XNYS", 45))
    for one in (wanted(), replace(other, recipient="C2"), replace(wanted(), recipient="C3")):
        state.subscribe(one)
    with (
        engine.begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        jobs_0004.downgrade()
        jobs_0004.upgrade()
    assert state.subscriptions() == [wanted(), replace(wanted(), recipient="C3")]


def test_subscribing_again_replaces(state: State) -> None:
    state.subscribe(wanted())
    state.subscribe(wanted("07:30"))
    assert state.subscriptions() == [wanted("07:30")]


def test_a_subscription_can_be_taken_away(state: State) -> None:
    state.subscribe(wanted())
    assert state.unsubscribe("digest", "C1")
    assert not state.unsubscribe("digest", "C1")
    assert state.subscriptions() == []


def test_a_digest_of_ones_own_is_taken_away_with_what_it_told(state: State) -> None:
    own = replace(wanted(), recipient="D1", team="T1", user="U1")
    for one in (wanted(), own):
        state.subscribe(one)
        state.enqueue(row(one.recipient))
        state.unsubscribe("digest", one.recipient)
    assert [one.recipient for one in state.rows(since=NOW.date())] == ["C1"]


def test_who_is_forgotten_leaves_no_subscription_and_no_brief_of_their_own(state: State) -> None:
    own = replace(wanted(), recipient="D1", team="T1", user="U1")
    other = replace(own, recipient="D2", user="U2")
    for one in (wanted(), own, other):
        state.subscribe(one)
        state.enqueue(row(one.recipient))
    assert state.forget(Owner("T1", "U1")) == 2
    assert state.subscriptions() == [wanted(), other]
    assert {r.recipient for r in state.rows(since=NOW.date())} == {"C1", "D2"}


def test_the_same_key_is_written_once_whatever_became_of_it(state: State) -> None:
    assert state.enqueue(row())
    assert not state.enqueue(row(content="other"))
    state.give_up(claimed(state), "failed", "is_archived")
    assert not state.enqueue(row())
    assert [r.content for r in state.rows(since=NOW.date())] == ['{"text": "▲"}']


def test_a_claim_gives_the_row_as_it_was_found_and_leases_it(state: State) -> None:
    state.enqueue(row())
    held = claimed(state)
    assert held == row(lease_until=NOW + LEASE, owner="me", first_try=NOW)
    assert state.rows(since=NOW.date())[0].state == "sending"
    assert state.claim(NOW + LEASE, owner="you", lease=LEASE) is None


def test_a_lease_that_ran_out_can_be_claimed_and_shows_that_a_try_went_before(state: State) -> None:
    state.enqueue(row())
    claimed(state)
    again = claimed(state, NOW + LEASE + SECOND, "you")
    assert (again.state, again.owner, again.first_try) == ("sending", "you", NOW)


def test_what_is_put_back_waits_for_its_moment(state: State) -> None:
    state.enqueue(row())
    assert state.put_back(claimed(state), not_before=NOW + 9 * SECOND, unclear=False) == "new"
    assert state.claim(NOW + 8 * SECOND, owner="me", lease=LEASE) is None
    again = claimed(state, NOW + 9 * SECOND)
    assert (again.state, again.tries) == ("new", 0)


def test_after_an_unclear_try_a_row_is_never_new_again(state: State) -> None:
    state.enqueue(row())
    assert state.put_back(claimed(state), not_before=NOW, unclear=True) == "sending"
    again = claimed(state)
    assert (again.state, again.tries) == ("sending", 1)
    assert state.put_back(again, not_before=NOW, unclear=False) == "sending"


def test_whoever_lost_the_lease_changes_nothing_but_a_fact(state: State) -> None:
    state.enqueue(row())
    slow = claimed(state)
    later = NOW + LEASE + SECOND
    claimed(state, later, "you")
    state.put_back(slow, not_before=NOW, unclear=False)
    state.give_up(slow, "failed", "late")
    assert state.rows(since=NOW.date())[0].lease_until == later + LEASE
    state.mark_sent(slow, "17.1")
    assert (state.rows(since=NOW.date())[0].state, state.counts()) == ("sent", {"sent": 1})


@pytest.mark.parametrize("end", ["sent", "failed", "unknown"])
def test_what_is_settled_is_never_claimed(state: State, end: str) -> None:
    state.enqueue(row())
    if end == "sent":
        state.mark_sent(claimed(state), "17.1")
    else:
        state.give_up(claimed(state), "failed" if end == "failed" else "unknown", "why")
    assert state.counts() == {end: 1}
    assert state.claim(NOW + timedelta(days=1), owner="me", lease=LEASE) is None


def test_the_oldest_row_is_claimed_first(state: State) -> None:
    state.enqueue(row("C1", created_at=NOW + SECOND))
    state.enqueue(row("C2"))
    assert [claimed(state, NOW + 2 * SECOND).recipient for _ in range(2)] == ["C2", "C1"]


def test_many_workers_at_once_claim_each_row_once(state: State) -> None:
    for n in range(20):
        state.enqueue(row(f"C{n}"))

    def work(owner: str) -> list[str]:
        mine = []
        while held := state.claim(NOW, owner=owner, lease=LEASE):
            mine.append(held.key)
        return mine

    with ThreadPoolExecutor(4) as pool:
        keys = [key for mine in pool.map(work, "abcd") for key in mine]
    assert sorted(keys) == sorted(row(f"C{n}").key for n in range(20))


def test_rows_are_the_recent_ones_and_the_old_ones_still_open(state: State) -> None:
    state.enqueue(row(day=20))
    state.mark_sent(claimed(state), "17.1")
    state.enqueue(row(day=21))
    state.enqueue(row(day=27))
    assert [r.local_date.day for r in state.rows(since=date(2026, 11, 26))] == [21, 27]


def test_the_last_sent_is_the_newest_window_or_the_one_that_stands_at_a_message(
    state: State,
) -> None:
    assert state.last_sent("digest", "C1") is None
    for day in (25, 26, 27):
        until = NOW - timedelta(days=27 - day)
        state.enqueue(row(day=day, created_at=until, until=until))
        state.mark_sent(claimed(state, NOW), f"{day}.1")
    state.enqueue(row(day=28, since=None, until=None))
    state.mark_sent(claimed(state, NOW), "28.1")
    state.enqueue(row(day=29, until=NOW + timedelta(days=2)))
    state.enqueue(row("C2"))
    newest, under = state.last_sent("digest", "C1"), state.last_sent("digest", "C1", ts="25.1")
    assert (newest and newest.local_date.day, under and under.local_date.day) == (27, 25)
    other = state.last_sent("digest", "C1", ts="99.9")
    assert other is not None
    assert other.local_date.day == 27


def test_what_stands_in_a_thread_waits_until_its_message_is_sent(state: State) -> None:
    state.enqueue(row())
    state.enqueue(row(kind="digest_story", slot="2026-11-27#1", under=row().key, until=None))
    first = claimed(state)
    assert (first.kind, first.thread_ts) == ("digest", None)
    assert state.claim(NOW, owner="other", lease=LEASE) is None
    state.mark_sent(first, "17.1")
    second = claimed(state)
    assert (second.kind, second.thread_ts) == ("digest_story", "17.1")


def test_rows_of_other_kinds_are_no_local_day(state: State) -> None:
    state.enqueue(row())
    state.enqueue(row(kind="alert", slot="mine shut:NVDA"))
    assert [found.kind for found in state.rows(since=NOW.date())] == ["digest"]


def test_a_row_put_in_by_a_transaction_that_is_undone_is_not_there(engine: Engine) -> None:
    migrate(engine, "jobs")
    with engine.connect() as connection:
        assert put_in(connection, row())
        connection.rollback()
    assert State(engine).counts() == {}


def test_a_subscription_that_cannot_be_read_keeps_back_no_other(engine: Engine) -> None:
    migrate(engine, "jobs")
    state = State(engine)
    state.subscribe(wanted())
    state.subscribe(replace(wanted(), recipient="C2"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE subscriptions SET zone = 'Gone/By' WHERE recipient = 'C1'"))
    assert [one.recipient for one in state.subscriptions()] == ["C2"]
