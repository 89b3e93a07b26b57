"""How a table was read -> what its owner should know of it, in sentences. Pure.

Symbols and codes stand in them, and no other cell.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from jobs.book.amounts import amount_of, decimal_of
from jobs.book.layouts import Table
from jobs.book.lots import Counting
from retrieval.ask.wording import plural

MOST_NAMED = 12
_CLOSE = 0.005  # of a total: what rounding to whole amounts leaves
_WHOLE, _ROUNDED = 100.0, 0.05


def notes_on(
    table: Table, counting: Counting, by_name: Mapping[str, str], others: Mapping[str, str]
) -> Iterator[str]:
    """Say what was decided.

    `by_name` are ISINs that were found by name, `others` what only shares its letters with a
    ticker.
    """
    yield from _sums(table, counting)
    if counting.unsure:
        written = "1.234" if counting.unsure == "," else "1,234"
        yield f"Numbers such as {written} are read as thousands: 1234."
    if counting.unnamed:
        amounts = plural(counting.unnamed, "amount")
        yield f"{amounts} without a currency: taken as {counting.currency}, like the others."
    if counting.uneven:
        rows = plural(counting.uneven, "row")
        yield f"In {rows} the value is not quantity x price: the value was taken."
    if counting.empty:
        yield f"Left out, as no amount stands beside them: {_some(counting.empty)}."
    if by_name:
        pairs = [f"{isin} as {ticker}" for isin, ticker in by_name.items()]
        yield f"Read by their names: {_some(pairs)}."
    for kept, ticker in list(others.items())[:MOST_NAMED]:
        yield f"Not {ticker} of New York by its name: kept as {kept}, for which there is no news."


def _sums(table: Table, counting: Counting) -> Iterator[str]:
    """Hold the sums of a table against its rows."""
    total = counting.percent
    gross = math.fsum(abs(row.counts) for row in counting.rows)
    if total is not None and min(abs(total - _WHOLE), abs(gross - _WHOLE)) > _ROUNDED:
        yield f"The weights sum to {total:.4g}%, not 100%: kept are the shares of what is listed."
        if 0 < (rest := _WHOLE - total) < _WHOLE:
            yield f"If {rest:.4g}% is cash, add the line CASH,{rest:.4g}%."
    if counting.measure == "value" and (odd := _odd_totals(table, counting)):
        totals = plural(odd, "total")
        yield f"{totals} of the table is not the sum of its rows: check that no row is missing."


def _odd_totals(table: Table, counting: Counting) -> int:
    """Count the totals that neither a section nor the whole table comes to."""
    sections: dict[str | None, list[float]] = {}
    for row in counting.rows:
        sections.setdefault(row.lot.account, []).append(row.lot.value or 0.0)
    sums = [math.fsum(one) for one in sections.values()]
    sums.append(math.fsum(sums))
    told = [amount_of(cell, decimal_of([cell], "total") or ".") for cell in table.totals]
    return sum(
        not any(abs(one.value - known) <= _CLOSE * max(abs(known), 1.0) for known in sums)
        for one in told
        if one
    )


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
