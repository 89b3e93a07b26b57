"""A question's text to an Answer, end to end: parse, gather, prove, compose, audit.

Knows nothing of Slack.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from retrieval.answers import Answer, Latest, Question
from retrieval.ask.check import prove
from retrieval.ask.compose import compose
from retrieval.ask.evidence import Evidence, gather
from retrieval.ask.follow import alone, followed
from retrieval.ask.parse import parse
from retrieval.ask.slots import slots_in, slots_of
from retrieval.ask.stated import Read
from retrieval.ask.turns import without_reset
from retrieval.contract import answer_json, dumps
from retrieval.library import Library
from retrieval.models import ArticleHead, Scope, StoredArticle, digest_of

_ID_LENGTH = 12
"""Hex digits of a replay id: among a million answers, one chance in 560 that any two share theirs.

The audit keeps the first answer under an id.
"""


def answer(
    text: str,
    *,
    library: Library,
    now: datetime,
    scope: Scope = Scope(),
    follows: str | None = None,
    mine: tuple[str, ...] = (),
    latest: Callable[[], Latest | None] = lambda: None,
) -> Answer:
    """Answer a question from the articles in scope.

    `now` resolves words such as "today", in its own zone; the same question over the same articles
    gives the same answer, byte for byte. `follows` is the replay id of the answer before it in a
    conversation: what the question leaves unsaid is then as it was there. `mine` is the asker's
    list. `latest` gives what the place of the question was told last, and is called for a question
    that is about nothing else. The answer is written to the audit under its replay id.
    """
    rest, cleared = without_reset(text)
    question = parse(
        rest,
        securities=library.securities,
        now=now,
        scope=scope,
        sources=library.store.sources(),
        mine=mine,
    )
    if cleared:
        question = replace(question, turn="cleared")
    else:
        before = slots_in(library.store.audited(follows)) if follows is not None else None
        question = followed(question, before, mine) if before else alone(question)
    return answer_question(about(question, latest), library=library, now=now)


def about(question: Question, latest: Callable[[], Latest | None]) -> Question:
    """Make a question that names neither a subject nor a time one about what was told last."""
    scope = question.scope
    named = question.objects or question.tickers or question.unknown
    timed = scope.since or scope.until or scope.as_of
    alone = question.kind == "free" or question.turn == "reset"
    if named or timed or alone or scope.article_ids is not None:
        return question
    told = latest()
    if told is None:
        return question
    return replace(question, scope=replace(scope, article_ids=told.article_ids), taken=told.name)


def answer_question(question: Question, *, library: Library, now: datetime) -> Answer:
    """Answer a question that is parsed already."""
    read = _reader(library)
    evidence, dropped = prove(gather(question, library, read), partial(_text_of, read))
    replay_id = replay_id_of(evidence)
    result = compose(evidence, replay_id)
    articles = [h.article_id for h in evidence.heads] or list(question.scope.article_ids or ())
    payload = {**answer_json(result), "dropped": dropped, "articles": articles}
    if question.turn not in ("reset", "alone"):
        payload["question"] = slots_of(question, articles, result.cut).model_dump(mode="json")
    library.store.audit(replay_id, asked=question.text, payload=dumps(payload), now=now)
    return result


def replay_id_of(evidence: Evidence) -> str:
    """Name an answer by what decides it.

    The question with all its slots and the article versions that were in reach.
    """
    seen = sorted(
        {
            f"{h.article_id}@{h.version}"
            for h in (
                *evidence.heads,
                *(c.head for c in evidence.claims),
                *(p.head for p in evidence.passages),
            )
        }
    )
    question = evidence.question
    parts = (repr(question), repr(evidence.searched), *seen)
    return f"a-{digest_of(*parts)[:_ID_LENGTH]}"


def _reader(library: Library) -> Read:
    """Read each version once for a question, however many parts of the answer need it."""

    @cache
    def read(head: ArticleHead) -> StoredArticle | None:
        return library.store.article(head.article_id, version=head.version)

    return read


def _text_of(read: Read, head: ArticleHead) -> str | None:
    stored = read(head)
    return stored.article.text if stored else None
