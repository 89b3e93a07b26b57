"""Quiet hours of a zone and a moment -> until when it is quiet. Pure; knows no rule.

The hours of a local day begin and end at moments, as a digest's time does: of a time that the
autumn day has twice the first one counts, and one that the spring day leaves out comes as long
after midnight as it always does.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local hours in which nothing is posted: from `start` to `end`, over midnight if need be."""

    start: time
    end: time

    @classmethod
    def read(cls, written: str) -> "Quiet":
        """Read hours as people write them.

        Raises:
            ValueError: these are no two times of a day.
        """
        start, end = map(_time, re.split(r"\s*(?:-|–|to)\s*", written.strip()))
        return cls(start, end)

    def __str__(self) -> str:
        """Write them as people do: 22:00-07:00."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def quiet_until(quiet: Quiet | None, zone: str, at: datetime) -> datetime | None:
    """Say when (UTC) the quiet hours end that `at` lies in, [start, end); None outside of them."""
    if quiet is None or quiet.start == quiet.end:
        return None
    today = at.astimezone(ZoneInfo(zone)).date()
    spans = (_span(quiet, zone, today + timedelta(days=back)) for back in (-1, 0))
    return max((end for start, end in spans if start <= at < end), default=None)


def hour_of(at: datetime) -> datetime:
    """Say when (UTC) the clock hour of a moment began."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _time(written: str) -> time:
    """Read a local time of whole minutes: others would be kept as what they are not."""
    found = time.fromisoformat(written)
    if found.second or found.microsecond or found.tzinfo:
        raise ValueError(written)
    return found


def _span(quiet: Quiet, zone: str, day: date) -> tuple[datetime, datetime]:
    over = timedelta(days=1) if quiet.end < quiet.start else timedelta()
    return _moment(day, quiet.start, zone), _moment(day + over, quiet.end, zone)


def _moment(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
