"""`due` over years and zones: once per local date, never early, caught up or noted as skipped."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.due import CATCH_UP, due, moment_of
from jobs.models import WEEKDAYS, WORKDAYS, Due, OutboxRow, OutboxState, Subscription, slot_of
from retrieval.errors import BadScheduleError

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
    "Pacific/Auckland",
)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def subscription(
    at: str = "08:45",
    zone: str = "America/New_York",
    weekdays: tuple[str, ...] = WORKDAYS,
    created_at: datetime = LONG_AGO,
) -> Subscription:
    return Subscription("digest", "C1", time.fromisoformat(at), weekdays, zone, created_at)


def local(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def row_of(item: Due, state: OutboxState = "sent") -> OutboxRow:
    wanted = item.subscription
    return OutboxRow(
        wanted.kind, wanted.recipient, slot_of(item.local_date), state, "{}", item.due_at
    )


def run(
    wanted: Subscription, start: datetime, end: datetime, every: timedelta
) -> list[tuple[datetime, Due]]:
    """Tick from start to end; each post is delivered as soon as it is due."""
    rows: list[OutboxRow] = []
    fired: list[tuple[datetime, Due]] = []
    now = start
    while now < end:
        for item in due(now, [wanted], rows):
            rows.append(row_of(item))
            fired.append((now, item))
        rows = [row for row in rows if row.local_date > now.date() - timedelta(days=10)]
        now += every
    return fired


def test_nothing_is_due_before_its_time() -> None:
    assert (
        due(local("2026-11-27T08:44:59"), [subscription(created_at=local("2026-11-27"))], []) == []
    )


def test_it_is_due_at_its_minute() -> None:
    (item,) = due(local("2026-11-27T08:45:00"), [subscription()], [])
    assert (item.local_date, item.skipped) == (date(2026, 11, 27), False)
    assert item.key == "digest:C1:2026-11-27"


def test_what_is_in_the_outbox_is_not_due_again() -> None:
    now = local("2026-11-27T08:45:00")
    (item,) = due(now, [subscription()], [])
    assert due(now, [subscription()], [row_of(item)]) == []


def test_an_unsettled_row_holds_the_next_one_back() -> None:
    (friday,) = due(local("2026-11-27T08:45:00"), [subscription()], [])
    monday = local("2026-11-30T08:45:00")
    assert due(monday, [subscription()], [row_of(friday, "sending")]) == []
    assert len(due(monday, [subscription()], [row_of(friday, "failed")])) == 1


def test_an_inactive_subscription_is_never_due() -> None:
    wanted = subscription()
    off = Subscription("digest", "C1", wanted.at, WORKDAYS, wanted.zone, LONG_AGO, active=False)
    assert due(local("2026-11-27T09:00:00"), [off], []) == []


def test_nothing_is_owed_for_the_time_before_the_subscription() -> None:
    wanted = subscription(created_at=local("2026-11-27T09:00:00"))
    assert due(local("2026-11-27T09:01:00"), [wanted], []) == []
    assert len(due(local("2026-11-30T08:45:00"), [wanted], [])) == 1


@pytest.mark.parametrize(
    ("back_at", "skipped"),
    [("2026-11-27T14:45:00", False), ("2026-11-27T14:45:01", True), ("2026-11-29T23:00:00", True)],
)
def test_up_to_six_hours_late_is_caught_up_and_then_one_note(back_at: str, skipped: bool) -> None:  # noqa: FBT001
    (item,) = due(local(back_at), [subscription()], [])
    assert (item.local_date, item.skipped) == (date(2026, 11, 27), skipped)


def test_a_long_stop_ends_in_one_post_not_one_a_day() -> None:
    (tuesday,) = due(local("2026-11-03T09:00:00"), [subscription()], [])
    assert [
        item.local_date
        for item in due(local("2026-11-13T10:00:00"), [subscription()], [row_of(tuesday)])
    ] == [date(2026, 11, 13)]


def test_a_late_evening_is_caught_up_after_midnight() -> None:
    wanted = subscription(at="23:30")
    (item,) = due(local("2026-11-28T02:00:00"), [wanted], [])
    assert (item.local_date, item.skipped) == (date(2026, 11, 27), False)


def test_half_past_two_on_the_spring_day_comes_at_half_past_three() -> None:
    wanted = subscription(at="02:30", weekdays=WEEKDAYS)
    assert moment_of(wanted, date(2027, 3, 14)) == local("2027-03-14T03:30:00")


def test_half_past_one_on_the_autumn_day_comes_once() -> None:
    wanted = subscription(at="01:30", weekdays=("sun",))
    start = local("2026-10-31T12:00:00")
    fired = run(wanted, start, start + timedelta(days=2), timedelta(minutes=1))
    fresh = [(now, item) for now, item in fired if not item.skipped]
    assert [item.local_date for _, item in fresh] == [date(2026, 11, 1)]
    assert fresh[0][0] == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["00:00", "01:30", "02:30", "23:59"])
def test_two_years_give_one_brief_a_local_day(zone: str, at: str) -> None:
    wanted = subscription(at=at, zone=zone, weekdays=WEEKDAYS, created_at=local("2026-06-01", zone))
    fired = run(wanted, local("2026-06-01", zone), local("2028-06-01", zone), timedelta(hours=2))
    dates = [item.local_date for _, item in fired]
    days = (date(2028, 6, 1) - date(2026, 6, 1)).days
    whole = [date(2026, 6, 1) + timedelta(days=n) for n in range(days)]
    assert dates in (whole, whole[:-1])  # 23:59 of the last day falls after the last tick
    assert not any(item.skipped for _, item in fired)
    assert all(timedelta(0) <= now - item.due_at < timedelta(hours=2) for now, item in fired)


@pytest.mark.parametrize(
    "changes",
    [
        {"zone": "Mars/Base"},
        {"zone": "America"},
        {"zone": "../etc/passwd"},
        {"zone": ""},
        {"weekdays": ()},
        {"weekdays": ("monday",)},
        {"at": "08:45:30"},
    ],
)
def test_a_schedule_that_could_never_be_due_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadScheduleError):
        subscription(**changes)


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None)
@given(
    now=moments,
    at=times,
    zone=st.sampled_from(ZONES),
    weekdays=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
)
def test_what_is_due_is_past_of_a_chosen_day_and_late_only_as_a_note(
    now: datetime, at: time, zone: str, weekdays: set[str]
) -> None:
    wanted = Subscription("digest", "C1", at, tuple(weekdays), zone, LONG_AGO)
    (item,) = due(now, [wanted], [])
    assert item.due_at <= now
    assert WEEKDAYS[item.local_date.weekday()] in weekdays
    assert item.skipped == (now - item.due_at > CATCH_UP)
    assert now - item.due_at <= timedelta(days=7, hours=3)
    assert due(now, [wanted], [row_of(item)]) == []


@settings(deadline=None, max_examples=40)
@given(
    start=moments,
    steps=st.lists(st.integers(1, 60 * 40), min_size=1, max_size=60),
    at=times,
    zone=st.sampled_from(ZONES),
)
def test_however_irregular_the_ticks_a_local_date_gets_one_post(
    start: datetime, steps: list[int], at: time, zone: str
) -> None:
    wanted = Subscription("digest", "C1", at, WEEKDAYS, zone, start)
    rows: list[OutboxRow] = []
    now = start
    for minutes in steps:
        now += timedelta(minutes=minutes)
        rows += [row_of(item) for item in due(now, [wanted], rows)]
    dates = [row.local_date for row in rows]
    assert len(set(dates)) == len(dates)
    assert all(row.created_at <= now for row in rows)
