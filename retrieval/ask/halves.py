"""A question that asks two things in one breath -> its halves, and one question of both. Pure.

"Who wins, and what is the capex?"
"""

import re
from dataclasses import replace

from retrieval.answers import Question

_LONGEST = 20  # words; a longer question tells a story
_AND_ASKS = re.compile(
    r"(?:[,;?]\s*(?:and |but )?|\s+and\s+)(?=(?:what|how|when|where|which|who|whom|why)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:what|how (?:much|many|large|big|high|low|far|long)|when|where)\b", re.IGNORECASE
)
_POINTS = re.compile(r"\b(?:it|its|it['’]s|their|they|the company)\b", re.IGNORECASE)


def halves_of(text: str) -> tuple[str, ...]:
    """Cut a short question where a second one is asked with it; one part where none is."""
    found = _AND_ASKS.search(text) if len(text.split()) <= _LONGEST else None
    if found is None:
        return (text,)
    return text[: found.start()], text[found.end() :]


def joined(text: str, first: Question, second: Question) -> Question | None:
    """Join a question to the ledger with one for a fact, in any order; None for any other two.

    A fact about "it" is about the one name of the other half.
    """
    fact, other = (second, first) if second.kind == "free" else (first, second)
    if fact.kind != "free" or other.kind == "free" or not (fact.objects and _ASKS.match(fact.text)):
        return None
    if not (fact.tickers or fact.unknown) and _POINTS.search(fact.text):
        fact = replace(fact, tickers=other.tickers, names=other.names, unknown=other.unknown)
    return replace(other, text=text, also=fact)
