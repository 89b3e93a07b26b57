from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sources.dates import UNDATED, Printed, read_date

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "at", "offset"),
    [
        ("2026-11-27T08:45:00-05:00", utc(2026, 11, 27, 13, 45), -300),
        ("2026-11-27T08:45:00Z", utc(2026, 11, 27, 8, 45), 0),
        ("2026-11-27T08:45:00.250+0530", utc(2026, 11, 27, 3, 15, 0, 250_000), 330),
        ("20240705T123000", utc(2024, 7, 5, 12, 30), None),
        ("2026-11-27", utc(2026, 11, 27), None),
        ("2026-11-27 08:45", utc(2026, 11, 27, 8, 45), None),
        ("2026-11-27 08:45:00 UTC", utc(2026, 11, 27, 8, 45), 0),
        ("2019-11-20 13:42:06+08:00", utc(2019, 11, 20, 5, 42, 6), 480),
        ("Wed, 25 Nov 2026 08:45:00 -0500", utc(2026, 11, 25, 13, 45), -300),
        ("Wed, 25 Nov 2026 08:45:00 EST", utc(2026, 11, 25, 13, 45), -300),
        ("Wed, 25 Nov 2026 08:45:00 -0000", utc(2026, 11, 25, 8, 45), None),
        ("25 Nov 2026 08:45", utc(2026, 11, 25, 8, 45), None),
        ("Tue Nov 19 2019 03:05:46 GMT+0000", utc(2019, 11, 19, 3, 5, 46), 0),
        ("November 25, 2026 at 8:45 a.m. ET", utc(2026, 11, 25, 13, 45), -300),
        ("July 3rd, 2026, 4:05 PM ET", utc(2026, 7, 3, 20, 5), -240),
        ("Nov. 25, 2026", utc(2026, 11, 25), None),
        ("12:00 am", None, None),
        ("Sat, 31 Dec 2016 23:59:60 GMT", utc(2016, 12, 31, 23, 59, 59), 0),
    ],
)
def test_a_printed_date_is_utc_with_its_offset(
    text: str, at: datetime | None, offset: int | None
) -> None:
    assert read_date(text, now=NOW) == Printed(at, offset)


@pytest.mark.parametrize(
    "text",
    [
        *("", None, "yesterday", "soon", "2026-13-40", "0001-01-01T00:00:00Z", "1899-12-31"),
        *("31 Foo 2026", "2026-11-27T25:00:00Z", "99 Nov 2026", "2031-01-01", "12345"),
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_what_is_no_date_leaves_an_article_undated(text: str | None) -> None:
    assert read_date(text, now=NOW) == UNDATED


def test_a_date_days_ahead_stays_and_years_ahead_goes() -> None:
    assert read_date("2026-12-24", now=NOW).at == utc(2026, 12, 24)
    assert read_date("2029-12-24", now=NOW) == UNDATED
    assert read_date("2029-12-24").at == utc(2029, 12, 24)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    read = read_date(text, now=NOW)
    assert read.at is None or read.at.tzinfo is UTC


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2028, 1, 1)),  # noqa: DTZ001 the zone is drawn too
    st.integers(-12 * 60, 14 * 60),
)
def test_an_iso_date_is_the_same_moment_again(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read_date(moment.isoformat(), now=NOW) == Printed(moment.astimezone(UTC), minutes)
