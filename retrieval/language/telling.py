"""What was heard of each target, and a model's leanings -> evidence. Knows no model.

Where rules and model differ, this says which of them a claim may rest on.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from retrieval.language.clauses import CONTRASTED
from retrieval.language.quoting import Evidence, Sentence, evidence_of
from retrieval.language.reading import Heard, Hearing
from retrieval.language.receivers import Opinion
from retrieval.language.sentiment import joined, weigh
from retrieval.language.signals import Signal
from retrieval.language.wordlists import word_list
from retrieval.models import MILD, Sentiment, Span, Target

_PERCENT = re.compile(r"(?<!\S)[+\-−]?(\d[\d,]*(?:\.\d+)?) ?(?:%|percent\b|pct\b|per cent\b)")
_SIZES = ((10.0, 1.2), (3.0, 1.0), (1.0, 0.8), (0.0, 0.6))  # percent, and what it makes of a score
PRINTED_NEAR = 5  # words behind a move where its size is printed
_COUNT = r"(?:\d+|few|several|couple of|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_LOOKS_BACK = re.compile(
    rf"\b(?:(?:in|over|for|during|within|of) the (?:past|last|previous|prior|trailing)"
    rf"(?: {_COUNT})? (?:months?|years?|(?P<decades>decades?)|{_COUNT}-month period)"
    r"|year[- ]to[- ]date|so far this year|this year so far"
    r"|(?P<ever>since (?:its|their) inception))"
    r"\b(?!['’])",
    re.IGNORECASE,
)
_IN_YEAR = re.compile(
    r"\b(?:in|during) (?:the \w+ (?:quarter|half) of )?(?:fiscal |calendar )?(?:year )?"
    r"((?:19|20)\d\d)\b(?!-)",
    re.IGNORECASE,
)
# "up from 12% in 2018" is said of today
_BESIDE = re.compile(r"\b(?:from|than|to|with|versus|vs|against|as)\b", re.IGNORECASE)
LONG_AGO = 2  # years; last year's figures are this winter's news
# "its highest in the past two years" is said of today
_EXTREME = re.compile(r"(?:\w{2}est|record|high|low|time|day|most)\W+(?:\w+\W+)?(?:in|of)\s$")
_DONE = word_list("behind had")
_LEAD = 24  # characters before a look back that show what it is of
SURE = 0.75  # a leaning that makes a claim alone (docs/design-notes/sentiment.md)
AGREEING = 0.45  # leanings of two sentences that make a claim together
ALONE = 0.28  # what is left of what only the rules read, while the model reads another thing
LEANING = MILD / 3  # from here a model that takes no side still leans to one
HEARD = 0.5  # what is left of what the rules read, while the model only leans their way
PAST = 0.5  # "has gained 22% in the past six months" is how things stood, not what is new
HISTORY = 0.2  # "has raised its dividend 80 times since its inception" is no news at all
LIKELY = ((0.15, 0.52), (0.35, 0.7), (0.5, 0.73), (0.6, 0.8), (0.7, 0.94), (0.8, 0.98))
"""Scores, and the share of such claims that is right (scripts/calibrate.py)."""

CARRIED = 0.8  # what is said of "the company" is a little less sure to be about it


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was heard in a text, each with a model's leaning: good minus bad, in [-1, 1]."""

    hearing: Hearing
    leanings: tuple[float, ...]

    @classmethod
    def of(cls, hearing: Hearing, leanings: Sequence[float]) -> "Weighed":
        """Take the leanings of the passages in order; the members of a list share their mean."""
        shared: dict[tuple[int, int], list[float]] = {}
        for one, leaning in zip(hearing.heard, leanings, strict=True):
            shared.setdefault(one.listed, []).append(leaning)
        means = {listed: sum(each) / len(each) for listed, each in shared.items()}
        return cls(hearing, tuple(means[one.listed] for one in hearing.heard))


def agreed(texts: Iterable[Weighed]) -> frozenset[Target]:
    """Name whom two sentences, of a text or its title, speak well of, and none ill; or reversed."""
    sides: defaultdict[Target, list[bool]] = defaultdict(list)
    for text in texts:
        for one, leaning in zip(text.hearing.heard, text.leanings, strict=True):
            if abs(leaning) >= AGREEING:
                sides[one.place.target].append(leaning > 0)
    return frozenset(t for t, found in sides.items() if len(found) > 1 and len(set(found)) == 1)


def told(
    weighed: Weighed, trusted: frozenset[Target] = frozenset(), year: int | None = None
) -> tuple[Evidence, ...]:
    """Join what was heard with a model's leanings.

    Of `trusted` targets less of a leaning makes a claim alone. `year` is the one the text was
    published in, if that is known: what is older is past.
    """
    companies = [
        _told(one, leaning, AGREEING if one.place.target in trusted else SURE, year)
        for one, leaning in zip(weighed.hearing.heard, weighed.leanings, strict=True)
    ]
    sided = [one for one in companies if abs(one.score) >= MILD]
    found = [*sided, *weighed.hearing.groups]
    return tuple(sorted(found, key=lambda one: one.quote.start))


