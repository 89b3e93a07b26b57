"""A question's text to an Answer, end to end: parse, gather, prove, compose, phrase, audit.

Knows nothing of Slack, and of a chat model only that it may write an answer's sentences.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Literal

from retrieval.answers import Answer, Holding, Latest, Question, Searches
from retrieval.ask.audit import (
    Made,
    Phrasing,
    engine_of,
    payload_of,
    private_payload_of,
    replay_id_of,
    searches_of,
    slots_in,
    versions_in,
)
from retrieval.ask.chat import Writer
from retrieval.ask.check import prove
from retrieval.ask.compose import compose
from retrieval.ask.evidence import Evidence
from retrieval.ask.follow import alone, followed
from retrieval.ask.grounds import grounds
from retrieval.ask.kinds.table import gather
from retrieval.ask.parse import parse
from retrieval.ask.sharing import is_private, without_own
from retrieval.ask.stated import Read
from retrieval.ask.turns import without_reset
from retrieval.ask.written import OnLine, is_for_writer, unheard, written
from retrieval.library import Library
from retrieval.models import ArticleHead, Scope, StoredArticle

AnswerStep = Literal["searching", "checking", "writing"]
OnStep = Callable[[AnswerStep], None]
"""Is told what begins; an error that it raises ends the work."""


def unwatched(_step: AnswerStep) -> None:
    """Nobody looks on."""


def answer(
    text: str,
    *,
    library: Library,
    now: datetime,
    scope: Scope = Scope(),
    follows: str | None = None,
    mine: tuple[str, ...] = (),
    latest: Callable[[], Latest | None] = lambda: None,
    holdings: tuple[Holding, ...] = (),
    writer: Writer | None = None,
    on_line: OnLine = unheard,
    on_step: OnStep = unwatched,
) -> Answer:
    """Answer a question from the articles in scope.

    `now` resolves words such as "today", in its own zone, as does the moment that a scope looks
    back from; the same question over the same articles gives the same answer, byte for byte.
    `follows` is the replay id of the answer before it in a conversation: what the question leaves
    unsaid is then as it was there. `mine` is the asker's list. `latest` gives what the place of the
    question was told last, and is called for a question that is about nothing else. `holdings` are
    the asker's own, for questions on their book: they are read for this answer and written nowhere.
    The answer is written to the audit under its replay id.

    A `writer` puts it into words; each of its lines goes to `on_line` when it has been checked, and
    never again. None leaves the answer as it is composed here, and so does a writer that fails.
    `on_step` hears what begins.
    """
    rest, cleared = without_reset(text)
    question = _parsed(rest, library, now, scope, mine)
    if question.kind == "portfolio":
        question = replace(question, holdings=holdings)
    if cleared:
        question = replace(question, turn="cleared")
    else:
        before = slots_in(library.store.audited(follows)) if follows is not None else None
        question = followed(question, before, mine) if before else alone(question)
    question = about(question, latest)
    return answer_question(
        question, library=library, now=now, writer=writer, on_line=on_line, on_step=on_step
    )


def about(question: Question, latest: Callable[[], Latest | None]) -> Question:
    """Make a question that names neither a subject nor a time one about what was told last."""
    scope = question.scope
    named = question.objects or question.tickers or question.unknown
    timed = scope.since or scope.until or scope.as_of
    alone = question.kind in ("free", "portfolio") or question.turn == "reset"
    if named or timed or alone or scope.article_ids is not None:
        return question
    told = latest()
    if told is None:
        return question
    return replace(question, scope=replace(scope, article_ids=told.article_ids), taken=told.name)


def _parsed(
    text: str, library: Library, now: datetime, scope: Scope, mine: tuple[str, ...]
) -> Question:
    """Read a question as it would have been read at the moment that it looks back from."""
    clock = now if scope.as_of is None else min(now, scope.as_of.astimezone(now.tzinfo))
    read = partial(parse, text, securities=library.securities, now=clock, scope=scope, mine=mine)
    question = read(sources=library.store.sources(scope.as_of))
    if question.scope.as_of != scope.as_of:  # said in the question: fewer sources were known then
        question = read(sources=library.store.sources(question.scope.as_of))
    return question


def answer_question(
    question: Question,
    *,
    library: Library,
    now: datetime,
    writer: Writer | None = None,
    on_line: OnLine = unheard,
    on_step: OnStep = unwatched,
) -> Answer:
    """Answer a question that is parsed already, and keep the answer with what decided it."""
    change = library.store.last_change()
    searches: Searches = {}
    asked = replace(library, searches=searches)
    result, evidence, dropped = answered(question, asked, on_step)
    if library.store.last_change() != change:  # articles came in between: see all of them or none
        searches.clear()
        asked = replace(asked, store=library.store.at_change(change))
        result, evidence, dropped = answered(question, asked)
    made = Made(
        question=without_own(question),
        asked_at=now,
        change=change,
        engine=engine_of(library),
        versions=versions_in(evidence),
        searches=searches_of(searches),
        own=question.filters.mine is not None or is_private(question),
    )
    phrasing = None
    if writer is not None and is_for_writer(result):
        then = replace(asked, store=library.store.at_change(change))
        on_step("writing")
        result, phrasing = _phrased(result, evidence, then, writer, on_line)
        made = replace(made, model=phrasing.model)
    result = replace(result, replay_id=replay_id_of(result, made, phrasing))
    kept = (
        private_payload_of(result, dropped)
        if question.kind == "portfolio"
        else payload_of(result, evidence, dropped, made, phrasing)
    )
    library.store.audit(result.replay_id, asked=question.text, payload=kept, now=now)
    return result


def answered(
    question: Question, library: Library, on_step: OnStep = unwatched
) -> tuple[Answer, Evidence, int]:
    """Answer a question, without a replay id, and keep nothing.

    Gives also the evidence that is proved, and the count of what was dropped.
    """
    read = _reader(library)
    on_step("searching")
    gathered = gather(question, library, read)
    on_step("checking")
    evidence, dropped = prove(gathered, partial(_text_of, read))
    return compose(evidence, ""), evidence, dropped


def _phrased(
    composed: Answer, evidence: Evidence, library: Library, writer: Writer, on_line: OnLine
) -> tuple[Answer, Phrasing]:
    """Have an answer put into words, from the articles as they were when it was composed."""
    sources = grounds(composed, evidence, library, _reader(library))
    return written(composed, sources, writer, on_line)


def _reader(library: Library) -> Read:
    """Read each version once for a question, however many parts of the answer need it."""

    @cache
    def read(head: ArticleHead) -> StoredArticle | None:
        return library.store.article(head.article_id, version=head.version)

    return read


def _text_of(read: Read, head: ArticleHead) -> str | None:
    stored = read(head)
    return stored.article.text if stored else None
