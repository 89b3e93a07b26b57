"""What was heard of each target, and a model's leanings -> evidence. Reads no text anew.

Where rules and model differ, this says which of them a claim may rest on.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.language.clauses import CONTRASTED
from retrieval.language.quoting import Evidence, Sentence, evidence_of
from retrieval.language.reading import Heard, Hearing
from retrieval.language.sentiment import joined, weigh
from retrieval.language.signals import Signal
from retrieval.models import MILD

_PERCENT = re.compile(r"[+\-−]?\d[\d,]*(?:\.\d+)?%")
_SIZES = ((10.0, 1.2), (3.0, 1.0), (1.0, 0.8), (0.0, 0.6))  # percent, and what it makes of a score
PRINTED_NEAR = 5  # words behind a move where its size is printed
_LOOKS_BACK = re.compile(
    r"\b(?:(?:in|over|for|during|within|of) the (?:past|last|previous|prior|trailing)"
    r" (?:[\w.-]+[- ]){0,2}(?:months?|years?|decades?)"
    r"|(?:past|last) (?:three|six|twelve|\d+)[- ]month|year[- ]to[- ]date|so far this year"
    r"|this year so far|since (?:its|their) inception)\b",
    re.IGNORECASE,
)
SURE = 0.8  # a leaning that makes a claim alone (docs/design-notes/sentiment.md)
PAST = 0.5  # "has gained 22% in the past six months" is how things stood, not what is new
CARRIED = 0.8  # what is said of "the company" is a little less sure to be about it


def told(hearing: Hearing, leanings: Sequence[float]) -> tuple[Evidence, ...]:
    """Join what was heard with a model's leanings (good minus bad, for each passage in order)."""
    shared: dict[tuple[int, int], list[float]] = {}
    for one, leaning in zip(hearing.heard, leanings, strict=True):
        shared.setdefault(one.listed, []).append(leaning)
    means = {listed: sum(each) / len(each) for listed, each in shared.items()}
    companies = [_told(one, means[one.listed]) for one in hearing.heard]
    sided = [one for one in companies if abs(one.score) >= MILD]
    found = [*sided, *hearing.groups]
    return tuple(sorted(found, key=lambda one: one.quote.start))


def _told(one: Heard, leaning: float) -> Evidence:
    """Make evidence of one target in one sentence; its signal is the strongest on its side."""
    rules = weigh((o.score, o.weight * o.certainty) for o in one.opinions)
    meant = [o.score for o in one.opinions if o.weight >= CONTRASTED]  # not what is only conceded
    granted = _granted(meant, rules.score, leaning)
    side = joined(rules, granted).score
    agreeing = [o for o in one.opinions if o.score * side > 0]
    best = max(agreeing, key=lambda o: abs(o.score) * o.weight * o.certainty, default=None)
    if best:  # a model hears no "benefits too, but": what the clause means bounds it
        bound = max(abs(rules.score), best.weight * best.certainty * abs(granted))
        granted = max(-bound, min(bound, granted))
    said = joined(rules, granted)
    score = said.score * (_size(one.sentence, best.signal) if best else 1.0)
    score *= PAST if _LOOKS_BACK.search(one.sentence.span.of(one.sentence.text)) else 1.0
    found = evidence_of(one.sentence, one.place, best.signal if best else None, score)
    carried = CARRIED if one.place.carried_from else 1.0
    return replace(found, weight=one.doubt, certainty=carried)


def _size(sentence: Sentence, signal: Signal) -> float:
    """Weigh a move by the percentage printed behind it: "rose 1.7%" is less than "rose 20%"."""
    if signal.entry.role != "move":
        return 1.0
    clause = sentence.cut[signal.clause]
    behind = sentence.words[signal.last : min(clause.last, signal.last + PRINTED_NEAR)]
    printed = [word.lower for word in behind if _PERCENT.fullmatch(word.lower)]
    if not printed:
        return 1.0
    moved = float(printed[0].strip("+-−%").replace(",", ""))
    return next(weight for least, weight in _SIZES if moved >= least)


def _granted(opinions: Sequence[float], rules: float, leaning: float) -> float:
    """Say how much of a leaning may stand behind a claim, which outlives the sentence.

    Where the rules read nothing it must be sure; where they read the other side, or both sides, it
    does not count.
    """
    if not opinions:
        return leaning if abs(leaning) >= SURE else 0.0
    opposed = rules * leaning < 0 and abs(rules) >= MILD
    split = min(opinions) < 0 < max(opinions)
    return 0.0 if opposed or split else leaning
