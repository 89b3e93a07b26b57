"""A question that leans on the one before it -> a question that stands alone. Pure.

It keeps the slots that it does not name and replaces those that it does; a question with a kind and
an object of its own keeps none. Knows no store.
"""

import re
from dataclasses import replace

from retrieval.answers import SIDES, Filters, Question, QuestionKind, Turn
from retrieval.ask.kind import kind_of_side
from retrieval.ask.parse import points_back
from retrieval.ask.slots import Slots
from retrieval.ask.turns import lifted, turn_in, without_lifts
from retrieval.ask.words import terms
from retrieval.models import Direction, Scope

_ASKS_OF_THAT = re.compile(
    r"^\W*(?:(?:and|but|so|ok)\W+)*what(?:'s|’s| else| is)?(?! (?:\w+ )?(?:tickers?|stocks?|names?"
    r"|companies|groups?|sectors?))\b",
    re.IGNORECASE,
)
"""What helps or hurts the name that was spoken of: not "which names"."""
_PRONOUN = re.compile(r"\b(?P<of>its|their|his|her)\b|\b(?:it|they|them|he|she)\b", re.IGNORECASE)
_ABOUT_NO_NAME = frozenset({*SIDES, "triggers", "summary", "free"})
"""Kinds that "what about GOOGL?" turns into a question about that name."""

_CAPITALS = re.compile(r"\b[A-Z]\w+(?: [A-Z]\w+)*")


def alone(question: Question) -> Question:
    """Read a question that follows nothing: from which a word such as "more" cannot go on."""
    turn = turn_in(question.text)
    if turn:
        return replace(question, turn=turn if turn in ("reset", "thanks") else "alone")
    mine = question.filters.mine
    if mine and question.guessed and not (question.objects or question.names):
        return replace(question, kind="ticker", tickers=mine, names=mine)  # "anything on my list?"
    return question


def followed(question: Question, before: Slots, mine: tuple[str, ...] = ()) -> Question:
    """Give a question what it leaves unsaid from the one before it.

    `mine` is the asker's list, for a question that goes on to be about it.
    """
    if before.mine and before.kind == "ticker" and not (before.tickers or before.unknown):
        before = replace(before, tickers=mine, names=mine)  # it was about all of that list
    turn = turn_in(question.text)
    if turn == "reset":
        return replace(question, turn="reset")
    if turn is not None:
        return _turned(question, before, turn, mine)
    if not question.partial:
        return question
    question, before = _read_after(question, before), lifted(question.text, before)
    kind = _kind(question, before)
    names = _names(question, before, kind)
    objects = question.objects or before.objects
    scope = _scope(question, before, keeps_articles=_keeps_articles(question, before))
    return replace(
        names,
        kind=kind,
        objects=objects,
        direction=_direction(question, before, kind),
        listed=question.listed or (before.listed and kind in SIDES),
        scope=scope,
        filters=_filters(question, _kept(question.filters, before, mine)),
        about=_about(question, before, kind),
        taken=before.taken if scope.article_ids == before.articles else None,
    )


def _read_after(question: Question, before: Slots) -> Question:
    """Read a piece by what it goes on from.

    "And the positives?" is a side; "and Texas?" after "who is hurt in Europe?" is no company.
    """
    if not question.guessed:
        return question
    question = without_lifts(question)
    said = question.objects or question.tickers or question.unknown
    if question.direction and not said and question.filters.side is None:
        filters = replace(question.filters, side=question.direction)
        return replace(question, filters=filters)
    if question.unknown and not question.tickers and before.kind in SIDES and before.objects:
        objects = tuple(dict.fromkeys((*question.objects, *terms(" ".join(question.unknown)))))
        return replace(question, objects=objects, unknown=())
    return question


def _turned(question: Question, before: Slots, turn: Turn, mine: tuple[str, ...]) -> Question:
    """Ask the same again, over the same articles, for what it left unsaid."""
    scope = _scope(question, before, keeps_articles=True)
    return replace(
        question,
        kind=before.kind,
        tickers=before.tickers,
        names=before.names,
        unknown=before.unknown,
        objects=before.objects,
        direction=before.direction,
        listed=before.listed,
        scope=scope,
        filters=_kept(question.filters, before, mine),
        about=before.words,
        turn=turn,
        page=before.page + 1 if turn == "more" else before.page,
        left=before.cut,
        taken=before.taken if scope.article_ids == before.articles else None,
    )


def _kind(question: Question, before: Slots) -> QuestionKind:
    """The kind it says; else that of the question before, bent by what it does say."""
    about_names = before.kind not in _ABOUT_NO_NAME and not question.objects
    if question.kind in SIDES and about_names and _ASKS_OF_THAT.search(question.text):
        return before.kind
    if not question.guessed:
        return question.kind
    side = kind_of_side(question.filters.side)
    if side and before.kind in (*SIDES, "free"):
        return side
    if _is_other_subject(question, before):
        return "free"
    if _own_names(question) and before.kind in _ABOUT_NO_NAME and not _fits_text(question, before):
        return "ticker"
    return before.kind


