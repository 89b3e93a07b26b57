"""A grammar of invented news and a seed to stories, their rewrites and what only looks like one.

Knows no store and no measure.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from retrieval.language.sentences import sentences
from retrieval.models import Article

REWRITES = 200
"""Rewrites in all, two of each story."""

_START = datetime(2026, 2, 2, 6, tzinfo=UTC)
_QUARTERS = ("first", "second", "third", "fourth")
_QUARTER_DAYS = 91
_UNDATED = 4  # every fourth story has no date, so that time cannot tell its look-alikes apart
_SPREAD = 40  # hours within which outlets tell of one event
_SWAPPED = 0.6  # of the words that have a synonym
_DROPPED = 0.15  # of the sentences of a given text
_ROUNDED = 0.3  # of the rewrites print amounts and counts with two digits
_KIND_STEP = 5  # days from one story of a kind to its next chapter, at most

Grammar = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An article and the event it tells of: two are one story when their events are equal."""

    article: Article
    event: str


@dataclass(frozen=True, slots=True)
class _Scene:
    """What happened: all that the tellings of one event have in common."""

    key: str
    kind: Grammar
    company: tuple[str, str, str]
    slots: Mapping[str, str]
    values: Mapping[str, tuple[str, int]]
    quarter: int
    at: datetime
    dated: bool
    before: str = ""  # what a follow-up recalls of the event it follows, numbers and all


