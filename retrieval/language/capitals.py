"""Words in bare capitals -> those that are tickers in this text. Knows only their neighbours.

A symbol is plain (three letters or more, no word and no abbreviation), a word that looks like one
("COST", "MA"), or a general abbreviation ("GPU"). Plain ones link where companies stand; words need
other symbols of the text besides; abbreviations link only where the text names the company.
"""

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence

from retrieval.language.brackets import Settled
from retrieval.language.evidence import symbol_cue
from retrieval.language.found import Found
from retrieval.language.names import FUND
from retrieval.language.namesakes import in_index
from retrieval.language.securities import Securities, Security, derived
from retrieval.language.series import Rank, Support, Symbol, chosen, series_of
from retrieval.language.setting import Setting
from retrieval.language.symbols import Printed, bare
from retrieval.language.words import fold_name

_NEVER_BARE = frozenset({"AI", "IT", "A", "I"})  # C3.ai, Gartner: not even where they are named
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_AROUND = 30  # characters on both sides that show whether a line is in capitals
_LOUD = 4  # letters that a symbol needs in a line of capitals
_MIN_PLAIN = 3
_RECEIPT = re.compile(r"[A-Z]{4}Y")  # traded over the counter, and named in notes: "TCEHY"
_COINS = re.compile(r"\b(?:BTC|ETH|[Bb]itcoin|[Ee]thereum|altcoins?|[Cc]rypto(?:currenc\w+)?)\b")
_MARKET = re.compile(
    r"\b(?:shares?|stocks?|earnings|investors?|margins?|guidance|revenues?|profits?|valuations?"
    r"|sectors?|analysts?|bullish|bearish|upside|downside|yields?|rates|equit(?:y|ies)|dividends?"
    r"|consensus|tariffs?|pric(?:es?|ing)|tickers?|markets?|sales|orders|peers|costs?|spending"
    r"|capex|demand|headwinds?|tailwinds?|results|acqui(?:res?|red|sitions?)|stake|merger|takeover"
    r"|Q[1-4]|EPS)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[A-Z][a-z]+,? $")
_EXPLAINED = re.compile(r" \(((?:[a-z]+[ -]){1,4}[a-z]+)\)")
_ROUNDS = 3  # one symbol supports the next; more rounds find nothing


def capitals(
    at: Setting, linked: Sequence[Found], settled: Settled, known: set[str], securities: Securities
) -> tuple[Printed, ...]:
    """Choose the bare symbols that the text gives enough evidence for."""
    found = bare(at.words.text, securities)
    if not found:
        return ()
    ranking = _Ranking(at, linked, settled, known, securities, found=found)
    symbols = [ranking.symbol(one) for one in found]
    series = list(series_of([one for one in symbols if one.rank != "never"], linked, at))
    company = bool(known) or bool(linked)
    market = company or _MARKET.search(at.words.text) is not None
    taken: set[int] = set()
    for _ in range(_ROUNDS):
        support = Support(company=company, market=market, others=bool(ranking.noted or taken))
        more = {one.start for group in series for one in chosen(group, taken, support)}
        if more == taken:
            break
        taken = more
    return tuple(one.printed for one in symbols if one.start in taken)


