"""A question's text to a Question: its kind and the slots an answer must fill.

Knows the company table, no articles.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from retrieval.answers import SIDES, Question, QuestionKind
from retrieval.ask import phrases
from retrieval.ask.windows import Window, window_in
from retrieval.ask.words import stem, terms
from retrieval.language.mentions import names_in_question
from retrieval.language.securities import Securities
from retrieval.models import Direction, Scope

# Longer questions tell a story; a word such as "losing" in them is not what they ask.
_LEDGER_WORDS = 30
_LONGEST = 4_000  # characters; Slack advises as much for a message, and nobody asks at more length
_NO_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # nothing to store or to show
_FILTER_WORDS = 20
_ONLY_NAMES_WORDS = 3
_PERIOD_NAME = re.compile(r"(?:FY|CY|Q[1-4]|[HQ])?[\s'’]?\d*|\d+T\d+", re.IGNORECASE)
_FRAME_STEMS = frozenset(map(stem, phrases.FRAME))


def parse(
    text: str,
    *,
    securities: Securities,
    now: datetime,
    scope: Scope = Scope(),
    sources: Iterable[str] = (),
) -> Question:
    """Read a question: kind, tickers, filters, and the words that say what it is about.

    `scope` is what the asker may see and has picked; time and source words of the question narrow
    it further. `sources` are the names of the sources that the store has.
    """
    clean = " ".join(_NO_CHARACTER.sub(" ", text)[:_LONGEST].split())
    mentions, unknown = names_in_question(clean, securities)
    targets = tuple(dict.fromkeys(m.target.id for m in mentions))
    unknown = _no_source(unknown, sources)
    window = window_in(clean, now)
    rest = clean.replace(window.words, " ") if window else clean
    named_sources = _sources_in(clean, sources)
    for source in named_sources:
        rest = _from(source).sub(" ", rest)
    direction = _direction(rest)
    surfaces = tuple(m.surface for m in mentions)
    kind = _kind(rest, named=bool(targets) or _as_subject(clean, unknown), direction=direction)
    return Question(
        text=clean,
        kind=kind,
        tickers=targets,
        names=surfaces,
        unknown=unknown,
        objects=_objects(
            phrases.without_sides(rest) if kind in SIDES else rest, (*surfaces, *unknown)
        ),
        direction=direction,
        listed=bool(phrases.LISTED.search(rest)),
        scope=_narrow(
            scope, window if _filters(window, kind, clean, scope) else None, named_sources
        ),
    )


def _direction(text: str) -> Direction | None:
    gains, losses = phrases.GAINS.search(text), phrases.LOSSES.search(text)
    if gains and losses:
        return "positive" if gains.start() < losses.start() else "negative"
    if gains:
        return "positive"
    return "negative" if losses else None


def _kind(text: str, *, named: bool, direction: Direction | None) -> QuestionKind:
    if phrases.TRIGGERS.search(text):
        return "triggers"
    if phrases.SUMMARY.search(text):
        return "summary"
    short = len(text.split()) <= _LEDGER_WORDS
    ledger = direction is not None and short
    if ledger and (phrases.ASKS_WHOM.search(text) or (not named and phrases.ASKS_ANY.search(text))):
        return "benefit" if direction == "positive" else "hurt"
    if named and short and (ledger or phrases.VIEW_ON.search(text) or _only_names(text)):
        return "ticker"
    return "free"


def _as_subject(text: str, names: tuple[str, ...]) -> bool:
    """Tell whether an unknown name is what the question is about ("does Foobar benefit?")."""
    return any(
        re.search(
            rf"\b(?:does|do|did|is|are|was|will|would|could|about|for|on|and)\s+{re.escape(n)}\b",
            text,
        )
        for n in names
    )


def _only_names(text: str) -> bool:
    """Tell whether the question is little more than a name: "NVDA?", "and Exxon Mobil?"."""
    return len(terms(text)) <= _ONLY_NAMES_WORDS and not re.search(
        r"\b(?:who|what|when|where|why|how)\b", text, re.IGNORECASE
    )


def _objects(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        text = text.replace(name, " ")
    return tuple(term for term in terms(text) if term not in _FRAME_STEMS)


def _sources_in(text: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Find the sources that filter a question; a long one tells what several sources said."""
    if len(text.split()) > _FILTER_WORDS:
        return ()
    return tuple(source for source in sources if _from(source).search(text))


def _no_source(names: Iterable[str], sources: Iterable[str]) -> tuple[str, ...]:
    """Drop what is no company's name: a source ("by TechCrunch"), a period ("FY2023")."""
    known = {_plain(source) for source in sources}
    return tuple(
        n
        for n in names
        if not _PERIOD_NAME.fullmatch(n) and not any(_plain(n) in source for source in known)
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _from(source: str) -> re.Pattern[str]:
    """The words that name a source as such: "from AP", and not the beginning of "from Apple"."""
    named = rf"\b(?:from|by|in|at|only)\s+(?:the\s+)?{re.escape(source)}(?!\w)"
    return re.compile(named, re.IGNORECASE)


def _filters(window: Window | None, kind: QuestionKind, text: str, scope: Scope) -> bool:
    """Tell a window to look in from a time that is part of what is asked.

    Under a given article "who won tonight?" means its night; "revenue in Q3" is published in Q4; a
    long question tells a story, with its dates.
    """
    if window is None or len(text.split()) > _FILTER_WORDS:
        return False
    if scope.article_ids is not None:
        return window.as_of is not None
    return window.firm or kind != "free"


def _narrow(scope: Scope, window: Window | None, sources: tuple[str, ...]) -> Scope:
    """Narrow what the asker may see by the question's own words; neither may widen the other."""
    if window is not None:
        begins = [one for one in (scope.since, window.since) if one is not None]
        ends = [one for one in (scope.until, window.until) if one is not None]
        seen = [one for one in (scope.as_of, window.as_of) if one is not None]
        scope = replace(
            scope,
            since=max(begins, default=None),
            until=min(ends, default=None),
            as_of=min(seen, default=None),
        )
    return replace(scope, sources=sources or scope.sources)
