"""A text to the figures and times that it states, each with its unit and its place. Pure.

Finer than a story's facts: a percent is no percentage point, a dollar no euro, and a small count
counts. Knows no names and no meaning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from retrieval.ask.calendar import MONTH_NAMES, month_number
from retrieval.language.facts import NUMBER, SCALES, dates

_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dlrs": "USD", "€": "EUR",
    "eur": "EUR", "euro": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "stg": "GBP",
    "¥": "JPY", "yen": "JPY", "cent": "USD", "ct": "USD",
}  # fmt: skip
_WORDS = {
    word: float(value)
    for value, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen twenty".split(),
        start=2,
    )
} | {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0,
     "eighty": 80.0, "ninety": 90.0, "hundred": 100.0, "dozen": 12.0}  # fmt: skip
_SPELLED = re.compile(
    rf"\b(?P<word>{'|'.join(_WORDS)})\b(?:[ -](?P<scale>million|billion|trillion|thousand)\b)?"
    r"(?:[ -](?P<unit>percentage points?|percent|per cent|basis points?|cents?|dollars?|euros?))?",
    re.IGNORECASE,
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_PART = re.compile(
    r"\b(?P<n>a|one|two|three|four|five)[ -](?:(?P<plain>half|fifth|sixth|tenth|third(?=s)"
    r"|quarter(?=s of)|(?:third|quarter)(?= of\b|[.,;:]|\W*$| (?:and|in|more|less)\b))s?)"
    r"(?P<points> of a (?:percentage )?point)?\b",
    re.IGNORECASE,
)
_POINTS = re.compile(r"percentage points?", re.IGNORECASE)
_BARE_POINTS = re.compile(r"[ -]points?\b", re.IGNORECASE)
_RANGE = re.compile(r"\s?(?:-|–|to|and)\s?")
_BETWEEN = re.compile(r"\bbetween\s\W*$", re.IGNORECASE)
_STOP = re.compile(r"[,;:.](?=\s)")
_MONTH = re.compile(rf"\b(?P<name>{MONTH_NAMES})\b", re.IGNORECASE)
_DAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_SEASON = re.compile(r"\b(spring|summer|autumn|winter)\b|(?<=in the )(fall)\b", re.IGNORECASE)
_MODAL_MAY = re.compile(r"May (?!\d)(?=[a-z])")
_REFERS = re.compile(
    r"\b(?:from|against|versus|vs|compared|(?:average|mean|the|an|his|her|their|our|its|beat|missed"
    r"|of) estimates?|expected|expectations?|consensus|earlier"
    r"|previous(?:ly)?|old|above|below|(?<!more )(?<!less )(?<!fewer )than|instead of)\b",
    re.IGNORECASE,
)
_REFERS_BEHIND = re.compile(
    r"^\W*(?:(?:a share|\w+) )?(?:estimates?|consensus|forecast by|(?:that )?analysts)\b",
    re.IGNORECASE,
)
_BEFORE, _BEHIND = 36, 28  # characters about a figure that may say it is what others are held to


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure at `text[start:end]`; `unit` is "%", "pp", "bp", a currency or "" for a count.

    `reference` says that it is only what another figure is held against: an estimate, or what was.
    """

    value: float
    unit: str
    start: int
    end: int
    reference: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What it is the same by; seven digits are more than news prints."""
        return f"{self.value:.7g}", self.unit


@dataclass(frozen=True, slots=True)
class Time:
    """A day, month, weekday, season, quarter, half or year at `text[start:end]`."""

    key: str
    start: int
    end: int


def times(text: str) -> tuple[Time, ...]:
    """Find the times that a text names, in the order of their places."""
    found = [Time(f.key, f.quote.start, f.quote.end) for f in dates(text)]
    taken = [(t.start, t.end) for t in found]
    for month in _MONTH.finditer(text):
        clear = all(month.end() <= start or end <= month.start() for start, end in taken)
        if clear and not _MODAL_MAY.match(text, month.start()) and month[0][0].isupper():
            key = f"month {month_number(month['name'])}"
            found.append(Time(key, month.start(), month.end()))
    found += [Time(f"day {d[1].lower()}", d.start(), d.end()) for d in _DAY.finditer(text)]
    found += [
        Time(f"season {(s[1] or 'autumn').lower()}", s.start(), s.end())
        for s in _SEASON.finditer(text)
    ]
    return tuple(sorted(found, key=lambda t: t.start))


def amounts(text: str, said: tuple[Time, ...] = ()) -> tuple[Amount, ...]:
    """Find the figures of a text that are no times; of a range, the first has the second's unit."""
    spans = [(t.start, t.end) for t in said]
    parts = tuple(_parts(text))
    words = [w for w in _spelled(text) if all(w.end <= p.start or p.end <= w.start for p in parts)]
    found = [
        a
        for a in sorted([*_printed(text), *parts, *words], key=lambda a: a.start)
        if all(a.end <= start or end <= a.start for start, end in spans)
    ]
    for at in range(len(found) - 2, -1, -1):
        if _is_range(text, found[at], found[at + 1]):
            found[at : at + 2] = _alike(found[at], found[at + 1])
    return tuple(replace(a, reference=_refers(text, a, found[:at])) for at, a in enumerate(found))


