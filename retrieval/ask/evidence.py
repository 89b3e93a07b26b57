"""A Question to the records that can answer it: articles, claims, triggers, passages.

Knows the library, no wording.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from retrieval.answers import SIDES, Hit, Question
from retrieval.ask.despite import asks_more, despite
from retrieval.ask.echo import NOTHING, Outside
from retrieval.ask.facts import Passage
from retrieval.ask.passing import hidden, may_stand, outside_of, passes
from retrieval.ask.search import by_article, search
from retrieval.ask.stated import HITS, Read, holds_names, stated
from retrieval.ask.words import stem, terms, tokens
from retrieval.language.sentences import sentences
from retrieval.library import Library
from retrieval.models import (
    ArticleHead,
    Claim,
    Quote,
    Scope,
    Searched,
    StoredArticle,
    Target,
    Trigger,
)

NEWEST = 40
"""How many articles "the newest" are, when a question names nothing."""

ABOUT = 12
"""How many articles a topic may take in."""

TOPIC_COVERED, TOPIC_NEAR = 0.6, 0.6
"""What makes an article be about a topic: the share of its terms that title and found chunks hold,
and the share of the best article's score."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names a target without saying what happens to it."""

    target: Target
    head: ArticleHead
    quote: Quote


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a question.

    `newest_window` says that its articles are the newest, since the question named nothing, and
    `topic_missed` that no article is about what it named. `told` says that no record answers, and
    that its passages do; `despite` are claims on the side asked for that an article's sum hides.
    `outside` is what the question's filters took out.
    """

    question: Question
    searched: Searched
    heads: tuple[ArticleHead, ...] = ()
    claims: tuple[Claim, ...] = ()
    triggers: tuple[tuple[ArticleHead, Trigger], ...] = ()
    passages: tuple[Passage, ...] = ()
    named: tuple[Named, ...] = ()
    summary: StoredArticle | None = None
    newest_window: bool = False
    topic_missed: bool = False
    told: bool = False
    despite: tuple[Claim, ...] = ()
    outside: Outside = NOTHING


def gather(question: Question, library: Library, read: Read) -> Evidence:
    """Collect the evidence for a question.

    By name from the ledger, by topic through search, else from the newest.
    """
    searched = library.store.searched(question.scope)
    empty = Evidence(question, searched)
    if question.turn in ("reset", "alone", "thanks"):
        return empty
    named = replace(question.scope, tickers=question.tickers or None)
    if not searched.articles:
        return replace(empty, outside=outside_of(named, library))
    found = _found(empty, library, read)
    if question.tickers and not (found.claims or found.named or found.passages or found.summary):
        found = replace(found, outside=outside_of(named, library))
    return _filtered(found)


def _filtered(evidence: Evidence) -> Evidence:
    """Take out the claims about names, of a side or of an order that the question leaves out.

    What would change the view is told of the articles whose claims are left.
    """
    question = evidence.question
    kept = tuple(c for c in evidence.claims if passes(c, question))
    heads = {c.head for c in kept}
    whole = len(kept) == len(evidence.claims)
    return replace(
        evidence,
        claims=kept,
        triggers=tuple(t for t in evidence.triggers if whole or t[0] in heads),
        despite=tuple(c for c in evidence.despite if passes(c, question)),
        named=tuple(n for n in evidence.named if may_stand(n.target, question)),
        outside=replace(evidence.outside, claims=hidden(evidence.claims, question)),
    )


def _found(empty: Evidence, library: Library, read: Read) -> Evidence:
    question = empty.question
    if question.kind == "free":
        return _stated(empty, library, read)
    if question.kind == "ticker":
        found = _by_name(empty, library, read)
        return _more(found, library, read, recorded=bool(found.claims or found.named))
    found = _by_topic(empty, library, read)
    return _more(found, library, read, recorded=not asks_more(question, found.claims))


def _stated(evidence: Evidence, library: Library, read: Read) -> Evidence:
    found = stated(evidence.question, library, read)
    return replace(
        evidence,
        passages=found.passages,
        topic_missed=not found.answers,
        heads=_once(p.head for p in found.passages) if found.answers else (),
    )


def _more(evidence: Evidence, library: Library, read: Read, *, recorded: bool) -> Evidence:
    """Where no record answers, look in the sentences: of one article for claims, else for words."""
    question, heads = evidence.question, evidence.heads
    stored = read(heads[0]) if len(heads) == 1 else None
    if stored is not None and asks_more(question, evidence.claims):
        hidden = despite(question, heads[0], stored, library.reader)
        if hidden:
            return replace(evidence, despite=hidden)
    found = None if recorded else stated(question, library, read)
    if found is None or not found.answers:
        return evidence
    return replace(evidence, passages=found.passages, told=True)


def _by_name(evidence: Evidence, library: Library, read: Read) -> Evidence:
    question = evidence.question
    scopes = _scopes_naming(question, library)
    claims = _once(
        claim
        for scope in scopes
        for claim in library.store.claims(scope)
        if claim.impact.target.id in question.tickers
    )
    heads = _once(h for s in scopes for h in library.store.newest(s, limit=ABOUT))
    named = tuple(n for head in heads for n in _named_in(head, question, read))
    if question.objects and claims and not question.scope.article_ids:
        claims = _on_topic(claims, question, library) or claims
    about = _once(c.head for c in claims) or _once(n.head for n in named) or heads
    return replace(
        evidence,
        claims=claims,
        heads=about,
        named=named,
        triggers=_triggers(about[:1], library, question.scope.as_of),
    )


def _scopes_naming(question: Question, library: Library) -> list[Scope]:
    """Where the names of a question stand.

    The ledger finds tickers by their symbol; an article about a private company is found by search.
    """
    scopes: list[Scope] = []
    listed = tuple(t for t in question.tickers if t in library.securities)
    if listed:
        scopes.append(replace(question.scope, tickers=listed))
    private = [t for t in question.tickers if t not in library.securities]
    if private and question.scope.article_ids is not None:
        scopes.append(question.scope)
    elif private:
        hits = search(" ".join(private), library=library, scope=question.scope, limit=HITS)
        ids = tuple(hit.article_id for hit in by_article(hits))
        scopes.append(replace(question.scope, article_ids=ids))
    return scopes


def _once(found: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(found))


def _on_topic(claims: tuple[Claim, ...], question: Question, library: Library) -> tuple[Claim, ...]:
    """Keep the claims of the articles that hold the question's other words, if any article does."""
    scope = replace(question.scope, article_ids=tuple({c.head.article_id for c in claims}))
    hits = search(question.words, library=library, scope=scope, limit=HITS)
    kept = _about_topic(question, hits, {c.head.article_id: c.head for c in claims})
    return tuple(c for c in claims if c.head.article_id in kept)


