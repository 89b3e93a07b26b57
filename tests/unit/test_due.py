"""`due` over years, zones and exchanges: once per local date, never early, late while of use."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.calendars import Calendars
from jobs.due import CATCH_UP, DAY, INSTANT, LOOK_BACK, due, folded, next_due, on_day, planned
from jobs.models import DIGEST, WRAP, Due, OutboxRow, OutboxState, Subscription, slot_of
from jobs.schedules import (
    EXCHANGES,
    MOST_MINUTES,
    WEEKDAYS,
    WORKDAYS,
    AfterWeek,
    BeforeOpen,
    Daily,
    Schedule,
    Session,
)
from retrieval.errors import (
    BadMinutesError,
    BadScheduleError,
    CalendarEndsError,
    UnknownExchangeError,
    WrapDaysError,
)

NEW_YORK = "America/New_York"
ZONES = (
    NEW_YORK,
    "Europe/London",
    "Asia/Tokyo",
    "Asia/Hong_Kong",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
CALENDARS = Calendars()
THANKSGIVING, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)


def sessions(exchange: str, day: date) -> Session | None:
    return CALENDARS.session_of(exchange, day)


def subscription(
    schedule: Schedule | None = None, created_at: datetime = LONG_AGO, kind: str = DIGEST
) -> Subscription:
    return Subscription(kind, "C1", schedule or daily(), created_at)


def daily(
    at: str = "08:45", zone: str = NEW_YORK, days: tuple[str, ...] = WORKDAYS, **more: Any
) -> Daily:
    return Daily(time.fromisoformat(at), days, zone, **more)


def local(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def row_of(item: Due, state: OutboxState = "sent") -> OutboxRow:
    return row(item.local_date, state, item.subscription.kind)


def row(day: date, state: OutboxState = "sent", kind: str = DIGEST) -> OutboxRow:
    return OutboxRow(kind, "C1", slot_of(day), state, "{}", LONG_AGO)


def owed(now: datetime, wanted: Subscription, *rows: OutboxRow) -> list[Due]:
    return due(now, [wanted], rows, sessions)


def run(wanted: Subscription, ticks: Iterable[datetime]) -> list[tuple[datetime, Due]]:
    """Tick; each post is delivered as soon as it is due."""
    rows: list[OutboxRow] = []
    fired: list[tuple[datetime, Due]] = []
    for now in ticks:
        for item in due(now, [wanted], rows, sessions):
            rows.append(row_of(item))
            fired.append((now, item))
        rows = [one for one in rows if one.local_date > now.date() - timedelta(days=LOOK_BACK)]
    return fired


def test_nothing_is_due_before_its_time() -> None:
    for wanted in (subscription(), subscription(BeforeOpen("XNYS", 45))):
        before = row(THANKSGIVING), row(date(2026, 11, 25))
        assert owed(local("2026-11-27T08:45") - INSTANT, wanted, *before) == []


def test_it_is_due_at_its_minute() -> None:
    (item,) = owed(local("2026-11-27T08:45:00"), subscription(), row(THANKSGIVING))
    assert (item.local_date, item.folded) == (FRIDAY, ())
    assert item.key == "digest:C1:2026-11-27"


def test_what_is_in_the_outbox_is_not_due_again() -> None:
    assert owed(local("2026-11-27T08:45:00"), subscription(), row(FRIDAY)) == []


def test_an_unsettled_row_holds_the_next_one_back() -> None:
    monday = local("2026-11-30T08:45:00")
    assert owed(monday, subscription(), row(FRIDAY, "sending")) == []
    assert len(owed(monday, subscription(), row(FRIDAY, "failed"))) == 1


def test_an_inactive_subscription_is_never_due() -> None:
    off = replace(subscription(), active=False)
    assert owed(local("2026-11-27T09:00:00"), off) == []
    assert next_due(local("2026-11-27T09:00:00"), off, sessions) is None


def test_nothing_is_owed_for_the_time_before_the_subscription() -> None:
    for schedule in (daily(), BeforeOpen("XNYS", 45)):
        wanted = subscription(schedule, created_at=local("2026-11-27T09:00:00"))
        assert owed(local("2026-11-27T09:01:00"), wanted) == []
        (monday,) = owed(local("2026-11-30T08:45:00"), wanted)
        assert monday.folded == ()


def test_a_schedule_that_changes_twice_a_day_gives_that_day_one_post() -> None:
    (first,) = owed(local("2026-11-27T08:45:00"), subscription(), row(THANKSGIVING))
    sent = row_of(first)
    moved = subscription(daily("10:00"), created_at=local("2026-11-27T09:30:00"))
    assert owed(local("2026-11-27T10:00:00"), moved, sent) == []
    again = subscription(BeforeOpen("XNYS", 5), created_at=local("2026-11-27T10:30:00"))
    assert owed(local("2026-11-27T11:00:00"), again, sent) == []
    (monday,) = owed(local("2026-11-30T09:25:00"), again, sent)
    assert (monday.local_date, monday.folded) == (date(2026, 11, 30), ())


def test_a_clock_that_steps_back_an_hour_doubles_nothing() -> None:
    wanted = subscription(BeforeOpen("XNYS", 45))
    start = local("2026-11-27T08:40:00")
    forth = [start + n * timedelta(minutes=1) for n in range(10)]
    fired = run(wanted, [*forth, *(one - HOUR for one in forth), *forth])
    assert [item.local_date for _, item in fired if item.local_date == FRIDAY] == [FRIDAY]


# A local time


@pytest.mark.parametrize(
    ("back_at", "sent"),
    [("2026-11-27T14:45:00", True), ("2026-11-27T14:45:01", False), ("2026-11-29T23:00", False)],
)
def test_up_to_six_hours_late_is_sent_and_then_left_to_the_next(back_at: str, sent: bool) -> None:  # noqa: FBT001
    wanted, before = subscription(), row(THANKSGIVING)
    items = owed(local(back_at), wanted, before)
    assert [item.local_date for item in items] == [FRIDAY] * sent
    (monday,) = owed(local("2026-11-30T08:45:00"), wanted, before, *map(row_of, items))
    assert monday.folded == (() if sent else (FRIDAY,))


def test_a_long_stop_ends_in_one_post_that_stands_for_the_days_between() -> None:
    (item,) = owed(local("2026-11-13T10:00:00"), subscription(), row(date(2026, 11, 10)))
    assert item.local_date == date(2026, 11, 13)
    assert item.folded == (date(2026, 11, 11), date(2026, 11, 12))


def test_a_late_evening_is_caught_up_after_midnight() -> None:
    (item,) = owed(local("2026-11-28T02:00:00"), subscription(daily("23:30")))
    assert item.local_date == FRIDAY


def test_half_past_two_on_the_spring_day_comes_at_half_past_three() -> None:
    item = on_day(subscription(daily("02:30", days=WEEKDAYS)), date(2027, 3, 14), sessions)
    assert item is not None
    assert item.due_at == local("2027-03-14T03:30:00")


def test_half_past_one_on_the_autumn_day_comes_once() -> None:
    wanted = subscription(daily("01:30", days=("sun",)), created_at=local("2026-10-31T00:00"))
    start = local("2026-10-31T12:00:00")
    ((now, item),) = run(wanted, (start + n * timedelta(minutes=1) for n in range(2 * 24 * 60)))
    assert item.local_date == date(2026, 11, 1)
    assert now == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_local_time_can_be_kept_to_the_days_that_an_exchange_trades() -> None:
    wanted = subscription(daily("07:00", "Europe/London", WEEKDAYS, trading="XNYS"))
    days = [date(2026, 11, 25) + n * DAY for n in range(6)]
    found = [item for day in days if (item := on_day(wanted, day, sessions))]
    assert [item.local_date.day for item in found] == [25, 27, 30]
    assert [item.session and item.session.note for item in found] == [
        None,
        "early close 13:00 ET",
        None,
    ]
    assert found[0].due_at == local("2026-11-25T07:00", "Europe/London")


# Before an open


def test_before_an_open_it_comes_on_trading_days_only() -> None:
    wanted = subscription(BeforeOpen("XNYS", 45), created_at=local("2026-11-25T00:00"))
    minutes = (local("2026-11-25T06:00") + n * timedelta(minutes=5) for n in range(12 * 24 * 6))
    fired = run(wanted, minutes)
    assert [(now, item.local_date.day) for now, item in fired] == [
        (local("2026-11-25T08:45"), 25),
        (local("2026-11-27T08:45"), 27),  # 26 is Thanksgiving
        (local("2026-11-30T08:45"), 30),
    ]


def test_before_an_open_it_is_of_use_until_the_close_of_a_half_day() -> None:
    wanted, before = subscription(BeforeOpen("XNYS", 45)), row(date(2026, 11, 25))
    (item,) = owed(local("2026-11-27T13:00:00"), wanted, before)
    assert item.useful_until == local("2026-11-27T13:00:00")
    assert item.session is not None
    assert item.session.note == "early close 13:00 ET"
    assert owed(local("2026-11-27T13:00:01"), wanted, before) == []


@pytest.mark.parametrize(
    ("down_at", "back_at", "day", "missed"),
    [
        # over a close
        ("2026-11-24", "2026-11-24T16:00:01", None, []),
        ("2026-11-24", "2026-11-25T08:45:00", date(2026, 11, 25), [24]),
        # over a weekend, and back before Monday's time, or within its session
        ("2026-11-20", "2026-11-22T12:00:00", None, []),
        ("2026-11-20", "2026-11-23T15:00:00", date(2026, 11, 23), [20]),
        # over a holiday
        ("2026-11-25", "2026-11-26T10:00:00", None, []),
        ("2026-11-25", "2026-11-27T12:59:00", FRIDAY, [25]),
    ],
)
def test_what_was_missed_is_sent_late_in_its_session_or_told_by_the_next(
    down_at: str, back_at: str, day: date | None, missed: list[int]
) -> None:
    wanted = subscription(BeforeOpen("XNYS", 45))
    last = date.fromisoformat(down_at) - DAY
    while on_day(wanted, last, sessions) is None:
        last -= DAY
    items = owed(local(back_at), wanted, row(last))
    assert [item.local_date for item in items] == ([day] if day else [])
    assert [d.day for item in items for d in item.folded] == missed


def test_after_ten_days_without_a_session_the_next_one_gets_its_post() -> None:
    """Tokyo, from 27 April to 6 May 2019: the longest Golden week."""
    created = local("2019-04-25T12:00", "Asia/Tokyo")
    wanted = subscription(BeforeOpen("XTKS", 30), created_at=created)
    start = local("2019-04-26T08:00", "Asia/Tokyo")
    fired = run(wanted, (start + n * timedelta(minutes=10) for n in range(6 * 24 * 13)))
    days = [item.local_date for _, item in fired]
    assert days == [date(2019, 4, 26), date(2019, 5, 7), date(2019, 5, 8)]
    assert all(item.folded == () for _, item in fired)
    assert (coming := next_due(local("2019-04-26T09:00", "Asia/Tokyo"), wanted, sessions))
    assert coming.local_date == date(2019, 5, 7)
    down = owed(local("2019-05-07T08:30", "Asia/Tokyo"), wanted, row(date(2019, 4, 25)))
    assert [item.folded for item in down] == [(date(2019, 4, 26),)]


def test_where_a_calendar_ends_nothing_of_it_is_owed_and_others_go_on() -> None:
    ended = Calendars(until=date(2026, 11, 30)).session_of
    wanted, other = subscription(BeforeOpen("XNYS", 45)), replace(subscription(), recipient="C2")
    last = due(local("2026-11-30T08:45"), [wanted, other], [], ended)
    assert [item.subscription.recipient for item in last] == ["C1", "C2"]
    notes = [item.note for item in last]
    assert notes == ["the last until Tape knows XNYS's next trading days", None]
    (friday,) = due(local("2026-11-27T08:45"), [wanted], [], ended)
    assert friday.note == "early close 13:00 ET"
    after = due(local("2026-12-01T08:45"), [wanted, other], [], ended)
    assert [item.subscription.recipient for item in after] == ["C2"]
    with pytest.raises(CalendarEndsError):
        next_due(local("2026-11-30T09:00"), wanted, ended)
    # With a newer calendar, the first brief stands for all that could not be sent.
    (item,) = owed(local("2026-12-03T08:45"), wanted, row(date(2026, 11, 30)))
    assert [day.day for day in item.folded] == [1, 2]


# A week


def test_a_weekly_wrap_comes_after_the_last_close_of_the_week() -> None:
    wanted = subscription(AfterWeek("XLON", 15), datetime(2026, 3, 20, tzinfo=UTC), WRAP)
    start = datetime(2026, 3, 23, tzinfo=UTC)
    fired = run(wanted, (start + n * timedelta(minutes=15) for n in range(4 * 24 * 14)))
    assert [(now, item.local_date) for now, item in fired] == [
        (local("2026-03-27T16:45", "Europe/London"), date(2026, 3, 27)),
        (local("2026-04-02T16:45", "Europe/London"), date(2026, 4, 2)),  # 3 April is Good Friday
    ]
    assert all(item.key.startswith("wrap:C1:") for _, item in fired)


def test_a_wrap_that_comes_after_midnight_is_still_of_the_day_that_closed() -> None:
    wanted = subscription(AfterWeek("XETR", MOST_MINUTES), kind=WRAP)  # closes at 17:30
    coming = next_due(local("2026-11-28T00:30", "Europe/Berlin"), wanted, sessions)
    assert coming is not None
    assert (coming.local_date, coming.due_at) == (
        FRIDAY,
        local("2026-11-28T01:30", "Europe/Berlin"),
    )
    assert owed(coming.due_at, wanted, row(date(2026, 11, 20), kind=WRAP)) == [coming]


def test_what_was_sent_by_hand_before_its_time_does_not_come_again() -> None:
    wanted, morning = subscription(), local("2026-11-27T07:00")
    coming = planned(morning, wanted, sessions, written={row(FRIDAY).key})
    assert coming.coming is not None
    assert coming.coming.local_date == date(2026, 11, 30)
    assert owed(local("2026-11-27T08:45"), wanted, row(FRIDAY)) == []


def test_a_week_without_a_session_has_no_wrap() -> None:
    """China's national day closed Shanghai from 1 to 8 October 2025."""
    wanted = subscription(AfterWeek("XSHG", 0), kind=WRAP)
    october = [date(2025, 10, 1) + n * DAY for n in range(17)]
    found = [item.local_date.day for day in october if (item := on_day(wanted, day, sessions))]
    assert found == [10, 17]


