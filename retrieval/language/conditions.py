"""A clause of a sentence -> the conditions under which it holds, in the text's own words.

Knows no target and no lexicon.
"""

import re
from collections.abc import Iterator, Sequence

from retrieval.language.clauses import Clause
from retrieval.language.horizons import tells_of_the_past
from retrieval.language.tokens import Token
from retrieval.models import Span

# what a deal waits for; these conditions have no verb and open no clause
_WAITS_FOR = re.compile(
    r"\b(?:subject\sto|pending|contingent\s(?:up)?on|conditional\s(?:up)?on)\s(?:[\w'’-]+\s){0,3}?"
    r"(?:approvals?|clearance|consent|review|vote|ruling|verdict|closing|ratification)\b"
    r"(?:\s(?:by|in|from|of)\s(?:the\s)?[\w'’-]+(?=\s*(?:[,;:.)]|$)))?",
    re.IGNORECASE,
)
# behind one of these "if" asks: "nobody knows if the pill works"
_ASKING = frozenset(
    "ask asks asked asking wonder wonders wondered know knows knew known see sees sure unsure"
    " unclear doubt doubts doubted question questions questioned tell tells decide decides"
    " determine unknown uncertain check debate debated test tests learn say says clear".split()
)
_NO_CONDITION = frozenset(["any", "anything", "at", "ever", "not", "only", "so"])  # "if anything"
_GOES_ON = frozenset(["and", "or", "but", "so"])  # behind a condition these begin another claim
_MARKS = frozenset(', ; : . ( ) — – - ! ? " “ ”'.split())


def conditions_of(
    text: str, words: Sequence[Token], cut: Sequence[Clause], number: int
) -> tuple[str, ...]:
    """Quote the conditions that clause `number` stands under, or is.

    A condition belongs to what stands before it; where nothing does, to what follows; between
    commas, to both. What is over ("fell last week") holds under none.
    """
    clause = cut[number]
    own = Span(words[clause.first].start, words[clause.last - 1].end)
    if tells_of_the_past(text, own):
        return ()
    bound = (
        _quoted(text, words, one)
        for at, one in enumerate(cut)
        if _is_condition(words, cut, at) and number in _bound_by(words, cut, at)
    )
    waits = (found[0] for found in _WAITS_FOR.finditer(text, own.start, own.end))
    return tuple(dict.fromkeys((*bound, *waits)))


def _is_condition(words: Sequence[Token], cut: Sequence[Clause], at: int) -> bool:
    clause = cut[at]
    if clause.manner != "condition" or not _says(words, clause):
        return False
    if at + 1 < len(cut) and _next(words, cut, at + 1).manner == "relative":
        return False  # "if the court, which meets in May, upholds it": half a condition is none
    before = words[clause.first - 1].lower if clause.first else ""
    asks = clause.link == "if" and before in _ASKING
    return not asks and words[clause.body].lower not in _NO_CONDITION


def _bound_by(words: Sequence[Token], cut: Sequence[Clause], at: int) -> Iterator[int]:
    """List the clauses that condition `at` binds."""
    if cut[at].link != "unless":
        yield at  # "if it wins the contract" claims no win
    stands_behind = at > 0 and _says(words, cut[at - 1])
    if stands_behind:
        yield at - 1
    if not stands_behind or words[cut[at].first - 1].lower == ",":
        yield from _following(words, cut, at + 1)


def _following(words: Sequence[Token], cut: Sequence[Clause], at: int) -> Iterator[int]:
    """List the claim behind a condition: up to the comma's next turn, over "analysts said"."""
    if at < len(cut) and not _says(words, cut[at]):
        at += 1
    if at >= len(cut) or cut[at].link not in {"", "then"} or _opening(words, cut[at]) in _GOES_ON:
        return
    yield at
    if at + 1 < len(cut) and cut[at + 1].manner == "said":
        yield at + 1


def _next(words: Sequence[Token], cut: Sequence[Clause], at: int) -> Clause:
    """Find the clause at a place, or behind a lone comma there."""
    return cut[at] if _says(words, cut[at]) or at + 1 == len(cut) else cut[at + 1]


def _says(words: Sequence[Token], clause: Clause) -> bool:
    return any(word.lower not in _MARKS for word in words[clause.body : clause.last])


def _opening(words: Sequence[Token], clause: Clause) -> str:
    inside = (word.lower for word in words[clause.body : clause.last])
    return next((lower for lower in inside if lower not in _MARKS), "")


def _quoted(text: str, words: Sequence[Token], clause: Clause) -> str:
    """Quote a condition from its link, or the "only" before it, to its last word."""
    first, last = clause.first, clause.last
    if first and words[first - 1].lower == "only":
        first -= 1
    while words[last - 1].lower in _MARKS:
        last -= 1
    return text[words[first].start : words[last - 1].end]
