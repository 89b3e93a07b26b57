"""A question's text to an Answer, end to end: parse, gather, prove, compose, phrase, audit.

Knows nothing of Slack, and of a chat model only that it may write an answer's sentences.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from retrieval.answers import Answer, Citation, Question
from retrieval.ask.chat import Told, Writer
from retrieval.ask.check import prove
from retrieval.ask.compose import compose
from retrieval.ask.evidence import Evidence, gather
from retrieval.ask.grounds import Ground, grounds
from retrieval.ask.parse import parse
from retrieval.ask.phrased import Numbering, phrased
from retrieval.ask.said import Said
from retrieval.ask.stated import Read
from retrieval.contract import Json, answer_json, dumps
from retrieval.library import Library
from retrieval.models import ArticleHead, Scope, StoredArticle, digest_of

_ID_LENGTH = 12
"""Hex digits of a replay id: among a million answers, one chance in 560 that any two share theirs.

The audit keeps the first answer under an id.
"""

OnLine = Callable[[str, tuple[Citation, ...]], None]
"""Is given each line that a chat model wrote and that holds, as it is shown, and what it cites."""


def _unheard(_line: str, _cited: tuple[Citation, ...]) -> None:
    """Nobody listens: the lines stand in the answer."""


def answer(
    text: str,
    *,
    library: Library,
    now: datetime,
    scope: Scope = Scope(),
    follows: str | None = None,
    writer: Writer | None = None,
    on_line: OnLine = _unheard,
) -> Answer:
    """Answer a question from the articles in scope.

    `now` resolves words such as "today"; the same question over the same articles gives the same
    answer, byte for byte. `follows` is the replay id of the answer before it in a conversation: a
    question that names nothing of its own is then about the same articles. The answer is written to
    the audit under its replay id.

    A `writer` puts it into words; each of its lines goes to `on_line` when it has been checked, and
    never again. None leaves the answer as it is composed here, and so does a writer that fails.
    """
    question = parse(
        text,
        securities=library.securities,
        now=now,
        scope=scope,
        sources=library.store.sources(),
    )
    if follows is not None and scope.article_ids is None:
        question = _continued(question, library.store.audited(follows))
    return answer_question(question, library=library, now=now, writer=writer, on_line=on_line)


def answer_question(
    question: Question,
    *,
    library: Library,
    now: datetime,
    writer: Writer | None = None,
    on_line: OnLine = _unheard,
) -> Answer:
    """Answer a question that is parsed already."""
    read = _reader(library)
    evidence, dropped = prove(gather(question, library, read), partial(_text_of, read))
    replay_id = replay_id_of(evidence)
    result = compose(evidence, replay_id)
    written: Json = {}
    if writer is not None and result.status != "not_in_sources":
        sources = grounds(result, evidence, library, read)
        result, written = _written(result, sources, writer, on_line)
    articles = [h.article_id for h in evidence.heads]
    payload = dumps({**answer_json(result), "dropped": dropped, "articles": articles, **written})
    library.store.audit(result.replay_id, asked=question.text, payload=payload, now=now)
    return result


def _written(
    composed: Answer, sources: Sequence[Ground], writer: Writer, on_line: OnLine
) -> tuple[Answer, Json]:
    """Have an answer put into words, and say for the audit what came of it."""
    numbering = Numbering(composed, sources)
    lines: list[str] = []

    def heard(said: Said) -> None:
        line, cited = numbering.shown(said)
        lines.append(line)
        on_line(line, cited)

    told = writer.write(composed, sources, heard)
    result = phrased(composed, lines, numbering.citations) if lines else composed
    ids = (composed.replay_id, writer.engine, *lines, told.failure or "")
    result = replace(result, replay_id=f"a-{digest_of(*ids)[:_ID_LENGTH]}")
    return result, _record(writer.engine, told)


def _record(engine: str, told: Told) -> Json:
    """What the audit says of a writer: `fallback` is why the answer is the composed one.

    `broke_off` is why it has no more lines; `unsaid` counts those that failed, by the check.
    """
    return {
        "engine": engine,
        "written": len(told.lines),
        "unsaid": told.dropped,
        "fallback": None if told.lines else told.failure,
        "broke_off": told.failure if told.lines else None,
    }


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

    The question, its scope and the article versions that were in reach.
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
    parts = (question.text, question.kind, repr(question.scope), repr(evidence.searched), *seen)
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
