"""Time words become windows of UTC days."""

from datetime import UTC, datetime

import pytest

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
    assert window is not None
    assert window.since == first