def _printed(text: str) -> Iterator[Amount]:
    for found in NUMBER.finditer(text):
        value = float(found["digits"].replace(",", ""))
        scale = found["tight"] or found["scale"]
        if scale:
            value *= SCALES[scale.lower()]
        end = found.end()
        unit = _unit(found)
        if found["cents"]:
            value /= 100
        if not unit and (bare := _BARE_POINTS.match(text, end)):
            unit, end = "points", bare.end()
        yield Amount(value, unit, found.start(), end)


def _unit(found: re.Match[str]) -> str:
    if found["share"]:
        return "pp" if _POINTS.match(found["share"].strip()) else "%"
    if found["points"]:
        return "bp"
    coin = found["money"] or found["coin"] or found["cents"] or ""
    return _CURRENCIES.get(coin.strip().lower().removesuffix("s"), "")


def _spelled(text: str) -> Iterator[Amount]:
    for found in _SPELLED.finditer(text):
        value = _WORDS[found["word"].lower()]
        if found["scale"]:
            value *= SCALES[found["scale"].lower()]
        unit = (found["unit"] or "").lower().removesuffix("s")
        if unit == "cent":
            value /= 100
        kind = {"percentage point": "pp", "percent": "%", "per cent": "%", "basis point": "bp"}
        yield Amount(value, kind.get(unit) or _CURRENCIES.get(unit, ""), *found.span())


def _parts(text: str) -> Iterator[Amount]:
    """Read "two thirds" and "a fifth of a percentage point"; a third quarter is no part."""
    for found in _PART.finditer(text):
        count = _WORDS.get(found["n"].lower(), 1.0)
        value = count / _PARTS[found["plain"].lower()]
        yield Amount(value, "pp" if found["points"] else "part", *found.span())


def _is_range(text: str, first: Amount, second: Amount) -> bool:
    """Tell "58-62 billion", "3 to 5%" and "between 3 and 5%" from "4% to $3" and "3 and 5%"."""
    link = _RANGE.fullmatch(text[first.end : second.start])
    units = {first.unit, second.unit} - {""}
    if link is None or len(units) > 1:
        return False
    return link[0].strip() != "and" or _BETWEEN.search(text[: first.start]) is not None


def _alike(first: Amount, second: Amount) -> list[Amount]:
    """Give both ends of a range the unit and the scale that one of them prints."""
    unit = first.unit or second.unit
    scale = next((s for s in (1e12, 1e9, 1e6, 1e3) if second.value >= s), 1.0)
    small = first.value < 1e3 <= scale  # noqa: PLR2004  a figure without a scale of its own
    value = first.value * scale if small else first.value
    return [replace(first, value=value, unit=unit), replace(second, unit=unit)]


def _refers(text: str, one: Amount, before: list[Amount]) -> bool:
    stops = [found.end() for found in _STOP.finditer(text, 0, one.start)]
    start = max([0, one.start - _BEFORE, *(a.end for a in before), *stops])
    ahead = _REFERS.search(text, start, one.start)
    return ahead is not None or bool(_REFERS_BEHIND.match(text[one.end : one.end + _BEHIND]))
