"""The text of a table, as a broker or a person writes it -> rows of cells by what they say. Pure.

Knows the shape of tables (preamble, sections, totals, disclaimers), and no security.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobs.book.amounts import CURRENCIES, MINOR, NOTHING, is_amount
from jobs.book.columns import NAMES, Columns, Role, columns_of, is_of_trades
from jobs.errors import BadHoldingError, TooManyRowsError

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""
DELIMITERS = ",;\t|"
_HEAD_ROWS = 60  # a header stands among the first of them
MOST, MOST_ROWS = 5_000, 50_000
"""Positions of one book, and rows of its table."""

_TICKER = re.compile(r"\$?[A-Za-z][A-Za-z0-9]{0,9}(?:[.\-/][A-Za-z]{1,3})?|\d{1,6}\.[A-Za-z]{1,3}")
_OPTION = re.compile(r"-[A-Z]{1,6}\d{6,}[CP][\d.]+")  # as Fidelity writes what was written
_TOTAL = re.compile(
    r"\W*(?:grand |account |sub-?|portfolio )?(?:totals?|totaal|summe|gesamt)\b", re.IGNORECASE
)
_PAIR = re.compile(r"(?:rate\s+)?([A-Z]{3})/([A-Z]{3})")
_BLOOMBERG = re.compile(r"([A-Z.]{1,6}) U[SNQWAPR](?: EQUITY)?")
_LONGEST = 24
_MEASURES: tuple[Role, ...] = ("worth", "value", "weight", "quantity")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that may be a position: its cells by role, and the heading that it stands under."""

    line: int
    cells: Mapping[Role, str] = field(repr=False)
    section: str | None = field(repr=False, default=None)

    @property
    def symbol(self) -> str:
        """What stands for the security; empty where only a name does."""
        return self.cells.get("ticker", "") or self.cells.get("isin", "")


@dataclass(frozen=True, slots=True)
class Table:
    """What of a text is a table of positions. `totals` are the sums that it gives itself.

    `columns` is None for bare "ticker,weight" lines; `empty` are symbols without any amount;
    `rates` are its own, by pair ("EUR", "USD").
    """

    rows: tuple[Row, ...]
    columns: Columns | None
    totals: tuple[str, ...] = field(repr=False, default=())
    ignored: int = 0
    empty: tuple[str, ...] = field(repr=False, default=())
    rates: Mapping[tuple[str, str], str] = field(repr=False, default_factory=dict)
    delimiter: str = ","


def read_table(text: str) -> Table:
    """Find the positions in a text.

    Raises:
        BadHoldingError: a line should be a position and is none, naming its number.
        TooManyRowsError: there are more than MOST positions, or MOST_ROWS rows.
    """
    grids = {sign: grid_of(text, sign) for sign in DELIMITERS}
    sign = max(DELIMITERS, key=lambda one: _fits(grids[one]))
    grid = grids[sign]
    if grid is None:
        raise BadHoldingError("line 1")
    table = _Reading(sign)
    if _header_in(grid) is None:
        table.bare(grid)
    else:
        table.headed(grid)
    return table.done()


def is_table(text: str) -> bool:
    """Tell a table of positions from any other, by the names of its columns."""
    try:
        grids = [grid_of(text, sign) for sign in DELIMITERS]
    except TooManyRowsError:
        return False
    return any(grid is not None and _header_in(grid) for grid in grids)


Grid = list[tuple[int, list[str]]]


