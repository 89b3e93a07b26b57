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
    claims = tuple(c for c in evidence.claims if _claim_holds(c, text_of(c.head)))
    despite = tuple(c for c in evidence.despite if _claim_holds(c, text_of(c.head)))
    triggers = tuple((h, t) for h, t in evidence.triggers if _stands(t.quote, text_of(h)))
    passages = tuple(p for p in evidence.passages if _stands(p.quote, text_of(p.head)))
    named = tuple(n for n in evidence.named if _stands(n.quote, text_of(n.head)))
    proved = replace(
        evidence, claims=claims, despite=despite, triggers=triggers, passages=passages, named=named
    )
    dropped = _lost(evidence.claims, claims) + _lost(evidence.triggers, triggers)
    dropped += _lost(evidence.despite, despite)
    return proved, dropped + _lost(evidence.passages, passages) + _lost(evidence.named, named)


def _claim_holds(claim: Claim, text: str | None) -> bool:
    quotes = claim.impact.quotes
    return bool(quotes) and all(_stands(q, text) for q in quotes)


def _stands(quote: Quote, text: str | None) -> bool:
    return text is not None and bool(quote.text) and text[quote.start : quote.end] == quote.text


def _lost(before: Iterable[object], after: Iterable[object]) -> int:
    return len(tuple(before)) - len(tuple(after))
