"""Two to four names side by side: the same axes for each, shared stories once, gaps named."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrieval.answers import Part, Question
from retrieval.ask import saying, wording
from retrieval.ask.citations import Citations
from retrieval.ask.concepts import concepts
from retrieval.ask.conflicts import disagree
from retrieval.ask.draft import Draft, nearest
from retrieval.ask.evidence import Evidence
from retrieval.ask.facts import Passage
from retrieval.ask.gather import ABOUT, claims_on, heads_on, named_in, once, outlets_of, triggers
from retrieval.ask.lines import line_of, line_of_named
from retrieval.ask.rank import Ranked, rank
from retrieval.ask.stated import Read, stated
from retrieval.ask.themes import theme_terms
from retrieval.ask.wording import marks
from retrieval.library import Library
from retrieval.models import ArticleHead, Claim, Quote, Target

MOST_COMPARED = 4
MOST_SHARED = 3  # titles of shared stories

Place = tuple[ArticleHead, Quote]
Axis = tuple[str, Place | None]
"""What is compared, and where a source speaks of it; None when none does."""


def gather(evidence: Evidence, library: Library, read: Read) -> Evidence:
    """Collect what the ledger says of each name, and of a topic if one is given."""
    question = replace(evidence.question, tickers=evidence.question.tickers[:MOST_COMPARED])
    claims, heads = claims_on(question, library), heads_on(question, library, 4 * ABOUT)
    judged = {c.impact.target.id for c in claims}
    rest = replace(question, tickers=tuple(t for t in question.tickers if t not in judged))
    named = tuple(n for head in heads for n in named_in(head, rest, read)) if rest.tickers else ()
    about = once((*(c.head for c in claims), *(n.head for n in named)))
    return replace(
        evidence,
        claims=claims,
        heads=about,
        named=named,
        triggers=triggers(once(c.head for c in claims), library, question.scope.as_of),
        topical=tuple(_on_topic(question, library, read)),
        outlets=outlets_of(about, library, question.scope),
    )


def _on_topic(question: Question, library: Library, read: Read) -> Iterator[tuple[str, Passage]]:
    """Find the best sentence on the topic for each name."""
    topic = theme_terms(replace(question, names=(), unknown=()))
    if not topic:
        return
    for ticker in question.tickers:
        name = library.securities.name_of(ticker) if ticker in library.securities else ticker
        one = replace(
            question,
            kind="free",
            text=f"{name} {' '.join(question.objects)}",
            tickers=(ticker,),
            names=(name,),
            unknown=(),
        )
        found = stated(one, library, read)
        told = (p for p in found.passages if not topic.isdisjoint(concepts(p.quote.text)))
        best = next(told, None) if found.answers else None
        if best is not None:
            yield ticker, best


def draft(evidence: Evidence, citations: Citations) -> Draft:
    """Put the names under each other by the same axes."""
    question = evidence.question
    asked = question.tickers[:MOST_COMPARED]
    ranked = {r.target.id: r for r in rank(evidence.claims)}
    neutral = {n.target.id: n for n in reversed(evidence.named)}
    known = [t for t in asked if t in ranked or t in neutral]
    if not known:
        return Draft("not_in_sources", nearest=nearest(evidence, (), citations))
    called = saying.asked_as(question)
    lacking = [called[t] for t in asked if t not in known] + list(question.unknown)
    gaps = [wording.missing(name) for name in lacking]
    gaps += [saying.too_many([called[t] for t in question.tickers[MOST_COMPARED:]])] * (
        len(question.tickers) > len(asked)
    )
    lines, parts = [], []
    for ticker in known:
        one = ranked.get(ticker)
        target = one.target if one else neutral[ticker].target
        if one:
            coverage = saying.coverage(one, evidence.outlets)
            lines.append(replace(line_of(one, citations), why=coverage))
        else:
            lines.append(line_of_named(neutral[ticker], citations))
        parts.append(_part(target, one, evidence, citations))
    topics = {ticker for ticker, _ in evidence.topical}
    off_topic = question.objects and any(t not in topics for t in known)
    return Draft(
        "partial" if gaps or off_topic else "answered",
        tuple(lines),
        sentences=(*gaps, *_verdict([ranked[t] for t in known if t in ranked]), *_shared(evidence)),
        parts=tuple(parts),
        title=f"Compared: {wording.listed(known + lacking)}",
    )


def _verdict(ranked: Sequence[Ranked]) -> Iterator[str]:
    """Say of whom the sources speak better: a fact about them, no advice."""
    if len(ranked) > 1:
        best_first = sorted(ranked, key=lambda r: -r.sentiment.score)
        yield saying.better_spoken_of(best_first)


def _shared(evidence: Evidence) -> Iterator[str]:
    """Name the stories that speak of more than one of the names."""
    titles: dict[str, ArticleHead] = {}
    who: defaultdict[str, set[str]] = defaultdict(set)
    judged = [(c.head, c.impact.target) for c in evidence.claims]
    for head, target in (*judged, *((n.head, n.target) for n in evidence.named)):
        titles.setdefault(head.membership.story_id, head)
        who[head.membership.story_id].add(saying.short(target))
    shared = [story for story, names in who.items() if len(names) > 1]
    for story in shared[:MOST_SHARED]:
        yield saying.shared_story(titles[story], sorted(who[story]))
    if len(shared) > MOST_SHARED:
        yield f"… and {len(shared) - MOST_SHARED} more shared."


def _part(target: Target, ranked: Ranked | None, evidence: Evidence, citations: Citations) -> Part:
    """The strongest claim on each side, the topic, and what would change the view."""
    claims = (*ranked.claims, *ranked.against) if ranked else ()
    axes = [*_sides_of(claims), *_topic_of(target, evidence), *_trigger_of(claims, evidence)]
    told: dict[tuple[str, Quote], str] = {}
    said: list[str] = []
    for label, place in axes:
        if place is None:
            said.append(saying.none(label))
            continue
        number = marks((citations.cite(*place),))
        again = told.get((place[0].article_id, place[1]))
        quote = (
            f"the same as {again} {number}"
            if again
            else saying.cited(place[1], place[0], citations)
        )
        told.setdefault((place[0].article_id, place[1]), f"“{label}”")
        said.append(f"{label}: {quote}")
    return Part(
        title=saying.in_conflict(target) if ranked and disagree(ranked) else saying.full(target),
        state="compared",
        sentences=tuple(said),
        citations=tuple(dict.fromkeys(citations.cite(*place) for _, place in axes if place)),
        target=target,
        now=ranked.sentiment if ranked else None,
        articles=ranked.articles if ranked else 0,
        outlets=saying.outlets(ranked, evidence.outlets) if ranked else 0,
    )


def _sides_of(claims: Sequence[Claim]) -> Iterator[Axis]:
    for label, side in (("For", "positive"), ("Against", "negative"), ("Both ways", "mixed")):
        best = next((c for c in claims if c.impact.sentiment.direction == side), None)
        if best or side != "mixed":
            yield label, (best.head, best.impact.reason) if best else None


def _topic_of(target: Target, evidence: Evidence) -> Iterator[Axis]:
    if evidence.question.objects:
        found = next((p for t, p in evidence.topical if t == target.id), None)
        label = f"On {saying.topic(evidence.question)}"
        yield label, (found.head, found.quote) if found else None


def _trigger_of(claims: Sequence[Claim], evidence: Evidence) -> Iterator[Axis]:
    """What would change the view, of the article that makes the strongest claim that has it."""
    own = [(c.head.article_id, c.head.version) for c in claims]
    told = [(own.index(_key(h)), h, t.quote) for h, t in evidence.triggers if _key(h) in own]
    if told:
        _, head, quote = min(told, key=lambda one: one[0])
        yield "Would change that view", (head, quote)


def _key(head: ArticleHead) -> tuple[str, int]:
    return head.article_id, head.version