def _named_in(head: ArticleHead, question: Question, read: Read) -> list[Named]:
    """Find the first sentence of an article that names each target of the question."""
    stored = read(head)
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


def _by_topic(evidence: Evidence, library: Library, read: Read) -> Evidence:
    question = evidence.question
    hits: tuple[Hit, ...] = ()
    given = question.scope.article_ids
    one = given is not None and len(given) == 1
    picked = given is not None and question.partial  # by what was asked before
    topic = question.objects or question.unknown
    if one or picked or not (topic or question.tickers):
        heads = tuple(library.store.newest(question.scope, limit=max(NEWEST, len(given or ()))))
        if one and question.kind in SIDES:
            heads = tuple(head for head in heads if _on_this(question, read(head)))
    elif topic:
        hits = search(question.words, library=library, scope=question.scope, limit=HITS)
        found = library.store.heads([h.chunk.article_id for h in hits], as_of=question.scope.as_of)
        kept = _about_topic(question, hits, found)
        heads = tuple(found[i] for i in kept)
        if not heads:
            evidence = replace(evidence, passages=_nearest(hits, found))
    else:
        named = replace(question.scope, tickers=question.tickers)
        heads = tuple(library.store.newest(named, limit=NEWEST))
    evidence = replace(
        evidence,
        newest_window=not one and not hits and not question.tickers,
        topic_missed=not heads,
    )
    return _with_records(evidence, heads, library, read)


def _on_this(question: Question, stored: StoredArticle | None) -> bool:
    """Tell whether a given article holds the names of a question: "What hit Cupertino?"."""
    return stored is not None and holds_names(question, stored)


def _with_records(
    evidence: Evidence, heads: tuple[ArticleHead, ...], library: Library, read: Read
) -> Evidence:
    """Take the claims and triggers of the picked articles.

    For a summary, the first article itself.
    """
    scope = evidence.question.scope
    picked = replace(scope, article_ids=tuple(h.article_id for h in heads), since=None, until=None)
    summary = None
    if evidence.question.kind == "summary" and heads:
        summary = read(heads[0])
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
    names = (*question.names, *question.unknown)
    wanted = set(question.objects) | {stem(t) for n in names for t in tokens(n)}
    kept: list[str] = []
    ranked = by_article(hits)
    for found in ranked:
        head = heads.get(found.article_id)
        if head is None or found.score < TOPIC_NEAR * ranked[0].score:
            continue
        words = set(terms(" ".join([head.title or "", *(h.chunk.text for h in found.hits)])))
        if len(wanted & words) >= TOPIC_COVERED * len(wanted):
            kept.append(found.article_id)
    return kept[:ABOUT]


def _nearest(hits: Sequence[Hit], heads: dict[str, ArticleHead]) -> tuple[Passage, ...]:
    """The first sentence of the best chunk: what a refusal shows as its nearest miss."""
    for hit in hits:
        head, chunk = heads.get(hit.chunk.article_id), hit.chunk
        span = next(iter(sentences(chunk.text)), None)
        if head and span:
            start, end = chunk.start + span.start, chunk.start + span.end
            return (Passage(head, Quote(span.of(chunk.text), start, end), frozenset(), hit.score),)
    return ()
