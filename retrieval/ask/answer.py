"""A question's text to an Answer, end to end: parse, gather, prove, compose, audit.

Knows nothing of Slack.
"""

import json
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from retrieval.answers import Answer, Question, Searches
from retrieval.ask.audit import (
    Made,
    engine_of,
    payload_of,
    replay_id_of,
    searches_of,
    versions_in,
)
from retrieval.ask.check import prove
from retrieval.ask.compose import compose
from retrieval.ask.evidence import Evidence, gather
from retrieval.ask.parse import parse
from retrieval.ask.stated import Read
from retrieval.library import Library
from retrieval.models import ArticleHead, Scope, StoredArticle


def answer(
    text: str,
    *,
    library: Library,
    now: datetime,
    scope: Scope = Scope(),
    follows: str | None = None,
) -> Answer:
    """Answer a question from the articles in scope.

    `now` resolves words such as "today", as does the moment that a scope looks back from; the same
    question over the same articles gives the same answer, byte for byte. `follows` is the replay id
    of the answer before it in a conversation: a question that names nothing of its own is then
    about the same articles. The answer is written to the audit under its replay id.
    """
    question = _parsed(text, library, now, scope)
    if follows is not None and scope.article_ids is None:
        question = _continued(question, library.store.audited(follows))
    return answer_question(question, library=library, now=now)


def _parsed(text: str, library: Library, now: datetime, scope: Scope) -> Question:
    """Read a question as it would have been read at the moment that it looks back from."""
    clock = now if scope.as_of is None else min(now, scope.as_of.astimezone(now.tzinfo))
    read = partial(parse, text, securities=library.securities, now=clock, scope=scope)
    question = read(sources=library.store.sources(scope.as_of))
    if question.scope.as_of != scope.as_of:  # said in the question: fewer sources were known then
        question = read(sources=library.store.sources(question.scope.as_of))
    return question


def answer_question(question: Question, *, library: Library, now: datetime) -> Answer:
    """Answer a question that is parsed already, and keep the answer with what decided it."""
    change = library.store.last_change()
    searches: Searches = {}
    asked = replace(library, searches=searches)
    result, evidence, dropped = answered(question, asked)
    if library.store.last_change() != change:  # articles came in between: see all of them or none
        searches.clear()
        asked = replace(asked, store=library.store.at_change(change))
        result, evidence, dropped = answered(question, asked)
    made = Made(
        question=question,
        asked_at=now,
        change=change,
        engine=engine_of(library),
        versions=versions_in(evidence),
        searches=searches_of(searches),
    )
    result = replace(result, replay_id=replay_id_of(result, made))
    payload = payload_of(result, evidence, dropped, made)
    library.store.audit(result.replay_id, asked=question.text, payload=payload, now=now)
    return result


def answered(question: Question, library: Library) -> tuple[Answer, Evidence, int]:
    """Answer a question, without a replay id, and keep nothing.

    Gives also the evidence that is proved, and the count of what was dropped.
    """
    read = _reader(library)
    evidence, dropped = prove(gather(question, library, read), partial(_text_of, read))
    return compose(evidence, ""), evidence, dropped


def _continued(question: Question, before: str | None) -> Question:
    """Give a follow-up the articles of the answer before it.

    All of them if it names nothing, or if it was but one.
    """
    articles = tuple(json.loads(before)["articles"]) if before else ()
    own = question.objects or question.tickers or question.unknown
    if not articles or (own and len(articles) > 1):
        return question
    return replace(question, scope=replace(question.scope, article_ids=articles))


def _reader(library: Library) -> Read:
    """Read each version once for a question, however many parts of the answer need it."""

    @cache
    def read(head: ArticleHead) -> StoredArticle | None:
        return library.store.article(head.article_id, version=head.version)

    return read


def _text_of(read: Read, head: ArticleHead) -> str | None:
    stored = read(head)
    return stored.article.text if stored else None
