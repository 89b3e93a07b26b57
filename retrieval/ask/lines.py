"""Ranked targets to lines with numbered citations, for answers and briefs alike. Pure."""

from collections.abc import Sequence

from retrieval.answers import Line
from retrieval.ask import wording
from retrieval.ask.citations import Citations
from retrieval.ask.evidence import Named
from retrieval.ask.rank import Ranked
from retrieval.models import Claim, Sentiment

MOST_QUOTES = 3
"""Quotes cited for one line, each from another article."""

NAMED_CONFIDENCE = 0.3
"""A target that is named without an effect.

Sure that it is named, not that nothing happens to it.
"""


def line_of(ranked: Ranked, citations: Citations) -> Line:
    """What the claims on a target's own side come to."""
    return _line(ranked.claims, ranked.sentiment, ranked.confidence, citations)


def contrary_of(ranked: Ranked, citations: Citations) -> Line:
    """The strongest of the claims that speak against a target's own line."""
    strongest = ranked.against[0]
    impact = strongest.impact
    return _line((strongest,), impact.sentiment, impact.confidence, citations)


def line_of_named(named: Named, citations: Citations) -> Line:
    """A target that is named and of which nothing is said to happen to it."""
    return Line(
        named.target,
        Sentiment(0.0),
        1,
        None,
        None,
        NAMED_CONFIDENCE,
        "source",
        (citations.cite(named.head, named.quote),),
    )


def _line(
    claims: Sequence[Claim], sentiment: Sentiment, confidence: float, citations: Citations
) -> Line:
    best = claims[0].impact
    return Line(
        target=best.target,
        sentiment=sentiment,
        order=best.order,
        mechanism=best.mechanism,
        horizon=best.horizon,
        confidence=confidence,
        origin=best.origin,
        citations=citations.cite_claims(claims, MOST_QUOTES),
        why=wording.why(best),
    )