class _Ranking:
    """What one text says about each symbol in it."""

    def __init__(
        self,
        at: Setting,
        linked: Sequence[Found],
        settled: Settled,
        known: set[str],
        securities: Securities,
        *,
        found: Sequence[Printed],
    ) -> None:
        text = at.words.text
        self.at = at
        self.securities = securities
        self.explicit = {symbol.ticker for symbol in settled.symbols}
        self.named = known | {one.name.id for one in linked}
        self.names_end = {one.end: one.name.id for one in linked}
        self.spans = {(one.start, one.end): one.name.id for one in linked}
        self.covered = {n for one in linked for n in range(one.start, one.end)}
        others = {
            t for t in _others(at, securities, found) if securities.primary(t) not in self.named
        }
        self.blocked = settled.blocked | _explained(text, found) | others
        self.coins = _COINS.search(text) is not None
        if self.coins:
            self.blocked |= at.lists["coin"]
        self.noted = {s.start for s in settled.symbols if s.form in {"cashtag", "markdown"}}
        self.noted |= {start for (start, end), id_ in self.spans.items() if text[start:end] == id_}

    def symbol(self, printed: Printed) -> Symbol:
        """Rank one symbol."""
        named = self.securities.primary(printed.ticker) in self.named
        return Symbol(printed, self._rank(printed, named=named), named)

    def _rank(self, printed: Printed, *, named: bool) -> Rank:
        if not self._possible(printed):
            return "never"
        if self._certain(printed, named=named):
            return "sure"
        if printed.ticker in self.at.lists["acronym"]:
            return "never"
        return "loud" if self._loud(printed) else self._usual(printed.ticker)

    def _usual(self, ticker: str) -> Rank:
        """Rank a symbol by its letters alone."""
        if ticker in self.at.lists["symbol"] or len(ticker) < _MIN_PLAIN:
            return "famous" if ticker in self.at.lists["famous"] else "word"
        plain = not self.coins and _is_company(self.securities.by_ticker[ticker])
        return "plain" if plain else "word"

    def _possible(self, printed: Printed) -> bool:
        ticker, words = printed.ticker, self.at.words
        if printed.start in self.covered:
            return self._is_name(printed)
        if ticker in _NEVER_BARE or ticker in self.at.lists["never"] or ticker in self.blocked:
            return False
        before = words.text[max(0, printed.start - _AROUND) : printed.start]
        if ticker in self.at.lists["state"] and _PLACE.search(before):
            return False
        return not in_index(bisect_left(words.starts, printed.end), self.at)

    def _certain(self, printed: Printed, *, named: bool) -> bool:
        ticker, lists = printed.ticker, self.at.lists
        issuer = self.securities.primary(ticker)
        if self.names_end.get(printed.start - 1) == issuer or self._is_name(printed):
            return True
        if ticker in lists["symbol"]:
            cue = named and symbol_cue(self.at, printed.start, printed.end)
            return cue or (ticker in self.explicit and len(ticker) > 1)
        if self._loud(printed):
            return ticker in lists["bare"] and len(ticker) >= _LOUD
        return named or ticker in lists["bare"]

    def _loud(self, printed: Printed) -> bool:
        return _in_loud_line(self.at.words.text, printed, self.at.lists["bare"])

    def _is_name(self, printed: Printed) -> bool:
        """Tell whether the symbol is a name of its company too: "IBM"."""
        id_ = self.spans.get((printed.start, printed.end))
        return id_ == self.securities.primary(printed.ticker)


def _is_company(security: Security) -> bool:
    traded = security.exchange in {"NYSE", "Nasdaq", "CBOE"}
    whose = traded or _RECEIPT.fullmatch(security.ticker) is not None
    return whose and not derived(security.ticker) and not FUND.search(security.name)


def _explained(text: str, symbols: Iterable[Printed]) -> set[str]:
    """Collect the symbols that a bracket spells out: "NIM (net interest margin)"."""
    found = ((one.ticker, _EXPLAINED.match(text, one.end)) for one in symbols)
    return {
        ticker
        for ticker, words in found
        if words and "".join(w[0] for w in re.split(r"[ -]", words[1])).upper() == ticker
    }


def _others(at: Setting, securities: Securities, symbols: Iterable[Printed]) -> set[str]:
    """Collect the symbols that begin the name of a company that is not theirs: "ABM Gold Corp"."""
    words, lists = at.words, at.lists
    named = lists["legal"] | lists["generic"] | lists["company_word"]
    found: set[str] = set()
    for one in symbols:
        n = bisect_left(words.starts, one.end)
        after = words.after(n - 1)
        titled = words.capital(n) and not words.raw[n].isupper() and not words.headline(n)
        if after in named and titled:
            security = securities.by_ticker[one.ticker]
            own = fold_name(f"{security.name} {security.tail}")
            if own[0] != one.ticker.casefold() or after not in own:
                found.add(one.ticker)
    return found


def _in_loud_line(text: str, symbol: Printed, symbols: Container[str]) -> bool:
    """Tell whether the words around the symbol are in capitals too; other symbols do not count."""
    before = text[max(0, symbol.start - _AROUND) : symbol.start].rpartition("\n")[2]
    after = text[symbol.end : symbol.end + _AROUND].partition("\n")[0]
    long = [word for word in _LONG_WORD.findall(f"{before} {after}") if word not in symbols]
    return bool(long) and all(word.isupper() for word in long)
