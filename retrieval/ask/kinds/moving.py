"""Why a stock moves: what a source gives as the reason, what was only reported before, or nothing.

An article is never said to be the cause unless it says so itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from retrieval.answers import Nearest, Part
from retrieval.ask import saying
from retrieval.ask.citations import Citations
from retrieval.ask.draft import Draft
from retrieval.ask.evidence import Evidence
from retrieval.ask.gather import ABOUT, claims_on, heads_on, once, triggers
from retrieval.ask.moves import Move, moves_of
from retrieval.ask.rank import claim_weight
from retrieval.ask.stated import Read
from retrieval.library import Library
from retrieval.models import Claim, Quote, Span

MOST_REASONS = 4
"""Candidates shown of each kind."""


def gather(evidence: Evidence, library: Library, read: Read) -> Evidence:
    """Collect the reports on the names in the window, and their last ones before it."""
    question = evidence.question
    window = replace(question, scope=replace(question.scope, since=question.since))
    heads = heads_on(window, library, ABOUT)
    moves: list[Move] = []
    for head in heads:
        stored = read(head)
        if stored is not None:
            text, mentions = stored.article.text, stored.analysis.mentions
            moves += moves_of(head, text, mentions, question.tickers)
    claims = claims_on(window, library)
    return replace(
        evidence,
        claims=claims,
        moves=tuple(moves),
        heads=once((*(m.head for m in moves), *(c.head for c in claims))) or heads,
        then=claims_on(question, library) if not (moves or claims) else (),
        triggers=triggers(heads[:1], library, question.scope.as_of),
    )


def draft(evidence: Evidence, citations: Citations) -> Draft:
    """Give the reasons that a source states; else say that there is none, and what is nearest."""
    question, side = evidence.question, evidence.question.direction
    told = sorted(evidence.moves, key=_newest_move)
    asked_way = [m for m in told if side in (None, m.side)]
    if side and told and not asked_way:
        return _denied(evidence, told[0], citations)
    confirmed = [m for m in asked_way if m.because]
    reported = [c for c in evidence.claims if _may_be(c) and side in (None, _side(c))]
    reported.sort(key=_likeliest)
    parts = _parts(asked_way, reported, citations)
    if confirmed:
        return Draft("answered", parts=parts, title=saying.why_moving(question))
    sentences = (saying.no_catalyst(question),)
    if not parts:
        return Draft("not_in_sources", sentences=sentences, nearest=_nearest(evidence, citations))
    return Draft("partial", sentences=sentences, parts=parts, title=saying.why_moving(question))


def _parts(
    moves: Sequence[Move], reported: Sequence[Claim], citations: Citations
) -> tuple[Part, ...]:
    reasons = [m for m in moves if m.because][:MOST_REASONS]
    bare = [m for m in moves if not m.because][: MOST_REASONS - len(reasons)]
    beside = {m.head.article_id for m in moves}
    told = {(m.head.article_id, m.quote) for m in moves}
    others = [(c, q) for c in reported if (q := _other_quote(c, told))]
    made = (
        _told("confirmed", reasons, citations),
        _told("move", bare, citations),
        _claimed("beside", [o for o in others if o[0].head.article_id in beside], citations),
        _claimed("reported", [o for o in others if o[0].head.article_id not in beside], citations),
    )
    return tuple(part for part in made if part)


def _other_quote(claim: Claim, told: Collection[tuple[str, Quote]]) -> Quote | None:
    """The first quote of a claim that is more than the move itself."""
    own = [quote for article, quote in told if article == claim.head.article_id]
    within = [Span(quote.start, quote.end) for quote in own]
    quotes = claim.impact.quotes
    return next(
        (q for q in quotes if not any(w.covers(Span(q.start, q.end)) for w in within)), None
    )


def _told(state: str, moves: Sequence[Move], citations: Citations) -> Part | None:
    if not moves:
        return None
    return Part(
        title=saying.REASONS[state],
        state=state,
        sentences=tuple(
            f"{saying.cited(m.quote, m.head, citations)}, in {saying.about(m.head)}" for m in moves
        ),
        citations=tuple(citations.cite(m.head, m.quote) for m in moves),
        articles=len({m.head.article_id for m in moves}),
    )


def _claimed(state: str, said: Sequence[tuple[Claim, Quote]], citations: Citations) -> Part | None:
    said = said[:MOST_REASONS]
    if not said:
        return None
    return Part(
        title=saying.REASONS[state],
        state=state,
        sentences=tuple(
            f"{saying.stood(c.impact.sentiment)}: {saying.cited(q, c.head, citations)}"
            for c, q in said
        ),
        citations=tuple(citations.cite(c.head, q) for c, q in said),
        articles=len({c.head.article_id for c, _ in said}),
    )


def _denied(evidence: Evidence, other: Move, citations: Citations) -> Draft:
    """Say that the move that the question takes for granted is told the other way round."""
    quote = saying.cited(other.quote, other.head, citations, marked=False)
    return Draft(
        "not_in_sources",
        sentences=(saying.other_way(evidence.question),),
        nearest=Nearest(quote, (citations.cite(other.head, other.quote),)),
    )


def _nearest(evidence: Evidence, citations: Citations) -> Nearest | None:
    """The newest thing said of the names: on the other side, of second order, or older."""
    claims = evidence.claims or evidence.then
    if not claims:
        return None
    best = min(claims, key=_likeliest)
    first = best.impact.reason
    return Nearest(
        saying.cited(first, best.head, citations, marked=False),
        (citations.cite(best.head, first),),
    )


def _side(claim: Claim) -> str:
    return claim.impact.sentiment.direction


def _may_be(claim: Claim) -> bool:
    """Tell whether a claim may move a stock: of first order, and with a side."""
    return claim.impact.order == 1 and _side(claim) in ("positive", "negative", "mixed")


def _likeliest(claim: Claim) -> tuple[int, float, str]:
    """The newest day first, in it the strongest."""
    strength = abs(claim.impact.sentiment.score) * claim_weight(claim)
    return -claim.head.dated_at.toordinal(), -strength, claim.head.article_id


def _newest_move(move: Move) -> tuple[float, str, int]:
    return -move.head.dated_at.timestamp(), move.head.article_id, move.quote.start
