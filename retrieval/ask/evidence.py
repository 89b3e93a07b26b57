"""A Question to the records that can answer it: articles, claims, triggers, passages.

Knows the library, no wording.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from retrieval.ask.facts import COVERED, Passage, passages
from retrieval.ask.search import by_article, search
from retrieval.ask.words import stem, terms, tokens
from retrieval.language.sentences import sentences
from retrieval.library import Library
from retrieval.models import (
    ArticleHead,
    Claim,
    Hit,
    Question,
    Quote,
    Searched,
    StoredArticle,
    Target,
    Trigger,
)

NEWEST = 40
"""How many articles "the newest" are, when a question names nothing."""

ABOUT = 12
"""How many articles a topic may take in."""

TOPIC_COVERED = 0.6
"""Share of a topic's terms that an article's title and found chunks must hold to be about it."""

HITS = 30

_NUMBER = re.compile(r"\d{2,}")


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names a target without saying what happens to it."""

    target: Target
    head: ArticleHead
    quote: Quote


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a question.

    `about` says how its articles were picked when the question did not say.
    """

    question: Question
    searched: Searched
    heads: tuple[ArticleHead, ...] = ()
    claims: tuple[Claim, ...] = ()
    triggers: tuple[tuple[ArticleHead, Trigger], ...] = ()
    passages: tuple[Passage, ...] = ()
    named: tuple[Named, ...] = ()
    summary: StoredArticle | None = None
    hits: tuple[Hit, ...] = ()
    newest_window: bool = False
    topic_missed: bool = False


def gather(question: Question, library: Library) -> Evidence:
    """Collect the evidence for a question.

    By name from the ledger, by topic through search, else from the newest.
    """
    searched = library.store.searched(question.scope)
    empty = Evidence(question, searched)
    if not searched.articles:
        return empty
    if question.kind == "free":
        return _free(empty, library)
    if question.kind == "ticker":
        return _by_name(empty, library)
    return _by_topic(empty, library)


def _by_name(evidence: Evidence, library: Library) -> Evidence:
    question = evidence.question
    scope = replace(question.scope, tickers=question.tickers)
    claims = tuple(c for c in library.store.claims(scope) if c.impact.target.id in question.tickers)
    heads = tuple(library.store.newest(scope, limit=NEWEST)) if question.tickers else ()
    named = tuple(n for head in heads[:ABOUT] for n in _named_in(head, question, library))
    if question.objects and claims and not question.scope.article_ids:
        claims = _on_topic(claims, question, library) or claims
    about = tuple({c.head.article_id: c.head for c in claims}.values()) or heads
    return replace(
        evidence,
        claims=claims,
        heads=about,
        named=named,
        triggers=_triggers(about[:1], library, question.scope.as_of),
    )


def _on_topic(claims: tuple[Claim, ...], question: Question, library: Library) -> tuple[Claim, ...]:
    """Keep the claims of the articles that hold the question's other words, if any article does."""
    scope = replace(question.scope, article_ids=tuple({c.head.article_id for c in claims}))
    hits = search(question.text, library=library, scope=scope, limit=HITS)
    kept = _about_topic(question, hits, {c.head.article_id: c.head for c in claims})
    return tuple(c for c in claims if c.head.article_id in kept)


def _named_in(head: ArticleHead, question: Question, library: Library) -> list[Named]:
    """Find the first sentence of an article that names each target of the question."""
    stored = library.store.article(head.article_id, version=head.version)
    if stored is None:
        return []
    text = stored.article.text
    first = {m.target.id: m for m in reversed(stored.analysis.mentions)}
    wanted = [first[t] for t in question.tickers if t in first]
    found: list[Named] = []
    for mention in wanted:
        span = next((s for s in sentences(text) if s.start <= mention.start < s.end), None)
        if span:
            found.append(Named(mention.target, head, Quote(span.of(text), span.start, span.end)))
    return found


