"""Closing prices in SQL, by ticker and day: what an operator imports. They are nobody's secret."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import Column, Date, Engine, Float, Table, Text, delete, insert, select, tuple_

from jobs.book.closes import Close
from retrieval.db import metadata, reading

SOME = 400  # rows of one statement: databases limit what one may be given

prices = Table(
    "prices",
    metadata,
    Column("ticker", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("close", Float, nullable=False),
)


def _unheard(_count: int) -> None:
    """Nobody looks on."""


class Prices:
    """The table of prices behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, closes: Sequence[Close], progress: Callable[[int], None] = _unheard) -> None:
        """Keep closes, each in the place of an earlier one of its day; all of them or none.

        `progress` is told how many more are written.
        """
        key = tuple_(prices.c.ticker, prices.c.day)
        with self._engine.begin() as connection:
            for at in range(0, len(closes), SOME):
                some = closes[at : at + SOME]
                connection.execute(delete(prices).where(key.in_([(c.ticker, c.day) for c in some])))
                rows = [{"ticker": c.ticker, "day": c.day, "close": c.close} for c in some]
                connection.execute(insert(prices), rows)
                progress(len(some))

    def closes(self, tickers: Iterable[str], since: date) -> dict[str, tuple[Close, ...]]:
        """The closes of tickers from a day on, in order; a ticker without any is left out."""
        found: defaultdict[str, list[Close]] = defaultdict(list)
        wanted = list(tickers)
        with reading(self._engine) as connection:
            for at in range(0, len(wanted), SOME):
                asked = prices.c.ticker.in_(wanted[at : at + SOME])
                query = select(prices).where(asked, prices.c.day >= since).order_by(prices.c.day)
                for row in connection.execute(query):
                    found[row.ticker].append(Close(row.ticker, row.day, row.close))
        return {ticker: tuple(closes) for ticker, closes in found.items()}
