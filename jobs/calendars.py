"""An exchange and a day -> its session, up to a fixed last day. Knows exchange-calendars alone.

That library (and pandas under it) takes half a second to import, so it is imported at first use.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from jobs.errors import CalendarEndsError, UnknownExchangeError
from jobs.schedules import EXCHANGES, Session

KNOWN_UNTIL = date(2028, 12, 31)
"""The last day that our calendars speak of, whatever the library would compute.

Beyond what exchanges have published (NYSE and LSE: two to three years ahead) a calendar is a guess
by rule. It is a fixed day: an end counted from today would never come, and nobody would be warned.
Raise it together with exchange-calendars.
"""

WARNING = timedelta(days=90)
"""How long before a calendar's end `tape doctor` speaks of it: a release or two."""


PROBE = 2024
"""A year of which every calendar knows all, to ask where it ends."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """The sessions of the exchanges, a year of one read at a time and kept. `until` ends them all.

    Two threads that ask at once may read the same year twice, which does no harm.
    """

    until: date = KNOWN_UNTIL
    _ends: dict[str, date] = field(default_factory=dict)
    _years: dict[tuple[str, int], dict[date, Session]] = field(default_factory=dict)

    def session_of(self, exchange: str, day: date) -> Session | None:
        """Give the session of a day of the exchange's own zone; None when it does not trade.

        Raises:
            UnknownExchangeError: there is no calendar of it.
            CalendarEndsError: the day is past the end of it.
        """
        last, key = self.runs_out(exchange), (exchange, day.year)
        if day > last:
            raise CalendarEndsError(f"{exchange}, {last.isoformat()}")
        if key not in self._years:
            self._years[key] = _sessions(exchange, day.year, last)
        return self._years[key].get(day)

    def runs_out(self, exchange: str) -> date:
        """Say which is the last day that the calendar of an exchange speaks of.

        Raises:
            UnknownExchangeError: there is no calendar of it.
        """
        if exchange not in self._ends:
            last = _calendar(exchange, date(PROBE, 1, 1), date(PROBE, 12, 31)).bound_max()
            self._ends[exchange] = min(self.until, last.date()) if last else self.until
        return self._ends[exchange]

    def ending(self, exchanges: Iterable[str], today: date) -> dict[str, date]:
        """List those of the exchanges whose calendar has ended or soon does, with its last day.

        Raises:
            UnknownExchangeError: there is no calendar of one of them.
        """
        ends = {exchange: self.runs_out(exchange) for exchange in sorted(set(exchanges))}
        return {exchange: last for exchange, last in ends.items() if last - today < WARNING}


def _sessions(exchange: str, year: int, last: date) -> dict[date, Session]:
    calendar = _calendar(exchange, date(year, 1, 1), min(date(year, 12, 31), last))
    early = {day.date() for day in calendar.early_closes}
    return {
        day.date(): Session(exchange, day.date(), _utc(opens), _utc(closes), day.date() in early)
        for day, opens, closes in zip(
            calendar.sessions, calendar.opens, calendar.closes, strict=True
        )
    }


def _calendar(exchange: str, first: date, last: date) -> Any:
    from exchange_calendars import get_calendar
    from exchange_calendars.errors import InvalidCalendarName

    if exchange not in EXCHANGES:
        raise UnknownExchangeError(exchange)
    try:
        return get_calendar(exchange, start=first.isoformat(), end=last.isoformat())
    except InvalidCalendarName as error:
        raise UnknownExchangeError(exchange) from error


def _utc(moment: Any) -> datetime:
    at: datetime = moment.to_pydatetime()
    return at.astimezone(UTC)
