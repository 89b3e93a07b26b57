"""The gate between evidence and answer: what the stored texts do not prove is dropped and counted.

Knows no wording.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from retrieval.ask.evidence import Evidence
from retrieval.models import ArticleHead, Claim, Quote

TextOf = Callable[[ArticleHead], str | None]
"""The stored text of an article's version; None when it is gone."""


def prove(evidence: Evidence, text_of: TextOf) -> tuple[Evidence, int]:
    """Keep the evidence whose every quote stands word for word at its span.

    The second value counts what was dropped.
    """
    also, lost_also = prove(evidence.also, text_of) if evidence.also else (None, 0)
    proved = replace(
        evidence,
        claims=_held(evidence.claims, text_of),
        then=_held(evidence.then, text_of),
        despite=_held(evidence.despite, text_of),
        inferred=tuple(g for g in evidence.inferred if _claim_holds(g.claim, text_of)),
        triggers=tuple((h, t) for h, t in evidence.triggers if _stands(t.quote, text_of(h))),
        passages=tuple(p for p in evidence.passages if _stands(p.quote, text_of(p.head))),
        topical=tuple(
            (name, p) for name, p in evidence.topical if _stands(p.quote, text_of(p.head))
        ),
        named=tuple(n for n in evidence.named if _stands(n.quote, text_of(n.head))),
        moves=tuple(m for m in evidence.moves if _stands(m.quote, text_of(m.head))),
        also=also,
    )
    return proved, _pieces(evidence) - _pieces(proved) + lost_also


def _pieces(evidence: Evidence) -> int:
    parts: tuple[tuple[object, ...], ...] = (
        evidence.claims,
        evidence.then,
        evidence.despite,
        evidence.inferred,
        evidence.triggers,
        evidence.passages,
        evidence.topical,
        evidence.named,
        evidence.moves,
    )
    return sum(map(len, parts))


def _held(claims: Iterable[Claim], text_of: TextOf) -> tuple[Claim, ...]:
    return tuple(c for c in claims if _claim_holds(c, text_of))


def _claim_holds(claim: Claim, text_of: TextOf) -> bool:
    quotes, text = claim.impact.quotes, text_of(claim.head)
    return bool(quotes) and all(_stands(q, text) for q in quotes)


def _stands(quote: Quote, text: str | None) -> bool:
    return text is not None and bool(quote.text) and text[quote.start : quote.end] == quote.text
