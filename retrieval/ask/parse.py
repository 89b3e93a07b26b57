"""A question's text to a Question: its kind and the slots an answer must fill.

Knows the company table, no articles.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from retrieval.answers import SIDES, Filters, Question, QuestionKind
from retrieval.ask import phrases
from retrieval.ask.filters import Narrowed, narrowed, tidy
from retrieval.ask.outlets import Outlets, outlets_in
from retrieval.ask.typos import corrected
from retrieval.ask.windows import Window, ahead_in, window_in
from retrieval.ask.words import stem, terms
from retrieval.language.mentions import names_in_question
from retrieval.language.securities import Securities
from retrieval.models import Direction, Mention, Scope

# Longer questions tell a story; a word such as "losing" in them is not what they ask.
_LEDGER_WORDS = 30
_LONGEST = 4_000  # characters; Slack advises as much for a message, and nobody asks at more length
_NO_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # nothing to store or to show
_FILTER_WORDS = 20
_ONLY_NAMES_WORDS = 3
_PERIOD_NAME = re.compile(r"(?:FY|CY|Q[1-4]|[HQ])?[\s'’]?\d*|\d+T\d+", re.IGNORECASE)
_FRAME_STEMS = frozenset(map(stem, phrases.FRAME))
_PAST = re.compile(
    r"\b(?:did|was|were|had|won|lost|rose|fell|\w{3,}ed|gone|went|been)\b", re.IGNORECASE
)
_LEADS_ON = re.compile(
    r"^\W*(?:and|but|or|so|ok(?:ay)?|what about|how about|only|just|also|same|now|then)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|this|they|them|their|these|those|he|she|his|her)\b|\b(?:that|there)\W*$"
    r"|\b(?:is|was|does|did|has|why|how) that\b",
    re.IGNORECASE,
)
_ASKS_OF_NAME = re.compile(r"\b(?:what|how) about\b", re.IGNORECASE)
_WHOLE = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|does|do|did|is|are|was|were|will|would"
    r"|could|can|has|have|should|summar\w+|tell|explain|compare)\b",
    re.IGNORECASE,
)
_PIECE_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Said:
    """A question's words with the sources blanked, what stands in them, and the rest of them.

    `about` is without filters, `rest` without time words too: the question may be about those.
    `asks` is the rest with the words of "mine".
    """

    text: str
    mentions: tuple[Mention, ...]
    unknown: tuple[str, ...]
    outlets: Outlets
    window: Window | None
    filters: Filters
    about: str
    asks: str
    rest: str


def parse(
    text: str,
    *,
    securities: Securities,
    now: datetime,
    scope: Scope = Scope(),
    sources: Iterable[str] = (),
    mine: tuple[str, ...] = (),
) -> Question:
    """Read a question: kind, tickers, filters, and the words that say what it is about.

    `scope` is what the asker may see and has picked; time and source words of the question narrow
    it further. `sources` are the names of the sources that the store has, `mine` the tickers of the
    asker's list; the days are those of the zone of `now`.
    """
    clean = " ".join(_NO_CHARACTER.sub(" ", text)[:_LONGEST].split())
    said = _said(corrected(clean), securities, now, tuple(sources), mine)
    named = tuple(m for m in said.mentions if m.target.id not in said.filters.without)
    surfaces = tuple(m.surface for m in named)
    direction = said.filters.side or _direction(said.rest)
    kind = _kind_of(said, direction, named)
    guessed = _is_guess(kind, said, direction)
    filters = _filters(said, kind, scope)
    about = _without(said.about, said.window) if filters and said.window else said.about
    kinds = phrases.without_kind(said.rest, kind)
    words = phrases.without_sides(kinds) if guessed else kinds
    objects = _objects(words, (*surfaces, *said.unknown))
    own = bool(objects or surfaces or said.unknown)
    return Question(
        text=clean,
        kind=kind,
        tickers=tuple(dict.fromkeys(m.target.id for m in named)),
        names=surfaces,
        unknown=said.unknown,
        objects=objects,
        direction=direction,
        listed=bool(phrases.LISTED.search(said.rest)),
        scope=_narrow(scope, said.window if filters else None, said.outlets),
        filters=said.filters,
        about=about,
        partial=guessed or not own or _is_piece(said.rest),
        guessed=guessed,
    )


def _said(
    text: str,
    securities: Securities,
    now: datetime,
    sources: tuple[str, ...],
    mine: tuple[str, ...],
) -> _Said:
    short = len(text.split()) <= _FILTER_WORDS
    outlets = outlets_in(text, sources) if short else Outlets()
    blanked = _blanked(text, outlets.spans)
    mentions, unknown = names_in_question(blanked, securities)
    window = window_in(blanked, now) or _ahead(blanked, now)
    zone = now.tzinfo or UTC
    found = Narrowed(Filters(zone=zone), blanked, blanked)
    if short:
        known = Filters(mine=mine, zone=zone)
        found = narrowed(blanked, mentions, known, of_many=_of_many(blanked, window, mentions))
    return _Said(
        text=text,
        mentions=mentions,
        unknown=_no_source(unknown, sources),
        outlets=outlets,
        window=window,
        filters=found.filters,
        about=found.rest,
        asks=_without(found.asks, window) if window else found.asks,
        rest=_without(found.rest, window) if window else found.rest,
    )


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Put a comma and spaces in the place of each span, so that all else stands where it stood."""
    for start, end in spans:
        text = f"{text[:start]}{',':<{end - start}}{text[end:]}"
    return text


