"""The words that name a period ("last week", "3 Nov", "Q3") -> the days they mean. Pure.

A date without a year is the latest such date that is not after today: news is asked about looking
back. Knows no questions.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.ask.calendar import MONTH_NAMES, YEAR, month_number

DAY = timedelta(days=1)
COUNTS = {
    word: n
    for n, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), 1
    )
}
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thur?s?|fri|sat|sun)"
_UNIT = r"(?:week|month|quarter|year)"
_DAY_OF_MONTH = (
    rf"(?:(?:the )?{_NUMBER}(?: of)? {MONTH_NAMES}\b\.?|{MONTH_NAMES}\b\.? {_NUMBER}(?!\d))"
    rf"(?:,? {YEAR})?"
)

FIRM = (
    r"(?:today|tonight|this (?:morning|afternoon|evening)|last night|(?:the day before )?yesterday"
    rf"|{_UNIT}[ -]to[ -]date|[wmqy]td"
    rf"|(?:\d{{1,3}}|an?|{'|'.join(COUNTS)}) (?:day|week|month|year)s? ago"
    rf"|(?:earlier )?(?:this|last|the current|the previous) {_UNIT}"
    rf"|(?:this|last|the|the past|the last) weekend|(?:last|this) {_WEEKDAY})"
)
"""What can only say when something was published, or what is asked of: "this week"."""

PERIOD = (
    r"(?:\d{4}-\d\d-\d\d"
    rf"|\d{{1,2}}[/.]\d{{1,2}}[/.](?:{YEAR}|\d\d(?!\d))"
    rf"|(?:the )?week (?:of|beginning|starting) {_DAY_OF_MONTH}"
    rf"|(?:{_WEEKDAY},? )?{_DAY_OF_MONTH}"
    rf"|{MONTH_NAMES}\b\.?(?: {YEAR})?"
    rf"|(?:q[1-4]|(?:the )?(?:first|second|third|fourth) quarter)(?:(?: of)?,? {YEAR})?"
    rf"|(?:h[12]|(?:the )?(?:first|second) half)(?: of)?,? {YEAR}"
    rf"|{FIRM}|{_WEEKDAY}|{YEAR})"
)
"""What names a period, as a pattern to be compiled without regard to case."""

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_THIS_CENTURY = 2000
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_UNIT_OF = {"w": "week", "m": "month", "q": "quarter", "y": "year"}


@dataclass(frozen=True, slots=True)
class Period:
    """The days [first, last]."""

    first: date
    last: date


def period_of(words: str, today: date, *, month_first: bool = False) -> Period | None:
    """Say which days a period names; None for a date that does not exist.

    `words` match `PERIOD`. A weekday is the last one before today; after "this", that of this week.
    `month_first` says how "3/11/2026" is read; "25/11/2026" can only be read one way.
    """
    low = " ".join(words.lower().replace(",", "").split())
    plain = re.sub(r"^(?:earlier|the(?= (?:\d|previous|current)))\s+", "", low.replace(".", ""))
    try:
        if slashed := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2,4})", low):
            return _slashed(*map(int, slashed.groups()), month_first=month_first)
        return next((found for read in _READERS if (found := read(plain, today))), None)
    except (ValueError, OverflowError):  # the 31st of February, or before the calendar begins
        return None


def _one(day: date) -> Period:
    return Period(day, day)


def _iso(words: str, _: date) -> Period | None:
    return _one(date.fromisoformat(words)) if re.fullmatch(r"\d{4}-\d\d-\d\d", words) else None


def _slashed(a: int, b: int, year: int, *, month_first: bool) -> Period:
    day, month = (b, a) if (month_first and a <= 12) or b > 12 else (a, b)  # noqa: PLR2004
    return _one(date(year + (_THIS_CENTURY if year < _THIS_CENTURY // 20 else 0), month, day))


def _day(words: str, today: date) -> Period | None:
    if words in {"today", "tonight", "this morning", "this afternoon", "this evening"}:
        return _one(today)
    if words == "yesterday":
        return _one(today - DAY)
    if words == "the day before yesterday":
        return _one(today - 2 * DAY)
    return Period(today - DAY, today) if words == "last night" else None


def _this_or_last(words: str, today: date) -> Period | None:
    found = re.fullmatch(rf"(this|current|last|previous) ({_UNIT})", words)
    if found is None:
        return None
    current = _around(today, found[2])
    return current if found[1] in {"this", "current"} else _around(current.first - DAY, found[2])


def _to_date(words: str, today: date) -> Period | None:
    found = re.fullmatch(rf"({_UNIT})[ -]to[ -]date|([wmqy])td", words)
    return _around(today, found[1] or _UNIT_OF[found[2]]) if found else None


def _ago(words: str, today: date) -> Period | None:
    found = re.fullmatch(r"(\w+) (day|week|month|year)s? ago", words)
    if found is None:
        return None
    count = int(found[1]) if found[1].isdigit() else COUNTS.get(found[1], 1)
    if found[2] in {"day", "week"}:
        day = today - count * (7 if found[2] == "week" else 1) * DAY
        return _one(day) if found[2] == "day" else _around(day, "week")
    months = today.year * 12 + today.month - 1 - count * _MONTHS_IN[found[2]]
    return _around(date(months // 12, months % 12 + 1, 1), found[2])


def _around(day: date, unit: str) -> Period:
    """The week (from Monday), month, quarter or year that holds a day."""
    if unit == "week":
        first = day - day.weekday() * DAY
        return Period(first, first + 6 * DAY)
    months = _MONTHS_IN[unit]
    return _months(day.year, (day.month - 1) // months * months + 1, months)


def _months(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _weekend(words: str, today: date) -> Period | None:
    """The Saturday and Sunday of this week from Saturday on, else those before."""
    found = re.fullmatch(r"(this|last|the|the past|the last) weekend", words)
    if found is None:
        return None
    saturday = _around(today, "week").first + 5 * DAY
    if today < saturday or (found[1] == "last" and today >= saturday):
        saturday -= 7 * DAY
    return Period(saturday, saturday + DAY)


def _weekday(words: str, today: date) -> Period | None:
    found = re.fullmatch(rf"(?:(last|this) )?({_WEEKDAY})", words)
    if found is None:
        return None
    wanted = _WEEKDAYS.index(found[2][:3])
    if found[1] == "this":
        return _one(today + (wanted - today.weekday()) * DAY)
    return _one(today - ((today.weekday() - wanted) % 7 or 7) * DAY)


def _week_of(words: str, today: date) -> Period | None:
    found = re.fullmatch(r"(?:the )?week (?:of|beginning|starting) (.+)", words)
    day = _day_of_month(found[1], today) if found else None
    return _around(day.first, "week") if day else None


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


def _half(words: str, _: date) -> Period | None:
    found = re.fullmatch(rf"(?:h(\d)|(?:the )?(first|second) half)(?: of)? ({YEAR})", words)
    if found is None:
        return None
    number = int(found[1]) if found[1] else _ORDINALS[found[2]]
    return _months(int(found[3]), 6 * number - 5, 6)


def _day_of_month(words: str, today: date) -> Period | None:
    said = re.sub(rf"^(?:{_WEEKDAY} )?(?:the )?", "", words)
    found = re.fullmatch(
        rf"(?:({_NUMBER})(?: of)? ({MONTH_NAMES})|({MONTH_NAMES}) ({_NUMBER}))(?: ({YEAR}))?", said
    )
    if found is None:
        return None
    number, month = int((found[1] or found[4]).rstrip("stndrh")), found[2] or found[3]
    years = [int(found[5])] if found[5] else [today.year, today.year - 1]
    days = [_one(day) for day in _existing(years, month_number(month), number)]
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


_READERS = (
    _iso,
    _weekday,
    _day,
    _this_or_last,
    _to_date,
    _ago,
    _weekend,
    _week_of,
    _quarter,
    _half,
    _day_of_month,
    _month,
    _year,
)
