"""Words in bare capitals -> those that are tickers in this text. Knows only their neighbours."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from retrieval.language.brackets import Settled
from retrieval.language.evidence import Setting, in_index, symbol_cue
from retrieval.language.found import Found
from retrieval.language.securities import Securities
from retrieval.language.symbols import Printed, bare

_LIST_GAP = re.compile(r",? ?(?:and |or |& |/ ?)?")
_NEVER_BARE = frozenset(
    {"AI", "IT", "A", "I"}
)  # C3.ai, Gartner: not even where the text names them
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_AROUND = 30  # characters on both sides that show whether a line is in capitals
_LOUD = 4  # letters that a symbol needs in a line of capitals
_SURE_LIST = 2  # sure neighbours that make an ordinary word in capitals a member of their list


def capitals(
    at: Setting, linked: Sequence[Found], settled: Settled, known: set[str], securities: Securities
) -> tuple[Printed, ...]:
    """Choose the bare symbols that the text gives enough evidence for."""
    text, lists = at.words.text, at.lists
    explicit = {symbol.ticker for symbol in settled.symbols}
    named = known | {one.name.id for one in linked}
    names_end = {one.end: one.name.id for one in linked}
    symbols = [one for one in bare(text, securities) if _possible(one, settled, at)]
    sure = []
    for symbol in symbols:
        issuer = securities.primary(symbol.ticker)
        after_name = names_end.get(symbol.start - 1) == issuer
        sure.append(after_name or _sure(symbol, at, explicit, named=issuer in named))
    return tuple(_with_lists(symbols, sure, text, lists))


def _possible(symbol: Printed, settled: Settled, at: Setting) -> bool:
    ticker = symbol.ticker
    if ticker in _NEVER_BARE or ticker in at.lists["never"] or ticker in settled.blocked:
        return False
    return not in_index(bisect_left(at.words.starts, symbol.end), at)


def _sure(symbol: Printed, at: Setting, explicit: set[str], *, named: bool) -> bool:
    ticker, lists = symbol.ticker, at.lists
    if ticker in lists["symbol"]:
        cue = named and symbol_cue(at, symbol.start, symbol.end)
        return cue or (ticker in explicit and len(ticker) > 1)
    if _in_loud_line(at.words.text, symbol):
        return ticker in lists["bare"] and len(ticker) >= _LOUD
    return named or ticker in lists["bare"]


def _in_loud_line(text: str, symbol: Printed) -> bool:
    """Tell whether the words around the symbol are in capitals too."""
    around = text[max(0, symbol.start - _AROUND) : symbol.start]
    around += " " + text[symbol.end : symbol.end + _AROUND]
    long = _LONG_WORD.findall(around)
    whole = long[1:-1] or long  # the outer ones may be cut
    return bool(whole) and all(word.isupper() for word in whole)


def _with_lists(
    symbols: Sequence[Printed],
    sure: Sequence[bool],
    text: str,
    lists: Mapping[str, frozenset[str]],
) -> Iterable[Printed]:
    """Add the members of lists whose other members are sure: "AMZN, GOOGL and NOW"."""
    chain = list(range(min(1, len(symbols))))
    for left, right in pairwise(range(len(symbols))):
        if not _LIST_GAP.fullmatch(text, symbols[left].end, symbols[right].start):
            yield from _members(chain, symbols, sure, lists)
            chain = []
        chain.append(right)
    yield from _members(chain, symbols, sure, lists)


def _members(
    chain: Sequence[int],
    symbols: Sequence[Printed],
    sure: Sequence[bool],
    lists: Mapping[str, frozenset[str]],
) -> Iterable[Printed]:
    certain = sum(sure[n] for n in chain)
    for n in chain:
        ticker = symbols[n].ticker
        enough = certain >= (_SURE_LIST if ticker in lists["symbol"] else 1)
        if sure[n] or (enough and len(ticker) > 1):
            yield symbols[n]
