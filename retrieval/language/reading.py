"""Sentences and mentions -> evidence: which sentence says what of whom. Aggregates nothing.

In two steps, so that a model can be asked about the sentences of many articles at once: `hear`
finds who is spoken of where and what the rules say; `told` joins that with the model's leanings.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.language.clauses import CONTRASTED, Clause, clauses
from retrieval.language.conditions import conditions_of
from retrieval.language.groups import group_opinions
from retrieval.language.horizons import horizon_of
from retrieval.language.mechanisms import mechanism_of
from retrieval.language.passages import Passage, passage_of
from retrieval.language.receivers import Opinion, is_bystander, opinions
from retrieval.language.sentiment import joined, weigh
from retrieval.language.sides import Named, Scene, together
from retrieval.language.signals import Signal, signals
from retrieval.language.tokens import Token, tokenise
from retrieval.language.wordlists import word_list
from retrieval.models import MILD, Mention, Span, Target

# how an article goes on about the company it named last
_CARRIER = re.compile(
    r"(?:(?:[Tt]he|[Tt]his|[Tt]hat)\s(?:[a-z][\w-]*\s){0,2}?(?:company|firm|group|stock|shares?|"
    r"giant|retailer|bank|lender|insurer|\w*maker|producer|developer|carrier|airline|operator|miner|"
    r"supplier|brokerage|conglomerate|startup|manufacturer|business|parent)"
    r"|[Ii]ts|[Ii]t|[Ss]hares|[Tt]he\sshares|[Mm]anagement)\b(?!\s[A-Z])",
)
_REACHED = word_list("reached")
_TRAILING = frozenset(", ; : ) — – - . ! ? …".split())
_PERCENT = re.compile(r"[+\-−]?\d[\d,]*(?:\.\d+)?%")
_SIZES = ((10.0, 1.2), (3.0, 1.0), (1.0, 0.8), (0.0, 0.6))  # percent, and what it makes of a score
PRINTED_NEAR = 5  # words behind a move where its size is printed
LONGEST_QUOTE = 360  # characters a reader takes in at once; beyond it the clauses are quoted
DOUBTED = 0.25  # "if the plant fails, X suffers" is a trigger rather than a claim
SURE = 0.8  # a leaning that makes a claim alone (docs/design-notes/sentiment.md)
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


@dataclass(frozen=True, slots=True)
class Heard:
    """One target in one sentence: what the rules found of it, and the passage a model is asked of.

    `doubt` weighs down a sentence that says what would change the view. `listed` is the same for
    the members of one list, "Amazon, Google and Nvidia", of whom the same is said.
    """

    sentence: _Sentence
    place: Place
    opinions: tuple[Opinion, ...]
    passage: Passage
    doubt: float
    listed: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that was heard in a text: companies by place, and groups, which only the rules read."""

    heard: tuple[Heard, ...]
    groups: tuple[Evidence, ...]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What a model is asked of, in order."""
        return tuple(one.passage for one in self.heard)


def hear(
    text: str,
    sentences: Sequence[Span],
    mentions: Sequence[Mention],
    doubts: Sequence[Span] = (),
) -> Hearing:
    """Read every sentence for the companies named or carried in it and for groups.

    A sentence with one of `doubts` says what would change the view: of the view it says little.
    """
    heard: list[Heard] = []
    groups: list[Evidence] = []
    focus: Mention | None = None
    starts = [mention.start for mention in mentions]
    for span in sentences:
        near = mentions[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        here = [mention for mention in near if mention.end <= span.end]
        places = [Place(m.target, Span(m.start, m.end)) for m in here]
        carried = _carried(text, span, focus) if focus else None
        if carried and (not here or here[0].start >= carried.span.end):
            places.insert(0, carried)
        doubt = DOUBTED if any(span.covers(one) for one in doubts) else 1.0
        in_sentence, of_groups = _in_sentence(text, span, places, doubt)
        heard += in_sentence
        groups += of_groups
        focus = _next_focus(here, focus, is_carried=bool(carried))
    return Hearing(tuple(heard), tuple(groups))


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


def _in_sentence(
    text: str, span: Span, places: Sequence[Place], doubt: float
) -> tuple[list[Heard], list[Evidence]]:
    read_words = tokenise(text, span)
    if not read_words:
        return [], []
    cut = clauses(read_words)
    sentence = _Sentence(text, span, read_words, cut)
    named = [
        name for number, place in enumerate(places) if (name := _named(read_words, number, place))
    ]
    said = signals(read_words, cut, [(name.first, name.last) for name in named])
    of_names = opinions(read_words, cut, said, named)
    groups = []
    for group in group_opinions(read_words, cut, said, named):
        place = Span(read_words[group.first].start, read_words[group.last - 1].end)
        target = Target("group", place.of(text), place.of(text))
        found = _evidence(sentence, Place(target, place), group.signal, group.score)
        groups.append(replace(found, weight=group.weight * doubt, certainty=group.certainty))
    spoken_of = [name for name in named if not is_bystander(read_words, name)]
    return _heard(sentence, places, spoken_of, of_names, doubt), groups


def _heard(
    sentence: _Sentence,
    places: Sequence[Place],
    spoken_of: Sequence[Named],
    said: Sequence[Opinion],
    doubt: float,
) -> list[Heard]:
    """Gather the places of each target: what stands twice in a sentence is asked of once.

    Only those that are spoken of count: a broker that is quoted is not.
    """
    scene = Scene(sentence.words, sentence.cut, spoken_of, frozenset())
    first_of = {int(n.key): int(together(scene, [n])[0].key) for n in spoken_of}
    by_target: dict[Target, list[int]] = {}
    for number in first_of:
        by_target.setdefault(places[number].target, []).append(number)
    found = []
    for numbers in by_target.values():
        own = tuple(one for one in said if int(one.named.key) in numbers)
        spans = tuple(
            Span(
                places[n].span.start - sentence.span.start, places[n].span.end - sentence.span.start
            )
            for n in numbers
        )
        passage = passage_of(sentence.span.of(sentence.text), spans)
        listed = (sentence.span.start, first_of[numbers[0]])
        found.append(Heard(sentence, places[numbers[0]], own, passage, doubt, listed))
    return found


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
    found = _evidence(one.sentence, one.place, best.signal if best else None, score)
    carried = CARRIED if one.place.carried_from else 1.0
    return replace(found, weight=one.doubt, certainty=carried)


def _named(read_words: Sequence[Token], number: int, place: Place) -> Named | None:
    inside = [
        at
        for at, word in enumerate(read_words)
        if word.start < place.span.end and place.span.start < word.end
    ]
    return Named(str(number), inside[0], inside[-1] + 1) if inside else None


def _size(sentence: _Sentence, signal: Signal) -> float:
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


def _evidence(sentence: _Sentence, place: Place, signal: Signal | None, score: float) -> Evidence:
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
        quote=_quote(sentence, place, signal, mechanism),
        mechanism=mechanism,
        horizon=horizon_of(sentence.text, place_of_clause, besides=[place.span]),
        reached=signal is not None and _reaches(sentence, signal),
        carried_from=place.carried_from,
        conditions=conditions_of(sentence.text, sentence.words, sentence.cut, number),
    )


def _reaches(sentence: _Sentence, signal: Signal) -> bool:
    first = sentence.words[signal.first].lower
    return signal.entry.role in {"to", "flow", "obj"} or first in _REACHED


def _clause_at(sentence: _Sentence, span: Span) -> int:
    """Number the clause in which a span begins."""
    for number, clause in enumerate(sentence.cut):
        if span.start < sentence.words[clause.last - 1].end:
            return number
    return len(sentence.cut) - 1


def _quote(sentence: _Sentence, place: Place, signal: Signal | None, mechanism: str | None) -> Span:
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


def _from_a_word(sentence: _Sentence, first: int, end: int) -> Span:
    """Begin a quote at a word, a number or an opening mark rather than at a dash or comma."""
    while sentence.words[first].lower in _TRAILING and first + 1 < len(sentence.words):
        first += 1
    return Span(sentence.words[first].start, end)
