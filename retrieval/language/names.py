"""The table, the aliases and the collisions -> an index of names by first word. Knows no text.

Level says how much evidence a name needs: strong links by itself; proper is also a place, a person
or a thing; word is also an ordinary word; peer is one that only talk of its trade makes a name;
product is what the company sells; common is made of words that many names share; listed is a single
word of the SEC's table that nobody has vouched for; full needs its legal form; short needs the
company to be named in another way; bound is defined by the text.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from retrieval.language.securities import Securities, Security
from retrieval.language.words import Words, fold, fold_name

Level = Literal[
    "strong", "proper", "word", "peer", "product", "listed", "common", "full", "short", "bound"
]
Kind = Literal["ticker", "private", "phrase"]

FUND = re.compile(
    r"\b(?:ETFs?|ETNs?|Funds?|iShares|ProShares|SPDR|21Shares|Grayscale|Bitwise)\b"
    r"|\bTrust [IV]+$"
)
# what the later words of a name tell of its trade, as a list of cues.tsv
_TRADES: Mapping[str, str] = {
    **dict.fromkeys("pharmaceuticals pharma therapeutics biosciences oncology bio".split(), "labs"),
    **dict.fromkeys("bancorp bancshares bankshares bank".split(), "lend"),
    **dict.fromkeys("gold silver mining mines metals minerals lithium uranium".split(), "mine"),
    **dict.fromkeys("energy oil petroleum resources power".split(), "power"),
    **dict.fromkeys("insurance reinsurance assurance".split(), "insure"),
    **dict.fromkeys("semiconductor semiconductors photonics".split(), "chips"),
    **dict.fromkeys("freight shipping tankers logistics transportation".split(), "freight"),
    **dict.fromkeys("properties realty reit hotels apartment".split(), "property"),
    **dict.fromkeys("homes builders".split(), "builds"),
    **dict.fromkeys("airlines airways air".split(), "air"),
    **dict.fromkeys("software systems cloud".split(), "software"),
    **dict.fromkeys("restaurants restaurant foods".split(), "eat"),
}
_LINKING = frozenset({"&", "of", "the", "de", "la", "for", "in", "on"})
_AS_SPELT = frozenset({"bare", "never", "symbol", "famous", "acronym", "coin", "state", "phrase"})
_MIN_WORDS = 2  # a shortened name keeps as many
_MIN_WORD = 4  # shorter names of one word that nobody vouched for are initials


@dataclass(frozen=True, slots=True)
class Name:
    """A way to write a company: whom it means and how much evidence it needs.

    `since` is the character from which the text allows it; `trade` is the list of cues.tsv whose
    words speak of what the company does.
    """

    words: tuple[str, ...]
    spelling: tuple[str, ...]
    kind: Kind
    id: str
    level: Level
    tail: frozenset[str] = frozenset()
    since: int = 0
    trade: str = ""

    def fits(self, words: Words, at: int, *, loose: bool) -> bool:
        """Tell whether the name stands at word `at`, in a spelling that a name may have."""
        end = at + len(self.words)
        if tuple(words.folded[at:end]) != self.words or words.starts[at] < self.since:
            return False
        if not all(words.joined(n) for n in range(at, end - 1)):
            return False
        return (
            loose
            or self.kind == "phrase"
            or all(
                _spelt(raw, want)
                for raw, want in zip(words.raw[at:end], self.spelling, strict=True)
            )
        )


def _spelt(raw: str, want: str) -> bool:
    """Tell whether a word has the capitals of a name; initials need all of theirs."""
    if raw == want or fold(want) in _LINKING:
        return True
    if want.isupper() and len(want) > 1 and want.isalpha():
        return raw.isupper()
    return raw[0].isupper() or raw[0].isdigit() or (want == "s" and raw == "S")


Index = Mapping[str, tuple[Name, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All names by first word, the longest first, and the word lists of collisions.tsv.

    `small` has the first words that a name may write without a capital: "eBay".
    """

    names: Index
    lists: Mapping[str, frozenset[str]]
    small: frozenset[str]