def test_a_wrap_is_of_use_over_its_weekend() -> None:
    wanted = subscription(AfterWeek("XNYS", 30), kind=WRAP)
    before = row(date(2026, 11, 13), kind=WRAP)
    (item,) = owed(local("2026-11-22T16:30"), wanted, before)
    assert item.local_date == date(2026, 11, 20)
    assert owed(local("2026-11-22T16:30:01"), wanted, before) == []
    (later,) = owed(local("2026-11-27T13:30"), wanted, before)
    assert (later.local_date, later.folded) == (FRIDAY, (date(2026, 11, 20),))


def test_a_digest_and_a_wrap_of_one_channel_do_not_hold_each_other_up() -> None:
    now = local("2026-11-27T16:30")
    both = [subscription(daily("16:30")), subscription(daily("16:30", days=("fri",)), kind=WRAP)]
    assert len(due(now, both, [row(THANKSGIVING, "sending", WRAP)], sessions)) == 1
    assert len(due(now, both, [row(FRIDAY, "sent", DIGEST)], sessions)) == 1


# Left out as asked


def test_what_is_to_be_left_out_is_left_out_and_not_called_missed() -> None:
    wanted = replace(subscription(), skips=(FRIDAY,))
    assert owed(local("2026-11-27T08:45"), wanted, row(THANKSGIVING)) == []
    (monday,) = owed(local("2026-11-30T08:45"), wanted, row(THANKSGIVING))
    assert monday.folded == ()
    coming = next_due(local("2026-11-26T09:00"), wanted, sessions)
    assert coming is not None
    assert coming.local_date == FRIDAY  # so that it can be asked for again


