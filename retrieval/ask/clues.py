"""A question's words -> what a search can hold an article against. Knows no articles.

A question that joins several facts ("what X said in A, while B reported Y") is searched for part
by part as well: none of its articles speaks of all of it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from retrieval.ask.calendar import DATE, YEAR, days_in
from retrieval.ask.words import STOP_WORDS, capital_runs


class Byline(Protocol):
    """What a search holds against an article."""

    @property
    def title(self) -> str | None:
        """Its title."""

    @property
    def source(self) -> str | None:
        """Who published it."""

    @property
    def published_at(self) -> datetime | None:
        """When."""


MOST_PARTS = 8
_FEWEST = 3  # telling words that make a part
_SHORTEST_NAME = 3  # letters; fewer only with a digit, as in "3M"
_TELLING = re.compile(r"\w{3,}")
_CUT = re.compile(
    r"(?:[,;?]|\.(?=\s))\s+(?:(?:and|while|but|or)\s+)?"
    r"|\s+(?:and|while|whereas|but|versus|compared (?:to|with))\s+",
    re.IGNORECASE,
)
_YEAR = re.compile(rf"(?<!\d){YEAR}(?!\d)")
_OF_REPORTS = (
    r"(?:(?:the|an?|their|another|first|second|subsequent|earlier|later)\s+){0,4}"
    r"(?:reports?|articles?|pieces?|coverage|reporting|portrayal|story|stories)"
    r"(?:\s+(?:published|reported))?(?:\s+(?:by|from|in|on|of|about))?"
)
_TALK = re.compile(
    r"\b(?:considering the information from|according to"
    r"|as (?:reported|described|discussed|mentioned|covered|suggested|noted|stated|highlighted|per)"
    rf"(?: by| in| on)?|{_OF_REPORTS}|published|reported by|mentioned in|discussing|detailing"
    r"|does|did|is there|was there|was|between|after|before|who is|which|what|in?consisten\w+"
    r"|(?:a |no )?change in|suggests?|impl(?:y|ies)|describes?|focus(?:es)?|indicates?"
    r"|respectively|recently)\b",
    re.IGNORECASE,
)
"""How a question speaks of reports and of itself: nothing that an article says."""


@dataclass(frozen=True, slots=True)
class Clue:
    """What a question, or one of its parts, says of an article: words, sources, days.

    `words` are without the talk of reports. `days` are (month, day), or (year, month, day) where
    the year is said.
    """

    words: str
    sources: frozenset[str] = frozenset()
    days: frozenset[tuple[int, ...]] = frozenset()


@dataclass(frozen=True, slots=True)
class Clues:
    """The whole of a question, its parts (none where it asks for one fact), its years and names.

    `names` are what is written with a capital, and each part of it, letters and digits only
    ("bestbuy").
    """

    whole: Clue
    parts: tuple[Clue, ...] = ()
    years: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()


def clues_in(text: str, sources: Iterable[str]) -> Clues:
    """Read what a question says of its articles. `sources` are those that there are."""
    named = _named(text, sources)
    whole = _clue(text, named)
    parts = _parts(text, named)
    return Clues(
        whole=whole if whole.words else replace(whole, words=text),
        parts=parts if len(parts) > 1 else (),
        years=frozenset(int(year) for year in _YEAR.findall(text)),
        names=frozenset(_names(text, named)),
    )


def is_of_source(clue: Clue, head: Byline) -> bool:
    """Tell whether an article is of a source that is named."""
    return head.source in clue.sources


def is_of_day(clue: Clue, head: Byline) -> bool:
    """Tell whether an article was published on a day that is named."""
    day = head.published_at
    return day is not None and not clue.days.isdisjoint(
        {(day.month, day.day), (day.year, day.month, day.day)}
    )


def is_of_year(clues: Clues, head: Byline) -> bool:
    """Tell whether an article's title or its publication is of a year that the question names."""
    own = {int(year) for year in _YEAR.findall(head.title or "")}
    if not own and head.published_at is not None:
        own.add(head.published_at.year)
    return not clues.years.isdisjoint(own)


def is_of_name(clues: Clues, head: Byline) -> bool:
    """Tell whether a name of the question stands in an article's title, however it is joined."""
    return not clues.names.isdisjoint(_joined(re.findall(r"[^\W_]+", head.title or "")))


def _named(text: str, sources: Iterable[str]) -> tuple[str, ...]:
    """The sources that are named, letter for letter; not "Sky" in "Sky Sports"."""
    found = [s for s in sources if s and _stands(s, text)]
    return tuple(s for s in found if not any(s != other and s in other for other in found))


def _stands(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _clue(text: str, named: Iterable[str]) -> Clue:
    return Clue(
        words=_plain(text, named),
        sources=frozenset(s for s in named if _stands(s, text)),
        days=frozenset(days_in(text)),
    )


def _parts(text: str, named: Iterable[str]) -> tuple[Clue, ...]:
    """Cut a text into facts; a piece that says too little for one belongs to the next."""
    parts: list[Clue] = []
    waiting = Clue("")
    for piece in _pieces(text):
        waiting = _together(waiting, _clue(piece, named))
        if len(_TELLING.findall(waiting.words)) >= _FEWEST:
            parts.append(waiting)
            waiting = Clue("")
    if parts:
        parts[-1] = _together(parts[-1], waiting)
    return tuple(parts[:MOST_PARTS])


def _pieces(text: str) -> Iterable[str]:
    """Cut where a new fact begins, and never within a date ("May 7, 2024")."""
    dates = [found.span() for found in DATE.finditer(text)]
    at = 0
    for cut in _CUT.finditer(text):
        if cut.start() >= at and not any(a < cut.end() and cut.start() < b for a, b in dates):
            yield text[at : cut.start()]
            at = cut.end()
    yield text[at:]


def _together(one: Clue, other: Clue) -> Clue:
    words = f"{one.words} {other.words}".strip()
    return Clue(words, one.sources | other.sources, one.days | other.days)


def _names(text: str, sources: Sequence[str]) -> Iterable[str]:
    """Runs of words with a capital, and the parts of them, in one word each."""
    for _, run in capital_runs(text):
        words = [p for w in run for p in w.removesuffix("'s").removesuffix("’s").split("-")]
        yield from (n for n in _joined(words) if n not in STOP_WORDS and n not in sources)


def _joined(words: Sequence[str]) -> set[str]:
    """Each run of up to three words as one, of three letters at least, or with a digit."""
    runs = (
        re.sub(r"\W", "", "".join(words[at : at + many])).lower()
        for many in (1, 2, 3)
        for at in range(len(words) - many + 1)
    )
    return {
        r for r in runs if not r.isdigit() and (len(r) >= _SHORTEST_NAME or re.search(r"\d", r))
    }


def _plain(text: str, named: Iterable[str]) -> str:
    for source in sorted(named, key=len, reverse=True):
        quoted = rf"['\"‘“]?(?<!\w)(?:[Tt]he )?{re.escape(source)}(?!\w)(?:['’]s\b)?['\"’”]?"
        text = re.sub(quoted, " ", text)
    return " ".join(_TALK.sub(" ", DATE.sub(" ", text)).split())
