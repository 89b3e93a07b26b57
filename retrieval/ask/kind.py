"""A question's words -> its kind: who gains or loses, what is said of names, a fact. Pure.

The kinds that look over many articles are told in looking.py.
"""

import re

from retrieval.answers import QuestionKind
from retrieval.ask import phrases
from retrieval.ask.looking import LONGEST
from retrieval.ask.words import terms
from retrieval.models import Direction

_ONLY_NAMES_WORDS = 3


def direction_of(text: str) -> Direction | None:
    """The side that a text speaks of first, if any."""
    gains, losses = phrases.GAINS.search(text), phrases.LOSSES.search(text)
    if gains and losses:
        return "positive" if gains.start() < losses.start() else "negative"
    if gains:
        return "positive"
    return "negative" if losses else None


def kind_of(text: str, *, named: bool, direction: Direction | None) -> QuestionKind:
    """The kind of a question to the ledger or for a fact; `named` says that it is about names."""
    if phrases.TRIGGERS.search(text):
        return "triggers"
    if phrases.SUMMARY.search(text):
        return "summary"
    short = len(text.split()) <= LONGEST
    ledger = direction is not None and short
    if ledger and (phrases.ASKS_WHOM.search(text) or (not named and phrases.ASKS_ANY.search(text))):
        return "benefit" if direction == "positive" else "hurt"
    if named and short and (ledger or phrases.VIEW_ON.search(text) or _only_names(text)):
        return "ticker"
    return "free"


def kind_of_side(side: Direction | None) -> QuestionKind | None:
    """The kind of question that "only negative" makes, if it makes one."""
    if side == "positive":
        return "benefit"
    return "hurt" if side == "negative" else None


def as_subject(text: str, names: tuple[str, ...]) -> bool:
    """Tell whether an unknown name is what the question is about ("does Foobar benefit?")."""
    return any(
        re.search(
            rf"\b(?:does|do|did|is|are|was|will|would|could|about|for|on|and)\s+{re.escape(n)}\b",
            text,
        )
        for n in names
    )


def _only_names(text: str) -> bool:
    """Tell whether the question is little more than a name: "NVDA?", "and Exxon Mobil?"."""
    return len(terms(text)) <= _ONLY_NAMES_WORDS and not re.search(
        r"\b(?:who|what|when|where|why|how)\b", text, re.IGNORECASE
    )