def test_a_failed_post_is_told_by_the_next_and_one_that_may_have_arrived_is_not() -> None:
    for state, missed in (("failed", (FRIDAY,)), ("late", (FRIDAY,)), ("unknown", ())):
        rows = [row(THANKSGIVING), row(FRIDAY, state)]  # type: ignore[arg-type]
        (monday,) = owed(local("2026-11-30T08:45"), subscription(), *rows)
        assert monday.folded == missed


def test_a_post_made_by_hand_does_not_call_its_own_day_missed() -> None:
    now = local("2026-11-27T18:00")
    item = Due(subscription(), FRIDAY, now, now)
    assert folded(item, [row(THANKSGIVING)], sessions) == ()
    assert folded(item, [row(date(2026, 11, 25))], sessions) == (THANKSGIVING,)


# What can be no schedule


@pytest.mark.parametrize(
    "changes",
    [
        {"zone": "Mars/Base"},
        {"zone": "America"},
        {"zone": "../etc/passwd"},
        {"zone": ""},
        {"days": ()},
        {"days": ("monday",)},
        {"at": "08:45:30"},
    ],
)
def test_a_schedule_that_could_never_be_due_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadScheduleError):
        daily(**changes)


def test_a_schedule_is_said_in_words() -> None:
    assert [str(one) for one in (daily(), BeforeOpen("XNYS", 45), AfterWeek("XLON", 0))] == [
        "08:45 America/New_York, Mon to Fri",
        "45 min before XNYS opens",
        "0 min after XLON closes for the week",
    ]
    assert str(daily(days=("sun", "mon"), trading="XNYS")) == (
        "08:45 America/New_York, Mon, Sun, on trading days of XNYS"
    )
    assert str(daily(days=WEEKDAYS[::-1])) == "08:45 America/New_York, every day"


