"""The first row of a table -> which column says what: by names, never by the broker. Pure.

Knows no number and no security. A column that it does not know is left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from jobs.book.amounts import CURRENCIES, MINOR

Role = Literal[
    "ticker",
    "isin",
    "name",
    "weight",
    "quantity",
    "price",
    "value",
    "worth",  # the value in the currency of the whole book
    "cost",
    "unit cost",
    "account",
    "currency",
    "side",
    "rate",
    "class",
]

NAMES: Mapping[Role, str] = {
    "ticker": "ticker|symbol|ticker symbol|stock symbol|symbol/cusip|symbol/isin|symbool/isin"
    "|symbool|kürzel|ric|security id|underlying|instrument|holding|holdings|code|epic",
    "isin": "isin|isin code|isin-code|wkn|valor|cusip|sedol",
    "name": "name|description|security name|security description|security|product|produkt"
    "|bezeichnung|company|company name|holding name|investment name|stock"
    "|omschrijving|libellé|libelle",
    "weight": "weight|weights|weighting|percent|weight percent|percent weight|pct|allocation"
    "|percent of account|percent of acct|percent of portfolio|percent of nav|portfolio percent"
    "|percent of total|target weight|share|anteil|anteil percent|gewichtung|gewicht|poids",
    "quantity": "quantity|qty|shares|units|units held|no of shares|number of shares|aantal|anzahl"
    "|stück|menge|nominal|quantité|cantidad|position size|contracts",
    "price": "price|last price|close price|closing price|closing|close|mark price|market price|last"
    "|current price|share price|unit price|kurs|akt kurs|slotkoers|koers|schlusskurs|cours|precio",
    "value": "market value|value|mkt val|mkt value|mv|current value|position value|total value"
    "|market val|net value|local value|market value local|lokale waarde|wert|marktwert|kurswert"
    "|gesamtwert|waarde|valeur|valor|notional|exposure|balance",
    "worth": "base market value|market value base|base value|value base|value in base currency",
    "cost": "cost basis|cost basis total|total cost|cost|cost value|book value|book cost"
    "|einstandswert|kaufwert|purchase value|total cost basis",
    "unit cost": "average cost|average cost basis|avg cost|avg price|average price|unit cost"
    "|cost price|einstandskurs|kaufkurs|purchase price|cost basis per share|avg cost basis",
    "account": "account|account name|account number|account id|account name/number|depot|konto"
    "|portfolio|portfolio name|rekening|compte",
    "currency": "currency|ccy|cur|curr|currency code|währung|valuta|devise|local currency"
    "|position currency|currencyprimary",
    "side": "side|long/short|l/s|direction|position type|long or short",
    "rate": "fx rate|fx rate to base|fxratetobase|exchange rate|currency rate|rate|wechselkurs"
    "|wisselkoers|devisenkurs",
    "class": "asset class|assetclass|asset category|security type|asset type|instrument type"
    "|sec type|anlageklasse",
}
"""The names by which tables call a column, the surest first."""
_AMOUNT = "amount|position|positions|holding size|betrag|market exposure"
"""A number of shares beside a price or a value, and else a value."""
_MEASURES = frozenset[Role](("weight", "value", "worth", "quantity"))
_FEWEST, _MOST, _LONGEST = 2, 200, 60  # columns of a table, characters of a name
_STARTS = frozenset(
    name.split()[0] for names in (*NAMES.values(), _AMOUNT) for name in names.split("|")
) | {"%", "trade", "date/time", "transaction"}
_IN_CURRENCY = re.compile(r"(?<=\S) (?:in )?([a-z]{3})$")
_CODES = {"£": "GBP", "€": "EUR", "pence": "GBX", "p": "GBX"}
_TRADES = frozenset(
    "trade date|settlement date|run date|date/time|transaction|transaction type|action|order type"
    "|transaktion".split("|")
)
"""Columns of what was bought and sold, which is no list of what is held."""
_BRACKET = re.compile(r"[(\[]([^)\]]*)[)\]]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each role stands, how the table calls it, and the currency that its name gives."""

    at: Mapping[Role, int]
    called: Mapping[Role, str]
    currency: Mapping[Role, str]

    def cells(self, row: Sequence[str]) -> dict[Role, str]:
        """The cells of a row by what they say; one that the row lacks is empty."""
        return {role: row[n].strip() if n < len(row) else "" for role, n in self.at.items()}


def columns_of(row: Sequence[str]) -> Columns | None:
    """Read a row as the names of columns; None unless one says whose and one how much."""
    if not _may_name(row) or is_of_trades(row):
        return None
    named = [_named(cell) for cell in row]
    at: dict[Role, int] = {}
    for role in get_args(Role):
        found = _columns_for(NAMES[role], named)
        if role == "value" and len(found) > 1:
            _of_the_book(found, named, at)
        if found and role not in at:
            at[role] = found[0]
    if amount := _columns_for(_AMOUNT, named):
        at.setdefault("quantity" if {"price", "value", "worth"} & set(at) else "value", amount[0])
    if not {"ticker", "isin"} & set(at) or not _MEASURES & set(at):
        return None
    codes = {role: named[n][1] for role, n in at.items()}
    called = {role: row[n].strip() for role, n in at.items()}
    return Columns(at, called, {role: code for role, code in codes.items() if code})


def is_of_trades(row: Sequence[str]) -> bool:
    """Tell the names of columns of another table: of trades, below that of positions."""
    if not _may_name(row):
        return False
    names = {_named(cell)[0] for cell in row}
    return not _TRADES.isdisjoint(names) and not names.isdisjoint(NAMES["quantity"].split("|"))


def _may_name(row: Sequence[str]) -> bool:
    """Tell quickly most rows that name no columns: each row of a table is asked."""
    if not _FEWEST <= len(row) <= _MOST:
        return False
    starts = (cell[:_LONGEST].lower().split(maxsplit=1) for cell in row)
    return sum(start[0].strip("*:#") in _STARTS for start in starts if start) >= _FEWEST


def _columns_for(names: str, named: Sequence[tuple[str, str | None]]) -> list[int]:
    """Number the columns that a role may be, the surest first."""
    return [n for name in names.split("|") for n, (one, _) in enumerate(named) if one == name]


def _of_the_book(
    found: list[int], named: Sequence[tuple[str, str | None]], at: dict[Role, int]
) -> None:
    """Of two columns of values, take the one that names its currency as the book's own."""
    coded = [n for n in found if named[n][1]]
    if len(coded) == 1 and "worth" not in at:
        at["worth"] = coded[0]
        found.remove(coded[0])


def _named(cell: str) -> tuple[str, str | None]:
    """A column's name in plain small letters, and the code of a currency in it."""
    text = " ".join(cell.lower().replace("_", " ").replace("%", " percent ").split())
    said = (_CODES.get(inside, inside.upper()) for inside in _BRACKET.findall(text))
    code = next((one for one in said if one in CURRENCIES or one in MINOR), None)
    text = _BRACKET.sub(" ", text)
    if (found := _IN_CURRENCY.search(text)) and found[1].upper() in CURRENCIES:
        code, text = found[1].upper(), text[: found.start()]
    return " ".join(re.sub(r"[$€£*#:.]", " ", text).split()), code
