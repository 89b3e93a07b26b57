"""A question that was answered -> what it leaves to the questions that follow it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from retrieval.answers import Question, QuestionKind
from retrieval.models import Direction


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of a question that was answered, and the articles that the answer is from.

    `mine` says that it was about the asker's list, which may be another by then; `cut` counts the
    lines that found no room.
    """

    kind: QuestionKind
    words: str
    tickers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    direction: Direction | None = None
    listed: bool = False
    sources: tuple[str, ...] | None = None
    not_sources: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    side: Direction | None = None
    order: Literal[1, 2] | None = None
    mine: bool = False
    page: int = 0
    cut: int = 0
    taken: str | None = None
    articles: tuple[str, ...] = ()


def slots_of(question: Question, articles: Iterable[str], cut: int) -> Slots:
    """Take the slots of a question that is answered from these articles."""
    scope, filters = question.scope, question.filters
    return Slots(
        kind=question.kind,
        words=question.words,
        tickers=question.tickers,
        names=question.names,
        unknown=question.unknown,
        objects=question.objects,
        direction=question.direction,
        listed=question.listed,
        sources=scope.sources,
        not_sources=scope.not_sources,
        since=scope.since,
        until=scope.until,
        as_of=scope.as_of,
        only=filters.only,
        without=filters.without,
        side=filters.side,
        order=filters.order,
        mine=filters.mine is not None,
        page=question.page,
        cut=cut,
        taken=question.taken,
        articles=tuple(articles),
    )
