"""The nouns of when something comes: exchanges, their sessions, and the three kinds of schedule.

Knows no calendar: which days an exchange trades is asked of a `Sessions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobs.errors import BadMinutesError, BadScheduleError, UnknownExchangeError
from jobs.zones import clock_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAYS = WEEKDAYS[:5]

MOST_MINUTES = 480
"""Of a post before an open or after a close. The earliest open is London's at 08:00 local time, so
a post before one comes on the same local date."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A market by its MIC (ISO 10383), its name, and the zone in which its days are counted."""

    code: str
    name: str
    zone: str


EXCHANGES = {
    one.code: one
    for one in (
        Exchange("XNYS", "New York Stock Exchange", "America/New_York"),
        Exchange("XNAS", "Nasdaq", "America/New_York"),
        Exchange("XTSE", "Toronto", "America/Toronto"),
        Exchange("XLON", "London", "Europe/London"),
        Exchange("XETR", "Xetra, Frankfurt", "Europe/Berlin"),
        Exchange("XPAR", "Euronext Paris", "Europe/Paris"),
        Exchange("XSWX", "SIX, Zurich", "Europe/Zurich"),
        Exchange("XTKS", "Tokyo", "Asia/Tokyo"),
        Exchange("XHKG", "Hong Kong", "Asia/Hong_Kong"),
        Exchange("XSHG", "Shanghai", "Asia/Shanghai"),
        Exchange("XASX", "Sydney", "Australia/Sydney"),
    )
}


@dataclass(frozen=True, slots=True)
class Session:
    """One trading day of an exchange: when it opens and closes, in UTC, and whether early."""

    exchange: str
    day: date
    opens: datetime
    closes: datetime
    early: bool = False

    @property
    def note(self) -> str | None:
        """What is unusual about the day: "early close 13:00 ET"."""
        return (
            f"early close {clock_of(self.closes, zone_of(self.exchange))}" if self.early else None
        )


Sessions = Callable[[str, date], Session | None]
"""The session of an exchange on a day of its zone; None when it does not trade that day.

It raises `CalendarError` for a day or an exchange that it cannot know.
"""


@dataclass(frozen=True, slots=True)
class Daily:
    """At a local time on chosen weekdays; with `trading`, only on days that exchange trades."""

    at: time
    weekdays: tuple[str, ...]
    zone: str
    trading: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could never be due: one bad schedule would stop everybody's clock."""
        whole_minutes = not (self.at.second or self.at.microsecond or self.at.tzinfo)
        known_days = bool(self.weekdays) and set(self.weekdays) <= set(WEEKDAYS)
        if not (whole_minutes and known_days and _is_zone(self.zone)):
            raise BadScheduleError(f"{self.at} {','.join(self.weekdays)} {self.zone}")
        if self.trading:
            zone_of(self.trading)

    def __str__(self) -> str:
        """Say it: "Mon, Tue at 08:45 America/New_York, on trading days of XNYS"."""
        only = f", on trading days of {self.trading}" if self.trading else ""
        return f"{_days(self.weekdays)} at {self.at:%H:%M} {self.zone}{only}"


@dataclass(frozen=True, slots=True)
class BeforeOpen:
    """`minutes` before an exchange opens, on each day that it trades."""

    exchange: str
    minutes: int

    def __post_init__(self) -> None:
        """Refuse an exchange that nobody knows, and minutes that are none."""
        _checked(self.exchange, self.minutes, least=1)

    @property
    def zone(self) -> str:
        """The zone of the exchange: its days are this schedule's."""
        return zone_of(self.exchange)

    def __str__(self) -> str:
        """Say it: "45 min before XNYS opens"."""
        return f"{self.minutes} min before {self.exchange} opens"


@dataclass(frozen=True, slots=True)
class AfterWeek:
    """`minutes` after an exchange closes on the last day of a week that it trades."""

    exchange: str
    minutes: int

    def __post_init__(self) -> None:
        """Refuse an exchange that nobody knows, and minutes that are none."""
        _checked(self.exchange, self.minutes, least=0)

    @property
    def zone(self) -> str:
        """The zone of the exchange: its days are this schedule's."""
        return zone_of(self.exchange)

    def __str__(self) -> str:
        """Say it: "30 min after XNYS closes for the week"."""
        return f"{self.minutes} min after {self.exchange} closes for the week"


Schedule = Daily | BeforeOpen | AfterWeek


def exchange_of(schedule: Schedule) -> str | None:
    """Name the exchange whose calendar a schedule goes by; None when it asks for none."""
    return schedule.trading if isinstance(schedule, Daily) else schedule.exchange


def zone_of(exchange: str) -> str:
    """Name the zone of an exchange.

    Raises:
        UnknownExchangeError: the table does not have it.
    """
    if exchange not in EXCHANGES:
        raise UnknownExchangeError(exchange)
    return EXCHANGES[exchange].zone


def _days(weekdays: tuple[str, ...]) -> str:
    whole = {frozenset(WEEKDAYS): "every day", frozenset(WORKDAYS): "Mon to Fri"}
    listed = (day for day in WEEKDAYS if day in weekdays)
    return whole.get(frozenset(weekdays)) or ", ".join(day.title() for day in listed)


def _checked(exchange: str, minutes: int, *, least: int) -> None:
    zone_of(exchange)
    if not least <= minutes <= MOST_MINUTES:
        raise BadMinutesError(str(minutes))


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, empty or a path, a folder
        return False
