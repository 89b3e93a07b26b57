"""Who is exposed to a theme: names whose claims touch it, both signs; apart, what is inferred."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from retrieval.answers import Hit, Line
from retrieval.ask import saying
from retrieval.ask.citations import Citations
from retrieval.ask.concepts import concepts
from retrieval.ask.draft import MOST_CONTRARY, Draft, nearest, trigger_lines
from retrieval.ask.evidence import Evidence
from retrieval.ask.facts import Passage
from retrieval.ask.gather import TOPIC_COVERED, TOPIC_NEAR, once, triggers
from retrieval.ask.kinds.ledger import cap
from retrieval.ask.lines import contrary_of, line_of
from retrieval.ask.rank import Ranked, rank
from retrieval.ask.search import by_article, search
from retrieval.ask.stated import HITS, Read
from retrieval.ask.themes import theme_terms, words_of
from retrieval.language.sentences import sentences
from retrieval.library import Library
from retrieval.models import ArticleHead, Claim, Guess, Quote, Scope

MOST_INFERRED = 6


def gather(evidence: Evidence, library: Library, _: Read) -> Evidence:
    """Collect the claims that touch the theme, from the articles that a search for it finds."""
    question = evidence.question
    wanted = theme_terms(question)
    text = saying.theme_of(question) or question.text
    hits = search(text, library=library, scope=question.scope, limit=HITS)
    found = library.store.heads([h.chunk.article_id for h in hits], as_of=question.scope.as_of)
    scope = replace(question.scope, article_ids=tuple(found), since=None, until=None)
    claims = [c for c in library.store.claims(scope) if c.impact.target.id not in question.tickers]
    spoken = _words_by_article(hits)
    touched = [(c, _touched(c, wanted, spoken)) for c in claims]
    whole = [c for c, held in touched if len(held) >= TOPIC_COVERED * len(wanted)]
    near = {h.article_id for h in by_article(hits) if h.score >= TOPIC_NEAR * hits[0].score}
    kept = whole or [c for c, held in touched if held and c.head.article_id in near]
    heads = once(c.head for c in kept)
    return replace(
        evidence,
        claims=tuple(kept),
        heads=heads,
        touching=frozenset(wanted).intersection(
            wanted
            if whole
            else frozenset[str]().union(*(_touched(c, wanted, spoken) for c in kept))
        ),
        inferred=tuple(_inferred(kept, library, scope)),
        triggers=triggers(heads[:MOST_INFERRED], library, question.scope.as_of),
        passages=() if kept else _nearest(hits, found, wanted),
    )


def _nearest(
    hits: Sequence[Hit], heads: Mapping[str, ArticleHead], wanted: frozenset[str]
) -> tuple[Passage, ...]:
    """The first sentence that speaks of the theme, of the best chunk that has one."""
    for hit in hits:
        head, chunk = heads.get(hit.chunk.article_id), hit.chunk
        for span in sentences(chunk.text):
            if head and not wanted.isdisjoint(concepts(span.of(chunk.text))):
                quote = Quote(span.of(chunk.text), chunk.start + span.start, chunk.start + span.end)
                return (Passage(head, quote, frozenset(), hit.score),)
    return ()


def _words_by_article(hits: Sequence[Hit]) -> dict[str, frozenset[str]]:
    return {
        found.article_id: frozenset(concepts(" ".join(h.chunk.text for h in found.hits)))
        for found in by_article(hits)
    }


def _touched(
    claim: Claim, wanted: frozenset[str], spoken: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The terms of a theme that a claim touches.

    Where the title of its article is about the theme, all that the article says of it counts.
    """
    held = words_of(claim) & wanted
    if wanted.isdisjoint(concepts(claim.head.title or "")):
        return held
    titled = frozenset(concepts(claim.head.title or "")) | spoken.get(claim.head.article_id, held)
    return held | (titled & wanted)


def _inferred(kept: Sequence[Claim], library: Library, scope: Scope) -> Iterable[Guess]:
    """What the exposure map adds for the groups of the kept claims: no name that is claimed."""
    groups = {(c.head.article_id, q) for c in kept for q in c.impact.quotes}
    named = {c.impact.target.id for c in kept}
    for guess in library.store.guesses(scope):
        impact = guess.inferred.impact
        own = {(guess.head.article_id, q) for q in impact.quotes}
        if own & groups and impact.target.id not in named:
            yield guess


def draft(evidence: Evidence, citations: Citations) -> Draft:
    """List who gains and who loses by the theme, the strongest first; the inferred names apart."""
    question = evidence.question
    ranked = [r for r in rank(evidence.claims) if r.sentiment.direction != "neutral"]
    if question.listed:
        ranked = [r for r in ranked if r.target.kind != "private"]
    if not ranked:
        return Draft("not_in_sources", nearest=nearest(evidence, rank(evidence.claims), citations))
    kept, cut = cap(ranked, evidence)
    lines = tuple(line_of(r, citations) for r in kept)
    if question.page:
        return Draft("answered", lines, cut=cut)
    against = [contrary_of(r, citations) for r in kept if r.against]
    missed = theme_terms(question) - evidence.touching
    theme = saying.theme_of(question)
    return Draft(
        "partial" if missed else "answered",
        (*lines, *inferred_lines(evidence.inferred, citations)),
        sentences=(saying.touches_only(question, missed),) if missed else (),
        contrary=tuple(against[:MOST_CONTRARY]),
        triggers=trigger_lines(evidence, citations),
        cut=cut,
        title=f"Exposed to {theme}" if theme else None,
    )


def inferred_lines(guesses: Iterable[Guess], citations: Citations) -> Iterable[Line]:
    """Write what the exposure map infers, the strongest first, each with the reason of the map."""
    why: dict[str, str] = {}
    for guess in guesses:
        why.setdefault(guess.inferred.impact.target.id, saying.of_group(guess.inferred))
    ranked: Sequence[Ranked] = rank(guess.claim for guess in guesses)
    for one in ranked[:MOST_INFERRED]:
        yield replace(line_of(one, citations), why=why[one.target.id])
