"""A pasted or shared table -> the preview of a book: what is known of it and its sums. Pure.

Cells are data: nothing in them is run, and nothing is taken that is no ticker and no weight.
"""

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.answers import Holding
from retrieval.ask.holdings import parse_holdings
from retrieval.errors import BadHoldingError
from retrieval.language.securities import Securities

_TICKERS = ("ticker", "symbol", "ric", "holding")
_WEIGHTS = ("weight", "share", "percent", "pct", "value", "amount", "market value", "position")
CASH = frozenset({"CASH", "USD", "EUR", "GBP", "CHF", "JPY"})
_SIGNS = ",;\t"


@dataclass(frozen=True, slots=True)
class Preview:
    """A book as it would be kept, its weights shares of the gross book.

    `unknown` are symbols in no table of companies: kept, but no article is found for them. `cash`
    are the positions that are no company; `long` and `short` sum to 1.
    """

    holdings: tuple[Holding, ...]
    unknown: tuple[str, ...]
    cash: tuple[str, ...]
    long: float
    short: float


def preview_of(text: str, securities: Securities) -> Preview:
    """Read a table of tickers and weights, with a header that names the columns or none.

    Raises:
        BadHoldingError: a line is neither, naming its number; or there is no position at all.
    """
    held = _in_table(parse_holdings(_two_columns(text)), securities)
    cash = tuple(one.ticker for one in held if one.ticker in CASH)
    listed = [one.ticker for one in held if one.ticker not in CASH]
    return Preview(
        holdings=held,
        unknown=tuple(ticker for ticker in listed if ticker not in securities),
        cash=cash,
        long=math.fsum(one.weight for one in held if one.weight > 0),
        short=math.fsum(-one.weight for one in held if one.weight < 0),
    )


def is_book(text: str) -> bool:
    """Tell a table of tickers and weights from any other, by the names of its columns."""
    try:
        return _columns(_rows(text)) is not None
    except BadHoldingError:
        return False


def as_lines(holdings: Sequence[Holding]) -> str:
    """Write a book the way that it can be read again, in percent."""
    return "\n".join(f"{one.ticker},{one.weight * 100:.6g}%" for one in holdings)


def _in_table(found: Iterable[Holding], securities: Securities) -> tuple[Holding, ...]:
    """Call each position as the table does: BRK-B and BRK.B are one."""
    held: dict[str, float] = {}
    for one in found:
        listed = securities.get(one.ticker)
        ticker = listed.ticker if listed else one.ticker
        held[ticker] = held.get(ticker, 0.0) + one.weight
    return tuple(Holding(ticker, weight) for ticker, weight in held.items())


def _two_columns(text: str) -> list[str]:
    """Take the columns of tickers and weights out of a wider table; else leave it as it is."""
    rows = _rows(text)
    columns = _columns(rows)
    if columns is None:
        return [_joined(row) for row in rows]
    picked = ([_cell(row, n) for n in columns] if any(row) else [] for row in rows[1:])
    return ["ticker,weight", *map(_joined, picked)]


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """Find the columns of tickers and weights by their names in the first row."""
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    ticker = next((n for n, name in enumerate(names) if name in _TICKERS), None)
    weight = next((n for n, name in enumerate(names) if _is_weight(name)), None)
    return (ticker, weight) if ticker is not None and weight is not None else None


def _is_weight(name: str) -> bool:
    return any(name.startswith(word) for word in _WEIGHTS) or name == "%"


def _rows(text: str) -> list[list[str]]:
    lines = text.removeprefix("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(lines, delimiter=max(_SIGNS, key=first.count))
    try:
        return list(reader)
    except csv.Error as error:
        raise BadHoldingError(f"line {reader.line_num}") from error


def _cell(row: Sequence[str], number: int) -> str:
    return row[number] if number < len(row) else ""


def _joined(row: Sequence[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
