"""The words behind a name -> whether it does there what only a company does. Knows no level."""

import re

from retrieval.language.found import Found
from retrieval.language.setting import Setting

_MOVED = re.compile(
    r" (?:rose|fell|gained|lost|dropped|slid|sank|climbed|jumped|surged|soared|tumbled|plunged"
    r"|slumped|slipped|added|shed|rallied|advanced|declined|dipped|popped|leapt|leaped)"
    r" (?:(?:by|about|nearly|almost|over|some) )?\d[\d.,]*(?:%| percent\b)(?! (?:of|in the)\b)"
)
_STOCKS = re.compile(r"\b(?:shares|stocks?)\b", re.IGNORECASE)
_NEARBY = 300  # characters around a move in which the talk is of stocks
_NO_SHARES = ("generic", "region", "place", "state", "coin", "has", "business")
APPOSED = 4  # words after a comma: "Dow, the chemicals maker"
_SOON = 4  # words behind "Intel:" in which an analyst reiterates
_NOTED = 14  # words behind "Intel:" in which an analyst's note says its grade


def moved(found: Found, at: Setting) -> bool:
    """Tell whether it moves by a percentage, as shares do: "Polaris dropped 12.7%".

    Where nobody near talks of stocks it may be anything: a party, a player, a coin.
    """
    text = at.words.text
    if _MOVED.match(text, found.end) is None or not _no_thing(found, at):
        return False
    near = text[max(0, found.start - _NEARBY) : found.end + _NEARBY]
    return _STOCKS.search(near) is not None


def _no_thing(found: Found, at: Setting) -> bool:
    """Tell a name from a commodity, a region or a word of business: "coffee", "Alaska"."""
    return not any(found.name.words[-1] in at.lists[kind] for kind in _NO_SHARES)


def is_concern(found: Found, at: Setting) -> bool:
    """Tell whether the words after its comma call it a company: "Sabre, the travel firm".

    Or say what only a company does: "Hubbell, which makes transformers".
    """
    apposed = at.words.folded[found.last : found.last + APPOSED + 1]
    makes = apposed[:1] == ["which"] and not at.lists["makes"].isdisjoint(apposed[1:2])
    return (makes and _no_thing(found, at)) or not at.lists["concern"].isdisjoint(apposed)


def heads_a_note(found: Found, at: Setting) -> bool:
    """Tell whether it heads a note of an analyst: "Intel: Bernstein reiterated"."""
    words, n = at.words, found.last
    headed = n < len(words) and words.gap(n - 1) == ": " and words.capital(n)
    rates = not at.lists["rates"].isdisjoint(words.folded[n + 1 : n + _SOON])
    return headed and rates and not at.lists["graded"].isdisjoint(words.folded[n : n + _NOTED])
