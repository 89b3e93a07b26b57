"""A file of closing prices to the database, beside which the news can be held."""

from pathlib import Path

from bot import console
from bot.commands.ask import read_table
from bot.settings import load
from bot.wiring import TABLES
from jobs.book.closes import read_closes
from jobs.book.prices import Prices
from retrieval.ask.wording import plural
from retrieval.contract import dumps
from retrieval.db import connect, migrate
from retrieval.errors import InputError
from retrieval.language.securities import load_securities


def prices(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Keep the closes of a file, each in the place of an earlier one of its day.

    Raises:
        SourceError: the file cannot be read.
        BadPriceError: it is no table of prices, or a line is none, naming its number.
    """
    text = read_table(file)
    try:
        closes = read_closes(text)
    except InputError as error:
        raise type(error)(f"{file}: {error.detail}") from error
    if not dry_run:
        engine = connect(load().url)
        try:
            migrate(engine, *TABLES)
            with console.progress("Keeping", len(closes)) as advance:
                Prices(engine).put(closes, advance)
        finally:
            engine.dispose()
    days = [one.day for one in closes]
    tickers = dict.fromkeys(one.ticker for one in closes)
    unknown = [one for one in tickers if one not in load_securities()]
    first, last = (f"{min(days)}", f"{max(days)}") if days else (None, None)
    if as_json:
        told = {"closes": len(closes), "tickers": len(tickers), "from": first, "to": last}
        console.write(dumps({**told, "unknown": unknown, "kept": not dry_run}))
        return
    span = f", {first} to {last}" if first else ""
    console.say(f"{plural(len(closes), 'close')} of {plural(len(tickers), 'ticker')}{span}.")
    if unknown:
        console.say(f"In no company table: {', '.join(unknown[:20])}.")
    if dry_run:
        console.note("A dry run: nothing was kept.")
