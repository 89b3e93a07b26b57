"""A typed list of names -> the tickers that it means, and what of it means none. Pure."""

import re
from dataclasses import dataclass

from retrieval.language.asked import names_in_question
from retrieval.language.securities import Securities

MOST_TYPED = 300
"""Entries of one list that are looked at."""
_BETWEEN = re.compile(r"[,;\n\r\t]+")
_SYMBOL = re.compile(r"\$?[A-Za-z][A-Za-z0-9]{0,9}(?:[.\-/][A-Za-z]{1,3})?")


@dataclass(frozen=True, slots=True)
class Typed:
    """The tickers of a typed list in its order, each once, and the entries that are none."""

    tickers: tuple[str, ...]
    unknown: tuple[str, ...]


def typed_names(text: str, securities: Securities) -> Typed:
    """Read names parted by commas, semicolons or lines: symbols, or companies as people call them.

    An entry in one word that is a symbol is that symbol. Words without commas are a list of symbols
    when each of them is one ("nvda amzn ko").
    """
    tickers: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for entry in _entries(text, securities)[:MOST_TYPED]:
        found = _symbol(entry, securities) or _company(entry, securities)
        if found:
            tickers[found] = None
        else:
            unknown[entry] = None
    return Typed(tuple(tickers), tuple(unknown))


def _entries(text: str, securities: Securities) -> list[str]:
    entries: list[str] = []
    for part in _BETWEEN.split(text):
        words = part.split()
        if len(words) > 1 and all(_symbol(word, securities) for word in words):
            entries += words
        elif words:
            entries.append(" ".join(words))
    return entries


def _symbol(entry: str, securities: Securities) -> str | None:
    if not _SYMBOL.fullmatch(entry):
        return None
    found = securities.get(entry.removeprefix("$").upper())
    return found.ticker if found else None


def _company(entry: str, securities: Securities) -> str | None:
    """A company when the entry names one ticker and no other; a private company is none."""
    mentions, _ = names_in_question(entry, securities)
    named = {m.target.id for m in mentions if m.target.kind == "ticker"}
    return named.pop() if len(named) == 1 else None
