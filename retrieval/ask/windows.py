"""Time words of a question to a window of publication times. Knows no articles.

The clock is an argument.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
_UNITS = {"hour": timedelta(hours=1), "day": DAY, "week": 7 * DAY, "month": 30 * DAY}
_COUNTED = re.compile(
    r"\b(?:in |over |during |from )?(?:the )?(?:last|past) (\d{1,3}) (hour|day|week|month)s?\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(today|yesterday|this week|last week|this month|last month)\b", re.IGNORECASE
)
_SINCE = re.compile(r"\bsince (\d{4}-\d{2}-\d{2})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Window:
    """[since, until) in aware UTC, with the words of the question that said it."""

    since: datetime
    until: datetime | None
    words: str


def window_in(text: str, now: datetime) -> Window | None:
    """Read the window a question names, or None. Days are UTC days; a week begins on Monday.

    Raises nothing: a date that does not exist ("since 2026-02-31") is no window.
    """
    if found := _COUNTED.search(text):
        count, unit = int(found[1]), _UNITS[found[2].lower()]
        return Window(_before(now, count * unit), None, found[0].strip())
    if found := _NAMED.search(text):
        return _named(found[1].lower(), now)
    if found := _SINCE.search(text):
        return _since(found[1], found[0])
    return None


def _before(moment: datetime, span: timedelta) -> datetime:
    """Go back in time, at most to where the calendar begins."""
    first = datetime.min.replace(tzinfo=UTC)
    return moment - span if moment - first >= span else first


def _since(day: str, words: str) -> Window | None:
    try:
        return Window(datetime.fromisoformat(day).replace(tzinfo=UTC), None, words)
    except ValueError:
        return None


def _named(words: str, now: datetime) -> Window:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = _before(today, today.weekday() * DAY)
    first = today.replace(day=1)
    starts = {
        "today": (today, None),
        "yesterday": (_before(today, DAY), today),
        "this week": (monday, None),
        "last week": (_before(monday, 7 * DAY), monday),
        "this month": (first, None),
        "last month": (_before(first, DAY).replace(day=1), first),
    }
    since, until = starts[words]
    return Window(since, until, words)
