"""The names of days and periods in a text -> the dates they mean. Knows no questions.

A date without a year is the latest such date that is not after today: news is asked about looking
back.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTH_NAMES = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
MONTH_NAMES += r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
YEAR = r"(?:19|20)\d\d"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"

DATE = re.compile(
    rf"(?:(?:published |reported )?(?:on|in|before|after) )?(?:(?P<iso>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<month>{MONTH_NAMES})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?P<month2>{MONTH_NAMES})\b(?:,? (?P<year2>\d{{4}}))?)"
    r"(?!\w)",
    re.IGNORECASE,
)
"""A day of a month, with its year or without, and the words that lead to it."""

PERIOD = (
    rf"(?:\d{{4}}-\d\d-\d\d"
    rf"|{_NUMBER}(?: of)? {MONTH_NAMES}\b\.?(?:,? {YEAR})?"
    rf"|{MONTH_NAMES}\b\.? {_NUMBER}(?!\d)(?:,? {YEAR})?"
    rf"|{MONTH_NAMES}\b\.?(?: {YEAR})?"
    rf"|(?:q[1-4]|(?:the )?(?:first|second|third|fourth) quarter)(?:(?: of)?,? {YEAR})?"
    r"|today|tonight|this morning|yesterday|year to date|ytd"
    r"|(?:this|the current|last|the previous) (?:week|month|quarter|year)"
    rf"|(?:last |this )?{_WEEKDAY}|{YEAR})"
)
"""What names a period, as a pattern to be compiled without regard to case."""

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


@dataclass(frozen=True, slots=True)
class Period:
    """The days [first, last]."""

    first: date
    last: date


def period_of(words: str, today: date) -> Period | None:
    """Say which days a period names; None for a date that does not exist.

    `words` match `PERIOD`. A weekday is the last one before today; after "this", that of this week.
    """
    low = " ".join(words.lower().replace(".", "").replace(",", "").split())
    readers = (_iso, _relative, _weekday, _quarter, _day_of_month, _month, _year)
    try:
        return next((found for read in readers if (found := read(low, today))), None)
    except (ValueError, OverflowError):  # the 31st of February, or before the calendar begins
        return None


def _iso(words: str, _: date) -> Period | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return None
    day = date.fromisoformat(words)
    return Period(day, day)


def _relative(words: str, today: date) -> Period | None:
    if words in {"today", "tonight", "this morning"}:
        return Period(today, today)
    if words == "yesterday":
        return Period(today - DAY, today - DAY)
    if words in {"year to date", "ytd"}:
        return _around(today, "year")
    found = re.fullmatch(r"(?:the )?(this|current|last|previous) (week|month|quarter|year)", words)
    if found is None:
        return None
    current = _around(today, found[2])
    if found[1] in {"this", "current"}:
        return current
    return _around(current.first - DAY, found[2])


def _around(day: date, unit: str) -> Period:
    """The week (from Monday), month, quarter or year that holds a day."""
    if unit == "week":
        first = day - day.weekday() * DAY
        return Period(first, first + 6 * DAY)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first_month = (day.month - 1) // months * months + 1
    return _months(day.year, first_month, months)


def _months(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _weekday(words: str, today: date) -> Period | None:
    which, _, name = words.rpartition(" ")
    if name not in _WEEKDAYS:
        return None
    back = (today.weekday() - _WEEKDAYS.index(name)) % 7
    if which == "this":
        day = today - today.weekday() * DAY + _WEEKDAYS.index(name) * DAY
    else:
        day = today - (back or 7) * DAY
    return Period(day, day)


def _quarter(words: str, today: date) -> Period | None:
    found = re.fullmatch(
        rf"(?:q(\d)|(?:the )?(first|second|third|fourth) quarter)(?: of)?(?: ({YEAR}))?", words
    )
    if found is None:
        return None
    number = int(found[1]) if found[1] else _ORDINALS[found[2]]
    first = 3 * number - 2
    if found[3]:
        return _months(int(found[3]), first, 3)
    return _latest([_months(today.year, first, 3), _months(today.year - 1, first, 3)], today)


def _day_of_month(words: str, today: date) -> Period | None:
    found = re.fullmatch(
        rf"(?:({_NUMBER})(?: of)? ({MONTH_NAMES})|({MONTH_NAMES}) ({_NUMBER}))(?: ({YEAR}))?",
        words,
    )
    if found is None:
        return None
    number, month = int((found[1] or found[4]).rstrip("stndrh")), found[2] or found[3]
    years = [int(found[5])] if found[5] else [today.year, today.year - 1]
    days = [Period(d, d) for d in _existing(years, month_number(month), number)]
    return _latest(days, today) if days else None


def _existing(years: list[int], month: int, number: int) -> list[date]:
    """The days that exist: a 29th of February is not in every year."""
    return [date(y, month, number) for y in years if 1 <= number <= monthrange(y, month)[1]]


def _month(words: str, today: date) -> Period | None:
    found = re.fullmatch(rf"({MONTH_NAMES})(?: ({YEAR}))?", words)
    if found is None:
        return None
    month = month_number(found[1])
    if found[2]:
        return _months(int(found[2]), month, 1)
    return _latest([_months(today.year, month, 1), _months(today.year - 1, month, 1)], today)


def _year(words: str, _: date) -> Period | None:
    return _months(int(words), 1, 12) if re.fullmatch(YEAR, words) else None


def _latest(newest_first: list[Period], today: date) -> Period:
    """The newest that has begun."""
    begun = [one for one in newest_first if one.first <= today]
    return begun[0] if begun else newest_first[-1]


def days_in(text: str) -> Iterator[tuple[int, ...]]:
    """The days that a text names: (month, day), or (year, month, day) where it says the year."""
    for found in DATE.finditer(text):
        if iso := found["iso"]:
            year, month, day = map(int, iso.split("-"))
            yield year, month, day
            continue
        month = month_number(found["month"] or found["month2"])
        said = (month, int(found["day"] or found["day2"]))
        of_year = found["year"] or found["year2"]
        yield (int(of_year), *said) if of_year else said


def month_number(month: str) -> int:
    """Number a month by its name or the first letters of it, 1 to 12."""
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].lower()))
