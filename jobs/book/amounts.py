"""Cells of a table -> numbers, in whatever way a country writes them. Pure; cells are hostile.

Knows no column. A cell that is no number is None: nothing in it is run, and nothing is guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from jobs.errors import DecimalSignError

Decimal = Literal[".", ","]

CURRENCIES = frozenset(
    "USD EUR GBP CHF JPY CAD AUD NZD HKD SGD CNY CNH SEK NOK DKK PLN CZK HUF KRW INR BRL MXN ZAR"
    " ILS TRY TWD THB".split()
)
MINOR = {"GBX": "GBP", "GBp": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
"""Codes in which exchanges quote hundredths: pence, cents, agorot."""
_SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "US$": "USD", "$": "USD", "Fr.": "CHF"}
_MINUS = "−–‒﹣－"
_SPACES = "\u00a0\u202f\u2009'’"
_NAMED = re.compile(rf"US\$|Fr\.|[€£¥$]|\b(?:{'|'.join(sorted(CURRENCIES | set(MINOR)))})\b")
_NUMBER = re.compile(r"(?:\d[\d.,]{0,30}|[.,]\d{1,12})(?:[eE]\+\d{1,2})?")
MOST_DIGITS = 18
NOTHING = frozenset({"", "-", "--", "---", "n/a", "na", "none", "null", "nil"})
"""How tables write that there is no number."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as a cell gives it; `currency` is the code or sign beside it."""

    value: float
    percent: bool = False
    currency: str | None = None


def amount_of(cell: str, decimal: Decimal) -> Amount | None:
    """Read a cell whose numbers have this decimal sign; None when it is no number.

    A minus may stand before or behind it, be Unicode's, or be brackets around it.
    """
    found = _stripped(cell)
    if found is None:
        return None
    digits, negative, percent, currency = found
    whole, _, exponent = digits.lower().partition("e")
    head, point, tail = whole.partition(decimal)
    thousands = "," if decimal == "." else "."
    if thousands in tail or decimal in tail or not _grouped(head, thousands):
        return None
    value = float(f"{head.replace(thousands, '') or '0'}{'.' if point else ''}{tail or ''}")
    value *= 10.0 ** int(exponent or 0)
    return Amount(-value if negative else value, percent, currency)


def is_amount(cell: str) -> bool:
    """Tell whether a cell is a number in any writing."""
    return _stripped(cell) is not None


def decimal_of(cells: Iterable[str], what: str) -> Decimal | None:
    """Tell the decimal sign from how the numbers of one column are written; None: any would do.

    Raises:
        DecimalSignError: some are written one way and some the other; it names the column, `what`.
    """
    told = {sign for cell in cells if (sign := _told(cell))}
    if len(told) > 1:
        raise DecimalSignError(what)
    return told.pop() if told else None


def _told(cell: str) -> Decimal | None:
    """The decimal sign of one cell, where "1,234" could be either and "12,5" and "1,234.5" not."""
    found = _stripped(cell)
    if found is None:
        return None
    digits = found[0].lower().partition("e")[0]
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return None
    sign: Decimal = "." if digits[last] == "." else ","
    other: Decimal = "," if sign == "." else "."
    if digits.count(sign) > 1:
        return other
    head, tail = digits[:last], digits[last + 1 :]
    whole = other in head or len(tail) != len("000") or head in ("", "0") or len(head) > len("000")
    return sign if whole else None


def _stripped(cell: str) -> tuple[str, bool, bool, str | None] | None:
    """Take a number out of what stands around it: digits, negative, percent, currency."""
    text = cell.strip()
    for dash in _MINUS:
        text = text.replace(dash, "-")
    named = _NAMED.search(text)
    currency = named and (_SIGNS.get(named[0]) or named[0])
    text = _NAMED.sub("", text, count=1).strip()
    percent = text.endswith("%")
    text = text.removesuffix("%").strip()
    bracketed = text.startswith("(") and text.endswith(")")
    text = text[1:-1].strip() if bracketed else text
    percent, text = percent or text.endswith("%"), text.removesuffix("%").strip()
    minus = bracketed or text.startswith("-") or text.endswith("-")
    text = text.removeprefix("-").removesuffix("-").removeprefix("+").strip()
    digits = _joined(text)
    found = digits is not None and sum(c.isdigit() for c in digits) <= MOST_DIGITS
    return (digits, minus, percent, currency or None) if digits and found else None


def _joined(text: str) -> str | None:
    """Close the gaps by which thousands are parted: 1 234, 1'234."""
    for gap in _SPACES:
        text = text.replace(gap, " ")
    closed = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
    return closed if _NUMBER.fullmatch(closed) else None


def _grouped(head: str, thousands: str) -> bool:
    """Thousands stand in groups of three; of two before them in India."""
    if thousands not in head:
        return True
    first, *groups, last = head.split(thousands)
    ends = 0 < len(first) <= len("000") and len(last) == len("000")
    return ends and all(len(group) in (2, 3) for group in groups)
