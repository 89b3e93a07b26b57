"""One opinion of a sentence -> evidence: who is meant, in what words, why, for how long.

Judges nothing: the score is given.
"""

from dataclasses import dataclass

from retrieval.language.clauses import Clause
from retrieval.language.conditions import conditions_of
from retrieval.language.horizons import horizon_of
from retrieval.language.mechanisms import mechanism_of
from retrieval.language.signals import Signal
from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list
from retrieval.models import Span, Target

_REACHED = word_list("reached")
_TRAILING = frozenset(", ; : ) — – - . ! ? …".split())
LONGEST_QUOTE = 360  # characters a reader takes in at once; beyond it the clauses are quoted


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one sentence says of one target. `reached`: the news comes to it, it did not make it.

    `certainty` weighs the score; `likelihood` is the share of claims like this that are right.
    """

    target: Target
    score: float
    weight: float
    certainty: float
    likelihood: float
    quote: Span
    mechanism: str | None
    horizon: str | None
    reached: bool
    carried_from: Span | None
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target stands in a sentence; carried when "the company" stands for it."""

    target: Target
    span: Span
    carried_from: Span | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text, cut into words and clauses."""

    text: str
    span: Span
    words: tuple[Token, ...]
    cut: tuple[Clause, ...]


def evidence_of(
    sentence: Sentence, place: Place, signal: Signal | None, score: float, likelihood: float
) -> Evidence:
    """Quote one opinion; without a signal the clause of the target's own place is meant."""
    number = signal.clause if signal else _clause_at(sentence, place.span)
    clause = sentence.cut[number]
    place_of_clause = Span(sentence.words[clause.first].start, sentence.words[clause.last - 1].end)
    mechanism = (
        mechanism_of(sentence.text, sentence.span, sentence.words, sentence.cut, signal)
        if signal
        else None
    )
    return Evidence(
        target=place.target,
        score=score,
        weight=1.0,
        certainty=1.0,
        likelihood=likelihood,
        quote=_quote(sentence, place, signal, mechanism),
        mechanism=mechanism,
        horizon=horizon_of(sentence.text, place_of_clause, besides=[place.span]),
        reached=signal is not None and _reaches(sentence, signal),
        carried_from=place.carried_from,
        conditions=conditions_of(sentence.text, sentence.words, sentence.cut, number),
    )


def _reaches(sentence: Sentence, signal: Signal) -> bool:
    first = sentence.words[signal.first].lower
    return signal.entry.role in {"to", "flow", "obj"} or first in _REACHED


def _clause_at(sentence: Sentence, span: Span) -> int:
    """Number the clause in which a span begins."""
    for number, clause in enumerate(sentence.cut):
        if span.start < sentence.words[clause.last - 1].end:
            return number
    return len(sentence.cut) - 1


def _quote(sentence: Sentence, place: Place, signal: Signal | None, mechanism: str | None) -> Span:
    """Quote the sentence; of a long one, the clauses from the name to the reason."""
    if sentence.span.end - sentence.span.start <= LONGEST_QUOTE:
        return _from_a_word(sentence, 0, sentence.span.end)
    marks = [place.span.start, place.span.end]
    if signal is not None:
        marks += [sentence.words[signal.last - 1].end, sentence.words[signal.first].start]
    if mechanism is not None:
        start = sentence.text.find(mechanism, sentence.span.start)
        marks += [start, start + len(mechanism)]
    inside = [
        clause
        for clause in sentence.cut
        if sentence.words[clause.first].start < max(marks)
        and min(marks) < sentence.words[clause.last - 1].end
    ]
    end = max(sentence.words[inside[-1].last - 1].end, *marks)
    return _from_a_word(sentence, inside[0].first, end)


def _from_a_word(sentence: Sentence, first: int, end: int) -> Span:
    """Begin a quote at a word, a number or an opening mark rather than at a dash or comma."""
    while sentence.words[first].lower in _TRAILING and first + 1 < len(sentence.words):
        first += 1
    return Span(sentence.words[first].start, end)
