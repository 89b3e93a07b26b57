"""`due`: once for each local date, never early, late while of use, else told by the next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.calendars import Calendars
from jobs.due import DAY, INSTANT, due, folded, next_due, on_day, planned
from jobs.errors import CalendarEndsError
from jobs.models import DIGEST, WRAP, Due
from jobs.schedules import (
    MOST_MINUTES,
    WEEKDAYS,
    AfterWeek,
    BeforeOpen,
)
from tests.dues import (
    FRIDAY,
    HOUR,
    THANKSGIVING,
    daily,
    local,
    owed,
    row,
    row_of,
    run,
    sessions,
    subscription,
)


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
