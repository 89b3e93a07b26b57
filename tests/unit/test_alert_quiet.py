"""Quiet hours go over midnight and over the days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.alerts.quiet import Quiet, hour_of, quiet_until

ZONES = ["America/New_York", "Europe/London", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Apia"]
NIGHT = Quiet(time(22), time(7))
NAIVE = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)
moments = st.datetimes(
    NAIVE,
    NAIVE.replace(year=2028),
    timezones=st.just(UTC),
)
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
hours = st.builds(Quiet, times, times).filter(lambda q: q.start != q.end)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        ("2026-11-24T21:59:59-05:00", None),
        ("2026-11-24T22:00:00-05:00", "2026-11-25T07:00:00-05:00"),
        ("2026-11-25T00:00:00-05:00", "2026-11-25T07:00:00-05:00"),
        ("2026-11-25T06:59:59-05:00", "2026-11-25T07:00:00-05:00"),
        ("2026-11-25T07:00:00-05:00", None),
        ("2026-10-31T23:30:00-04:00", "2026-11-01T07:00:00-05:00"),  # the night of 10 hours
        ("2027-03-13T23:30:00-05:00", "2027-03-14T07:00:00-04:00"),  # the night of 8
    ],
)
def test_a_night_ends_at_seven_by_the_local_clock(moment: str, ends: str | None) -> None:
    found = quiet_until(NIGHT, "America/New_York", at(moment))
    assert found == (at(ends) if ends else None)


def test_an_end_that_the_spring_day_leaves_out_comes_as_long_after_midnight() -> None:
    early = Quiet(time(22), time(2, 30))
    ends = quiet_until(early, "America/New_York", at("2027-03-14T01:00:00-05:00"))
    assert ends == at("2027-03-14T03:30:00-04:00")


def test_an_end_that_the_autumn_day_has_twice_is_the_first_of_them() -> None:
    early = Quiet(time(22), time(1, 30))
    ends = quiet_until(early, "America/New_York", at("2026-11-01T00:00:00-04:00"))
    assert ends == at("2026-11-01T01:30:00-04:00")
    assert quiet_until(early, "America/New_York", at("2026-11-01T01:10:00-05:00")) is None


def test_hours_of_no_length_are_none() -> None:
    assert quiet_until(Quiet(time(7), time(7)), "UTC", at("2026-11-25T07:00:00+00:00")) is None
    assert quiet_until(None, "UTC", at("2026-11-25T07:00:00+00:00")) is None


@given(moments, hours, st.sampled_from(ZONES))
def test_what_waits_is_told_within_a_day_and_when_it_is_quiet_no_more(
    moment: datetime, quiet: Quiet, zone: str
) -> None:
    ends = quiet_until(quiet, zone, moment)
    if ends is None:
        return
    assert moment < ends <= moment + timedelta(hours=50)  # Apia left out a whole day once
    assert quiet_until(quiet, zone, ends - timedelta(microseconds=1)) == ends


@given(moments, hours, st.sampled_from(ZONES[:4]))
def test_the_local_clock_decides_but_on_the_days_on_which_it_changes(
    moment: datetime, quiet: Quiet, zone: str
) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    offsets = {(local + timedelta(days=d)).utcoffset() for d in (-2, -1, 0, 1, 2)}
    if len(offsets) > 1:
        return
    clock = local.time()
    over = quiet.start > quiet.end
    inside = clock >= quiet.start or clock < quiet.end if over else quiet.start <= clock < quiet.end
    assert (quiet_until(quiet, zone, moment) is not None) == inside


def test_an_hour_begins_at_its_full_minute() -> None:
    assert hour_of(at("2026-11-24T10:59:59+00:00")) == at("2026-11-24T10:00:00+00:00")
    assert date(2026, 11, 24) == hour_of(at("2026-11-24T10:59:59+00:00")).date()


@pytest.mark.parametrize(
    "written", ["22:00Z-07:00", "22:00-07:00Z", "22:00+05:00 to 07:00", "22:00:30-07:00", "night"]
)
def test_hours_of_another_zone_or_of_seconds_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Quiet.read(written)
