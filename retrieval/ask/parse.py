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
from retrieval.ask.halves import halves_of, joined
from retrieval.ask.kind import as_subject, direction_of, kind_of, kind_of_side
from retrieval.ask.kind_phrases import masked, moved
from retrieval.ask.looking import LOOK_BACK, looking_kind, looks_back_to, topic_of
from retrieval.ask.outlets import Outlets, outlets_in
from retrieval.ask.typos import corrected
from retrieval.ask.windows import Window, ahead_in, window_in
from retrieval.ask.words import stem, terms
from retrieval.language.mentions import names_in_question
from retrieval.language.securities import Securities
from retrieval.models import Direction, Mention, Scope

_LONGEST = 4_000  # characters; Slack advises as much for a message, and nobody asks at more length
_NO_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # nothing to store or to show
_FILTER_WORDS = 20
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
    known = tuple(sources)

    def read(part: str) -> Question:
        return _read(part, _said(corrected(part), securities, now, known, mine), scope, now)

    halves = [read(half) for half in halves_of(clean)]
    return (joined(clean, *halves) if len(halves) > 1 else None) or read(clean)


def _read(text: str, said: _Said, scope: Scope, now: datetime) -> Question:
    named = tuple(m for m in said.mentions if m.target.id not in said.filters.without)
    surfaces = tuple(m.surface for m in named)
    looking = _looking(said, (*surfaces, *said.unknown), scope)
    direction = said.filters.side
    direction = direction or (moved(said.rest) if looking == "moving" else direction_of(said.rest))
    kind = looking or _kind_of(said, direction, named)
    guessed = not looking and _is_guess(kind, said, direction)
    window = said.window if _filters(said, kind, scope) else None
    about = _without(said.about, window) if window else said.about
    since = looks_back_to(kind, said.window, scope, now)
    if window is not None and since is not None:
        window = replace(window, since=None)
    kinds = topic_of(kind, phrases.without_kind(said.rest, kind))
    words = phrases.without_sides(kinds) if guessed else kinds
    objects = _objects(words, (*surfaces, *said.unknown))
    own = bool(objects or surfaces or said.unknown or looking)
    return Question(
        text=text,
        kind=kind,
        tickers=tuple(dict.fromkeys(m.target.id for m in named)),
        names=surfaces,
        unknown=said.unknown,
        objects=objects,
        direction=direction,
        listed=bool(phrases.LISTED.search(said.rest)),
        scope=_narrow(scope, window, said.outlets),
        filters=replace(said.filters, mine=None) if kind == "portfolio" else said.filters,
        about=about,
        partial=not looking and (guessed or not own or _is_piece(said.rest)),
        guessed=guessed,
        since=since,
        assumed=since is not None and (said.window is None or said.window.since is None),
    )


def _looking(said: _Said, names: tuple[str, ...], scope: Scope) -> QuestionKind | None:
    return looking_kind(
        masked(said.asks, names),
        names=len({m.target.id for m in said.mentions if m.surface in names} | set(said.unknown)),
        dated=said.window is not None and said.window.since is not None,
        alone=scope.article_ids is not None,
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
    kind = kind_of(rest, named=bool(mentions), direction=direction_of(rest))
    return kind in SIDES or not _WHOLE.search(rest)


def _kind_of(said: _Said, direction: Direction | None, named: tuple[Mention, ...]) -> QuestionKind:
    subject = [m for m in named if not _beside(m, said.rest)]
    is_named = bool(subject) or as_subject(said.text, said.unknown)
    kind = kind_of(said.asks, named=is_named, direction=direction)
    if kind in SIDES or (kind == "free" and not named and not _WHOLE.search(said.rest)):
        return kind_of_side(said.filters.side) or kind
    return kind


def _beside(mention: Mention, text: str) -> bool:
    """Tell whether a name only says of what anybody gains or loses: "... from Apple's trouble"."""
    asks = rf"\b(?:any|anyone|anybody|anything|who|whom|which)\b.*\b{_CAUSES}\b.{{0,20}}?"
    return (
        re.search(f"{asks}{re.escape(mention.surface)}['’]s? \\w", text, re.IGNORECASE) is not None
    )


_CAUSES = r"(?:from|by|of|on|after|with|because|amid|following|over|when|if)"


def _is_guess(kind: QuestionKind, said: _Said, direction: Direction | None) -> bool:
    """Tell whether nothing in the words says the kind: "what about GOOGL?", "and Europe?"."""
    if kind == "ticker":
        view = phrases.VIEW_ON.search(_ASKS_OF_NAME.sub(" ", said.rest))
        return not view and (direction is None or direction == said.filters.side)
    if kind in SIDES:
        return direction_of(said.rest) is None
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
    if scope.article_ids is not None and kind not in LOOK_BACK:
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
