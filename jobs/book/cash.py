"""A row of a book -> whether it is cash, by any of the names that brokers give it. Pure."""

import re

from jobs.book.amounts import CURRENCIES
from jobs.book.layouts import Row, is_symbol

CASH = frozenset({"CASH", *CURRENCIES})
_CASH_WORDS = re.compile(
    rf"(?:(?:{'|'.join(sorted(CURRENCIES))}) )?"  # "USD Cash"
    r"(?:cash\b.*|money market.*|sweep.*|settlement fund.*|pending activity|fcash"
    r"|geldmarkt.*|liquidit.*|bargeld|kasse|guthaben|uninvested cash"
    r"|u\.?s\.? dollars?|euros?|(?:british )?pounds?(?: sterling)?|japanese yen|swiss francs?)",
    re.IGNORECASE,
)
_MONEY_MARKET = re.compile(r"[A-Z]{3}XX")
"""Five letters that end in XX: a money market fund in the symbols of American exchanges (Nasdaq's
fifth-character codes end mutual funds in X)."""

_CASH_CLASS = re.compile(r".*(?:\bcash\b|money market).*", re.IGNORECASE)


def is_cash(row: Row) -> bool:
    """Tell cash from a position: by its class, its symbol, or its name where no symbol stands."""
    symbol, name = row.cells.get("ticker", ""), row.cells.get("name", "")
    if _CASH_CLASS.fullmatch(row.cells.get("class", "")) or symbol.endswith("**"):
        return True
    if symbol.upper() in CASH or _CASH_WORDS.fullmatch(symbol) or _MONEY_MARKET.fullmatch(symbol):
        return True
    return not is_symbol(symbol) and _CASH_WORDS.fullmatch(name) is not None