@pytest.mark.parametrize("make", [BeforeOpen, AfterWeek])
def test_an_exchange_that_nobody_knows_and_minutes_that_are_none_are_refused(make: Any) -> None:
    for code in ("", "NYSE", "XXXX", "xnys"):
        with pytest.raises(UnknownExchangeError):
            make(code, 45)
    for minutes in (-1, MOST_MINUTES + 1):
        with pytest.raises(BadMinutesError):
            make("XNYS", minutes)
    with pytest.raises(BadMinutesError):
        BeforeOpen("XNYS", 0)
    with pytest.raises(UnknownExchangeError):
        daily(trading="NYSE")


def test_a_wrap_that_would_come_many_times_a_week_is_refused() -> None:
    for schedule in (daily(), BeforeOpen("XNYS", 45)):
        with pytest.raises(WrapDaysError):
            subscription(schedule, kind=WRAP)


# Whole years


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["00:00", "01:30", "02:30", "23:59"])
def test_two_years_give_one_brief_a_local_day(zone: str, at: str) -> None:
    wanted = subscription(daily(at, zone, WEEKDAYS), created_at=local("2026-06-01", zone))
    start, end = local("2026-06-01", zone), local("2028-06-01", zone)
    fired = run(wanted, (start + n * 2 * HOUR for n in range((end - start) // (2 * HOUR))))
    dates = [item.local_date for _, item in fired]
    days = (date(2028, 6, 1) - date(2026, 6, 1)).days
    whole = [date(2026, 6, 1) + timedelta(days=n) for n in range(days)]
    assert dates in (whole, whole[:-1])  # 23:59 of the last day falls after the last tick
    assert not any(item.folded for _, item in fired)
    assert all(timedelta(0) <= now - item.due_at < 2 * HOUR for now, item in fired)


def around(whole: list[Due], seed: int) -> list[datetime]:
    """The moments at which something could go wrong, and some of no interest, in order."""
    chance = random.Random(seed)
    ticks = [one.due_at + step for one in whole for step in (-SECOND, -INSTANT, SECOND, HOUR)]
    ticks += [one.due_at for one in whole] + [one.useful_until for one in whole]
    first, last = whole[0].due_at, whole[-1].useful_until
    ticks += [first + (last - first) * chance.random() for _ in range(len(whole))]
    return sorted(ticks)


@pytest.mark.parametrize("exchange", ["XNYS", "XLON", "XTKS", "XHKG", "XASX"])
@pytest.mark.parametrize("minutes", [1, 45, MOST_MINUTES])
def test_two_years_of_five_exchanges_give_one_brief_a_trading_day_and_never_early(
    exchange: str, minutes: int
) -> None:
    zone = EXCHANGES[exchange].zone
    wanted = subscription(BeforeOpen(exchange, minutes), created_at=local("2026-06-01", zone))
    days = [date(2026, 6, 1) + n * DAY for n in range(731)]
    whole = [item for day in days if (item := on_day(wanted, day, sessions))]
    fired = run(wanted, around(whole, seed=minutes))
    traded = [day for day in days if sessions(exchange, day)]
    assert [item.local_date for _, item in fired] == traded
    assert len(traded) > 480
    for now, item in fired:
        session = sessions(exchange, item.local_date)
        assert session is not None
        assert now == item.due_at == session.opens - timedelta(minutes=minutes)
        assert now.astimezone(ZoneInfo(zone)).date() == item.local_date


@pytest.mark.parametrize(
    ("zone", "exchange"),
    [
        (NEW_YORK, "XNYS"),
        ("Europe/London", "XLON"),
        ("Asia/Tokyo", "XTKS"),
        ("Asia/Hong_Kong", "XHKG"),
        ("Australia/Lord_Howe", "XASX"),
        ("Asia/Kathmandu", "XNYS"),
    ],
)
@pytest.mark.parametrize("at", ["02:15", "08:45"])
def test_two_years_at_a_local_time_of_trading_days_give_one_brief_each(
    zone: str, exchange: str, at: str
) -> None:
    schedule = daily(at, zone, WEEKDAYS, trading=exchange)
    wanted = subscription(schedule, created_at=local("2026-06-01", zone))
    days = [date(2026, 6, 1) + n * DAY for n in range(731)]
    whole = [item for day in days if (item := on_day(wanted, day, sessions))]
    fired = run(wanted, around(whole, seed=7))
    assert [item.local_date for _, item in fired] == [
        day for day in days if sessions(exchange, day)
    ]
    assert all(now == item.due_at for now, item in fired)


# Anything at any time

times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2024, 6, 1), datetime(2028, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001
exchanges = st.sampled_from(sorted(set(EXCHANGES) - {"XSHG"}))  # whose calendar ends too soon
dailies = st.builds(
    lambda at, days, zone, trading: Daily(at, tuple(days), zone, trading),
    times,
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.sampled_from(ZONES),
    st.one_of(st.none(), exchanges),
)
opens = st.builds(BeforeOpen, exchanges, st.integers(1, MOST_MINUTES))
weeks = st.builds(AfterWeek, exchanges, st.integers(0, MOST_MINUTES))
schedules = st.one_of(dailies, opens, weeks)


@settings(deadline=None)
@given(now=moments, schedule=schedules)
def test_what_is_due_is_past_and_of_use(now: datetime, schedule: Schedule) -> None:
    wanted = subscription(schedule)
    for item in owed(now, wanted):
        assert item.due_at <= now <= item.useful_until
        planned_then = on_day(wanted, item.local_date, sessions)
        assert planned_then is not None
        assert item == replace(planned_then, folded=item.folded)
        assert owed(now, wanted, row_of(item)) == []
        if isinstance(schedule, Daily):
            assert now - item.due_at <= CATCH_UP
            assert WEEKDAYS[item.local_date.weekday()] in schedule.weekdays
        assert list(item.folded) == sorted(set(item.folded))
        assert all(day < item.local_date for day in item.folded)


@settings(deadline=None)
@given(now=moments, schedule=schedules)
def test_what_comes_next_is_due_at_its_moment_and_not_before(
    now: datetime, schedule: Schedule
) -> None:
    wanted = subscription(schedule)
    coming = next_due(now, wanted, sessions)
    if coming is None:  # a weekday on which the exchange does not trade for a month
        assert isinstance(schedule, Daily)
        return
    assert coming.due_at > now
    assert [item.local_date for item in owed(coming.due_at, wanted)] == [coming.local_date]
    before = [item.local_date for item in owed(coming.due_at - INSTANT, wanted)]
    assert coming.local_date not in before


@settings(deadline=None, max_examples=60)
@given(
    start=moments,
    steps=st.lists(st.integers(-60, 60 * 40), min_size=1, max_size=60),
    schedule=schedules,
    lost=st.randoms(use_true_random=False),
)
def test_however_irregular_the_ticks_every_date_is_sent_once_or_told_by_the_next(
    start: datetime, steps: list[int], schedule: Schedule, lost: random.Random
) -> None:
    """Clocks step back, too, and every fourth post fails."""
    wanted = subscription(schedule, created_at=start)
    rows: list[OutboxRow] = []
    told: list[date] = []
    now, latest = start, start
    for minutes in steps:
        now += timedelta(minutes=minutes)
        latest = max(latest, now)
        for item in owed(now, wanted, *rows):
            failed = lost.random() < 0.25
            rows.append(row_of(item, "failed" if failed else "sent"))
            told += [] if failed else [*item.folded, item.local_date]
    assert len({one.slot for one in rows}) == len(rows)
    assert len(told) == len(set(told))
    if told:
        first = start.astimezone(ZoneInfo(wanted.zone)).date()
        days = (first + n * DAY for n in range((max(told) - first).days + 1))
        whole = [item for day in days if (item := on_day(wanted, day, sessions))]
        since = [item.local_date for item in whole if item.due_at >= start]
        recent = [day for day in since if max(told) - day < timedelta(days=14)]
        assert set(recent) <= set(told)