def _by_topic(evidence: Evidence, library: Library) -> Evidence:
    question = evidence.question
    hits: tuple[Hit, ...] = ()
    one = question.scope.article_ids is not None and len(question.scope.article_ids) == 1
    if one or not (question.objects or question.tickers):
        heads = tuple(library.store.newest(question.scope, limit=NEWEST))
    elif question.objects:
        hits = search(question.text, library=library, scope=question.scope, limit=HITS)
        found = library.store.heads([h.chunk.article_id for h in hits], as_of=question.scope.as_of)
        kept = _about_topic(question, hits, found)
        heads = tuple(found[i] for i in kept)
    else:
        named = replace(question.scope, tickers=question.tickers)
        heads = tuple(library.store.newest(named, limit=NEWEST))
    evidence = replace(
        evidence,
        hits=hits,
        newest_window=not one and not hits and not question.tickers,
        topic_missed=not heads,
    )
    return _read(evidence, heads, library)


def _read(evidence: Evidence, heads: tuple[ArticleHead, ...], library: Library) -> Evidence:
    """Take the claims and triggers of the picked articles.

    For a summary, the first article itself.
    """
    scope = evidence.question.scope
    picked = replace(scope, article_ids=tuple(h.article_id for h in heads), since=None, until=None)
    summary = None
    if evidence.question.kind == "summary" and heads:
        summary = library.store.article(heads[0].article_id, version=heads[0].version)
        heads = heads[:1]
        picked = replace(picked, article_ids=(heads[0].article_id,))
    return replace(
        evidence,
        heads=heads,
        claims=tuple(library.store.claims(picked)) if heads else (),
        triggers=_triggers(heads, library, scope.as_of),
        summary=summary,
    )


def _triggers(
    heads: Sequence[ArticleHead], library: Library, as_of: datetime | None
) -> tuple[tuple[ArticleHead, Trigger], ...]:
    by_id = library.store.triggers([h.article_id for h in heads], as_of)
    return tuple((h, t) for h in heads for t in by_id.get(h.article_id, ()))


def _about_topic(
    question: Question, hits: Sequence[Hit], heads: dict[str, ArticleHead]
) -> list[str]:
    """Pick the articles whose title and found chunks hold enough of the topic, best first."""
    wanted = set(question.objects) | {stem(t) for n in question.names for t in tokens(n)}
    kept: list[str] = []
    for found in by_article(hits):
        head = heads.get(found.article_id)
        if head is None:
            continue
        words = set(terms(" ".join([head.title or "", *(h.chunk.text for h in found.hits)])))
        if len(wanted & words) >= TOPIC_COVERED * len(wanted):
            kept.append(found.article_id)
    return kept[:ABOUT]


def _free(evidence: Evidence, library: Library) -> Evidence:
    question = evidence.question
    hits = search(question.text, library=library, scope=question.scope, limit=HITS)
    heads = library.store.heads([h.chunk.article_id for h in hits], as_of=question.scope.as_of)
    found = passages(question, hits, heads, library.embedder.encode)
    good = tuple(p for p in found if p.coverage >= COVERED)
    held = _filling_slots(question, good, library)
    return replace(
        evidence,
        hits=hits,
        passages=held or found[:1],
        topic_missed=not held,
        heads=tuple({p.head.article_id: p.head for p in held}.values()),
    )


def _filling_slots(
    question: Question, found: tuple[Passage, ...], library: Library
) -> tuple[Passage, ...]:
    """Drop the passages of articles that lack what the question names: a name, a year, a number."""
    kept: dict[str, bool] = {}
    for passage in found:
        key = passage.head.article_id
        if key not in kept:
            kept[key] = _fills(question, passage.head, library)
    return tuple(p for p in found if kept[p.head.article_id])


def _fills(question: Question, head: ArticleHead, library: Library) -> bool:
    stored = library.store.article(head.article_id, version=head.version)
    if stored is None:
        return False
    text = f"{head.title or ''}\n{head.published_at or ''}\n{stored.article.text}"
    numbers = set(_NUMBER.findall(text))
    if not numbers.issuperset(_NUMBER.findall(question.text)):
        return False
    names = [name.lower() for name in question.unknown]
    mentioned = {m.target.id for m in stored.analysis.mentions}
    named = any(t in mentioned for t in question.tickers) or any(n in text.lower() for n in names)
    return named or not (names or question.tickers)