def _without(text: str, window: Window) -> str:
    return tidy(text.replace(window.words, " "))


def _ahead(text: str, now: datetime) -> Window | None:
    """A time to come filters what is asked as past: nothing was published then."""
    return ahead_in(text, now) if _PAST.search(text) else None


def _of_many(text: str, window: Window | None, mentions: tuple[Mention, ...]) -> bool:
    """Tell whether a question asks for names: then "without Apple" sets one of them aside."""
    rest = _without(text, window) if window else text
    kind = _kind(rest, named=bool(mentions), direction=_direction(rest))
    return kind in SIDES or not _WHOLE.search(rest)


def _kind_of(said: _Said, direction: Direction | None, named: tuple[Mention, ...]) -> QuestionKind:
    subject = [m for m in named if not _beside(m, said.rest)]
    is_named = bool(subject) or _as_subject(said.text, said.unknown)
    kind = _kind(said.asks, named=is_named, direction=direction)
    if kind in SIDES or (kind == "free" and not named and not _WHOLE.search(said.rest)):
        return kind_of_side(said.filters.side) or kind
    return kind


def kind_of_side(side: Direction | None) -> QuestionKind | None:
    """The kind of question that "only negative" makes, if it makes one."""
    if side == "positive":
        return "benefit"
    return "hurt" if side == "negative" else None


def _beside(mention: Mention, text: str) -> bool:
    """Tell whether a name only says of what anybody gains or loses: "... from Apple's trouble"."""
    asks = rf"\b(?:any|anyone|anybody|anything|who|whom|which)\b.*\b{_CAUSES}\b.{{0,20}}?"
    return (
        re.search(f"{asks}{re.escape(mention.surface)}['’]s? \\w", text, re.IGNORECASE) is not None
    )


_CAUSES = r"(?:from|by|of|on|after|with|because|amid|following|over|when|if)"


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


def _is_guess(kind: QuestionKind, said: _Said, direction: Direction | None) -> bool:
    """Tell whether nothing in the words says the kind: "what about GOOGL?", "and Europe?"."""
    if kind == "ticker":
        view = phrases.VIEW_ON.search(_ASKS_OF_NAME.sub(" ", said.rest))
        return not view and (direction is None or direction == said.filters.side)
    if kind in SIDES:
        return _direction(said.rest) is None
    whole = _WHOLE.search(_ASKS_OF_NAME.sub(" ", said.rest)) and _words_of(said.rest)
    return kind == "free" and not whole and (_is_piece(said.rest) or not _words_of(said.rest))


def _is_piece(text: str) -> bool:
    """Tell whether a question leans on what was said before it."""
    if _LEADS_ON.search(text) or points_back(text):
        return True
    return len(terms(text)) <= _PIECE_WORDS and not _WHOLE.search(text)


def points_back(text: str) -> bool:
    """Tell whether a question speaks of what was said before it: "does AMD gain from it?"."""
    return _POINTS_BACK.search(text) is not None


def _words_of(text: str) -> tuple[str, ...]:
    return tuple(term for term in terms(text) if term not in _FRAME_STEMS)


def _objects(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        text = re.sub(rf"{re.escape(name)}(?:['’]s?(?!\w))?", " ", text)
    return _words_of(text)


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


def _filters(said: _Said, kind: QuestionKind, scope: Scope) -> bool:
    """Tell a window to look in from a time that is part of what is asked.

    Under a given article "who won tonight?" means its night; "revenue in Q3" is published in Q4; a
    long question tells a story, with its dates.
    """
    if said.window is None or len(said.text.split()) > _FILTER_WORDS:
        return False
    if scope.article_ids is not None:
        return said.window.as_of is not None
    only_a_time = not (said.mentions or _words_of(said.rest))
    return said.window.firm or kind != "free" or only_a_time


def _narrow(scope: Scope, window: Window | None, outlets: Outlets) -> Scope:
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
    only = outlets.only or None
    if only is not None and scope.sources is not None:
        allowed = {source.casefold() for source in scope.sources}
        only = tuple(source for source in only if source.casefold() in allowed)
    return replace(
        scope,
        sources=scope.sources if only is None else only,
        not_sources=tuple(dict.fromkeys((*scope.not_sources, *outlets.without))),
    )
