"""A table of closes -> how far a price has moved since its name was first in the news. Pure.

What it says of a price is arithmetic and a hint; it is never advice, and nothing is foretold.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from jobs.book.amounts import NOTHING, Decimal, amount_of, decimal_of
from jobs.book.layouts import DELIMITERS, Grid, grid_of, is_symbol, ticker_of
from jobs.errors import BadHoldingError, BadPriceError
from retrieval.models import MILD

STALE = timedelta(days=7)
"""How old the last close before the news may be: longer than any closure of an exchange."""
LEAST_RETURNS, MOST_RETURNS = 20, 60
"""Daily moves by which the usual one is told: a month of trading, a quarter at most."""
MUCH, HARDLY = 2.0, 0.5
"""Usual moves: beyond two lies a twentieth of a normal distribution, within a half two fifths."""

MOST = 2_000_000
"""Rows of one file: ten years of eight hundred tickers."""

_DAYS = ("date", "day", "datum", "time", "trade date")
_TICKERS = ("ticker", "symbol", "ric", "security")
_CLOSES = ("adj close", "adj_close", "adjusted close", "adjclose", "close", "price", "px_last")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")

Hint = Literal["with", "hardly", "against"]


@dataclass(frozen=True, slots=True)
class Close:
    """The closing price of a ticker on a day of its exchange, above 0, adjusted or not as given."""

    ticker: str
    day: date
    close: float


@dataclass(frozen=True, slots=True)
class Move:
    """How far a price has gone from its last close before the news to its newest one.

    `change` is a share (0.05 is five percent up); `usual` is how far it goes as a rule in as many
    trading days, one standard deviation; None where too few closes are known.
    """

    change: float
    since: date
    until: date
    usual: float | None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the day stands, and for each column of closes whose they are; None: another column."""

    day: int
    ticker: int | None
    closes: Mapping[int, str]


def read_closes(text: str) -> tuple[Close, ...]:
    """Read rows of date, ticker and close (long), or a column of closes for each ticker (wide).

    Days are ISO dates, or written 27.11.2026; an empty cell is no close. Of the same ticker and day
    the last row counts.

    Raises:
        BadPriceError: there is no such header, or a line is not what it says, naming its number.
        DecimalSignError: closes are written in two ways.
    """
    (_, head), *rows = _grid(text)
    columns = _columns_of(head)
    cells = (cell for _, row in rows for n, cell in enumerate(row) if n in columns.closes)
    decimal = decimal_of(cells, "close") or "."
    found: dict[tuple[str, date], Close] = {}
    for number, row in rows:
        for one in _closes_in(row, number, columns, decimal):
            found[one.ticker, one.day] = one
    return tuple(found.values())


def _grid(text: str) -> Grid:
    """Cut a text once, by the sign that parts its header into most columns: it may be very long."""
    header = re.split(r"[\r\n]", text.removeprefix("\ufeff"), maxsplit=1)[0]
    widths = {sign: len(grid[0][1]) for sign in DELIMITERS if (grid := grid_of(header, sign))}
    try:
        grid = grid_of(text, max(widths, key=widths.__getitem__, default=","), MOST)
    except BadHoldingError as error:  # as a book's table it would have too many rows
        raise BadPriceError(f"line {MOST + 1}") from error
    if not grid:
        raise BadPriceError("line 1")
    return grid


def _columns_of(head: Sequence[str]) -> _Columns:
    names = [cell.lower() for cell in head]
    day, ticker, close = (_at(names, known) for known in (_DAYS, _TICKERS, _CLOSES))
    if day is None or (ticker is None) != (close is None):
        raise BadPriceError("line 1")
    if close is not None:
        return _Columns(day, ticker, {close: ""})
    wide = {n: ticker_of(cell) for n, cell in enumerate(head) if cell and n != day}
    if not wide or not all(is_symbol(head[n]) for n in wide):
        raise BadPriceError("line 1")
    return _Columns(day, None, wide)


def _at(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(one) for one in known if one in names), None)


def _closes_in(
    row: Sequence[str], number: int, columns: _Columns, decimal: Decimal
) -> Iterator[Close]:
    if not any(row):
        return
    padded = [*row, *[""] * (max(columns.closes) + 1)]
    day = _day_of(padded[columns.day])
    symbol = padded[columns.ticker] if columns.ticker is not None else None
    if day is None or (symbol is not None and not is_symbol(symbol)):
        raise BadPriceError(f"line {number}")
    for n, ticker in columns.closes.items():
        if padded[n].lower() in NOTHING:
            continue
        found = amount_of(padded[n], decimal)
        if found is None or found.value <= 0 or not math.isfinite(found.value):
            raise BadPriceError(f"line {number}")
        yield Close(ticker if symbol is None else ticker_of(symbol), day, found.value)


def _day_of(cell: str) -> date | None:
    """A day in one of the two writings that leave no doubt which of its numbers is the month."""
    dotted = _DOTTED.fullmatch(cell)
    try:
        if dotted:
            return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
        return date.fromisoformat(cell[:10].replace("/", "-"))
    except ValueError:
        return None


def move_since(closes: Sequence[Close], first_seen: datetime) -> Move | None:
    """Measure from the last close before the day of `first_seen` (UTC) to the newest close.

    `closes` are of one ticker, in order. None where there is no close after it, or none in the week
    before it: a move from a price of long ago would be no move since the news.
    """
    day = first_seen.date()
    before = [one for one in closes if one.day < day]
    after = [one for one in closes if one.day >= day]
    if not before or not after or day - before[-1].day > STALE:
        return None
    start, end = before[-1], after[-1]
    daily = _usual_daily(before[-MOST_RETURNS - 1 :])
    usual = None if daily is None else daily * math.sqrt(len(after))
    return Move(end.close / start.close - 1, start.day, end.day, usual)


def _usual_daily(closes: Sequence[Close]) -> float | None:
    """The standard deviation of daily moves; None for fewer than LEAST_RETURNS of them."""
    moves = [math.log(b.close / a.close) for a, b in pairwise(closes)]
    if len(moves) < LEAST_RETURNS:
        return None
    mean = math.fsum(moves) / len(moves)
    return math.sqrt(math.fsum((one - mean) ** 2 for one in moves) / (len(moves) - 1))


def priced_in(move: Move, score: float) -> Hint | None:
    """Hold a move against what the news says: gone with it, hardly gone, or gone against it.

    None where the news takes no side, the usual move is not known, or the move tells nothing.
    """
    if abs(score) < MILD or not move.usual:
        return None
    along = move.change * math.copysign(1.0, score) / move.usual
    if along >= MUCH:
        return "with"
    if along <= -MUCH:
        return "against"
    return "hardly" if abs(along) <= HARDLY else None


_HINTS: Mapping[Hint, str] = {
    "with": "a large move the way of the news, so much of it may be in the price",
    "hardly": "the price has hardly moved, so little of it may be in the price",
    "against": "a large move against the news, so the price follows something else",
}


def move_text(move: Move, score: float) -> str:
    """Say a move, and what it may mean, as the hint that it is."""
    told = f"{move.change:+.1%} since {move.since.day} {move.since:%b} (close)"
    hint = priced_in(move, score)
    return f"{told} · priced-in hint, not advice: {_HINTS[hint]}" if hint else told