def _is_other_subject(question: Question, before: Slots) -> bool:
    """Tell "what about the tool makers?" from "and Europe?" after a question about a name."""
    asks = re.search(r"\b(?:what|how) about\b", question.words, re.IGNORECASE)
    subject = question.objects and not (question.tickers or question.unknown)
    return bool(asks and subject) and before.kind not in (*SIDES, "free")


def _own_names(question: Question) -> bool:
    """Tell whether it names whom it is about, and not only whom it leaves in: "only NVDA"."""
    return bool(question.unknown) or not set(question.tickers) <= set(question.filters.only)


def _fits_text(question: Question, before: Slots) -> bool:
    """Tell whether its one name can take the place of the one name of a question for a fact."""
    one = len({*question.tickers, *question.unknown}) == 1
    return before.kind == "free" and one and len({*before.names, *before.unknown}) == 1


def _names(question: Question, before: Slots, kind: QuestionKind) -> Question:
    """Keep the names of the question before where this one is about names and gives none."""
    if _own_names(question) or (question.tickers and kind not in SIDES):
        return question
    if _is_other_subject(question, before):
        return question
    if kind in SIDES and before.kind not in SIDES:
        return replace(question, tickers=(), names=(), unknown=())
    return replace(question, tickers=before.tickers, names=before.names, unknown=before.unknown)


def _direction(question: Question, before: Slots, kind: QuestionKind) -> Direction | None:
    if kind in SIDES:
        return SIDES[kind]
    return question.direction or (before.direction if kind == before.kind else None)


def _keeps_articles(question: Question, before: Slots) -> bool:
    """Tell whether it is about the articles of the answer before it.

    A time or source of its own looks elsewhere, as does a subject of its own, unless the answer was
    from but one article that was picked neither by a name nor by a subject.
    """
    scope = question.scope
    if any((scope.since, scope.until, scope.as_of, scope.sources, scope.not_sources)):
        return False
    if points_back(question.words) or not (question.objects or _own_names(question)):
        return True
    picked = before.tickers or before.objects
    return len(before.articles) == 1 and before.kind in SIDES and not picked


def _scope(question: Question, before: Slots, *, keeps_articles: bool) -> Scope:
    """Keep the time and the sources that it does not name; what the asker gave stays."""
    scope = question.scope
    if not (scope.since or scope.until or scope.as_of):
        scope = replace(scope, since=before.since, until=before.until, as_of=before.as_of)
    if scope.sources is None:
        left_out = {source.casefold() for source in scope.not_sources}
        kept = tuple(s for s in before.sources or () if s.casefold() not in left_out)
        sources = kept or (() if before.sources == () else None)
        without = tuple(dict.fromkeys((*before.not_sources, *scope.not_sources)))
        scope = replace(scope, sources=sources, not_sources=without)
    if scope.article_ids is None and keeps_articles and before.articles:
        scope = replace(scope, article_ids=before.articles)
    return scope


def _kept(own: Filters, before: Slots, mine: tuple[str, ...]) -> Filters:
    """The filters of the question before, in the asker's own zone and with the list of today."""
    return replace(
        own,
        only=before.only,
        without=before.without,
        side=before.side,
        order=before.order,
        mine=mine if before.mine else None,
    )


def _filters(question: Question, kept: Filters) -> Filters:
    """Keep the filters that it does not name; a name or a side of its own lifts those on it."""
    own = question.filters
    named = _own_names(question)
    asked = {*question.tickers, *own.only}
    return replace(
        kept,
        only=own.only or (() if named else kept.only),
        without=tuple(t for t in dict.fromkeys((*kept.without, *own.without)) if t not in asked),
        side=own.side or (kept.side if question.guessed else None),
        order=own.order or kept.order,
        mine=own.mine if own.mine is not None else (None if named else kept.mine),
    )


def _about(question: Question, before: Slots, kind: QuestionKind) -> str:
    """The words to search for: its own subject, or that of the question before it."""
    if (
        kind == before.kind == "free"
        and question.guessed
        and (question.objects or _own_names(question))
    ):
        return _exchanged(question, before)
    if question.objects or _own_names(question):
        return _named(question, before) if kind == "free" else question.words
    return before.words if before.objects or question.guessed else question.words


def _named(question: Question, before: Slots) -> str:
    """Put the one name that was spoken of in the place of "it": "how much did it earn?"."""
    names = tuple(dict.fromkeys((*before.names, *before.unknown)))
    if len(names) != 1 or _own_names(question):
        return question.words
    return _PRONOUN.sub(lambda found: f"{names[0]}'s" if found["of"] else names[0], question.words)


def _exchanged(question: Question, before: Slots) -> str:
    """Put its name, or its place, where the question for a fact before it had one."""
    if _fits_text(question, before):
        old = next(iter((*before.names, *before.unknown)))
        return before.words.replace(old, next(iter((*question.names, *question.unknown))))
    new = _runs(question.words, ())
    old_runs = _runs(before.words, (*before.names, *before.unknown))
    if new and old_runs:
        return before.words.replace(old_runs[-1], new[-1])
    return f"{before.words} {question.words}"


def _runs(text: str, names: tuple[str, ...]) -> list[str]:
    """The runs of words with a capital past the first word that are no names."""
    start = len(text.split(" ", 1)[0])
    return [run for run in _CAPITALS.findall(text[start:]) if run not in names]
