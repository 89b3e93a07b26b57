"""A text -> the ticker symbols that it prints, in explicit forms or bare. Knows no names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from retrieval.language.securities import Securities

Form = Literal["exchange", "ric", "abroad", "cashtag", "bracket", "told", "markdown", "bare"]

SYMBOL = r"[A-Z]{1,5}(?:[.\-/][A-Z]{1,2})?"
_EXCHANGE = (
    r"(?:NASDAQ(?:\s?(?:GS|GM|CM))?|Nasdaq(?:GS|GM|CM)?|NYSE(?:\s?(?:Arca|ARCA|American|AMERICAN|MKT))?|NYSEARCA|AMEX"
    r"|ARCA|CBOE|Cboe|BATS|OTC(?:QB|QX|PK|MKTS|BB)?"
    r"|Nasdaq Global(?: Select)? Market|New York Stock Exchange)"
)
_FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    (
        "exchange",
        re.compile(
            rf"\b{_EXCHANGE}\s?[:\-–]\s?\$?(?P<s>{SYMBOL}(?:\s?[,;/]\s?{SYMBOL})*)\b(?![:.]\w)"
        ),
    ),
    # New York, Nasdaq, American, Arca, over the counter; other letters are foreign markets
    ("ric", re.compile(r"[<(](?P<s>[A-Z]{1,5}[a-z]?)\.(?:N|O|OQ|A|K|P|PK|OB)(?=[>)])")),
    # also behind a name from which syndication has lost the space: "ChevronCVX.N"
    (
        "ric",
        re.compile(r"(?:(?<![\w.])|(?<=[a-z]))(?P<s>[A-Z]{2,5}[a-z]?)\.(?:N|O|OQ|K)\b(?!\.\w)"),
    ),
    ("cashtag", re.compile(r"(?<![\w$&])\$(?P<s>[A-Z]{1,5}(?:\.[A-Z])?)\b(?![\d$])")),
    (
        "bracket",
        re.compile(
            rf"\(\s?(?P<s>{SYMBOL}(?:\s?[,;/]\s?{SYMBOL}){{0,7}})"
            r"(?:\s(?:US|UN|UW))?(?: Equity)?\s?\)"
        ),
    ),
    (
        "told",
        re.compile(
            rf"\b(?:[Tt]icker|[Ss]ymbol)s?(?: symbols?)?[: ]{{1,2}}[\"“'(]?(?P<s>{SYMBOL})\b"
        ),
    ),
    ("markdown", re.compile(rf"\[(?P<s>{SYMBOL})\]\(|\*\*(?P<b>{SYMBOL})\*\*|`(?P<c>{SYMBOL})`")),
)
_ONE = re.compile(SYMBOL)
_BARE = re.compile(r"(?:(?<![\w$.@#/&'’-])|(?<=[A-Z]/))[A-Z]{1,5}(?:\.[AB])?(?![\w&]|[.'’-][A-Z])")


@dataclass(frozen=True, slots=True)
class Printed:
    """A symbol, printed at [start, end); its bracket or prefix is at `opening`.

    It is one of the table, but for the form "abroad".
    """

    ticker: str
    start: int
    end: int
    opening: int
    form: Form


def printed(text: str, securities: Securities) -> tuple[Printed, ...]:
    """Find the explicit forms: (NYSE: XOM), <IBM.N>, $NVDA, (NVDA), [NVDA](...)."""
    found = [
        symbol
        for form, pattern in _FORMS
        for match in pattern.finditer(text)
        for symbol in _symbols(match, form, securities)
    ]
    return tuple(_without_overlap(found))


def _symbols(match: re.Match[str], form: Form, securities: Securities) -> Iterable[Printed]:
    group = match.lastgroup or "s"
    opening = match.start()
    if form == "exchange" and match.string[:opening].rstrip(" ").endswith("("):
        opening = match.string.rindex("(", 0, opening)
    for one in _ONE.finditer(match.string, *match.span(group)) if form != "ric" else (match,):
        start, end = one.span() if form != "ric" else one.span("s")
        ticker = _ticker(match.string[start:end], securities)
        if ticker:
            tail = "$" if form == "cashtag" else ""
            yield Printed(ticker, start - len(tail), end, opening, form)


def _ticker(symbol: str, securities: Securities) -> str | None:
    if symbol[-1].islower():  # the class of a share in Reuters' codes: BRKb.N
        symbol = f"{symbol[:-1]}.{symbol[-1].upper()}"
    security = securities.get(symbol)
    return security.ticker if security else None


def _without_overlap(found: Iterable[Printed]) -> Iterable[Printed]:
    """Keep the first of overlapping forms; they come in the order of their certainty."""
    kept: dict[int, Printed] = {}
    for symbol in found:
        kept.setdefault(symbol.end, symbol)
    return (kept[end] for end in sorted(kept))


def bare(text: str, securities: Securities) -> tuple[Printed, ...]:
    """Find the words in capitals that are symbols of the table."""
    found = []
    for match in _BARE.finditer(text):
        ticker = _ticker(match.group(), securities)
        if ticker:
            found.append(Printed(ticker, match.start(), match.end(), match.start(), "bare"))
    return tuple(found)