def index_of(names: Iterable[Name]) -> dict[str, tuple[Name, ...]]:
    """Group names by their first word, the longest first."""
    grouped: dict[str, list[Name]] = {}
    for name in names:
        grouped.setdefault(name.words[0], []).append(name)
    return {
        first: tuple(sorted(group, key=lambda n: -len(n.words))) for first, group in grouped.items()
    }


def spelled(text: str) -> tuple[str, ...]:
    """Cut a name into its words as spelt."""
    return tuple(re.findall(r"[^\W_]+|&", text))


def name_of(
    text: str, kind: Kind, id_: str, level: Level, tail: frozenset[str] = frozenset()
) -> Name:
    """Make a name from its spelling."""
    return Name(fold_name(text), spelled(text), kind, id_, level, tail)


def _rows(file: str) -> list[list[str]]:
    text = (files("retrieval.language") / "data" / file).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def lists() -> Mapping[str, frozenset[str]]:
    """Read the word lists: folded, but for symbols and phrases."""
    found: dict[str, frozenset[str]] = {}
    for kind, entries in (*_rows("collisions.tsv"), *_rows("cues.tsv"), *_rows("heads.tsv")):
        split = entries.split("|")
        as_spelt = kind in _AS_SPELT
        more = frozenset(split if as_spelt else map(fold, split))
        found[kind] = found.get(kind, frozenset()) | more
    found["symbol"] |= found["acronym"]
    return found


LEVELS: Mapping[str, Level] = {
    "strong": "strong",
    "proper": "proper",
    "word": "word",
    "peer": "peer",
    "product": "product",
    "short": "short",
}


def _hand_written() -> Iterable[Name]:
    for ticker, level, spellings, *trade in _rows("aliases.tsv"):
        for spelling in spellings.split("|"):
            alias = name_of(spelling, "ticker", ticker, LEVELS[level])
            yield replace(alias, trade="".join(trade))
    for name, level, *others in _rows("private.tsv"):
        for spelling in filter(None, (name, *"|".join(others).split("|"))):
            yield name_of(spelling, "private", name, LEVELS[level])
    for phrase in lists()["phrase"]:
        yield name_of(phrase, "phrase", phrase, "strong")


def level_of(security: Security, words: tuple[str, ...]) -> Level:
    """Say how much evidence a name of the SEC's table needs."""
    generic, ordinary = lists()["generic"], lists()["name"]
    if len(words) == 1:
        initials = len(words[0]) < _MIN_WORD and not _self_named(security, words[0])
        known_only_in_full = initials or words[0] in ordinary or words[0] in generic
        return "full" if known_only_in_full or not security.listed else "listed"
    if all(word in generic or len(word) == 1 for word in words):
        told = any(len(word) > 1 for word in words[1:])
        return "common" if security.listed and told and words[0] != "&" else "full"
    return "strong" if security.listed else "listed"


def _self_named(security: Security, word: str) -> bool:
    """Tell whether initials are the ticker too, and no word or abbreviation: "PVH"."""
    ticker = security.ticker
    return word.upper() == ticker and len(ticker) > _MIN_WORDS and ticker not in lists()["symbol"]


def _from_table(securities: Securities) -> Iterable[Name]:
    for ticker in dict.fromkeys(securities.primaries.values()):
        security = securities.by_ticker[ticker]
        tail = frozenset(fold_name(security.tail))
        for spelling in filter(None, (security.name, security.legal)):
            if not FUND.search(spelling):
                yield from _head(security, spelled(spelling), tail)
                yield from _forms(security, spelled(spelling), tail)


