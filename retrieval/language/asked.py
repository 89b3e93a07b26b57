"""A question -> the companies it names, looser than a text: people type "amd". Knows no article."""

import re
from collections.abc import Iterable

from retrieval.language.abroad import abroad
from retrieval.language.evidence import standing
from retrieval.language.found import Found, scan
from retrieval.language.names import lexicon
from retrieval.language.securities import Securities
from retrieval.language.setting import Setting, setting_of
from retrieval.language.symbols import printed
from retrieval.language.words import Words, words_of
from retrieval.models import Mention, Target

_SYMBOL = re.compile(r"(?<![\w$.@#/-])[A-Za-z]{2,5}(?:\.[A-Ba-b])?(?![\w&-])")
_NEXT_NAME = re.compile(r" ?(?:,|/|or\b|and\b|vs\b|versus\b|\?|$)")
_MIN_LOWER = 3  # letters of a symbol in lower case
_MIN_LISTED = 6  # letters of a little known name in lower case
# Names that are words or people when written small.
_SMALL_NAMES = frozenset("best buy,public storage,five below,vale,meta,deere,shell,coke".split(","))


def names_in_question(
    text: str, securities: Securities
) -> tuple[tuple[Mention, ...], tuple[str, ...]]:
    """Find the companies a question names, and the company-like names that are in no table."""
    names = lexicon(securities)
    words = words_of(text)
    found = scan(words, names, {}, loose=True)
    at = setting_of(words, names.lists)
    elsewhere = _elsewhere(text, securities, found)
    held = {n for start, end in elsewhere for n in range(start, end)}
    symbols = {
        span: ticker
        for span, ticker in _symbols(text, securities, at)
        if held.isdisjoint(range(*span))
    } | elsewhere
    spans = {start: (end, _ticker(ticker, securities)) for (start, end), ticker in symbols.items()}
    taken = {n for start, end in symbols for n in range(start, end)}
    for one in found:
        if _means(one, at) and taken.isdisjoint(range(one.start, one.end)):
            spans[one.start] = (one.end, _target(one, securities))
    mentions = tuple(
        Mention(target, text[start:end], start, end)
        for start, (end, target) in sorted(spans.items())
    )
    covered = [(m.start, m.end) for m in mentions]
    covered += [(one.start, one.end) for one in found if one.name.kind == "phrase"]
    return mentions, _unknown(at, covered)


def _elsewhere(
    text: str, securities: Securities, found: Iterable[Found]
) -> dict[tuple[int, int], str]:
    """Find the symbols of other markets, each with the name that it follows: "Prudential PRU.L"."""
    starts = {one.end: one.start for one in found}
    places: dict[tuple[int, int], str] = {}
    for symbol in abroad(text, securities):
        before = len(text[: symbol.opening].rstrip(" ("))
        places[starts.get(before, symbol.start), symbol.end] = symbol.ticker
    return places


def _ticker(ticker: str, securities: Securities) -> Target:
    return Target("ticker", ticker, securities.name_of(ticker))


def _target(one: Found, securities: Securities) -> Target:
    if one.name.kind == "private":
        return Target("private", one.name.id, one.name.id)
    return _ticker(one.name.id, securities)


def _symbols(
    text: str, securities: Securities, at: Setting
) -> Iterable[tuple[tuple[int, int], str]]:
    """Find symbols: explicit forms, capitals that are no word, well-known ones in small letters."""
    ordinary = at.lists["symbol"] | at.lists["never"]
    ends: set[int] = set()
    for symbol in printed(text, securities):
        if symbol.form in {"exchange", "ric", "cashtag"} or symbol.ticker not in ordinary:
            ends.add(symbol.end)
            yield (symbol.start, symbol.end), symbol.ticker
    shouted = text.isupper()
    for match in _SYMBOL.finditer(text):
        security = securities.get(match.group().upper())
        if security and match.end() not in ends and _typed(match.group(), at, shouted=shouted):
            yield match.span(), security.ticker


def _typed(word: str, at: Setting, *, shouted: bool) -> bool:
    """Tell whether a word was meant as a symbol."""
    if word.isupper() and not shouted:
        return word not in at.lists["symbol"] and word not in at.lists["never"]
    small = shouted or word.islower()
    known = word.upper() in at.lists["bare"] and word.lower() not in at.lists["small_word"]
    return small and known and len(word) >= _MIN_LOWER


def _means(one: Found, at: Setting) -> bool:
    """Tell whether a name in a question stands for its company."""
    if one.name.kind == "phrase":
        return False
    raw = at.words.raw[one.first]
    if raw[0].isupper() or raw == one.name.spelling[0]:
        return _means_in_capitals(one, at)
    name = " ".join(one.name.words)
    if name in _SMALL_NAMES:
        return False
    if one.name.level == "strong":
        return len(name) >= _MIN_LOWER and name not in at.lists["generic"]
    if one.name.level == "proper":
        return at.words.before(one.first) not in at.lists["determiner"]
    return one.name.level == "listed" and len(name) >= _MIN_LISTED


def _means_in_capitals(one: Found, at: Setting) -> bool:
    verdict = standing(one, at)
    if verdict != "support":
        return verdict == "yes"
    alone = _NEXT_NAME.match(at.words.text, one.end) is not None
    usual = one.name.level == "proper" or alone or not at.words.opens(one.first)
    return usual and one.name.level not in {"full", "short"}


def _unknown(at: Setting, covered: list[tuple[int, int]]) -> tuple[str, ...]:
    """Collect the runs of capitalised words that look like a company and are in no table."""
    words = at.words
    found: list[str] = []
    n = 0
    while n < len(words):
        last = n
        while last < len(words) and _could_be_named(at, last, covered):
            last += 1
            if last < len(words) and not words.joined(last - 1):
                break
        if last > n and _company_like(at, n, last):
            found.append(words.text[words.starts[n] : words.ends[last - 1]])
        n = max(last, n + 1)
    return tuple(dict.fromkeys(found))


def _could_be_named(at: Setting, n: int, covered: list[tuple[int, int]]) -> bool:
    raw, folded = at.words.raw[n], at.words.folded[n]
    if any(start <= at.words.starts[n] < end for start, end in covered):
        return False
    ordinary = folded in at.lists["no_company"] or raw in at.lists["symbol"]
    cased = any(c.isupper() for c in raw)
    return cased and len(raw) > 1 and not ordinary and raw not in at.lists["never"]


def _company_like(at: Setting, first: int, last: int) -> bool:
    words = at.words
    if any(_camel(word) for word in words.raw[first:last]):
        return True
    if last - first > 1 and words.folded[last - 1] in at.lists["company_word"]:
        return True
    return not words.opens(first) and _asked_about(words, first, last, at)


def _camel(word: str) -> bool:
    return any(c.isupper() for c in word[1:]) and len(word) > 2  # noqa: PLR2004 - "xAI", "CoreWeave"


def _asked_about(words: Words, first: int, last: int, at: Setting) -> bool:
    follows = words.after(last - 1)
    asked = words.before(first) in at.lists["asks"]
    return asked and (not follows or follows in at.lists["asked_does"])
