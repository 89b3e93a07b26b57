"""Sentences and mentions -> evidence: which sentence says what of whom. Aggregates nothing."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.language.clauses import Clause, clauses
from retrieval.language.conditions import conditions_of
from retrieval.language.groups import group_opinions
from retrieval.language.horizons import horizon_of
from retrieval.language.mechanisms import mechanism_of
from retrieval.language.receivers import opinions
from retrieval.language.sides import Named
from retrieval.language.signals import Signal, signals
from retrieval.language.tokens import Token, tokenise
from retrieval.language.wordlists import word_list
from retrieval.models import Mention, Span, Target

# how an article goes on about the company it named last
_CARRIER = re.compile(
    r"(?:(?:[Tt]he|[Tt]his|[Tt]hat)\s(?:[a-z][\w-]*\s){0,2}?(?:company|firm|group|stock|shares?|"
    r"giant|retailer|bank|lender|insurer|\w*maker|producer|developer|carrier|airline|operator|miner|"
    r"supplier|brokerage|conglomerate|startup|manufacturer|business|parent)"
    r"|[Ii]ts|[Ii]t|[Ss]hares|[Tt]he\sshares|[Mm]anagement)\b(?!\s[A-Z])",
)
_REACHED = word_list("reached")
_TRAILING = frozenset(", ; : ) — – - . ! ? …".split())
LONGEST_QUOTE = 360  # characters a reader takes in at once; beyond it the clauses are quoted
DOUBTED = 0.25  # "if the plant fails, X suffers" is a trigger rather than a claim
CARRIED = 0.8  # what is said of "the company" is a little less sure to be about it


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one sentence says of one target. `reached`: the news comes to it, it did not make it."""

    target: Target
    score: float
    weight: float
    certainty: float
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
class _Sentence:
    text: str
    span: Span
    words: tuple[Token, ...]
    cut: tuple[Clause, ...]


def read(
    text: str,
    sentences: Sequence[Span],
    mentions: Sequence[Mention],
    doubts: Sequence[Span] = (),
) -> tuple[Evidence, ...]:
    """Read every sentence for the companies named or carried in it and for groups.

    A sentence with one of `doubts` says what would change the view: of the view it says little.
    """
    evidence: list[Evidence] = []
    focus: Mention | None = None
    starts = [mention.start for mention in mentions]
    for span in sentences:
        near = mentions[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        here = [mention for mention in near if mention.end <= span.end]
        places = [Place(m.target, Span(m.start, m.end)) for m in here]
        carried = _carried(text, span, focus) if focus else None
        if carried and (not here or here[0].start >= carried.span.end):
            places.insert(0, carried)
        told = _of_sentence(text, span, places)
        if any(span.covers(doubt) for doubt in doubts):
            told = [replace(one, weight=one.weight * DOUBTED) for one in told]
        evidence += told
        focus = _next_focus(here, focus, is_carried=bool(carried))
    return tuple(evidence)


def _carried(text: str, span: Span, focus: Mention) -> Place | None:
    found = _CARRIER.match(text, span.start, span.end)
    if found is None:
        return None
    return Place(focus.target, Span(found.start(), found.end()), Span(focus.start, focus.end))


def _next_focus(
    here: Sequence[Mention], focus: Mention | None, *, is_carried: bool
) -> Mention | None:
    """Follow whom the text speaks of: the one company of a sentence, nobody after several."""
    named = {(m.target.kind, m.target.id) for m in here}
    if len(named) == 1:
        return here[0]
    if not named and is_carried:
        return focus
    return None


def _of_sentence(text: str, span: Span, places: Sequence[Place]) -> list[Evidence]:
    read_words = tokenise(text, span)
    if not read_words:
        return []
    cut = clauses(read_words)
    sentence = _Sentence(text, span, read_words, cut)
    named = [
        name for number, place in enumerate(places) if (name := _named(read_words, number, place))
    ]
    said = signals(read_words, cut, [(name.first, name.last) for name in named])
    found = [
        _evidence(
            sentence, places[int(one.named.key)], one.signal, (one.score, one.weight, one.certainty)
        )
        for one in opinions(read_words, cut, said, named)
    ]
    for group in group_opinions(read_words, cut, said, named):
        place = Span(read_words[group.first].start, read_words[group.last - 1].end)
        target = Target("group", place.of(text), place.of(text))
        strength = (group.score, group.weight, group.certainty)
        found.append(_evidence(sentence, Place(target, place), group.signal, strength))
    return found


def _named(read_words: Sequence[Token], number: int, place: Place) -> Named | None:
    inside = [
        at
        for at, word in enumerate(read_words)
        if word.start < place.span.end and place.span.start < word.end
    ]
    return Named(str(number), inside[0], inside[-1] + 1) if inside else None


def _evidence(
    sentence: _Sentence, place: Place, signal: Signal, strength: tuple[float, float, float]
) -> Evidence:
    score, weight, certainty = strength
    clause = sentence.cut[signal.clause]
    place_of_clause = Span(sentence.words[clause.first].start, sentence.words[clause.last - 1].end)
    mechanism = mechanism_of(sentence.text, sentence.span, sentence.words, sentence.cut, signal)
    first = sentence.words[signal.first].lower
    return Evidence(
        target=place.target,
        score=score,
        weight=weight,
        certainty=certainty * (CARRIED if place.carried_from else 1.0),
        quote=_quote(sentence, place, signal, mechanism),
        mechanism=mechanism,
        horizon=horizon_of(sentence.text, place_of_clause, besides=[place.span]),
        reached=signal.entry.role in {"to", "flow", "obj"} or first in _REACHED,
        carried_from=place.carried_from,
        conditions=conditions_of(sentence.text, sentence.words, sentence.cut, signal.clause),
    )


def _quote(sentence: _Sentence, place: Place, signal: Signal, mechanism: str | None) -> Span:
    """Quote the sentence; of a long one, the clauses from the name to the reason."""
    if sentence.span.end - sentence.span.start <= LONGEST_QUOTE:
        return _from_a_word(sentence, 0, sentence.span.end)
    marks = [place.span.start, place.span.end, sentence.words[signal.last - 1].end]
    marks.append(sentence.words[signal.first].start)
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


def _from_a_word(sentence: _Sentence, first: int, end: int) -> Span:
    """Begin a quote at a word, a number or an opening mark rather than at a dash or comma."""
    while sentence.words[first].lower in _TRAILING and first + 1 < len(sentence.words):
        first += 1
    return Span(sentence.words[first].start, end)
