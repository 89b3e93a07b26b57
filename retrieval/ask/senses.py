"""A text and who is named in it to its words as a check compares them. Pure.

Each word carries what it says: its side, whether it is denied, how sure it is, and whose it is.
Knows no sources and no line.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.ask.amounts import Amount, Time, amounts, times
from retrieval.ask.concepts import concept
from retrieval.ask.opposites import (
    BEFORE_TIMES,
    FIXED,
    IRREGULAR,
    PAIRS,
    SIDES,
    TIMES,
    UP_OR_DOWN,
)
from retrieval.ask.owners import Cut, Name, Owners, clause_at, cut_of
from retrieval.ask.words import STOP_WORDS, stem
from retrieval.language.lexicon import load_lexicon
from retrieval.language.wordlists import word_list
from retrieval.models import Span

PLAIN, FUTURE, DOUBTFUL = 0, 1, 2
"""How sure a clause is: it is so; it will be, or is planned; it may be."""

_FUTURE = re.compile(
    r"\b(?:will|shall|won['’]t|should|likely|expects?|expecting|plans|planned|aims?|intends?"
    r"|stands? to|poised|assumes?|scheduled|hopes?|promised|(?:set|going|due|expected|seen"
    r"|forecast|projected|plan) to|(?:is|are|was|were|be|been|now) (?:expected|seen|forecast"
    r"|projected|due|estimated))\b",
    re.IGNORECASE,
)
_DOUBTFUL = re.compile(
    r"\b(?:may(?! \d)|might|could|would|if|unless|possibl[ey]|possibility|potential(?:ly)?|perhaps"
    r"|whether|reportedly|allegedly|rumou?r(?:ed|s)?|unconfirmed|provided that|assuming|unlikely"
    r"|at best|ask(?:s|ed)?|seek(?:s|ing)?|sought|try|tries|tried|trying|attempt\w*|propos\w+"
    r"|guess(?:es|ed)?|believes?|believed|thinks?|thought|suspects?|claims?|claimed"
    r"|consider(?:s|ed|ing)?|threaten\w*|urge[sd]?|wants? to)\b",
    re.IGNORECASE,
)
_AND_THAT = re.compile(r"\b(?:and|but|or) that\b|;", re.IGNORECASE)
_WOULD = re.compile(r"(?<=\b(?:it|he) )would\b|(?<=\b(?:she) )would\b|(?<=\bthey )would\b")
_PLANNING = frozenset(
    """stands stand set poised plans plan expected due likely seen forecast aims intends expects
    hopes scheduled""".split()
)
_SPEAKERS = frozenset("it he she they".split())
_MODALS = {
    "may": DOUBTFUL, "might": DOUBTFUL, "could": DOUBTFUL, "would": DOUBTFUL, "will": FUTURE,
    "shall": FUTURE, "must": FUTURE,
}  # fmt: skip
_HEARSAY = re.compile(
    r"\b(?:according to (?:\w+ ){0,3}(?:people|persons?|sources?)|reportedly|unconfirmed"
    r"|people (?:who|familiar|briefed)|rumou?r\w*|alleged\w*|said to have|sources sa\w+"
    r"|people sa\w+|people with)\b",
    re.IGNORECASE,
)
_NEGATORS = word_list("negators") - {"unlikely"}
_SCOPE = 4  # words behind a negator that it denies
_DENIED_WITHIN = re.compile(
    r"^(?:un|non-?|dis)(?=[a-z]{4,})|^in(?=(?:valid|complete|accura|suffici|capab|correct|effici))"
    r"|^im(?=(?:possib|probab))"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word at `text[start:]`, and how it is meant.

    `key` is what it says and `stem` in which word; `side` is 1 up or good, -1 down or bad, else 0,
    and one that `moves` tells where a figure goes. `sure` is how sure all that is told with it is,
    `modal` what stands before it. `pair` says which opposites it is one of, and `fixed` words have
    no synonym. `owners` are the ids of whom it is said, as far as names tell.
    """

    key: str
    stem: str
    lower: str
    start: int
    clause: int
    side: int = 0
    denied: bool = False
    sure: int = PLAIN
    modal: int = PLAIN
    pair: tuple[str, int] | None = None
    fixed: bool = False
    moves: bool = False
    owners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount, its clause, and whose it is as far as names tell."""

    amount: Amount
    clause: int
    owners: frozenset[str]


@dataclass(frozen=True, slots=True)
class Senses:
    """All that a text says, in its order.

    `certainty` is by clause; `conditional`, `hearsay` and `denies` are of the whole.
    """

    words: tuple[Word, ...]
    names: tuple[Name, ...]
    figures: tuple[Figure, ...]
    times: tuple[Time, ...]
    certainty: tuple[int, ...]
    conditional: bool
    hearsay: bool
    denies: bool


def senses(text: str, named: Sequence[Name] = (), carried: Sequence[str] = ()) -> Senses:
    """Read a text; `named` are the places of companies in it, in order.

    `carried` are the ids of those whom it speaks of without naming them ("its shares fell").
    """
    cut = cut_of(text)
    said = times(text)
    figures = amounts(text, said)
    here = tuple(replace(n, clause=clause_at(cut, n.start)) for n in named)
    taken = [Span(n.start, n.end) for n in here]
    taken += [Span(t.start, t.end) for t in said] + [Span(a.start, a.end) for a in figures]
    owners = Owners(cut, here, tuple(carried))
    return Senses(
        words=tuple(_words(text, cut, taken, owners)),
        names=here,
        figures=tuple(_figures(cut, figures, owners)),
        times=said,
        certainty=tuple(_certainty(text, cut, n) for n in range(len(cut.made))),
        conditional=any(c.manner == "condition" for c in cut.made),
        hearsay=_HEARSAY.search(text) is not None,
        denies=any(t.lower.replace("’", "'") in _NEGATORS for t in cut.tokens),
    )


def _words(text: str, cut: Cut, taken: Sequence[Span], owners: Owners) -> Iterable[Word]:
    sides = _sides(cut)
    for at, token in enumerate(cut.tokens):
        inside = any(s.start < token.end and token.start < s.end for s in taken)
        if inside or not token.lower[0].isalpha():
            continue
        word = _word(cut, at, sides.get(at, 0))
        if word.side or word.pair or word.fixed or token.lower not in STOP_WORDS:
            sure = _sure(cut, word.clause, _part(text, cut, at))
            yield replace(word, sure=sure, owners=owners.of(token.start))


def _word(cut: Cut, at: int, side: int) -> Word:
    token, clause = cut.tokens[at], cut.clause[at]
    before = _before(cut, at)
    denied = not _NEGATORS.isdisjoint(before) and "only" not in before
    lower = token.lower
    base = _DENIED_WITHIN.sub("", lower)
    if base != lower:
        denied, lower = not denied, base
    return Word(
        key=concept(IRREGULAR.get(lower, lower)),
        stem=stem(IRREGULAR.get(lower, lower)),
        lower=token.lower,
        start=token.start,
        clause=clause,
        side=side,
        denied=denied,
        modal=max(_modal(cut, clause, *pair) for pair in list(pairwise(["", *before, ""]))[-4:]),
        pair=PAIRS.get(token.lower),
        moves=concept(token.lower) in SIDES or token.lower in UP_OR_DOWN or at in _movers(cut),
        fixed=token.lower in FIXED or _is_before_time(cut, at),
    )


def _before(cut: Cut, at: int) -> list[str]:
    """The words before a word that may deny it; of what "he did not say", that "not" as well."""
    clause = cut.clause[at]
    first = cut.clause.index(clause)
    inside = [t.lower.replace("’", "'") for t in cut.tokens[max(first, at - _SCOPE) : at]]
    if "," in inside:
        return inside[len(inside) - inside[::-1].index(",") :]
    if cut.made[clause].manner == "said":
        inside = [t.lower.replace("’", "'") for t in cut.tokens[max(0, first - 2) : first]] + inside
    return inside


def _modal(cut: Cut, clause: int, speaker: str, word: str) -> int:
    """How sure a modal is; who said that he would, will."""
    if word == "to" and speaker in _PLANNING:
        return FUTURE
    reported = word == "would" and cut.made[clause].manner == "said"
    return FUTURE if reported and speaker in _SPEAKERS else _MODALS.get(word, PLAIN)


def _is_before_time(cut: Cut, at: int) -> bool:
    """Tell "last year" and "next two quarters" from "will last"."""
    behind = {t.lower for t in cut.tokens[at + 1 : at + 3]}
    return cut.tokens[at].lower in BEFORE_TIMES and not TIMES.isdisjoint(behind)


def _movers(cut: Cut) -> set[int]:
    return {f.first for f in load_lexicon().find(cut.tokens) if f.entry.role == "move"}


def _sides(cut: Cut) -> Mapping[int, int]:
    """The side of each word that takes one: by the lexicon, by what it means, or by itself."""
    found: dict[int, int] = {}
    for item in load_lexicon().find(cut.tokens):
        entry = item.entry
        idle = entry.role == "move" and not entry.alone  # it says nothing without what it moves
        if entry.role not in {"thing", "good", "flow", "reverse"} and entry.score and not idle:
            found[item.first] = 1 if entry.score > 0 else -1
    for at, token in enumerate(cut.tokens):
        side = UP_OR_DOWN.get(token.lower) or SIDES.get(concept(token.lower))
        if side:
            found[at] = side
        elif token.lower in PAIRS:
            found.pop(at, None)
    return found


def _figures(cut: Cut, found: Sequence[Amount], owners: Owners) -> Iterable[Figure]:
    """Give each figure its owner; of as many as there are names, each its own ("6% and 4%")."""
    for at, amount in enumerate(found):
        ids = owners.ordered(amount.start)
        group = [n for n, a in enumerate(found) if _beside(cut, a, amount)]
        if len(ids) > 1 and len(group) == len(ids) and at in group:
            ids = (ids[group.index(at)],)
        yield Figure(amount, clause_at(cut, amount.start), frozenset(ids))


def _beside(cut: Cut, one: Amount, other: Amount) -> bool:
    return one.unit == other.unit and clause_at(cut, one.start) == clause_at(cut, other.start)


def _certainty(text: str, cut: Cut, number: int) -> int:
    first = cut.clause.index(number)
    last = len(cut.clause) - cut.clause[::-1].index(number)
    return _sure(cut, number, text[cut.tokens[first].start : cut.tokens[last - 1].end])


def _part(text: str, cut: Cut, at: int) -> str:
    """What is told with a word: its clause, up to an "and that"."""
    number, start = cut.clause[at], cut.tokens[at].start
    first = cut.tokens[cut.clause.index(number)].start
    last = cut.tokens[len(cut.clause) - 1 - cut.clause[::-1].index(number)].end
    borders = [m.start() for m in _AND_THAT.finditer(text, first, last)]
    return text[
        max([first, *(b for b in borders if b <= start)]) : min(
            [last, *(b for b in borders if b > start)]
        )
    ]


def _sure(cut: Cut, number: int, said: str) -> int:
    place = cut.sentence[cut.clause.index(number)]
    told = any(
        cut.made[n].manner == "said"
        for n, s in zip(cut.clause, cut.sentence, strict=True)
        if s == place and n <= number
    )
    if told:  # who said that he would, will
        said = _WOULD.sub("will", said)
    if cut.made[number].manner == "condition" or _DOUBTFUL.search(said):
        return DOUBTFUL
    return FUTURE if _FUTURE.search(said) else PLAIN


def stems(text: str) -> frozenset[str]:
    """The stems and the meanings of all words of a text."""
    lowers = [t.lower for t in cut_of(text).tokens if t.lower[0].isalnum()]
    lowers += [IRREGULAR[w] for w in lowers if w in IRREGULAR]
    return frozenset([stem(w) for w in lowers] + [concept(w) for w in lowers])


def effective(word: Word) -> int:
    """The side of a word as it is meant: "did not rise" is down."""
    return -word.side if word.denied else word.side


def same(word: Word, others: Iterable[Word]) -> list[Word]:
    """The same word among others, else those that say the same."""
    alike = [w for w in others if w.key == word.key]
    return [w for w in alike if w.stem == word.stem] or alike
