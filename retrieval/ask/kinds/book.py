"""What could hurt the asker's book: what speaks against each position, weighed by its share of it.

The holdings come with the question and are written nowhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from retrieval.answers import Holding, Line, Question
from retrieval.ask import saying
from retrieval.ask.citations import Citations
from retrieval.ask.concepts import concepts
from retrieval.ask.draft import Draft, trigger_lines
from retrieval.ask.evidence import Evidence
from retrieval.ask.gather import once, triggers
from retrieval.ask.kinds.exposed import inferred_lines
from retrieval.ask.lines import line_of
from retrieval.ask.rank import Ranked, claim_weight, rank
from retrieval.ask.stated import Read
from retrieval.ask.themes import theme_terms, words_of
from retrieval.ask.wording import why
from retrieval.library import Library
from retrieval.models import Claim

MOST_LINES = 8


def gather(evidence: Evidence, library: Library, _: Read) -> Evidence:
    """Collect the claims on the held names, what the exposure map adds, and their triggers."""
    question = evidence.question
    held = tuple(h.ticker for h in question.holdings if h.ticker in library.securities)
    unlisted = tuple(
        h.ticker for h in question.holdings if h.ticker not in library.securities and not h.cash
    )
    if not held:
        return replace(evidence, unlisted=unlisted)
    scope = replace(question.scope, tickers=held, since=_later(question))
    claims = tuple(library.store.claims(scope))
    guesses = [g for g in library.store.guesses(scope) if _hurts(g.claim, question)]
    named = {c.impact.target.id for c in claims}
    heads = once(c.head for c in claims)
    return replace(
        evidence,
        claims=claims,
        heads=heads,
        inferred=tuple(g for g in guesses if g.inferred.impact.target.id not in named),
        triggers=triggers(heads, library, question.scope.as_of),
        unlisted=unlisted,
        covered=frozenset(
            t for t in held if library.store.searched(replace(scope, tickers=(t,))).articles
        ),
    )


def _on_theme(claim: Claim, question: Question) -> bool:
    """Tell whether a claim is about what the risk is to be about, if the question says it."""
    wanted = theme_terms(question)
    said = words_of(claim) | frozenset(concepts(claim.head.title or ""))
    return not wanted or not said.isdisjoint(wanted)


def _later(question: Question) -> datetime | None:
    """What an asker may see, and how far back a question looks: the later of the two."""
    begins = [one for one in (question.scope.since, question.since) if one is not None]
    return max(begins, default=None)


def _weights(holdings: Iterable[Holding]) -> dict[str, float]:
    return {h.ticker: h.weight for h in holdings}


def _hurts(claim: Claim, question: Question) -> bool:
    """Tell whether a claim is bad for a position: bad news for a long one, good for a short one.

    Of a question on one risk, only claims about it count.
    """
    weight = _weights(question.holdings).get(claim.impact.target.id, 0.0)
    sided = claim.impact.sentiment.direction in ("positive", "negative")
    return sided and claim.impact.sentiment.score * weight < 0 and _on_theme(claim, question)


def draft(evidence: Evidence, citations: Citations) -> Draft:
    """List what speaks against the positions, the heaviest first, and what is not covered."""
    question = evidence.question
    if not question.holdings:
        return Draft("not_in_sources", sentences=(saying.NO_BOOK,))
    weights = _weights(question.holdings)
    against = [
        r for r in rank(evidence.claims) if any(_hurts(c, evidence.question) for c in _all(r))
    ]
    against.sort(key=lambda r: (-abs(weights[r.target.id]) * _force(r, evidence), r.target.id))
    lines = [_line(r, evidence, weights[r.target.id], citations) for r in against[:MOST_LINES]]
    guessed = [
        replace(line, why=f"{saying.weighed(weights[line.target.id])} · {line.why}")
        for line in inferred_lines(evidence.inferred, citations)
    ]
    told = {r.target.id for r in rank(evidence.claims)}
    coverage = saying.covered(question.holdings, told, evidence.covered, evidence.unlisted)
    if not lines and not guessed:
        return Draft(
            "partial" if told else "not_in_sources",
            sentences=(saying.nothing_hurts(question), *coverage),
            title=saying.book(question),
        )
    return Draft(
        "answered" if told >= {h.ticker for h in question.holdings if not h.cash} else "partial",
        (*lines, *guessed),
        sentences=coverage,
        triggers=trigger_lines(_heaviest_first(evidence, weights), citations),
        cut=len(against[MOST_LINES:]),
        title=saying.book(question),
    )


def _all(ranked: Ranked) -> Sequence[Claim]:
    return (*ranked.claims, *ranked.against)


def _force(ranked: Ranked, evidence: Evidence) -> float:
    """How strongly the claims against a position speak, the strongest of them."""
    return max(
        abs(c.impact.sentiment.score) * claim_weight(c)
        for c in _all(ranked)
        if _hurts(c, evidence.question)
    )


def _line(ranked: Ranked, evidence: Evidence, weight: float, citations: Citations) -> Line:
    """The claims that speak against a position, the strongest one's reason first."""
    hurting = tuple(c for c in _all(ranked) if _hurts(c, evidence.question))
    (against,) = rank(hurting)
    line = line_of(against, citations)
    net = ranked.sentiment
    told = f"{saying.weighed(weight)} · {why(against.claims[0].impact)}"
    return replace(line, why=told if net == against.sentiment else f"{told} · {saying.net(net)}")


def _heaviest_first(evidence: Evidence, weights: dict[str, float]) -> Evidence:
    """Put first what would change the view on the heaviest positions."""
    held: dict[str, float] = {}
    for claim in evidence.claims:
        share = abs(weights.get(claim.impact.target.id, 0.0))
        held[claim.head.article_id] = max(held.get(claim.head.article_id, 0.0), share)
    ordered = sorted(evidence.triggers, key=lambda one: -held.get(one[0].article_id, 0.0))
    return replace(evidence, triggers=tuple(ordered))
