"""What was said of names in the last days -> the lines of their sentiment. Pure.

The line goes by when articles were published, as far as they are known now: a brief on a library
that was filled today has its ten days too.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobs.charts import Chart, Series
from jobs.digest.models import News, Window
from jobs.sentiment import Voice, by_name, series, voices

DAYS = 10
MOST_NAMES = 5  # lines that a phone can tell apart
LEAST_POINTS = 2  # one point is no line
UNIT = "sentiment, -1 to 1"


def chart_of_names(
    news: News, names: Sequence[str], window: Window, length: int = DAYS
) -> Chart | None:
    """Draw the last days of names: of the five with most of them; None where none has a line.

    The days end with the window, or earlier, with the last news that makes a line. A day is a gap
    where a name has had no news for long (see jobs/sentiment.py).
    """
    told = by_name(news.history)
    spoken = {name: voices(told[name]) for name in dict.fromkeys(names) if name in told}
    for last in _last_days(spoken.values(), window):
        days = [last - timedelta(days=back) for back in reversed(range(length))]
        if lines := _lines(spoken, days, window):
            labels = tuple(f"{day.day} {day:%b}" for day in days)
            to = "" if last == window.local_date else f" to {labels[-1]}"
            return Chart(f"Sentiment over {length} days{to}", "line", labels, lines, UNIT)
    return None


def _lines(
    spoken: Mapping[str, Sequence[Voice]], days: Sequence[date], window: Window
) -> tuple[Series, ...]:
    """The lines of some days, those with most points first."""
    ends = [min(_end_of(day, window.zone), window.until) for day in days]
    rows = (Series(name, series(said, ends)) for name, said in spoken.items())
    drawn = [row for row in rows if _points(row) >= LEAST_POINTS]
    return tuple(sorted(drawn, key=lambda row: -_points(row))[:MOST_NAMES])


def _last_days(spoken: Iterable[Sequence[Voice]], window: Window) -> list[date]:
    """The local days with news up to the window's end, the latest first."""
    zone = ZoneInfo(window.zone)
    told = {v.at.astimezone(zone).date() for said in spoken for v in said if v.at <= window.until}
    return sorted(told, reverse=True)


def _end_of(day: date, zone: str) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)


def _points(row: Series) -> int:
    return sum(value is not None for value in row.values)