def _head(security: Security, spelling: tuple[str, ...], tail: frozenset[str]) -> Iterable[Name]:
    """Give the first word, where it is that of no other company: "Talen" Energy.

    A common word ("Vertex" Pharmaceuticals) needs the trade that the others tell of.
    """
    word = fold(spelling[0])
    level: Level = "listed"
    trade = "business" if word in lists()["head"] else ""
    if word in lists()["common_head"]:
        told = (_TRADES.get(fold(later), "") for later in spelling[1:])
        level, trade = "peer", next(filter(None, told), "")
    if trade:
        yield Name((word,), spelling[:1], "ticker", security.ticker, level, tail, trade=trade)


def _forms(security: Security, spelling: tuple[str, ...], tail: frozenset[str]) -> Iterable[Name]:
    """Give the name, and the name without the common words at its end: "Melco Resorts"."""
    words = tuple(map(fold, spelling))
    telling = _telling(words)
    shorter = max(telling, _MIN_WORDS) if telling else len(words)
    for length in sorted({len(words), min(shorter, len(words))}):
        part = words[:length]
        if part[-1] not in _LINKING:
            level = level_of(security, part) if length == len(words) else _in_doubt(security, part)
            trade = "business" if level == "full" and security.listed else ""
            spelt = spelling[:length]
            yield Name(part, spelt, "ticker", security.ticker, level, tail, trade=trade)


def _in_doubt(security: Security, words: tuple[str, ...]) -> Level:
    level = level_of(security, words)
    return "listed" if level == "strong" else level


def _telling(words: tuple[str, ...]) -> int:
    """Count the words up to the last that tells this company from others."""
    generic = lists()["generic"]
    return next((n for n in range(len(words), 0, -1) if words[n - 1] not in generic), 0)


def _settled(
    names: Iterable[Name], taken: frozenset[tuple[str, ...]], securities: Securities
) -> Iterable[Name]:
    """Keep one issuer for each name: the listed one; none where two listed companies share it."""
    by_words: dict[tuple[str, ...], list[Name]] = {}
    for name in names:
        if name.words not in taken:
            by_words.setdefault(name.words, []).append(name)
    for group in by_words.values():
        listed = [name for name in group if securities.by_ticker[name.id].listed] or group
        if len({name.id for name in listed}) == 1:
            yield listed[0]


@lru_cache(maxsize=4)
def lexicon(securities: Securities) -> Lexicon:
    """Build the index of all names, once for each table."""
    by_hand = [name for name in _hand_written() if name.kind != "ticker" or name.id in securities]
    from_table = list(_from_table(securities))
    tails = {name.id: name.tail for name in from_table}
    by_hand = [replace(name, tail=tails.get(name.id, frozenset())) for name in by_hand]
    taken = frozenset(name.words for name in by_hand)
    settled = list(_settled(from_table, taken, securities))
    names = [*by_hand, *settled, *_begun(by_hand, settled)]
    small = frozenset(name.words[0] for name in names if name.spelling[0][0].islower())
    return Lexicon(index_of(names), lists(), small)


def _begun(by_hand: Iterable[Name], settled: Iterable[Name]) -> Iterable[Name]:
    """Give names that begin with another company's a short form, which is not the other's.

    "Apple Hospitality" is the REIT's, before its name is written out; "BlackRock Health" begins
    the names of two funds and is nobody's.
    """
    owners = {name.words: name.id for name in by_hand}
    begun: dict[tuple[str, ...], list[Name]] = {}
    for name in (name for name in settled if name.level == "strong"):
        for length in range(1, len(name.words) - 1):
            part = name.words[: length + 1]
            if owners.get(name.words[:length], name.id) != name.id and part not in owners:
                begun.setdefault(part, []).append(name)
    for part, group in begun.items():
        sure = len({name.id for name in group}) == 1 and "trust" not in group[0].words
        kind: Kind = "ticker" if sure else "phrase"
        yield replace(group[0], words=part, spelling=group[0].spelling[: len(part)], kind=kind)
