"""Ranked symbols in a text -> the lists they stand in, and those that link. Knows no table."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.language.found import Found
from retrieval.language.frames import Frame, frame_of
from retrieval.language.setting import Setting
from retrieval.language.symbols import Printed

# sure: links; plain: links where companies stand; famous: a well-known symbol that looks like a
# word, word: any other; loud: in a line of capitals; never: does not link
Rank = Literal["sure", "plain", "famous", "word", "loud", "never"]

_GAP = re.compile(
    r"[*_`]*(?:['’]s)?"
    r"(?:, ?(?:and |or |& )?| (?:and|or|&|vs\.?|versus|over|plus) | ?/ ?)?[*_`]*"
)
_PAIR = 2  # symbols in one list that carry each other
_MIN_CROWDED = 3  # letters that tell a well-known symbol from a letter: "vitamin C gains"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol in bare capitals, how much it needs, and whether its company is named."""

    printed: Printed
    rank: Rank
    named: bool

    @property
    def start(self) -> int:
        """Its first character."""
        return self.printed.start

    @property
    def end(self) -> int:
        """The character after its last."""
        return self.printed.end


@dataclass(frozen=True, slots=True)
class Series:
    """Symbols and names that stand in one list, and what stands before and after it."""

    symbols: tuple[Symbol, ...]
    names: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class Support:
    """What the rest of the text offers: a linked company, market talk, other linked symbols."""

    company: bool
    market: bool
    others: bool


def series_of(symbols: Iterable[Symbol], linked: Iterable[Found], at: Setting) -> Iterable[Series]:
    """Gather what stands side by side: "AMZN, GOOGL and NOW"."""
    items: list[Symbol | Found] = [*symbols]
    spans = {(one.start, one.end) for one in items}
    items += [one for one in linked if (one.start, one.end) not in spans]
    items.sort(key=lambda one: one.start)
    chain: list[Symbol | Found] = []
    for one in items:
        if chain and not _GAP.fullmatch(at.words.text, chain[-1].end, one.start):
            yield _series(chain, at)
            chain = []
        chain.append(one)
    if chain:
        yield _series(chain, at)


def _series(chain: Sequence[Symbol | Found], at: Setting) -> Series:
    symbols = tuple(one for one in chain if isinstance(one, Symbol))
    frame = frame_of(at, chain[0].start, chain[-1].end)
    return Series(symbols, len(chain) - len(symbols), frame)


def chosen(series: Series, taken: set[int], support: Support) -> Iterable[Symbol]:
    """Choose from one list, given where the symbols stand that are chosen already."""
    sure = sum(one.rank == "sure" or one.start in taken for one in series.symbols)
    return (one for one in series.symbols if _links(one, series, sure, support))


def _links(one: Symbol, series: Series, sure: int, support: Support) -> bool:
    supported = one.named or support.others
    match one.rank:
        case "sure":
            return True
        case "plain":
            return _plain(series, sure, support)
        case "famous":
            return _famous(one, series, sure, supported=supported)
        case "word":
            return _word(series, sure, supported=supported)
        case "loud":
            return bool(sure) and series.frame.whole
        case "never":
            return False


def _plain(series: Series, sure: int, support: Support) -> bool:
    frame = series.frame
    if sure or (series.names and frame.open):
        return True
    pair = len(series.symbols) >= _PAIR and (frame.whole or frame.strong)
    if pair or frame.left == "toward":
        return frame.open
    if support.market and (frame.strong or frame.usual):
        return True
    return frame.open and (
        (support.company and frame.weak) or (support.others and not frame.leaning)
    )


def _famous(one: Symbol, series: Series, sure: int, *, supported: bool) -> bool:
    frame = series.frame
    if sure:
        return frame.open
    pair = sum(other.rank == "famous" for other in series.symbols) >= _PAIR
    if (frame.subject or frame.left == "toward") and (supported or pair):
        return frame.right != "barred"
    if not supported or not frame.open:
        return False
    if frame.left == "other":
        return frame.strong and len(one.printed.ticker) >= _MIN_CROWDED
    return frame.right in {"holds", "is"} or (frame.left == "beside" and frame.right == "clean")


def _word(series: Series, sure: int, *, supported: bool) -> bool:
    frame = series.frame
    if sure:
        return frame.whole or (sure >= _PAIR and frame.open and frame.right != "other")
    return supported and frame.whole and (frame.subject or frame.left == "toward")
