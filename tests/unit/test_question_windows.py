"""Time words become windows of the asker's days."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.windows import window_in

NOW = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)  # a Thursday


def at(day: int, month: int = 11, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("who benefits today?", at(26), None),
        ("what happened yesterday", at(25), at(26)),
        ("winners this week", at(23), None),
        ("losers last week", at(16), at(23)),
        ("news this month on NVDA", at(1), None),
        ("news last month on NVDA", at(1, 10), at(1)),
        ("winners since 2026-11-20", at(20), None),
        ("over the last 2 days", datetime(2026, 11, 24, 15, 30, tzinfo=UTC), None),
        ("in the past 3 hours", datetime(2026, 11, 26, 12, 30, tzinfo=UTC), None),
    ],
)
def test_a_question_names_its_window(text: str, since: datetime, until: datetime | None) -> None:
    window = window_in(text, NOW)
    assert window is not None
    assert (window.since, window.until) == (since, until)
    assert window.words in text


@pytest.mark.parametrize("text", ["who benefits?", "since 2026-02-31", "the last straw", "todays"])
def test_a_question_without_a_date_that_exists_names_no_window(text: str) -> None:
    assert window_in(text, NOW) is None


@pytest.mark.parametrize(
    "text", ["yesterday", "this week", "last week", "last month", "in the last 999 months"]
)
def test_no_window_begins_before_the_calendar(text: str) -> None:
    first = datetime(1, 1, 1, tzinfo=UTC)
    window = window_in(text, first)
    assert window is None or window.since == first


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("what changed for NVDA since Friday?", at(20), None),
        ("since yesterday", at(25), None),
        ("since last Monday", at(23), None),
        ("since Thursday", at(19), None),
        ("since the end of October", at(1), None),
        ("after 3 Nov", at(4), None),
        ("since 3rd of November 2026", at(3), None),
        ("since Nov. 3, 2026", at(3), None),
        ("before November 3", None, at(3)),
        ("until 3 Nov", None, at(4)),
        ("on 3 Nov", at(3), at(4)),
        ("on Monday", at(23), at(24)),
        ("between 2 and 5 Nov", at(2), at(6)),
        ("between 2 Nov and 5 Nov", at(2), at(6)),
        ("from Monday to Tuesday", at(23), at(25)),
        ("in October", at(1, 10), at(1)),
        ("in December", datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        ("during Q3", at(1, 7), at(1, 10)),
        ("since Q3", at(1, 7), None),
        ("in Q4", at(1, 10), None),
        ("in the third quarter of 2025", at(1, 7).replace(year=2025), at(1, 10).replace(year=2025)),
        ("this quarter", at(1, 10), None),
        ("last quarter", at(1, 7), at(1, 10)),
        ("this year", at(1, 1), None),
        ("in 2025", at(1, 1).replace(year=2025), at(1, 1)),
        ("in the past hour", datetime(2026, 11, 26, 14, 30, tzinfo=UTC), None),
        ("over the last two weeks", datetime(2026, 11, 12, 15, 30, tzinfo=UTC), None),
        ("within the last few days", datetime(2026, 11, 23, 15, 30, tzinfo=UTC), None),
        ("in the last 24h", datetime(2026, 11, 25, 15, 30, tzinfo=UTC), None),
        ("on today's news", at(26), None),
        ("this morning", at(26), None),
        ("over the past week", datetime(2026, 11, 19, 15, 30, tzinfo=UTC), None),
        ("in the last year", datetime(2025, 11, 26, 15, 30, tzinfo=UTC), None),
        ("year to date", at(1, 1), None),
        ("between 2024 and 2025", at(1, 1).replace(year=2024), at(1, 1)),
    ],
)
def test_periods_are_read_as_people_say_them(
    text: str, since: datetime | None, until: datetime | None
) -> None:
    window = window_in(text, NOW)
    found = (window.since, window.until) if window else (None, None)
    assert found == (since, until)


@pytest.mark.parametrize("text", ["as of 3 Nov", "as of November 3rd, 2026", "as at 2026-11-03"])
def test_as_of_looks_back_from_the_end_of_a_day(text: str) -> None:
    window = window_in(f"who benefits {text}?", NOW)
    assert window is not None
    assert (window.since, window.until, window.as_of) == (None, None, at(4))


def test_as_of_today_is_now() -> None:
    window = window_in("which tickers benefit as of today?", NOW)
    assert window is not None
    assert window.as_of == NOW


def test_days_are_those_of_the_asker() -> None:
    evening = datetime(2026, 11, 26, 21, 0, tzinfo=ZoneInfo("America/New_York"))
    window = window_in("who benefits today?", evening)
    assert window is not None
    assert window.since == datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "march in step",
        "may Apple gain?",
        "the second quarter",
        "on 31 Feb",
        "Q3 looks soft",
        "the outlook for 2025",
        "the results of October",
        "the plans from 2027",
        "since 2031",
    ],
)
def test_what_is_no_time_of_publication_is_no_window(text: str) -> None:
    assert window_in(text, NOW) is None


@given(st.text(max_size=60), st.datetimes(timezones=st.just(UTC)))
def test_no_text_and_no_clock_raises(text: str, now: datetime) -> None:
    window = window_in(text, now)
    assert window is None or window.words in text
