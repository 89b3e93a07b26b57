"""A question's text to a Question: its kind and the slots an answer must fill.

Knows the company table, no articles.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from retrieval.answers import SIDES, Question, QuestionKind
from retrieval.ask import phrases
from retrieval.ask.kind_phrases import (
    COMPARE,
    EXPOSED,
    MOVING,
    asks_of_book,
    asks_of_change,
    masked,
    moved,
    theme,
    topic_of_book,
    topic_of_comparison,
)
from retrieval.ask.windows import Window, before, window_in
from retrieval.ask.words import stem, terms
from retrieval.language.mentions import names_in_question
from retrieval.language.securities import Securities
from retrieval.models import Direction, Scope

# Longer questions tell a story; a word such as "losing" in them is not what they ask.
_LEDGER_WORDS = 30
_LONGEST = 4_000  # characters; Slack advises as much for a message, and nobody asks at more length
_NO_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # nothing to store or to show
_FILTER_WORDS = 20
LOOK_BACK: Mapping[QuestionKind, timedelta] = {
    "changed": timedelta(days=7),
    "moving": timedelta(days=5),
    "portfolio": timedelta(days=91),
}
"""How far a question of a kind looks back that names no time: a week; a weekend and the days
around it; a season of reports."""

LEAD = timedelta(days=3)
"""Reports come before the move that they may explain: Friday's evening before Monday's open."""
_ONLY_NAMES_WORDS = 3
_PERIOD_NAME = re.compile(r"(?:FY|CY|Q[1-4]|[HQ])?[\s'’]?\d*|\d+T\d+", re.IGNORECASE)
_AND_ASKS = re.compile(
    r"(?:[,;?]\s*(?:and |but )?|\s+and\s+)(?=(?:what|how|when|where|which|who|whom|why)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:what|how (?:much|many|large|big|high|low|far|long)|when|where)\b", re.IGNORECASE
)
_POINTS = re.compile(r"\b(?:it|its|it['’]s|their|they|the company)\b", re.IGNORECASE)
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
    read = partial(_read, securities=securities, now=now, scope=scope, sources=tuple(sources))
    halves = [read(half) for half in _halves(clean)]
    return _joined(clean, *halves) or read(clean) if len(halves) > 1 else read(clean)


def _read(
    clean: str, *, securities: Securities, now: datetime, scope: Scope, sources: tuple[str, ...]
) -> Question:
    mentions, unknown = names_in_question(clean, securities)
    targets = tuple(dict.fromkeys(m.target.id for m in mentions))
    unknown = _no_source(unknown, sources)
    window = window_in(clean, now)
    rest = clean.replace(window.words, " ") if window else clean
    named_sources = _sources_in(clean, sources)
    for source in named_sources:
        rest = _from(source).sub(" ", rest)
    surfaces = tuple(m.surface for m in mentions)
    kind = _looking_kind(
        masked(rest, (*surfaces, *unknown)),
        names=len(set(targets) | set(unknown)),
        dated=window is not None and window.since is not None,
        alone=scope.article_ids is not None,
    )
    direction = moved(rest) if kind == "moving" else _direction(rest)
    kind = kind or _kind(
        rest, named=bool(targets) or _as_subject(clean, unknown), direction=direction
    )
    since = _since(kind, window, scope, now)
    narrowing = window if _filters(window, kind, clean, scope) else None
    if narrowing is not None and since is not None:
        narrowing = replace(narrowing, since=None)
    return Question(
        text=clean,
        kind=kind,
        tickers=targets,
        names=surfaces,
        unknown=unknown,
        objects=_objects(_topic(kind, rest), (*surfaces, *unknown)),
        direction=direction,
        listed=bool(phrases.LISTED.search(rest)),
        scope=_narrow(scope, narrowing, named_sources),
        since=since,
        assumed=since is not None and (window is None or window.since is None),
    )


def _halves(text: str) -> tuple[str, ...]:
    """Cut a short question where a second one is asked with it: "who wins, and what is ...?"."""
    found = _AND_ASKS.search(text) if len(text.split()) <= _FILTER_WORDS else None
    if found is None:
        return (text,)
    return text[: found.start()], text[found.end() :]


def _joined(text: str, first: Question, second: Question) -> Question | None:
    """Join a question to the ledger with one for a fact, in any order; None for any other two.

    A fact about "it" is about the one name of the other half.
    """
    fact, other = (second, first) if second.kind == "free" else (first, second)
    if fact.kind != "free" or other.kind == "free" or not (fact.objects and _ASKS.match(fact.text)):
        return None
    if not (fact.tickers or fact.unknown) and _POINTS.search(fact.text):
        fact = replace(fact, tickers=other.tickers, names=other.names, unknown=other.unknown)
    return replace(other, text=text, also=fact)


def _looking_kind(text: str, *, names: int, dated: bool, alone: bool) -> QuestionKind | None:
    """The kind of a question over many articles, told by how it speaks of its (masked) names.

    Under given articles ("alone") what changed, what moves a stock and who is exposed are asked of
    those alone, as facts and sides are.
    """
    if len(text.split()) > _LEDGER_WORDS:
        return None
    tests: tuple[tuple[QuestionKind, bool], ...] = (
        ("portfolio", not names and asks_of_book(text)),
        ("compare", names > 1 and COMPARE.search(text) is not None),
        ("changed", not alone and names > 0 and asks_of_change(text, dated=dated)),
        ("moving", not alone and names > 0 and MOVING.search(text) is not None),
        ("exposed", not alone and EXPOSED.search(text) is not None),
    )
    return next((kind for kind, fits in tests if fits), None)


def _topic(kind: QuestionKind, text: str) -> str:
    """What a question is about: its words without those that make its kind."""
    if kind in SIDES:
        return phrases.without_sides(text)
    made = {"compare": topic_of_comparison, "exposed": theme, "portfolio": topic_of_book}
    return made[kind](text) if kind in made else text


def _since(
    kind: QuestionKind, window: Window | None, scope: Scope, now: datetime
) -> datetime | None:
    """The moment that a question looks back to: the one it names, else its kind's last days."""
    if kind not in LOOK_BACK:
        return None
    if window is not None and window.since is not None:
        return before(window.since, LEAD) if kind == "moving" else window.since
    ends = (scope.as_of, window.as_of if window else None, window.until if window else None)
    end = min([one for one in ends if one], default=now.astimezone(UTC))
    return before(end, LOOK_BACK[kind])


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
    if scope.article_ids is not None and kind not in LOOK_BACK:
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
