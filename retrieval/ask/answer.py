"""A question's text to an Answer, end to end: parse, gather, prove, compose, audit.

Knows nothing of Slack.
"""

import json
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from retrieval.answers import Answer, Holding, Question, QuestionKind
from retrieval.ask.check import prove
from retrieval.ask.compose import compose
from retrieval.ask.evidence import Evidence
from retrieval.ask.kinds.table import gather
from retrieval.ask.parse import parse
from retrieval.ask.stated import Read
from retrieval.contract import Json, answer_json, dumps, private_json
from retrieval.library import Library
from retrieval.models import ArticleHead, Scope, StoredArticle, digest_of

OVERALL: frozenset[QuestionKind] = frozenset({"changed", "compare", "moving", "exposed"})
"""Kinds that are asked of everything, also as a follow-up: an earlier answer's articles are old."""

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
    holdings: tuple[Holding, ...] = (),
) -> Answer:
    """Answer a question from the articles in scope.

    `now` resolves words such as "today"; the same question over the same articles gives the same
    answer, byte for byte. `follows` is the replay id of the answer before it in a conversation: a
    question that names nothing of its own is then about the same articles. The answer is written to
    the audit under its replay id. `holdings` are the asker's own, for questions on their book: they
    are read for this answer and written nowhere.
    """
    question = parse(
        text,
        securities=library.securities,
        now=now,
        scope=scope,
        sources=library.store.sources(),
    )
    if question.kind == "portfolio":
        question = replace(question, holdings=holdings)
    elif follows is not None and scope.article_ids is None and question.kind not in OVERALL:
        question = _continued(question, library.store.audited(follows))
    return answer_question(question, library=library, now=now)


def answer_question(question: Question, *, library: Library, now: datetime) -> Answer:
    """Answer a question that is parsed already."""
    read = _reader(library)
    evidence, dropped = prove(gather(question, library, read), partial(_text_of, read))
    replay_id = replay_id_of(evidence)
    result = compose(evidence, replay_id)
    payload = dumps({**_kept(result, evidence), "dropped": dropped})
    library.store.audit(replay_id, asked=question.text, payload=payload, now=now)
    return result


def _kept(result: Answer, evidence: Evidence) -> Json:
    """What the audit keeps. Of a book nothing that would say what is in it."""
    if result.question.kind == "portfolio":
        return {**private_json(result), "articles": []}
    return {**answer_json(result), "articles": [h.article_id for h in evidence.heads]}


def _continued(question: Question, before: str | None) -> Question:
    """Give a follow-up the articles of the answer before it.

    All of them if it names nothing, or if it was but one.
    """
    articles = tuple(json.loads(before)["articles"]) if before else ()
    own = question.objects or question.tickers or question.unknown
    if not articles or (own and len(articles) > 1):
        return question
    return replace(question, scope=replace(question.scope, article_ids=articles))


def replay_id_of(evidence: Evidence) -> str:
    """Name an answer by what decides it.

    The question, its scope and the article versions that were in reach; of a book its positions
    too, which cannot be read back from it.
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
    parts = (
        question.text,
        question.kind,
        repr(question.scope),
        repr(question.since),
        repr(evidence.searched),
        *(f"{h.ticker} {h.weight!r}" for h in question.holdings),
        *seen,
    )
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
