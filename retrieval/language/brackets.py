"""The symbols printed in a text, and the words before them -> which count, what names they define.

"Foo Bar Inc (NYSE: FOO)" makes "Foo Bar" and "Foo" mean FOO for the whole text; "Consumer Price
Index (CPI)" makes CPI mean no company in it. Knows nothing beyond the words before a bracket.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.language.found import Found
from retrieval.language.names import FUND, Name
from retrieval.language.runs import BETWEEN, LINKING, REACH, SMALL, core_before
from retrieval.language.securities import Securities
from retrieval.language.setting import Setting
from retrieval.language.symbols import Printed
from retrieval.language.words import Words, fold, fold_name

_NAME_WORDS = 5  # before a bracket, among which a telling word of the name must be
_UNITS = frozenset("BMKTX")  # "$B": billions, not Barrick
_HEAD = 3  # letters of a symbol that begin a word of the name: "Leslies (LESL)"
_MIN_SHORT = 3
_NO_COMPANY = re.compile(
    r"\b(?:Index|Futures?|Bonds?|Bunds?|Composite|Average|Hang Seng|Nikkei|DAX|CAC|FTSE|Stoxx|MSCI"
    r"|Topix|Kospi|Straits Times|Brent|Crude|Lyxor|Xtrackers|Physical)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Settled:
    """The symbols that count, the names they define, and the symbols that mean something else.

    `abroad` has the name that the text gives to each symbol that is in no table.
    """

    symbols: tuple[Printed, ...]
    names: tuple[Name, ...]
    blocked: frozenset[str]
    abroad: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands before one printed symbol: the name that ends there, if any, and the words.

    `last` is the number of the first word after the opening bracket, `floor` of the first one
    after the symbol before this.
    """

    symbol: Printed
    near: Found | None
    before: tuple[str, ...]
    last: int
    floor: int


def settle(
    symbols: Iterable[Printed], found: Sequence[Found], at: Setting, securities: Securities
) -> Settled:
    """Decide which printed symbols are tickers, and what the names before them mean."""
    settling = _Settling(at, securities)
    floor = 0
    for symbol in sorted(symbols, key=lambda one: one.start):
        place = _place(symbol, found, at.words, floor)
        settling.add(_behind_others(place, found, at) if symbol.form == "abroad" else place)
        floor = bisect_left(at.words.starts, symbol.end)
    return settling.settled()


class _Settling:
    """What the symbols of one text have settled so far."""

    def __init__(self, at: Setting, securities: Securities) -> None:
        self._at = at
        self._securities = securities
        self._counted: list[Printed] = []
        self._names: list[Name] = []
        self._blocked: set[str] = set()
        self._abroad: dict[str, str] = {}

    def settled(self) -> Settled:
        """Give all of it."""
        counted, names = tuple(self._counted), tuple(self._names)
        return Settled(counted, names, frozenset(self._blocked), self._abroad)

    def add(self, place: _Place) -> None:
        """Take in the next symbol."""
        home = _at_home(place, self._at, self._securities)
        if home is not None:
            self._of_table(replace(place, symbol=home))
        elif place.symbol.form == "abroad":
            self._of_no_table(place)
        else:
            self._of_table(place)

    def _of_no_table(self, place: _Place) -> None:
        """Count a symbol that follows a name, or one that did so before.

        A name that the table knows keeps its ticker, and the symbol vouches for it.
        """
        near, symbol = place.near, place.symbol
        first, _, _ = _core(place, self._at)
        if near is not None and near.name.kind == "ticker" and near.first <= first:
            self._names.append(_bound(self._at.words, near.first, near.last, near.name.id))
            return
        name = _called(place, self._at)
        if name or symbol.ticker in self._abroad:
            self._counted.append(symbol)
            self._names.extend(_defined(place, self._at, self._securities))
            self._abroad.setdefault(symbol.ticker, name)

    def _of_table(self, place: _Place) -> None:
        symbol = place.symbol
        if _same(place, self._securities):
            self._counted.append(symbol)
        elif not _reused(place):
            named = _names_it(place, self._at, self._securities)
            if symbol.form == "bracket" and not named and _spelt_by(symbol.ticker, place.before):
                self._blocked.add(symbol.ticker)
            elif _counts(place, self._at, named=named):
                self._counted.append(symbol)
                self._names.extend(_defined(place, self._at, self._securities))


def _place(symbol: Printed, found: Sequence[Found], words: Words, floor: int) -> _Place:
    n = bisect_left(found, symbol.opening, key=lambda one: one.end)
    near = None
    for one in found[max(0, n - 1) : n + 1]:
        if one.end <= symbol.opening and BETWEEN.fullmatch(words.text, one.end, symbol.opening):
            near = one
    last = bisect_left(words.starts, symbol.opening)
    line = words.text.rfind("\n", max(0, symbol.opening - 200), symbol.opening)
    before = (n for n in range(max(0, last - REACH), last) if words.starts[n] > line)
    return _Place(symbol, near, tuple(words.raw[n] for n in before), last, floor)


