"""Our calendars say of every day what exchange-calendars says, however the years are cut."""

from datetime import UTC, date, datetime, timedelta

import exchange_calendars
import pytest

from jobs.calendars import KNOWN_UNTIL, WARNING, Calendars
from jobs.errors import CalendarEndsError, UnknownExchangeError
from jobs.schedules import EXCHANGES, Session

FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
DAY = timedelta(days=1)


def days(first: date = FIRST, last: date = LAST) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


@pytest.mark.parametrize("exchange", ["XNYS", "XLON", "XTKS", "XHKG"])
def test_every_day_of_five_years_is_as_the_library_says(exchange: str) -> None:
    whole = exchange_calendars.get_calendar(exchange, start="2023-12-01", end="2029-01-31")
    early = set(whole.early_closes)
    calendars, traded = Calendars(), 0
    for day in days():
        ours = calendars.session_of(exchange, day)
        assert (ours is not None) == whole.is_session(str(day))
        if ours is None:
            continue
        traded += 1
        assert ours.day == day
        assert ours.opens == whole.session_open(str(day)).to_pydatetime()
        assert ours.closes == whole.session_close(str(day)).to_pydatetime()
        assert ours.opens.tzinfo is UTC
        assert ours.early == (whole.date_to_session(str(day)) in early)
    assert traded == len(whole.sessions_in_range(str(FIRST), str(LAST))) > 1_200


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_each_exchange_of_our_table_opens_on_its_own_date_in_its_zone(exchange: str) -> None:
    calendars = Calendars()
    whole = exchange_calendars.get_calendar(exchange, start="2026-01-01", end="2026-12-31")
    assert str(whole.tz) == EXCHANGES[exchange].zone
    year = days(date(2026, 1, 1), date(2026, 12, 31))
    found = [calendars.session_of(exchange, day) for day in year]
    sessions = [one for one in found if one]
    assert len(sessions) > 230
    for one in sessions:
        opens = one.opens.astimezone(whole.tz)
        assert opens.date() == one.day
        assert opens.hour >= 8  # MOST_MINUTES before that is the same date


@pytest.mark.parametrize(
    ("exchange", "day", "note"),
    [
        ("XNYS", date(2026, 11, 27), "early close 13:00 ET"),
        ("XNYS", date(2026, 11, 25), None),
        ("XLON", date(2026, 12, 24), "early close 12:30 GMT"),
        ("XHKG", date(2026, 12, 31), "early close 12:00 HKT"),
        ("XASX", date(2026, 12, 24), "early close 14:10 AEDT"),
        ("XPAR", date(2026, 12, 24), "early close 14:05 CET"),
    ],
)
def test_a_half_day_is_named_with_the_time_of_its_exchange(
    exchange: str, day: date, note: str | None
) -> None:
    session = Calendars().session_of(exchange, day)
    assert session is not None
    assert session.note == note


@pytest.mark.parametrize(
    ("exchange", "day"),
    [
        ("XNYS", date(2026, 11, 26)),  # Thanksgiving
        ("XNAS", date(2026, 11, 28)),  # a Saturday
        ("XLON", date(2026, 5, 25)),  # the spring bank holiday
        ("XTKS", date(2026, 5, 4)),  # Golden week
        ("XHKG", date(2026, 2, 17)),  # the lunar new year
    ],
)
def test_a_holiday_has_no_session(exchange: str, day: date) -> None:
    assert Calendars().session_of(exchange, day) is None


def test_dst_moves_the_open_of_new_york_in_utc() -> None:
    calendars = Calendars()
    before, after = date(2026, 10, 30), date(2026, 11, 2)
    opens = [calendars.session_of("XNYS", day) for day in (before, after)]
    assert [one and one.opens for one in opens] == [
        datetime(2026, 10, 30, 13, 30, tzinfo=UTC),
        datetime(2026, 11, 2, 14, 30, tzinfo=UTC),
    ]


def test_a_calendar_ends_on_a_fixed_day_and_says_so() -> None:
    calendars = Calendars()
    assert calendars.runs_out("XNYS") == KNOWN_UNTIL
    with pytest.raises(CalendarEndsError, match="XNYS, 2028-12-31"):
        calendars.session_of("XNYS", KNOWN_UNTIL + DAY)
    short = Calendars(until=date(2026, 11, 27))
    assert isinstance(short.session_of("XNYS", date(2026, 11, 27)), Session)
    with pytest.raises(CalendarEndsError):
        short.session_of("XNYS", date(2026, 11, 28))


def test_what_the_library_does_not_know_ends_a_calendar_earlier() -> None:
    end = Calendars().runs_out("XSHG")  # China publishes its holidays a year at a time
    assert end < KNOWN_UNTIL
    assert end == exchange_calendars.get_calendar("XSHG", start="2024-01-01").bound_max().date()
    with pytest.raises(CalendarEndsError):
        Calendars().session_of("XSHG", end + DAY)


def test_it_warns_in_time_of_the_calendars_that_are_used() -> None:
    calendars = Calendars()
    assert calendars.ending(["XNYS", "XLON"], KNOWN_UNTIL - WARNING) == {}
    assert calendars.ending(["XNYS"], KNOWN_UNTIL - WARNING + DAY) == {"XNYS": KNOWN_UNTIL}
    assert calendars.ending([], KNOWN_UNTIL + 9 * DAY) == {}


def test_an_exchange_that_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownExchangeError, match="XXXX"):
        Calendars().session_of("XXXX", date(2026, 1, 2))
