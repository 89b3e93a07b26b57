"""Time words of a question -> a window of publication times, or a day to look back from.

Knows no articles. The clock is an argument, and its zone is that of the asker's days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from retrieval.ask.calendar import MONTH_NAMES, YEAR
from retrieval.ask.periods import COUNTS, DAY, FIRM, PERIOD, Period, period_of

_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
    "quarter": 91 * DAY,
    "year": 365 * DAY,
}
_SHORT_UNITS = {"h": "hour", "hr": "hour", "d": "day", "w": "week", "wk": "week", "min": "minute"}
_MANY = {"few": 3, "couple of": 2, "couple": 2} | COUNTS
_COUNTED = re.compile(
    r"\b(?:in |over |during |from |within |for )?"
    rf"(?:(?:the )?(?:last|past|previous) (?:(?P<count>\d{{1,3}}|{'|'.join(_MANY)})[ -]"
    rf"(?P<unit>{'|'.join(_UNITS)})s?|(?P<n>\d{{1,3}}) ?(?P<short>{'|'.join(_SHORT_UNITS)})s?)"
    rf"|(?:the last|(?:the )?past) (?P<one>{'|'.join(_UNITS)})|last (?P<hour>hour))\b",
    re.IGNORECASE,
)
_AS_OF = re.compile(
    r"\b(?:as (?:of|at)|as (?:it was |was )?known (?:on|at|by)|as it stood (?:on|at))"
    rf" (?:the (?:end|close) of |end of )?(?P<a>{PERIOD})(?!\w)",
    re.IGNORECASE,
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_BETWEEN = re.compile(
    rf"\b(?:between (?P<a>{PERIOD}|{_DAY}) and (?P<b>{PERIOD}|{_DAY})"
    rf"|(?:from|since) (?P<c>{PERIOD}|(?:the )?{_DAY}) (?:to|until|till|through)"
    rf" (?P<d>{PERIOD}|{_DAY}))(?!\w)",
    re.IGNORECASE,
)
_DASHED = re.compile(
    rf"\b(?:(?:on|from|between|in) )?(?:(?P<a>{_DAY}) ?[-–] ?(?P<b>{_DAY} {MONTH_NAMES}\b\.?"
    rf"(?:,? {YEAR})?)|(?P<c>{MONTH_NAMES}\b\.? {_DAY}) ?[-–] ?(?P<d>{_DAY}(?:,? {YEAR})?))(?!\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b\d{1,2}(?=(?:st|nd|rd|th)?\b)")
_OPEN = re.compile(
    r"\b(?<!day )(?P<how>since|after|following|before|prior to|until|till|up to|through)"
    rf" (?P<end>the (?:end|close) of )?(?:the (?:start|beginning) of )?(?P<a>{PERIOD})(?!\w)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\bsince (?:(?P<word>noon|midnight)|(?P<h>\d{1,2})(?::(?P<m>\d\d))? ?(?P<half>[ap]\.?m\.?)"
    r"|(?P<h2>\d{1,2}):(?P<m2>\d\d))(?!\w)",
    re.IGNORECASE,
)
_FIRM = re.compile(
    rf"\b(?:(?:in|on|during|from|over|of|for) )?(?P<a>{FIRM})(?:['’]s)?(?!\w)", re.IGNORECASE
)
_LOOSE = re.compile(rf"\b(?:on|in|during|from) (?P<a>{PERIOD})(?!\w)", re.IGNORECASE)
_ALONE = re.compile(
    r"^\W*(?:(?:and|but|or|so|ok|what about|how about|only|just|for)\W+)+"
    rf"(?P<a>(?!{YEAR}){PERIOD})\W*$",
    re.IGNORECASE,
)
"""A piece of a conversation that is nothing but a time: "and Thursday?"."""
_NOON = 12


@dataclass(frozen=True, slots=True)
class Window:
    """[since, until) in aware UTC, with the words of the question that said it.

    `as_of` is the moment to look back from: what was ingested later was not known. A window that is
    not `firm` may as well be a period that the question is about: "revenue in Q3".
    """

    since: datetime | None
    until: datetime | None
    words: str
    as_of: datetime | None = None
    firm: bool = True


def window_in(text: str, now: datetime) -> Window | None:
    """Read the window a question names, or None.

    Days are those of `now`'s zone; a week begins on Monday. What reaches to now has no end. A time
    to come is none, since nothing was published in it, nor is a date that does not exist ("since
    2026-02-31"). Raises nothing.
    """
    return next((w for w in _windows(text, now) if w.since is None or w.since <= now), None)


def ahead_in(text: str, now: datetime) -> Window | None:
    """Read the window of a time to come that a question names, or None."""
    return next((w for w in _windows(text, now) if w.since is not None and w.since > now), None)


def _windows(text: str, now: datetime) -> Iterator[Window]:
    for read in (_as_of, _counted, _between, _clock, _open, _within, _bare):
        if found := read(text, now):
            yield found


def _as_of(text: str, now: datetime) -> Window | None:
    for found, period in _periods(_AS_OF, text, now):
        moment = _start(period.last + DAY, now)
        return Window(None, None, found, as_of=min(moment, now.astimezone(UTC)))
    return None


def _counted(text: str, now: datetime) -> Window | None:
    found = _COUNTED.search(text)
    if found is None:
        return None
    if one := found["one"] or found["hour"]:
        span = _UNITS[one.lower()]
    elif short := found["short"]:
        span = int(found["n"]) * _UNITS[_SHORT_UNITS[short.lower()]]
    else:
        said = found["count"].lower()
        span = (int(said) if said.isdigit() else _MANY[said]) * _UNITS[found["unit"].lower()]
    return Window(_before(now.astimezone(UTC), span), None, found[0].strip())


def _between(text: str, now: datetime) -> Window | None:
    for found in (*_BETWEEN.finditer(text), *_DASHED.finditer(text)):
        ends = _ends(found["a"] or found["c"], found["b"] or found["d"])
        first, last = (_period(words, now) for words in ends)
        if first and last and first.first > last.last:  # "between 20 Nov and 5 Dec", in November
            last = _a_year_on(last)
        if first and last and first.first <= last.last:
            return _window(Period(first.first, last.last), found[0], now)
    return None


def _ends(first: str, last: str) -> tuple[str, str]:
    """Give a bare number the month of the other end: "between 2 and 5 Nov", "Nov 2-5"."""
    if re.fullmatch(rf"(?:the )?{_DAY}", first, re.IGNORECASE):
        first = _NUMBER.sub(_NUMBER.findall(first)[0], last, count=1)
    elif re.fullmatch(rf"{_DAY}(?:,? {YEAR})?", last, re.IGNORECASE):
        year = re.search(YEAR, last)
        last = _NUMBER.sub(_NUMBER.findall(last)[0], first, count=1)
        last = f"{last} {year[0]}" if year else last
        first = f"{first} {year[0]}" if year else first
    return first, last


def _a_year_on(period: Period) -> Period | None:
    try:
        return Period(
            period.first.replace(year=period.first.year + 1),
            period.last.replace(year=period.last.year + 1),
        )
    except ValueError:  # the 29th of February
        return None


def _clock(text: str, now: datetime) -> Window | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, minute = int(found["h"] or found["h2"] or 0), int(found["m"] or found["m2"] or 0)
    if half := found["half"]:
        hour = hour % _NOON + (_NOON if half[0].lower() == "p" else 0)
    elif (found["word"] or "").lower() == "noon":
        hour = _NOON
    if hour > 23 or minute > 59:  # noqa: PLR2004
        return None
    at = datetime.combine(now.date(), time(hour, minute), now.tzinfo).astimezone(UTC)
    return Window(at if at <= now else _before(at, DAY), None, found[0])


def _open(text: str, now: datetime) -> Window | None:
    for found in _OPEN.finditer(text):
        period = _period(found["a"], now)
        if period is None:
            continue
        how = found["how"].lower()
        if how == "since" and not found["end"]:
            return Window(_start(period.first, now), None, found[0])
        if how in {"since", "after", "following"}:
            return Window(_start(period.last + DAY, now), None, found[0])
        end = period.first if how in {"before", "prior to"} else period.last + DAY
        return Window(None, _start(end, now), found[0])
    return None


def _within(text: str, now: datetime) -> Window | None:
    for found, period in _periods(_FIRM, text, now):
        return _window(period, found, now)
    for found, period in _periods(_LOOSE, text, now):
        return replace(_window(period, found, now), firm=False)
    return None


def _bare(text: str, now: datetime) -> Window | None:
    found = _ALONE.match(text)
    period = _period(found["a"], now) if found else None
    return _window(period, found["a"], now) if found and period else None


def _periods(pattern: re.Pattern[str], text: str, now: datetime) -> list[tuple[str, Period]]:
    found = ((one[0], _period(one["a"], now)) for one in pattern.finditer(text))
    return [(words, period) for words, period in found if period]


def _period(words: str, now: datetime) -> Period | None:
    return period_of(words, _today(now), month_first=_writes_month_first(now))


def _writes_month_first(now: datetime) -> bool:
    """Tell whether the asker's zone is one of those where 3/11 is the 11th of March."""
    zone = now.tzinfo.key if isinstance(now.tzinfo, ZoneInfo) else ""
    return zone.startswith(("America/", "US/", "Pacific/Honolulu"))


def _window(period: Period, words: str, now: datetime) -> Window:
    begins, ends = _start(period.first, now), _start(period.last + DAY, now)
    running = begins <= now.astimezone(UTC) < ends
    return Window(begins, None if running else ends, words)


def _today(now: datetime) -> date:
    return now.date()


def _start(day: date, now: datetime) -> datetime:
    """The first moment of a day in the asker's zone."""
    return datetime.combine(day, time(), now.tzinfo).astimezone(UTC)


def _before(moment: datetime, span: timedelta) -> datetime:
    """Go back in time, at most to where the calendar begins."""
    first = datetime.min.replace(tzinfo=UTC)
    return moment - span if moment - first >= span else first
