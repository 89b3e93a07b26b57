"""A text -> the symbols that it prints of shares outside the table: "Xiaomi 1810.HK", "SKX.N".

The table holds what traded in the United States when it was made. What a text prints with its
market is a ticker all the same, and keeps the form in which it is printed. Knows no names.
"""

import re
from collections.abc import Iterable

from retrieval.language.securities import Securities
from retrieval.language.symbols import Printed

# Reuters' codes of markets (LSEG, "RIC exchange identifiers"); Yahoo's are nearly the same
_MARKETS = (
    "AS AT AX BK BO BR CO DE F HE HK I IR IS J JK JO KL KQ KS L LS MC MI MX NS NZ OL PA PR S SA SI"
    " SS ST SW SZ T TA TO TW V VI VX WA"
).split()
_NUMBERED = {4: "HK T TW KL", 5: "HK", 6: "BO KQ KS SS SZ"}
"""The markets whose codes are numbers, by how many digits."""

_NO_CODES = frozenset("CORP INC JR SR LTD PLC LLC REPORT".split())
_LEFT = ("N", "O", "OQ", "K")
"""New York and Nasdaq: the symbols that are in no table are of companies that have left."""

_EXCHANGES = {
    **dict.fromkeys(("LSE", "LON", "AIM"), "L"),
    **dict.fromkeys(("JSE",), "J"),
    **dict.fromkeys(("SHA", "SSE"), "SS"),
    **dict.fromkeys(("SHE", "SZSE"), "SZ"),
    **dict.fromkeys(("KOSDAQ",), "KQ"),
    **dict.fromkeys(("TSE", "TYO"), "T"),
    **dict.fromkeys(("HKG", "HKEX", "SEHK", "HKSE"), "HK"),
    **dict.fromkeys(("TSX", "TSXV", "TSX-V"), "TO"),
    **dict.fromkeys(("ETR", "FRA", "XETRA", "FWB"), "DE"),
    **dict.fromkeys(("EPA", "Euronext Paris"), "PA"),
    **dict.fromkeys(("AMS", "Euronext Amsterdam"), "AS"),
    **dict.fromkeys(("SWX", "SIX"), "S"),
    **dict.fromkeys(("NSE",), "NS"),
    **dict.fromkeys(("BSE", "BOM"), "BO"),
    **dict.fromkeys(("KRX", "KOSPI"), "KS"),
    **dict.fromkeys(("TPE", "TWSE"), "TW"),
    **dict.fromkeys(("BIT",), "MI"),
    **dict.fromkeys(("BME",), "MC"),
    **dict.fromkeys(("ASX",), "AX"),
    **dict.fromkeys(("SGX",), "SI"),
    **dict.fromkeys(("STO",), "ST"),
    **dict.fromkeys(("CPH",), "CO"),
    **dict.fromkeys(("HEL",), "HE"),
    **dict.fromkeys(("OSL", "OSE"), "OL"),
}
_LETTERS = r"[A-Z][A-Z0-9]{1,5}[a-z]?"
_CODE = rf"(?:{_LETTERS}|\d{{1,6}})"
_OF_MARKET = "|".join(
    [
        rf"{_LETTERS}\.(?:{'|'.join(_MARKETS)})",
        *(
            rf"\d{{{digits}}}\.(?:{'|'.join(markets.split())})"
            for digits, markets in _NUMBERED.items()
        ),
    ]
)
_RIC = re.compile(
    rf"(?:(?<![\w.$@/:-])[<(]?|(?<=[a-z]))(?P<ric>{_OF_MARKET}|[A-Z]{{2,5}}\.(?:{'|'.join(_LEFT)}))"
    r"(?![\w.]*\w)(?!/)"
)
_NAMED = re.compile(
    rf"\((?P<exchange>{'|'.join(map(re.escape, _EXCHANGES))})\s?:\s?(?P<code>{_CODE})\s?\)"
)
SYMBOL = re.compile(rf"{_OF_MARKET}|[A-Z]{{1,5}}")
"""What such a ticker looks like."""


def abroad(text: str, securities: Securities) -> tuple[Printed, ...]:
    """Find the symbols of other markets, and those of the home markets that no table holds."""
    found = (*_rics(text, securities), *_named(text))
    return tuple(sorted(found, key=lambda one: one.start))


def _rics(text: str, securities: Securities) -> Iterable[Printed]:
    for found in _RIC.finditer(text):
        code, _, market = found["ric"].partition(".")
        left = market in _LEFT
        if code not in _NO_CODES and (not left or code not in securities):
            symbol = code if left else found["ric"]
            yield Printed(symbol, *found.span("ric"), found.start(), "abroad")


def _named(text: str) -> Iterable[Printed]:
    for found in _NAMED.finditer(text):
        code, market = found["code"], _EXCHANGES[found["exchange"]]
        if market == "T" and not code.isdigit():
            market = "TO"  # Toronto is called TSE too
        symbol = f"{code.zfill(4) if market == 'HK' and code.isdigit() else code}.{market}"
        if SYMBOL.fullmatch(symbol):
            yield Printed(symbol, found.start("code"), found.end("code"), found.start(), "abroad")
