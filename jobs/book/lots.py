"""The rows of a table -> what each is worth beside the others, in one measure. Pure.

Knows no security. Amounts of several currencies are joined by the table's own rates or not at all.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import fsum
from typing import Literal

from jobs.book.amounts import MINOR, NOTHING, Amount, Decimal, amount_of, decimal_of
from jobs.book.cash import CASH, is_cash
from jobs.book.columns import Role
from jobs.book.layouts import Row, Table, ticker_of
from jobs.errors import AccountWeightsError, BadHoldingError, MixedCurrencyError, NoWeightsError
from jobs.models import Lot

Measure = Literal["value", "weight"]
WHOLE, NEAR = 100.0, 2.0  # percent: weights of an account that sum to a whole one

_FIGURES: tuple[Role, ...] = (
    "weight", "quantity", "price", "value", "worth", "cost", "unit cost", "rate"
)  # fmt: skip
_SHORT = re.compile(r"(?:sold )?short|s|sell short|leer.*", re.IGNORECASE)
_LONG = re.compile(r"long|l|buy|b", re.IGNORECASE)
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")


@dataclass(frozen=True, slots=True)
class Counted:
    """A row with what it counts in the measure of its table; `name` and `isin` are as given."""

    lot: Lot
    counts: float = field(repr=False)
    cash: bool = False
    name: str = field(repr=False, default="")
    isin: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Counting:
    """The rows of a table in one measure, and what had to be decided on the way.

    `unsure` is the sign that was taken for the decimal one where "1.234" could be read in two ways;
    `unnamed` counts amounts that name no
    currency beside others that name `currency`; `uneven` those whose value is not quantity x price;
    `percent` is the sum of weights that are percents.
    """

    rows: tuple[Counted, ...]
    measure: Measure
    currency: str | None
    unsure: Decimal | None
    unnamed: int
    uneven: int
    empty: tuple[str, ...] = field(repr=False, default=())
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """One row in numbers. `worth` is its value, with the currency of that."""

    row: Row
    numbers: Mapping[Role, Amount] = field(repr=False)
    cash: bool
    worth: float | None = field(repr=False)
    currency: str | None

    def has(self, measure: Measure) -> bool:
        return (self.worth if measure == "value" else self.weight) is not None

    @property
    def weight(self) -> float | None:
        found = self.numbers.get("weight")
        return found.value if found else None


def counting_of(table: Table) -> Counting:
    """Read the numbers of a table and bring them to one measure.

    Raises:
        BadHoldingError: a line is no position, naming it; or there is none at all.
        DecimalSignError, NoWeightsError, MixedCurrencyError, AccountWeightsError: as they say.
    """
    decimals, unsure = _decimals(table)
    read = [_read(row, table, decimals) for row in table.rows]
    measure = _measure(read)
    kept = [one for one in read if one.has(measure)]
    counts, currency = _valued(kept, table, decimals) if measure == "value" else _weighed(kept)
    left = [one.row.symbol for one in read if not one.has(measure)]
    rows = [_counted(one, count) for one, count in zip(kept, counts, strict=True)]
    return Counting(
        tuple(rows),
        measure,
        currency,
        unsure,
        sum(one.currency is None for one in kept) if measure == "value" and currency else 0,
        sum(_is_uneven(one, table) for one in kept),
        (*table.empty, *left),
        _percent(kept, table) if measure == "weight" else None,
    )


def _decimals(table: Table) -> tuple[dict[Role, Decimal], Decimal | None]:
    """The decimal sign of each column; where one could be either, that of the others."""
    columns = {role: [row.cells.get(role, "") for row in table.rows] for role in _FIGURES}
    told = {role: decimal_of(cells, role) for role, cells in columns.items()}
    settled = {sign for sign in told.values() if sign}
    usual: Decimal = "," if table.delimiter == ";" else "."
    shared = next(iter(settled)) if len(settled) == 1 else usual
    doubtful = [r for r, sign in told.items() if not sign and any(map(_parted, columns[r]))]
    unsure = shared if doubtful and not settled else None
    return {role: sign or shared for role, sign in told.items()}, unsure


def _parted(cell: str) -> bool:
    """Tell a number that could be read in two ways; with dollars and pounds there is one."""
    return ("." in cell or "," in cell) and "$" not in cell and "£" not in cell


def _read(row: Row, table: Table, decimals: Mapping[Role, Decimal]) -> _Read:
    numbers = {
        role: found
        for role in _FIGURES
        if (found := amount_of(row.cells.get(role, ""), decimals[role])) is not None
    }
    _refuse(row, numbers)
    sign = _sign(row, numbers)
    signed = {
        role: replace(one, value=sign * abs(one.value)) if role in _SIGNED else one
        for role, one in numbers.items()
    }
    worth, currency = _worth(row, signed, table)
    return _Read(row, signed, is_cash(row), worth, currency)


_SIGNED: tuple[Role, ...] = ("weight", "quantity", "value", "worth")


def _refuse(row: Row, numbers: Mapping[Role, Amount]) -> None:
    """Refuse a figure that is written and cannot be read, rather than go by another column."""
    for role in ("weight", "worth", "quantity"):
        if role not in numbers and row.cells.get(role, "").lower() not in NOTHING:
            raise BadHoldingError(f"line {row.line}")


def _sign(row: Row, numbers: Mapping[Role, Amount]) -> float:
    """Which side a row is on: by its column of sides, else by any amount below zero."""
    side = row.cells.get("side", "")
    below = any(numbers[role].value < 0 for role in _SIGNED if role in numbers)
    if _LONG.fullmatch(side) and below:
        raise BadHoldingError(f"line {row.line}")
    return -1.0 if below or _SHORT.fullmatch(side) else 1.0


def _worth(
    row: Row, numbers: Mapping[Role, Amount], table: Table
) -> tuple[float | None, str | None]:
    """What a row is worth, in the book's own currency if that is given; else in its own."""
    headed = table.columns.currency if table.columns else {}
    own = row.cells.get("currency", "").strip()
    for role in ("worth", "value"):
        if found := numbers.get(role):
            named = found.currency or headed.get(role)
            code = named if role == "worth" else own or named
            return _major(found.value, code)
    quantity, price = numbers.get("quantity"), numbers.get("price")
    if quantity is None or price is None:
        return None, own or None
    return _major(quantity.value * abs(price.value), own or price.currency or headed.get("price"))


