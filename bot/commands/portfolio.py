"""A file of positions to its preview and what the news says of it. Keeps nothing of the file."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from bot import console
from bot.commands.ask import plain_text, read_book
from bot.engines import utc_now
from bot.settings import load
from bot.wiring import Office, open_beside
from jobs.book import words as exposure_text
from jobs.book.charts import charts_of
from jobs.book.closes import move_text
from jobs.book.exposure import Contribution, Exposure
from jobs.book.news import BookNews
from jobs.book.preview import Preview, sums_of
from jobs.book.prices import Prices
from jobs.book.reading import DAYS, news_on
from jobs.charts import png
from jobs.models import Book
from retrieval.answers import Answer
from retrieval.ask.answer import answer
from retrieval.ask.wording import plural, rated
from retrieval.contract import Json, answer_json, dumps

HURT = "what could hurt my portfolio?"
MOST_ROWS, MOST_STORIES, MOST_THEMES = 60, 3, 5


def portfolio(file: Path, *, pictures: Path | None, as_json: bool) -> None:
    """Show a book as it would be kept, and what the stored articles say of it.

    Its history is told with these positions on each day, as a file has no other.

    Raises:
        SourceError: the file cannot be read.
        InputError: it is no table of positions, and what to change in it.
    """
    preview, now = read_book(file), utc_now()
    settings = load()
    library = open_beside(settings)
    office = Office.open(settings, library)
    try:
        with console.working("Reading the news on it"):
            news = news_on([_always(preview)], now, library.store, Prices(office.engine), days=DAYS)
            hurt = answer(HURT, library=library, now=now, holdings=preview.holdings)
    finally:
        office.close()
        library.close()
    assert news is not None  # there is a book
    if pictures:
        _draw(news, pictures)
    if as_json:
        found = {**_preview_json(preview), **_news_json(news, preview)}
        console.write(dumps({**found, "hurt": answer_json(hurt)}))
    else:
        _show(preview, news, hurt)


def _always(preview: Preview) -> Book:
    """The book as if it had been held on all days that are looked at."""
    return Book(preview.holdings, datetime.min.replace(tzinfo=UTC), preview.lots)


def _draw(news: BookNews, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for chart in charts_of(news):
        (folder / f"{chart.kind}.png").write_bytes(png(chart))


def _show(preview: Preview, news: BookNews, hurt: Answer) -> None:
    console.show(_positions(preview, news))
    console.say(sums_of(preview))
    for note in filter(None, _notes(preview)):
        console.say(note)
    console.say(f"\n{exposure_text.headline(news.now)}.")
    for line in _lines(news.now):
        console.say(line)
    console.say(f"\n{plain_text(hurt)}")


def _positions(preview: Preview, news: BookNews) -> Table:
    """A table of positions, those that move the book most first."""
    table = console.table("Positions", "ticker", "name", "weight", "adds", "news", "price")
    for one in news.now.contributions[:MOST_ROWS]:
        move = news.moves.get(one.ticker)
        console.row(
            table,
            one.ticker,
            preview.names.get(one.ticker, "cash" if one.cash else "in no company table"),
            f"{abs(one.weight):.2%}{' short' if one.weight < 0 else ''}",
            "–" if one.value is None else f"{one.value:+.3f}",
            _said(one),
            move_text(move, one.said.score) if move and one.said else "–",
        )
    return table


def _said(one: Contribution) -> str:
    if one.said is None:
        return "–" if one.cash else "no news"
    stories = "1 story" if one.said.stories == 1 else f"{one.said.stories} stories"
    return f"{one.said.sentiment.arrow} {rated(one.said.sentiment)}, {stories}"


def _notes(preview: Preview) -> Sequence[str]:
    more = len(preview.holdings) - MOST_ROWS
    unknown = ", ".join(preview.unknown[:MOST_ROWS])
    read = ", ".join(f"{role} from {name}" for role, name in preview.columns)
    left = plural(preview.ignored, "row") if preview.ignored else ""
    return (
        f"… and {more} more positions" if more > 0 else "",
        f"In no company table: {unknown}." if unknown else "",
        *(f"{one} may be {ticker} by its name." for one, ticker in preview.nearest.items()),
        *preview.notes,
        f"Read: {read}." if read else "",
        f"{left} of headings, totals or notes left out." if left else "",
    )


def _lines(found: Exposure) -> Sequence[str]:
    stories = [
        f"{exposure_text.hangs(one)}: {exposure_text.title_of(one)}"
        for one in found.stories[:MOST_STORIES]
    ]
    themes = [exposure_text.themed(one) for one in found.themes[:MOST_THEMES]]
    quiet = exposure_text.silent(found)
    return (exposure_text.counted(found), *stories, *themes, *([quiet] if quiet else []))


def _preview_json(preview: Preview) -> Json:
    return {
        "long": preview.long,
        "short": preview.short,
        "net_weight": preview.net,
        "cash": preview.in_cash,
        "unknown": list(preview.unknown),
        "nearest": dict(preview.nearest),
        "columns": dict(preview.columns),
        "ignored": preview.ignored,
        "notes": list(preview.notes),
    }


def _news_json(news: BookNews, preview: Preview) -> Json:
    return {
        "total": news.now.total,
        "covered": news.now.covered,
        "positions": [
            {
                "ticker": one.ticker,
                "name": preview.names.get(one.ticker),
                "weight": one.weight,
                "sentiment": one.said.score if one.said else None,
                "stories": one.said.stories if one.said else 0,
                "contribution": one.value,
                "moved": news.moves[one.ticker].change if one.ticker in news.moves else None,
            }
            for one in news.now.contributions
        ],
        "stories": [
            {
                "title": one.head.title,
                "url": one.head.url,
                "tickers": one.tickers,
                "share": one.share,
            }
            for one in news.now.stories
        ],
        "themes": [
            {"theme": one.id, "tickers": one.tickers, "weight": one.weight, "sentiment": one.score}
            for one in news.now.themes
        ],
        "history": [
            {"at": at.isoformat(), "total": one.total if one else None}
            for at, one in (*news.history, (news.now.at, news.now))
        ],
    }
