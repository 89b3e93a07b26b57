"""What the news says of a book -> its charts: contributions, history, themes by day. Pure."""

from datetime import datetime

from jobs.book.exposure import Exposure
from jobs.book.news import BookNews
from jobs.charts import Chart, Series
from retrieval.language.exposures import written

MOST_BARS, MOST_THEMES, HEAT_DAYS = 12, 8, 5
UNIT = "hundredths of net sentiment"
SENTIMENT = "sentiment, -1 to 1"


def contributions_chart(news: BookNews) -> Chart | None:
    """Bars of what the names add, the strongest first; None without news."""
    told = [one for one in news.now.contributions if one.value is not None][:MOST_BARS]
    if not told:
        return None
    names = tuple(one.ticker for one in told)
    values = tuple(100 * one.value for one in told if one.value is not None)
    return Chart("What each name adds to the book", "bar", names, (Series("Added", values),), UNIT)


def history_chart(news: BookNews) -> Chart | None:
    """The net sentiment day by day, as known on each; None for fewer than two days of it.

    A day without a book or without news is a gap.
    """
    days = _days(news)
    values = tuple(found.total if found else None for _, found in days)
    if sum(value is not None for value in values) < 2:  # noqa: PLR2004 - one point is no line
        return None
    names = tuple(_day(moment) for moment, _ in days)
    title = "Net sentiment of the book, as known each day"
    return Chart(title, "line", names, (Series("Net", values),), SENTIMENT)


def heat_chart(news: BookNews) -> Chart | None:
    """The themes of the book on its last days with news of them; None for none."""
    themes = [one.id for one in news.now.themes if one.score is not None][:MOST_THEMES]
    if not themes:
        return None
    told = [(at, found) for at, found in _days(news) if any(_score(found, t) for t in themes)]
    days = told[-HEAT_DAYS:]
    rows = tuple(
        Series(written(theme), tuple(_score(found, theme) for _, found in days)) for theme in themes
    )
    names = tuple(_day(moment) for moment, _ in days)
    return Chart("Themes of the book by day", "heat", names, rows, SENTIMENT)


def charts_of(news: BookNews) -> tuple[Chart, ...]:
    """All of them that there are figures for."""
    found = (contributions_chart(news), history_chart(news), heat_chart(news))
    return tuple(chart for chart in found if chart)


def _days(news: BookNews) -> list[tuple[datetime, Exposure | None]]:
    return [*news.history, (news.now.at, news.now)]


def _score(found: Exposure | None, theme: str) -> float | None:
    themes = found.themes if found else ()
    return next((one.score for one in themes if one.id == theme), None)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b}"
