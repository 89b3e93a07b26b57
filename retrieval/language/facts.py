"""A text and who is named in it -> the facts it states, each with its words. Knows no other text.

A fact is a number, a date, a company or a spoken statement. Its key is the same however it is
printed: "$1.2 billion" is "1.2bn dollars", "Oct. 15" is "15 October".
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from retrieval.models import Fact, FactKind, Mention, Quote

LIMIT = 200
"""Facts kept of one article: a table of figures is no list of news."""

_LONGEST_QUOTE = 600  # characters; behind that a quotation mark is taken for an unclosed one
_SHORTEST_QUOTE = 4  # words; fewer are a name or a way of speaking
_SIGNIFICANT = 100  # a bare number below it counts things, and every text has some
SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9,
    "bln": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "trn": 1e12, "tn": 1e12,
}  # fmt: skip
NUMBER = re.compile(
    r"(?<![\w.,/])(?<![A-Za-z]-)(?P<money>US\$|[$€£¥]|USD ?|EUR ?|GBP ?)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,6})?)"
    r"(?:(?P<tight>[kmb])(?!\w)"
    r"|[ -]?(?P<scale>thousand|million|mln|mn|billion|bln|bn|trillion|trn|tn)\b)?"
    r"(?:\s?(?P<share>%|percent\b|per cent\b|pct\b|percentage points?\b)"
    r"|[ -](?P<cents>cents?|cts)\b|[ -](?P<points>basis points?|bps?)\b"
    r"|[ -](?P<coin>dollars?|dlrs|euros?|pounds|stg|yen)\b)?(?![\w/]|\.\d)",
    re.IGNORECASE,
)
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_MONTH = (
    "(?P<{0}>" + "|".join(f"{m[:3]}(?:{m[3:]})?" if m[3:] else m for m in _MONTHS) + r"|Sept)\b\.?"
)
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH.format('month')} (?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?!,\d|\.\d|%)",
        rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)? {_MONTH.format('month')}",
    )
)
_PERIOD = re.compile(
    r"\b(?:(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th)[- ](?:fiscal[- ])?"
    r"(?P<unit>quarter|half)|Q(?P<quarter>[1-4])|(?P<before>[1-4])Q(?=\b|\d\d)|H(?P<half>[12])"
    r"|(?:FY ?)?(?P<year>(?:19|20)\d\d))\b(?!,\d|%)",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_QUOTED = re.compile(r'[“"]([^“”"\n]{8,600})[”"]')
_WORD = re.compile(r"\w+")


def facts(text: str, mentions: Sequence[Mention]) -> tuple[Fact, ...]:
    """State each fact once, where it first stands, in the order of the text."""
    first: dict[str, Fact] = {}
    for fact in sorted(_all(text, mentions), key=lambda fact: fact.quote.start):
        first.setdefault(fact.key, fact)
        if len(first) == LIMIT:
            break
    return tuple(first.values())


def _all(text: str, mentions: Sequence[Mention]) -> Iterator[Fact]:
    dated = list(dates(text))
    yield from dated
    taken = {at for date in dated for at in range(date.quote.start, date.quote.end)}
    yield from (
        n for n in _numbers(text) if not taken.intersection(range(n.quote.start, n.quote.end))
    )
    yield from _spoken(text)
    for mention in mentions:
        key = f"company {mention.target.kind} {mention.target.id}"
        yield _fact(text, "company", key, mention.start, mention.end)


def _fact(text: str, kind: FactKind, key: str, start: int, end: int) -> Fact:
    return Fact(kind, key, Quote(text[start:end], start, end))


def _numbers(text: str) -> Iterator[Fact]:
    for found in NUMBER.finditer(text):
        if key := _value(found):
            yield _fact(text, "number", f"number {key}", found.start(), found.end())


def _value(found: re.Match[str]) -> str | None:
    """Write a number as its value and what it measures; None for a small count."""
    value = float(found["digits"].replace(",", ""))
    scale = found["tight"] or found["scale"]
    if found["share"]:
        return f"{value:g}%"
    if found["points"]:
        return f"{value:g}bp"
    if found["cents"]:
        return f"{value / 100:g}"
    if scale:
        value *= SCALES[scale.lower()]
    marked = scale or found["money"] or found["coin"] or "." in found["digits"]
    return f"{value:.7g}" if marked or value >= _SIGNIFICANT else None


def dates(text: str) -> Iterator[Fact]:
    """Days, quarters, halves and years, wherever they stand."""
    for pattern in _DATES:
        for found in pattern.finditer(text):
            month = next(
                n for n, m in enumerate(_MONTHS, 1) if m.startswith(found["month"][:3].lower())
            )
            yield _fact(
                text, "date", f"date {month}-{int(found['day'])}", found.start(), found.end()
            )
    for found in _PERIOD.finditer(text):
        yield _fact(text, "date", f"date {_period(found)}", found.start(), found.end())


def _period(found: re.Match[str]) -> str:
    if found["year"]:
        return found["year"]
    if found["ordinal"]:
        return f"{found['unit'][0].lower()}{_ORDINALS[found['ordinal'].lower()]}"
    quarter = found["quarter"] or found["before"]
    return f"q{quarter}" if quarter else f"h{found['half']}"


def _spoken(text: str) -> Iterator[Fact]:
    for found in _QUOTED.finditer(text):
        words = _WORD.findall(found[1].casefold())
        if len(words) >= _SHORTEST_QUOTE:
            yield _fact(text, "quote", f"quote {' '.join(words)}", found.start(1), found.end(1))


def keys(stated: Iterable[Fact], kind: FactKind) -> frozenset[str]:
    """Keep the keys of one kind."""
    return frozenset(fact.key for fact in stated if fact.kind == kind)