def _major(value: float, code: str | None) -> tuple[float, str | None]:
    """Pence to pounds, and codes in capitals."""
    if code in MINOR:
        return value / 100, MINOR[code]
    return value, code.upper() if code else None


def _measure(read: Sequence[_Read]) -> Measure:
    """Values where all rows have one; weights where only they are there for all."""
    if not read:
        raise BadHoldingError("no position")
    valued = sum(one.worth is not None for one in read)
    weighed = sum(one.weight is not None for one in read)
    if not valued and not weighed:
        raise NoWeightsError
    return "value" if valued >= weighed else "weight"


def _weighed(read: Sequence[_Read]) -> tuple[list[float], None]:
    """Weights as one unit: where some have a percent sign, those are hundredths.

    Raises:
        AccountWeightsError: each of several accounts sums to a whole of its own.
    """
    found = [one.numbers["weight"] for one in read]
    mixed = len({one.percent for one in found}) > 1
    counts = [one.value / 100 if mixed and one.percent else one.value for one in found]
    pairs = sorted(zip((one.row.section or "" for one in read), counts, strict=True))
    sums = [fsum(c for _, c in rows) for _, rows in groupby(pairs, key=lambda pair: pair[0])]
    if len(sums) > 1 and all(
        abs(one - WHOLE) < NEAR or abs(one - 1) < NEAR / WHOLE for one in sums
    ):
        raise AccountWeightsError
    return counts, None


def _percent(read: Sequence[_Read], table: Table) -> float | None:
    """The sum of weights that say that they are percents."""
    called = table.columns.called.get("weight", "") if table.columns else ""
    named = "%" in called or "percent" in called.lower()
    if not all(named or one.numbers["weight"].percent for one in read):
        return None
    return fsum(one.numbers["weight"].value for one in read)


def _valued(
    read: Sequence[_Read], table: Table, decimals: Mapping[Role, Decimal]
) -> tuple[list[float], str | None]:
    """Values in one currency.

    Raises:
        MixedCurrencyError: they are in several, and the table has no rates for them.
    """
    values = [one.worth or 0.0 for one in read]
    codes = {one.currency for one in read if one.currency}
    if len(codes) < 2:  # noqa: PLR2004 - one currency, or none named
        return values, next(iter(codes), None)
    rates = [one.numbers.get("rate") for one in read]
    if all(rates):
        return [v * r.value for v, r in zip(values, rates, strict=True) if r], None
    to_base = _rates(table, decimals, codes)
    if to_base is None or any(one.currency is None for one in read):
        raise MixedCurrencyError(", ".join(sorted(codes)))
    base = next(code for code, rate in to_base.items() if rate == 1.0)
    return [v * to_base[one.currency or base] for v, one in zip(values, read, strict=True)], base


def _rates(
    table: Table, decimals: Mapping[Role, Decimal], codes: set[str]
) -> dict[str, float] | None:
    """The table's own rates, all to one currency; None when they do not reach all of `codes`."""
    pairs: dict[tuple[str, str], float] = {}
    for (one, other), cell in table.rates.items():
        found = amount_of(cell, decimal_of([cell], "rate") or decimals["rate"])
        if found and found.value > 0:
            pairs |= {(one, other): found.value, (other, one): 1 / found.value}
    for base in sorted({other for _, other in table.rates}):
        known = {base: 1.0} | {one: rate for (one, other), rate in pairs.items() if other == base}
        if codes <= known.keys():
            return known
    return None


def _is_uneven(one: _Read, table: Table) -> bool:
    """Tell a value that is not quantity x price, where all three are in one currency."""
    priced = table.columns.currency.get("price") if table.columns else None
    if priced in MINOR or one.row.cells.get("currency") in MINOR:
        return False
    value, quantity, price = (one.numbers.get(r) for r in ("value", "quantity", "price"))
    if not (value and quantity and price):
        return False
    product = quantity.value * price.value
    return abs(abs(product) - abs(value.value)) > 0.02 * max(abs(product), abs(value.value))


def _counted(one: _Read, counts: float) -> Counted:
    numbers, cells = one.numbers, one.row.cells
    figure: Callable[[Role], float | None] = lambda r: numbers[r].value if r in numbers else None  # noqa: E731
    cost, unit, quantity = figure("cost"), figure("unit cost"), figure("quantity")
    if cost is None and unit is not None and quantity is not None:
        cost = unit * abs(quantity)
    name, isin = cells.get("name", ""), cells.get("isin", "")
    ticker = ticker_of(one.row.symbol) or ticker_of(name)
    if one.cash:
        ticker = f"${ticker if ticker in CASH else 'CASH'}"
    lot = Lot(
        ticker,
        quantity,
        figure("price"),
        one.worth,
        cost,
        one.row.section,
        one.currency,
    )
    return Counted(lot, counts, one.cash, name, isin or (ticker if _ISIN.fullmatch(ticker) else ""))
