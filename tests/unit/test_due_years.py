"""`due` over two years of zones and exchanges, and at any time of any schedule."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.due import CATCH_UP, DAY, INSTANT, next_due, on_day
from jobs.models import Due, OutboxRow
from jobs.schedules import (
    EXCHANGES,
    MOST_MINUTES,
    WEEKDAYS,
    AfterWeek,
    BeforeOpen,
    Daily,
    Schedule,
)
from tests.dues import (
    HOUR,
    NEW_YORK,
    SECOND,
    ZONES,
    daily,
    local,
    owed,
    row_of,
    run,
    sessions,
    subscription,
)


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