def grid_of(text: str, sign: str, most: int = MOST_ROWS) -> Grid | None:
    """Cut a text into rows of cells, each with the line on which it ends; None: it is no CSV.

    Raises:
        TooManyRowsError: it has more than `most` rows.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=sign)
    grid: Grid = []
    try:
        for row in reader:
            grid.append((reader.line_num, [cell.strip(" \u00a0\n") for cell in row]))
            if len(grid) > most:
                raise TooManyRowsError(f"line {reader.line_num}")
    except csv.Error:
        return None
    return grid


def _fits(grid: Grid | None) -> tuple[int, int]:
    """How well a text is cut: by the columns that are known, else by the lines that are pairs."""
    if grid is None:
        return -1, 0
    columns = _header_in(grid)
    pairs = sum(_is_pair(row) for _, row in grid[:_HEAD_ROWS])
    return len(columns.at) if columns else 0, pairs


def _header_in(grid: Grid) -> Columns | None:
    return next((found for _, row in grid[:_HEAD_ROWS] if (found := columns_of(row))), None)


def _is_pair(row: Sequence[str]) -> bool:
    return len(row) > 1 and is_symbol(row[0]) and is_amount(row[1])


def is_symbol(cell: str) -> bool:
    """Tell whether a cell has the shape of a ticker."""
    return _TICKER.fullmatch(cell.rstrip("*")) is not None


class _Reading:
    """One walk through the rows of a table."""

    def __init__(self, sign: str) -> None:
        self._sign = sign
        self._rows: list[Row] = []
        self._totals: list[str] = []
        self._rates: dict[tuple[str, str], str] = {}
        self._columns: Columns | None = None
        self._section: str | None = None
        self._ignored = 0
        self._elsewhere = False  # below the header of a table that is none of positions
        self._empty: list[str] = []

    def done(self) -> Table:
        if len(self._rows) > MOST:
            raise TooManyRowsError(f"line {self._rows[MOST].line}")
        return Table(
            tuple(self._rows),
            self._columns,
            tuple(self._totals),
            self._ignored,
            tuple(dict.fromkeys(self._empty)),
            self._rates,
            self._sign,
        )

    def bare(self, grid: Grid) -> None:
        """Read "ticker,weight" lines: without a header, each of them has to be one."""
        for number, cells in grid:
            row = cells[0].split() if len(cells) == 1 else cells  # "NVDA 60%", as people type it
            first = number == 1 and row and row[0].lower() in NAMES["ticker"].split("|")
            if not any(row) or first or self._rate(row):
                continue
            extra = next((cell for cell in row[2:] if is_amount(cell)), None)
            if not _is_pair(row) or extra:
                raise BadHoldingError(f"line {number}")
            self._rows.append(Row(number, {"ticker": row[0], "weight": row[1]}))

    def headed(self, grid: Grid) -> None:
        """Read what stands under a header; a later header begins a section of its own."""
        for number, row in grid:
            said = [cell for cell in row if cell]
            if not said or self._rate(row):
                continue
            if found := columns_of(row):
                self._columns, self._elsewhere = found, False
            elif is_of_trades(row):
                self._elsewhere = True
            elif self._elsewhere:
                self._ignored += 1
            elif self._columns is None or len(said) == 1:
                self._section = said[0]
                self._ignored += 1
            else:
                self._take(number, row, self._columns)

    def _take(self, number: int, row: Sequence[str], columns: Columns) -> None:
        cells = columns.cells(row)
        one = Row(number, cells, cells.get("account") or self._section)
        if _TOTAL.match(one.symbol or next(cell for cell in row if cell)):
            sums = (cells[role] for role in ("worth", "value") if is_amount(cells.get(role, "")))
            self._totals += list(sums)[:1]
            self._ignored += 1
        elif _is_position(one):
            self._rows.append(one)
        elif is_symbol(one.symbol) and one.symbol.isupper() and not _written(one):
            self._empty.append(one.symbol)
        else:
            self._ignored += 1

    def _rate(self, row: Sequence[str]) -> bool:
        """Keep a line such as "EUR/USD,1.08"."""
        pair = _PAIR.fullmatch(row[0]) if len(row) > 1 else None
        known = CURRENCIES | set(MINOR)
        if pair is None or not {pair[1], pair[2]} <= known or not is_amount(row[1]):
            return False
        self._rates[pair[1], pair[2]] = row[1]
        return True


def _is_position(row: Row) -> bool:
    """Tell a position from words below a table.

    Raises:
        BadHoldingError: a symbol stands where symbols do, and what is beside it is no number; or it
            is a formula.
    """
    symbol, measured = row.symbol, any(is_amount(row.cells.get(role, "")) for role in _MEASURES)
    shaped = is_symbol(symbol) and (symbol.isupper() or symbol.islower())
    formula = symbol.startswith(FORMULA) and not _OPTION.fullmatch(symbol)
    if formula or (shaped and _written(row) and not measured):
        raise BadHoldingError(f"line {row.line}")
    return measured and bool(symbol or row.cells.get("name"))


def _written(row: Row) -> bool:
    """Tell whether there is anything where an amount belongs."""
    return any(row.cells.get(role, "").lower() not in NOTHING for role in _MEASURES)


def ticker_of(cell: str) -> str:
    """Write a symbol as our table does; of anything else, the letters and digits that it has."""
    text = cell.strip().rstrip("*").removeprefix("$").upper()
    if found := _BLOOMBERG.fullmatch(text):
        text = found[1]
    if is_symbol(text):
        return text.replace("/", ".")
    return " ".join(re.sub(r"[^\w.]", " ", text).split())[:_LONGEST]
