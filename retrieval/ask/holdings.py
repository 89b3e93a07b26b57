"""A table of tickers and weights -> the positions of a book. Pure; the table is hostile input.

Nothing in it is ever run or shown as it stands: a cell that begins as a formula does is no ticker
and no number.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator

from retrieval.answers import Holding
from retrieval.errors import BadHoldingError

_TICKER = re.compile(r"\$?[A-Za-z][A-Za-z0-9]{0,9}(?:[.\-/][A-Za-z]{1,3})?")
_WEIGHT = re.compile(r"(?P<sign>[-+]?)(?P<digits>\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})\s?(?P<share>%?)")
_HEADER = ("ticker", "symbol")
MOST = 5_000
"""Positions of one book."""


def parse_holdings(lines: Iterable[str]) -> tuple[Holding, ...]:
    """Read "ticker,weight" lines, a header or none, as shares of the gross book in [-1, 1].

    Weights may be shares, percent or amounts of one currency: what counts is their ratio, and a
    negative one is a short position. The same ticker twice is one position.

    Raises:
        BadHoldingError: a line is neither, naming its number; or there is no position at all.
    """
    held: dict[str, float] = {}
    for number, row in _rows(lines):
        if not any(row) or (number == 1 and row[0].lower() in _HEADER):
            continue
        ticker, weight = _position(row, number)
        held[ticker] = held.get(ticker, 0.0) + weight
        if len(held) > MOST:
            raise BadHoldingError(f"line {number}")
    gross = math.fsum(map(abs, held.values()))
    if not gross:
        raise BadHoldingError("no position")
    return tuple(Holding(ticker, weight / gross) for ticker, weight in held.items())


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Number the rows by the line on which each ends."""
    reader = csv.reader(lines)
    try:
        for row in reader:
            yield reader.line_num, [cell.strip() for cell in row] or [""]
    except csv.Error as error:
        raise BadHoldingError(f"line {reader.line_num}") from error


def _position(row: list[str], number: int) -> tuple[str, float]:
    ticker = _TICKER.fullmatch(row[0])
    weight = _WEIGHT.fullmatch(row[1].replace(",", "")) if len(row) > 1 else None
    if ticker is None or weight is None:
        raise BadHoldingError(f"line {number}")
    value = float(weight["digits"]) * (-1.0 if weight["sign"] == "-" else 1.0)
    return ticker[0].removeprefix("$").upper().replace("/", "."), value
