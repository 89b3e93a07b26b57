"""Sentences and mentions -> who is spoken of where, and what the rules say of them.

What a model is asked about the sentences of many articles at once stands in the result; telling.py
joins its answers with this.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.language.clauses import clauses
from retrieval.language.groups import group_opinions
from retrieval.language.passages import Passage, passage_of
from retrieval.language.quoting import Evidence, Place, Sentence, evidence_of
from retrieval.language.receivers import Opinion, is_bystander, is_rating, opinions
from retrieval.language.sides import Named, Scene, together
from retrieval.language.signals import signals
from retrieval.language.tokens import Token, tokenise
from retrieval.models import Mention, Span, Target

# how an article goes on about the company it named last
_CARRIER = re.compile(
    r"(?:(?:[Tt]he|[Tt]his|[Tt]hat)\s(?:[a-z][\w-]*\s){0,2}?(?:company|firm|group|stock|shares?|"
    r"giant|retailer|bank|lender|insurer|\w*maker|producer|developer|carrier|airline|operator|miner|"
    r"supplier|brokerage|conglomerate|startup|manufacturer|business|parent)"
    r"|[Ii]ts|[Ii]t|[Ss]hares|[Tt]he\sshares|[Mm]anagement)\b(?!\s[A-Z])"
    # "shares of its rival" are not those of the company named last, "shares of the company" are
    r"(?!(?<=hares)\s(?:of|in)\s(?!the\s(?:company|firm|group|bank|lender|carrier|\w*maker)\b))",
)
GROUPED = 0.8  # how often a claim on a group is right, which only the rules make
DOUBTED = 0.25  # "if the plant fails, X suffers" is a trigger rather than a claim


@dataclass(frozen=True, slots=True)
class Heard:
    """One target in one sentence: what the rules found of it, and the passage a model is asked of.

    `doubt` weighs down a sentence that says what would change the view. `listed` is the same for
    the members of one list, "Amazon, Google and Nvidia", of whom the same is said.
    """

    sentence: Sentence
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
        in_sentence, of_groups, brokers = _in_sentence(text, span, places, doubt)
        heard += in_sentence
        groups += of_groups
        left = [mention for mention in here if mention.target not in brokers]
        if left or not here:
            focus = _next_focus(left, focus, is_carried=bool(carried))
    return Hearing(tuple(heard), tuple(groups))


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
) -> tuple[list[Heard], list[Evidence], frozenset[Target]]:
    """Read one sentence: of companies, of groups, and who in it only rates others."""
    read_words = tokenise(text, span)
    if not read_words:
        return [], [], frozenset()
    cut = clauses(read_words)
    sentence = Sentence(text, span, read_words, cut)
    named = [
        name for number, place in enumerate(places) if (name := _named(read_words, number, place))
    ]
    said = signals(read_words, cut, [(name.first, name.last) for name in named])
    of_names = opinions(read_words, cut, said, named)
    groups = []
    for group in group_opinions(read_words, cut, said, named):
        place = Span(read_words[group.first].start, read_words[group.last - 1].end)
        target = Target("group", place.of(text), place.of(text))
        likelihood = GROUPED * group.certainty
        found = evidence_of(sentence, Place(target, place), group.signal, group.score, likelihood)
        groups.append(replace(found, weight=group.weight * doubt, certainty=group.certainty))
    spoken_of = [name for name in named if not is_bystander(read_words, name)]
    brokers = frozenset(places[int(n.key)].target for n in named if is_rating(read_words, n))
    return _heard(sentence, places, spoken_of, of_names, doubt), groups, brokers


def _heard(
    sentence: Sentence,
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


def _named(read_words: Sequence[Token], number: int, place: Place) -> Named | None:
    inside = [
        at
        for at, word in enumerate(read_words)
        if word.start < place.span.end and place.span.start < word.end
    ]
    return Named(str(number), inside[0], inside[-1] + 1) if inside else None
