"""A pasted or shared table -> the preview of a book: what is known of it and its sums. Pure.

Cells are data: nothing in them is run, and nothing is taken that is no security and no amount.
What had to be decided stands in the notes of the preview; what would be a guess is an error.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from jobs.book.layouts import Table, read_table
from jobs.book.lots import Counted, counting_of
from jobs.book.notes import notes_on
from jobs.errors import BadHoldingError
from jobs.models import Lot
from retrieval.answers import Holding
from retrieval.language.securities import Securities, Security
from retrieval.language.typed import typed_names

MOST_NAMED = 200
"""Symbols of one book whose company is looked for by its name."""
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_HOME = "US"  # of an ISIN: our table holds what trades there
_LEGAL = frozenset(
    "inc corp co ltd plc sa se ag nv the group holding holdings class company".split()
)


@dataclass(frozen=True, slots=True)
class Preview:
    """A book as it would be kept, its weights shares of the gross book.

    `unknown` are symbols in no table of companies: kept, but no article is found for them;
    `nearest` are the tickers that their names surely mean. `cash` are the positions that are no
    company; `long` and `short` sum to 1. `names` has each ticker's company, `columns` what was read
    as what, and `notes` say in sentences what else was decided. `ignored` counts rows.
    """

    holdings: tuple[Holding, ...]
    unknown: tuple[str, ...]
    cash: tuple[str, ...]
    long: float
    short: float
    lots: tuple[Lot, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    nearest: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[tuple[str, str], ...] = ()
    ignored: int = 0
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Write what a log may know: how many positions there are."""
        return f"Preview({len(self.holdings)} positions)"

    @property
    def net(self) -> float:
        """Long less short, as a share of the gross book, cash included."""
        return self.long - self.short

    @property
    def in_cash(self) -> float:
        """The share of the gross book that is cash; below 0 where it is owed."""
        return math.fsum(one.weight for one in self.holdings if one.cash)


def preview_of(text: str, securities: Securities) -> Preview:
    """Read a table of positions, with a header that names the columns or none.

    Raises:
        InputError: the one of its kinds that says what to change in the table.
    """
    table = read_table(text)
    counting = counting_of(table)
    named = _Named(securities)
    rows = [named.placed(row) for row in counting.rows]
    holdings = _shares(rows)
    listed = [one.ticker for one in holdings if not one.cash]
    return Preview(
        holdings=holdings,
        unknown=tuple(t for t in listed if t not in securities),
        cash=tuple(one.ticker for one in holdings if one.cash),
        long=math.fsum(one.weight for one in holdings if one.weight > 0),
        short=math.fsum(-one.weight for one in holdings if one.weight < 0),
        lots=tuple(row.lot for row in rows),
        names={t: securities.name_of(t) for t in listed if t in securities},
        nearest={t: found for t, found in named.nearest.items() if t in listed},
        columns=_read_as(table),
        ignored=table.ignored,
        notes=tuple(notes_on(table, counting, named.by_name, named.others)),
    )


def sums_of(preview: Preview) -> str:
    """Say what a book comes to: both sides, net, and cash."""
    sides = f"Long {preview.long:.1%}, short {preview.short:.1%} of the gross book; together 100%"
    cash = f", cash {preview.in_cash:.1%}" if preview.cash else ""
    return f"{sides}, net {preview.net:+.1%}{cash}."


class _Named:
    """Finds what each row is in the table of companies, and remembers what was not plain."""

    def __init__(self, securities: Securities) -> None:
        self._securities = securities
        self._looked = 0
        self.nearest: dict[str, str] = {}
        self.by_name: dict[str, str] = {}
        self.others: dict[str, str] = {}

    def placed(self, row: Counted) -> Counted:
        """Call a row as our table does: BRK-B and BRK.B are one, and an ISIN goes by its name."""
        ticker = row.lot.ticker
        listed = self._securities.get(ticker.removeprefix("$"))
        if row.cash and not (listed and _agree(row.name, listed)):
            return row
        if listed and _abroad(row) and row.name and not _agree(row.name, listed):
            other = row.isin or f"{ticker}.{row.lot.currency}"
            self.others[other] = listed.ticker
            self._look(other, row.name)
            return _called(row, other)
        if listed:
            return _called(row, listed.ticker)
        found = self._look(ticker, row.name)
        if found and ticker == row.isin:
            del self.nearest[ticker]
            self.by_name[ticker] = found
            return _called(row, found)
        return _called(row, ticker)

    def _look(self, ticker: str, name: str) -> str | None:
        """Find the one ticker that a name surely means."""
        self._looked += 1
        if not name or self._looked > MOST_NAMED:
            return None
        found = typed_names(re.sub(r"[,;\s]+", " ", name), self._securities).tickers
        if len(found) != 1:
            return None
        self.nearest[ticker] = found[0]
        return found[0]


def _called(row: Counted, ticker: str) -> Counted:
    return replace(row, lot=replace(row.lot, ticker=ticker), cash=False)


def _abroad(row: Counted) -> bool:
    """Tell a share that trades elsewhere, where the same letters are another company's."""
    if _ISIN.fullmatch(row.isin):
        return not row.isin.startswith(_HOME)
    return row.lot.currency not in (None, "USD")


def _agree(name: str, listed: Security) -> bool:
    """Tell whether a name as given may be that of a company of the table."""
    given, ours = _words(name), _words(f"{listed.name} {listed.legal}")
    return bool(given & ours)


def _words(name: str) -> set[str]:
    words = re.findall(r"[a-z0-9]+", name.lower().replace("'", "").replace("-", ""))
    return {word for word in words if word not in _LEGAL}


def _shares(rows: Iterable[Counted]) -> tuple[Holding, ...]:
    """Sum by ticker, as shares of the gross book."""
    held: dict[str, list[float]] = {}
    for row in rows:
        held.setdefault(row.lot.ticker, []).append(row.counts)
    sums = {ticker: math.fsum(counts) for ticker, counts in held.items()}
    gross = math.fsum(map(abs, sums.values()))
    if not gross or not math.isfinite(gross):
        raise BadHoldingError("no position")
    return tuple(Holding(ticker, worth / gross) for ticker, worth in sums.items())


def _read_as(table: Table) -> tuple[tuple[str, str], ...]:
    if table.columns is None:
        return ()
    return tuple((role, called) for role, called in table.columns.called.items())
