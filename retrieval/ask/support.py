"""A claim and the evidence cited for it -> how far the evidence bears the claim out, 0 to 1. Pure.

Counts words, the pairs that they stand in, and figures; knows no meaning and no model. What was
measured is in docs/design-notes/support.md.
"""

import re
from collections.abc import Set as AbstractSet

from retrieval.ask.concepts import concept
from retrieval.ask.words import STOP_WORDS, tokens
from retrieval.language.sentences import sentences

NEAR = 2
"""How many telling words apart two words may stand and still be a pair."""

_MARK = re.compile(r"\s*\[\d{1,3}\]")
_NUMBER = re.compile(r"(?<![A-Za-z\d])\d[\d,]*(?:\.\d+)?")
_WORDS, _PAIRS = 0.5, 0.5
_FIGURE_MISSING = 0.5
"""What is left of a score when a figure of the claim stands nowhere in the evidence."""


def supports(claim: str, evidence: str) -> float:
    """Weigh how much of a claim stands in its evidence: 1 for all of it, 0 for nothing.

    Citation marks are no part of a claim. A claim without a telling word is borne out by nothing.
    """
    claim = _MARK.sub("", claim)
    said, told = _sentences(claim), _sentences(evidence)
    words = _share(_words(said), _words(told))
    wanted = _pairs(said, 1)
    score = _WORDS * words + _PAIRS * _share(wanted, _pairs(told, NEAR)) if wanted else words
    if not _figures(claim) <= _figures(evidence):
        score *= _FIGURE_MISSING
    return round(score, 6)


def _sentences(text: str) -> list[list[str]]:
    """The telling words of each sentence."""
    return [
        [concept(token) for token in tokens(span.of(text)) if token.lower() not in STOP_WORDS]
        for span in sentences(text)
    ]


def _words(told: list[list[str]]) -> set[str]:
    return {word for words in told for word in words}


def _pairs(told: list[list[str]], reach: int) -> set[frozenset[str]]:
    """Words that stand within reach of each other in a sentence, in any order."""
    return {
        frozenset((one, other))
        for words in told
        for at, one in enumerate(words)
        for other in words[at + 1 : at + 1 + reach]
        if one != other
    }


def _share(wanted: AbstractSet[object], held: AbstractSet[object]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _figures(text: str) -> set[str]:
    return {found.replace(",", "") for found in _NUMBER.findall(text)}
