"""A printed date -> aware UTC and the offset that was printed. Knows no clock: `now` is given.

A date without a zone is read as UTC and has no offset; a date without a time is its midnight. What
is not a date, lies before 1900, or more than two years after `now`, is no date at all: undated
stays undated.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

EARLIEST_YEAR = 1900
AHEAD = timedelta(days=730)  # embargoes and wrong clocks lie days ahead; years ahead is a mistake

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HOURS: Final = {
    "z": 0.0, "ut": 0.0, "utc": 0.0, "gmt": 0.0, "wet": 0.0, "bst": 1.0, "west": 1.0, "cet": 1.0,
    "cest": 2.0, "eet": 2.0, "eest": 3.0, "msk": 3.0, "ist": 5.5, "sgt": 8.0, "hkt": 8.0,
    "jst": 9.0, "kst": 9.0, "aest": 10.0, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0,
    "est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0,
    "pst": -8.0, "pdt": -7.0,
}  # fmt: skip
_PLACES: Final = {
    "et": ZoneInfo("America/New_York"),
    "ct": ZoneInfo("America/Chicago"),
    "mt": ZoneInfo("America/Denver"),
    "pt": ZoneInfo("America/Los_Angeles"),
}
_TIME = (
    r"(?:,?\s+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = r"(?:\s*\(?(?:gmt|utc)?(?P<zone>[+-]\d{2}:?\d{2}|[a-z]{1,5})\)?)?"
_WEEKDAY = r"(?:[a-z]{3,9}\.?,?\s+)?"
_SHAPES = tuple(
    re.compile(rf"{shape}{_TIME}{_ZONE}(?:\s*\([^)]*\))?", re.IGNORECASE)
    for shape in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        _WEEKDAY
        + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-](?P<month>[a-z]{3,9})\.?,?[\s-](?P<year>\d{4})",
        _WEEKDAY
        + r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    )
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A publication time in UTC, and the printed zone in minutes east of it; None if undated."""

    at: datetime | None = None
    offset: int | None = None


UNDATED = Printed()


def read_date(text: str | None, *, now: datetime | None = None) -> Printed:
    """Read a date as publishers print it: ISO 8601, RFC 822, or in English words."""
    words = " ".join((text or "").split())
    try:
        moment = _iso(words) or _worded(words)
        return UNDATED if moment is None else printed(moment, now=now)
    except (ValueError, OverflowError):
        return UNDATED


def printed(moment: datetime, *, now: datetime | None = None) -> Printed:
    """Bring a moment into UTC, unless no article can have been published then."""
    if moment.year < EARLIEST_YEAR:
        return UNDATED
    offset = moment.utcoffset()
    if offset is None:
        moment = moment.replace(tzinfo=UTC)
    at = moment.astimezone(UTC)
    if now is not None and at > now + AHEAD:
        return UNDATED
    return Printed(at, None if offset is None else round(offset.total_seconds() / 60))


def _iso(words: str) -> datetime | None:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return None


def _worded(words: str) -> datetime | None:
    match = next(filter(None, (shape.fullmatch(words) for shape in _SHAPES)), None)
    if match is None:
        return None
    naive = datetime(  # noqa: DTZ001 the zone follows
        int(match["year"]),
        _month(match["month"]),
        int(match["day"]),
        _hour(match["hour"], match["half"]),
        int(match["minute"] or 0),
        min(int(match["second"] or 0), 59),  # a leap second is none of ours
    )
    return _with_zone(naive, (match["zone"] or "").lower())


def _month(word: str) -> int:
    return int(word) if word.isdigit() else _MONTHS.index(word[:3].lower()) + 1


def _hour(word: str | None, half: str | None) -> int:
    hour = int(word or 0)
    if half is None:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _with_zone(naive: datetime, zone: str) -> datetime:
    if zone in _PLACES:
        return naive.replace(tzinfo=_PLACES[zone])
    if zone in _HOURS:
        return naive.replace(tzinfo=timezone(timedelta(hours=_HOURS[zone])))
    if zone[:1] in {"+", "-"} and zone not in {"-0000", "-00:00"}:  # RFC 822: zone unknown
        sign = -1 if zone[0] == "-" else 1
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        return naive.replace(tzinfo=timezone(sign * timedelta(minutes=minutes)))
    return naive