def told(seed: int, given: Mapping[str, Sequence[Article]] | None = None) -> list[Told]:
    """Tell invented events, and those of the given articles by event, in order of publication."""
    chance = Random(seed)
    every: list[Told] = []
    for event, articles in (given or {}).items():
        every += [Told(article, event) for article in articles]
        every += [Told(_retold(articles[0], n, chance), event) for n in (1, 2)]
    for n in range(REWRITES // 2 - len(given or {})):
        every += _around(_scene(n, chance), n, chance)
    return sorted(every, key=lambda one: (one.article.published_at or _START, one.article.id))


@cache
def _grammar() -> Grammar:
    text = (files("retrieval.evals") / "rewrites.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _around(scene: _Scene, n: int, chance: Random) -> Iterator[Told]:
    """One event in three tellings, and what resembles it: another company, quarter, chapter."""
    yield from (_telling(scene, wording, chance) for wording in range(3))
    yield _telling(_elsewhere(scene, chance), 0, chance)
    if n % 2:
        yield _telling(_next_quarter(scene, chance), 0, chance)
    follows = next(k for k in _grammar()["event"] if k["name"] == scene.kind["next"])
    days = timedelta(days=chance.randint(1, _KIND_STEP))
    later = replace(scene, key=f"{scene.key}-next", kind=follows, at=scene.at + days)
    recalled = f"Days ago, {_filled(scene.kind['leads'][1], scene, 1)}" if n % 2 else ""
    later = replace(later, values=_values(follows, chance), before=recalled)
    yield _telling(later, n % 3, chance)


def _scene(n: int, chance: Random) -> _Scene:
    words = _grammar()
    kind = words["event"][n % len(words["event"])]
    company, other = chance.sample(words["companies"], 2)
    slots = {
        "other": other[0],
        "person": chance.choice(words["people"]),
        "bank": chance.choice(words["banks"]),
        "site": chance.choice(words["sites"]),
    }
    return _Scene(
        key=f"event-{n}",
        kind=kind,
        company=tuple(company),
        slots=slots,
        values=_values(kind, chance),
        quarter=chance.randrange(3),
        at=_START + timedelta(hours=chance.randint(0, 24 * 120)),
        dated=n % _UNDATED != 0,
    )


def _elsewhere(scene: _Scene, chance: Random) -> _Scene:
    """Tell the same of another company, in the same words, hours later."""
    others = [
        c for c in _grammar()["companies"] if c[0] not in {scene.company[0], scene.slots["other"]}
    ]
    return replace(
        scene,
        key=f"{scene.key}-elsewhere",
        company=tuple(chance.choice(others)),
        values=_values(scene.kind, chance),
        at=scene.at + timedelta(hours=chance.randint(1, 30)),
    )


def _next_quarter(scene: _Scene, chance: Random) -> _Scene:
    """Tell of the same company a quarter later, in the same words."""
    return replace(
        scene,
        key=f"{scene.key}-quarter",
        values=_values(scene.kind, chance),
        quarter=scene.quarter + 1,
        at=scene.at + timedelta(days=_QUARTER_DAYS),
    )


def _values(kind: Grammar, chance: Random) -> dict[str, tuple[str, int]]:
    """Draw the numbers: millions of dollars, tenths of a percent, things, cents."""
    ranges = {"usd": (110, 9_900), "pct": (21, 390), "count": (120, 48_000), "cents": (31, 490)}
    drawn: dict[str, tuple[str, int]] = {}
    for name, unit in kind["numbers"].items():
        value = chance.randint(*ranges[unit])
        drawn[name] = (unit, value - value % 10 if unit in {"usd", "count"} else value)
    return drawn


def _telling(scene: _Scene, wording: int, chance: Random) -> Told:
    """Tell of it in one of three ways; only the first is plain, the others change what they can."""
    words = _grammar()
    facts = [_pick(alternatives, wording) for alternatives in scene.kind["facts"]]
    if wording:
        chance.shuffle(facts)
        facts = facts[: len(facts) - chance.randint(0, 1)]
        for extra in chance.sample(words["context"], chance.randint(0, 2)):
            facts.insert(chance.randint(1, len(facts)), extra)
    parts = [_pick(scene.kind["leads"], wording), *facts]
    round_off = wording > 0 and chance.random() < _ROUNDED
    told_parts = [_filled(part, scene, wording, round_off=round_off) for part in parts]
    body = " ".join([*told_parts, *([scene.before] if scene.before else [])])
    outlet = words["outlets"][(wording + scene.quarter) % len(words["outlets"])]
    if wording:
        body = _swapped(body, chance)
        body = f"{chance.choice(words['places'])} ({outlet}) - {body}"
    hours = timedelta(hours=chance.randint(1, _SPREAD) if wording else 0)
    article = Article(
        id=f"{scene.key}-{wording}",
        text=body,
        title=_filled(_pick(scene.kind["headlines"], wording), scene, wording),
        source=outlet,
        published_at=scene.at + hours if scene.dated else None,
    )
    return Told(article, scene.key)


def _pick(alternatives: Sequence[str], wording: int) -> str:
    return alternatives[wording % len(alternatives)]


def _filled(template: str, scene: _Scene, wording: int, *, round_off: bool = False) -> str:
    name, short, ticker = scene.company
    full = (name, f"{name} (NYSE: {ticker})", short)[wording]
    values = {
        key: (unit, _rounded(value) if round_off and unit in {"usd", "count"} else value)
        for key, (unit, value) in scene.values.items()
    }
    numbers = {key: _number(*value, wording) for key, value in values.items()}
    ordinal = _QUARTERS[scene.quarter]
    quarter = (f"{ordinal} quarter", f"Q{scene.quarter + 1}", f"{ordinal} quarter")[wording]
    filled = template.format(company=full, short=short, quarter=quarter, **scene.slots, **numbers)
    return filled[0].upper() + filled[1:]


def _rounded(value: int) -> int:
    """Keep two digits of a number."""
    return int(float(f"{value:.2g}"))


def _number(unit: str, value: int, wording: int) -> str:
    """Print a number in one of three formats."""
    match unit:
        case "usd" if value >= 1_000:  # noqa: PLR2004 (millions in a billion)
            forms = (
                f"${value / 1000:g} billion",
                f"{value / 1000:g} billion dollars",
                f"${value / 1000:g}bn",
            )
        case "usd":
            forms = (f"${value} million", f"{value} million dollars", f"${value}m")
        case "pct":
            forms = (f"{value / 10:g}%", f"{value / 10:g} percent", f"{value / 10:g} per cent")
        case "cents":
            forms = (f"${value / 100:.2f}", f"{value / 100:.2f} dollars", f"{value} cents")
        case _:
            forms = (f"{value:,}", f"{value}", f"{value:,}")
    return forms[wording]


def _retold(article: Article, wording: int, chance: Random) -> Article:
    """Rewrite a text that no grammar made: its sentences moved, dropped and put in other words."""
    spoken = [span.of(article.text) for span in sentences(article.text)]
    lead, rest = spoken[0], spoken[1:]
    rest = [part for part in rest if chance.random() > _DROPPED]
    for at in range(len(rest) - 1):
        if chance.random() < _SWAPPED:
            rest[at], rest[at + 1] = rest[at + 1], rest[at]
    body = _swapped(_reformatted(" ".join([lead, *rest])), chance)
    outlet = _grammar()["outlets"][wording]
    hours = timedelta(hours=chance.randint(1, _SPREAD))
    return replace(
        article,
        id=f"{article.id}-{wording}",
        text=f"{chance.choice(_grammar()['places'])} ({outlet}) - {body}",
        title=" ".join(_swapped(chance.choice(spoken[:2]), chance).split()[:9]),
        url=None,
        source=outlet,
        published_at=article.published_at + hours if article.published_at else None,
    )


def _reformatted(text: str) -> str:
    """Print amounts and shares in words, and say first who said it."""
    text = re.sub(r"\$(\d[\d.,]*\d|\d) (million|billion)", r"\1 \2 dollars", text)
    text = re.sub(r"(\d)%", r"\1 percent", text)
    return re.sub(r'"([^"]+),"( the company| it)? said', r'according to\2 "\1"', text)


def _swapped(text: str, chance: Random) -> str:
    synonyms: dict[str, str] = _grammar()["synonyms"]
    words = re.compile(rf"\b({'|'.join(map(re.escape, synonyms))})\b")

    def swap(found: re.Match[str]) -> str:
        return synonyms[found[0]] if chance.random() < _SWAPPED else found[0]

    return words.sub(swap, text)