def _told(one: Heard, leaning: float, sure: float, year: int | None) -> Evidence:
    """Make evidence of one target in one sentence; its signal is the strongest on its side."""
    rules = weigh((o.score, o.weight * o.certainty) for o in one.opinions)
    meant = [o.score for o in one.opinions if o.weight >= CONTRASTED]  # not what is only conceded
    moved = [o for o in one.opinions if o.score * leaning > 0 and _printed(one.sentence, o.signal)]
    granted = leaning if moved else _granted(meant, rules.score, leaning, sure)
    side = joined(rules, granted).score if granted else rules.score
    agreeing = [o for o in one.opinions if o.score * side > 0]
    best = max(agreeing, key=lambda o: abs(o.score) * o.weight * o.certainty, default=None)
    if best:  # a model hears no "benefits too, but": what the clause means bounds it
        bound = max(abs(rules.score), best.weight * best.certainty * abs(granted))
        granted = max(-bound, min(bound, granted))
    said = _said(rules, granted)
    score = said.score * _size(one.sentence, agreeing)
    signal, likelihood = best.signal if best else None, likely(said.score)
    score *= _newness(one.sentence, signal, year)
    found = evidence_of(one.sentence, one.place, signal, score, likelihood)
    if one.place.carried_from:
        found = replace(found, certainty=CARRIED, likelihood=likelihood * CARRIED)
    return replace(found, weight=one.doubt)


def _said(rules: Sentiment, granted: float) -> Sentiment:
    """Join the two; what the rules read stands alone, by less, where the model takes no side."""
    if not granted:
        return replace(rules, score=ALONE * rules.score)
    said = joined(rules, granted)
    leans = LEANING <= abs(granted) < MILD and granted * rules.score > 0
    heard = replace(rules, score=HEARD * rules.score)
    return max(said, heard, key=lambda one: abs(one.score)) if leans else said


def _newness(sentence: Sentence, signal: Signal | None, year: int | None) -> float:
    """Weigh a clause that looks back over a while, or as far as a company's history."""
    said = sentence.span
    if signal is not None:
        clause = sentence.cut[signal.clause]
        behind = sentence.cut[signal.clause + 1 : signal.clause + 2]
        since = [one for one in behind if sentence.words[one.first].lower == "since"]
        last = [clause, *since][-1].last
        said = Span(sentence.words[clause.first].start, sentence.words[last - 1].end)
    found = _LOOKS_BACK.search(sentence.text, said.start, said.end)
    if found is None and signal is not None and _had(sentence, signal):
        return PAST
    if found is None:
        return HISTORY if year is not None and _is_long_ago(sentence.text, said, year) else 1.0
    lead = sentence.text[max(said.start, found.start() - _LEAD) : found.start() + len("in ")]
    if _EXTREME.search(lead):
        return 1.0
    return HISTORY if found["ever"] or found["decades"] else PAST


def _had(sentence: Sentence, signal: Signal) -> bool:
    """Tell "had run up 24%", which was so before the news, from "had higher sales"."""
    near = [word.lower for word in sentence.words[max(0, signal.first - 2) : signal.first + 1]]
    return any(
        one == "had" and (then in _DONE or then.endswith("ed")) for one, then in pairwise(near)
    )


def _is_long_ago(text: str, said: Span, year: int) -> bool:
    found = _IN_YEAR.search(text, said.start, said.end)
    if found is None or int(found[1]) > year - LONG_AGO:
        return False
    return _BESIDE.search(text, said.start, found.start()) is None


def likely(score: float) -> float:
    """Say how often a claim of this score is right, before its size is weighed."""
    scores, shares = [one for one, _ in LIKELY], [share for _, share in LIKELY]
    return float(np.interp(abs(score), scores, shares))


def _size(sentence: Sentence, said: Sequence[Opinion]) -> float:
    """Weigh a move by the percentage printed behind it: "rose 1.7%" is less than "rose 20%"."""
    for signal in (one.signal for one in said if one.signal.entry.role == "move"):
        moved = _printed(sentence, signal)
        if moved is not None:
            return next(weight for least, weight in _SIZES if moved >= least)
    return 1.0


def _printed(sentence: Sentence, signal: Signal) -> float | None:
    """Read the percentage printed behind a signal; without one there is none."""
    clause = sentence.cut[signal.clause]
    behind = sentence.words[signal.last : min(clause.last, signal.last + PRINTED_NEAR)]
    printed = _PERCENT.search(" ".join(word.lower for word in behind))
    return float(printed[1].replace(",", "")) if printed else None


def _granted(opinions: Sequence[float], rules: float, leaning: float, sure: float) -> float:
    """Say how much of a leaning may stand behind a claim, which outlives the sentence.

    Where the rules read nothing it must be `sure`; where they read the other side it does not
    count, and where they read both sides it must be very sure.
    """
    if not opinions:
        return leaning if abs(leaning) >= sure else 0.0
    opposed = rules * leaning < 0 and abs(rules) >= MILD
    split = min(opinions) < 0 < max(opinions) and abs(leaning) < SURE
    return 0.0 if opposed or split else leaning
