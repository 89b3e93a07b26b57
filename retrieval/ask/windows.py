"""Time words of a question -> a window of publication times, or a day to look back from.

Knows no articles. The clock is an argument, and its zone is that of the asker's days.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from retrieval.ask.calendar import DAY, PERIOD, Period, period_of

_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
    "quarter": 91 * DAY,
    "year": 365 * DAY,
}
_COUNTS = {"few": 3, "couple of": 2} | {
    word: n
    for n, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve".split(), 2
    )
}
_COUNTED = re.compile(
    r"\b(?:in |over |during |from |within |for )?"
    rf"(?:(?:the )?(?:last|past|previous) (?P<count>\d{{1,3}}|{'|'.join(_COUNTS)}) "
    rf"(?P<unit>{'|'.join(_UNITS)})s?"
    rf"|(?:the last|(?:the )?past) (?P<one>24h|48h|{'|'.join(_UNITS)})"
    r"|last (?P<short>24h|48h|hour))\b",
    re.IGNORECASE,
)
_AS_OF = re.compile(rf"\bas (?:of|at) (?P<a>{PERIOD})(?!\w)", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"\b(?:between (?P<a>{PERIOD}|\d{{1,2}}) and (?P<b>{PERIOD})"
    rf"|from (?P<c>{PERIOD}) (?:to|until|till|through) (?P<d>{PERIOD}))(?!\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b\d{1,2}(?=(?:st|nd|rd|th)?\b)")
_OPEN = re.compile(
    r"\b(?P<how>since|after|before|until|till|up to) (?P<end>the (?:end|close) of )?"
    rf"(?P<a>{PERIOD})(?!\w)",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:(?:in|on|during|from|over|of|for) )?"
    r"(?P<a>today|tonight|this morning|yesterday|year to date|ytd"
    r"|(?:this|last|the current|the previous) (?:week|month|quarter|year))(?:['’]s)?(?!\w)",
    re.IGNORECASE,
)
_LOOSE = re.compile(rf"\b(?:on|in|during|from) (?P<a>{PERIOD})(?!\w)", re.IGNORECASE)


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
    readers = (_as_of, _counted, _between, _open, _within)
    windows = (found for read in readers if (found := read(text, now)))
    return next((one for one in windows if one.since is None or one.since <= now), None)


def _as_of(text: str, now: datetime) -> Window | None:
    for found, period in _periods(_AS_OF, text, now):
        moment = _start(period.last + DAY, now)
        return Window(None, None, found, as_of=min(moment, now.astimezone(UTC)))
    return None


def _counted(text: str, now: datetime) -> Window | None:
    found = _COUNTED.search(text)
    if found is None:
        return None
    if one := found["one"] or found["short"]:
        span = {"24h": DAY, "48h": 2 * DAY}.get(one.lower()) or _UNITS[one.lower()]
    else:
        said = found["count"].lower()
        span = (int(said) if said.isdigit() else _COUNTS[said]) * _UNITS[found["unit"].lower()]
    return Window(before(now.astimezone(UTC), span), None, found[0].strip())


def _between(text: str, now: datetime) -> Window | None:
    for found in _BETWEEN.finditer(text):
        ends = (found["a"] or found["c"], found["b"] or found["d"])
        if len(ends[0]) <= len("31"):  # "between 2 and 5 Nov"
            ends = (_NUMBER.sub(ends[0], ends[1], count=1), ends[1])
        first, last = (period_of(words, _today(now)) for words in ends)
        if first and last and first.first <= last.last:
            return _window(Period(first.first, last.last), found[0], now)
    return None


def _open(text: str, now: datetime) -> Window | None:
    for found in _OPEN.finditer(text):
        period = period_of(found["a"], _today(now))
        if period is None:
            continue
        how = found["how"].lower()
        if how == "since" and not found["end"]:
            return Window(_start(period.first, now), None, found[0])
        if how in {"since", "after"}:
            return Window(_start(period.last + DAY, now), None, found[0])
        end = period.first if how == "before" else period.last + DAY
        return Window(None, _start(end, now), found[0])
    return None


def _within(text: str, now: datetime) -> Window | None:
    for found, period in _periods(_FIRM, text, now):
        return _window(period, found, now)
    for found, period in _periods(_LOOSE, text, now):
        return _window(period, found, now, firm=False)
    return None


def _periods(pattern: re.Pattern[str], text: str, now: datetime) -> list[tuple[str, Period]]:
    found = ((one[0], period_of(one["a"], _today(now))) for one in pattern.finditer(text))
    return [(words, period) for words, period in found if period]


def _window(period: Period, words: str, now: datetime, *, firm: bool = True) -> Window:
    ends = _start(period.last + DAY, now)
    until = None if ends > now.astimezone(UTC) else ends
    return Window(_start(period.first, now), until, words, firm=firm)


def _today(now: datetime) -> date:
    return now.date()


def _start(day: date, now: datetime) -> datetime:
    """The first moment of a day in the asker's zone."""
    return datetime.combine(day, time(), now.tzinfo).astimezone(UTC)


def before(moment: datetime, span: timedelta) -> datetime:
    """Go back in time, at most to where the calendar begins."""
    first = datetime.min.replace(tzinfo=UTC)
    return moment - span if moment - first >= span else first
