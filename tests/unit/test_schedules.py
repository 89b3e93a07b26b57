"""A schedule says itself in words, and one that could never be due is refused."""

from typing import Any

import pytest

from jobs.errors import BadMinutesError, BadScheduleError, UnknownExchangeError, WrapDaysError
from jobs.models import WRAP
from jobs.schedules import (
    MOST_MINUTES,
    WEEKDAYS,
    AfterWeek,
    BeforeOpen,
)
from tests.dues import (
    daily,
    subscription,
)


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
        "Mon to Fri at 08:45 America/New_York",
        "45 min before XNYS opens",
        "0 min after XLON closes for the week",
    ]
    assert str(daily(days=("sun", "mon"), trading="XNYS")) == (
        "Mon, Sun at 08:45 America/New_York, on trading days of XNYS"
    )
    assert str(daily(days=WEEKDAYS[::-1])) == "every day at 08:45 America/New_York"


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