def _behind_others(place: _Place, found: Sequence[Found], at: Setting) -> _Place:
    """Let a name begin after the last one that the table knows: "Ford and Volkswagen VOWG.DE".

    Words that go on a known name belong to it: "Canadian Pacific Railway CP.TO".
    """
    ends = bisect_left(found, place.symbol.opening, key=lambda one: one.end)
    before = [one for one in found[max(0, ends - 2) : ends] if one is not place.near]
    known = [one for one in before if one.name.kind == "ticker"]
    if not known:
        return place
    behind = replace(place, floor=max(place.floor, known[-1].last))
    first, _, last = _core(behind, at)
    goes_on = first == known[-1].last < last and at.words.gap(first - 1) == " "
    return replace(behind, near=known[-1]) if goes_on else behind


def _same(place: _Place, securities: Securities) -> bool:
    """Tell whether the name before the symbol is that of its issuer."""
    near = place.near
    issuer = securities.primary(place.symbol.ticker)
    return near is not None and securities.primary(near.name.id) == issuer


def _at_home(place: _Place, at: Setting, securities: Securities) -> Printed | None:
    """Give the home symbol of a share that is printed with another market: "OpenText OTEX.TO"."""
    code, _, market = place.symbol.ticker.partition(".")
    if place.symbol.form != "abroad" or market != "TO" or code not in securities:
        return None
    first, core, _ = _core(place, at)
    own = fold_name(securities.by_ticker[code].name)
    named = [word for word in at.words.folded[first:core] if word not in at.lists["generic"]]
    shared = [word for word in at.words.folded[first:core] if word in own]
    if len(shared) > 1 or (named and all(word in {*own, "".join(own)} for word in named)):
        return replace(place.symbol, ticker=code, form="ric")
    return None


def _reused(place: _Place) -> bool:
    """Tell whether the symbol follows the sure name of another listed company.

    Then it is the symbol of that company in another year, which has a new owner since: "Barrick
    Gold (NYSE: ABX)". The name is right and the symbol is not.
    """
    near = place.near
    bracketed = place.symbol.form in {"exchange", "bracket", "ric"}
    return (
        bracketed
        and near is not None
        and near.name.kind == "ticker"
        and near.name.level == "strong"
    )


def _names_it(place: _Place, at: Setting, securities: Securities) -> bool:
    """Tell whether a word before the symbol is a telling word of its company's name."""
    security = securities.by_ticker[place.symbol.ticker]
    own = set(fold_name(f"{security.name} {security.legal}")) - at.lists["generic"]
    head = place.symbol.ticker[:_HEAD].casefold()
    return any(
        word in own or (len(head) == _HEAD and word.startswith(head))
        for word in map(fold, place.before[-_NAME_WORDS:])
    )


def _spelt_by(symbol: str, before: Iterable[str]) -> bool:
    """Tell whether the words before a bracket spell its content: "Consumer Price Index (CPI)"."""
    words = list(before)
    letters = [c for c in symbol if c.isalpha()]
    heads = [word[0].upper() for word in words]
    large = [word[0].upper() for word in words if word not in SMALL]
    return len(letters) > 1 and letters in (heads[-len(letters) :], large[-len(letters) :])


def _counts(place: _Place, at: Setting, *, named: bool) -> bool:
    form, ticker = place.symbol.form, place.symbol.ticker
    if form in {"exchange", "ric"}:
        return True
    if ticker in at.lists["never"]:
        return False
    if form == "cashtag":
        return ticker not in _UNITS
    if form == "bracket":
        return named or _stands_alone(place, at)
    return len(ticker) > 1 and (form == "told" or ticker not in at.lists["symbol"])


def _stands_alone(place: _Place, at: Setting) -> bool:
    """Tell whether a symbol in brackets, after words that do not name it, is a ticker anyway."""
    ticker = place.symbol.ticker
    other = place.near is not None and place.near.name.level in {"strong", "proper"}
    if other or len(ticker) == 1 or ticker in at.lists["symbol"]:
        return False
    legal_form = bool(place.before) and fold(place.before[-1]) in at.lists["legal"]
    return ticker in at.lists["bare"] or legal_form


def _defined(place: _Place, at: Setting, securities: Securities) -> Iterable[Name]:
    """Make the names that an exchange, or a bracket after a legal form, gives to its symbol."""
    words, generic = at.words, at.lists["generic"]
    first, core, last = _core(place, at)
    certain = place.symbol.form in {"exchange", "ric", "abroad"} or core < last
    if not certain or all(word in generic for word in words.folded[first:core]):
        return
    target = securities.primary(place.symbol.ticker)
    yield _bound(words, first, core, target)
    head = words.folded[first]
    telling = head not in generic and head not in at.lists["given"] and len(head) >= _MIN_SHORT
    if core - first > 1 and telling and place.symbol.form != "abroad":
        yield _bound(words, first, first + 1, target)


def _called(place: _Place, at: Setting) -> str:
    """Give the name that a text puts before a symbol of no table; none where it knows the name."""
    first, core, _ = _core(place, at)
    generic, words = at.lists["generic"], at.words.folded[first:core]
    telling = any(word not in generic and len(word) >= _MIN_SHORT for word in words)
    if not telling or words[-1] in LINKING:
        return ""
    name = at.words.text[at.words.starts[first] : at.words.ends[core - 1]]
    return "" if FUND.search(name) or _NO_COMPANY.search(name) else name


def _core(place: _Place, at: Setting) -> tuple[int, int, int]:
    return core_before(at, place.last, place.symbol.opening, place.floor)


def _bound(words: Words, first: int, last: int, target: str) -> Name:
    folded, raw = tuple(words.folded[first:last]), tuple(words.raw[first:last])
    return Name(folded, raw, "ticker", target, "bound")
