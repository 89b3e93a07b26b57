"""A text cut into clauses, and the names in it -> of whom each word is said. Pure.

Knows no meaning of words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.language.clauses import Clause, clauses
from retrieval.language.sentences import sentences
from retrieval.language.tokens import Token, tokenise

_KEPT = 256  # texts: the sources and lines of a few answers


@dataclass(frozen=True, slots=True)
class Name:
    """Where a company is named, by its issuer's id."""

    id: str
    start: int
    end: int
    clause: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """A text's tokens with the clause of each, and how each clause is meant."""

    tokens: tuple[Token, ...]
    clause: tuple[int, ...]
    sentence: tuple[int, ...]
    made: tuple[Clause, ...]


@lru_cache(maxsize=_KEPT)
def cut_of(text: str) -> Cut:
    """Cut a text into sentences, their clauses and their words."""
    tokens: list[Token] = []
    number: list[int] = []
    sentence: list[int] = []
    made: list[Clause] = []
    for place, span in enumerate(sentences(text)):
        words = tokenise(text, span)
        for clause in clauses(words):
            tokens += words[clause.first : clause.last]
            number += [len(made)] * (clause.last - clause.first)
            sentence += [place] * (clause.last - clause.first)
            made.append(clause)
    return Cut(tuple(tokens), tuple(number), tuple(sentence), tuple(made))


def clause_at(cut: Cut, start: int) -> int:
    """The number of the clause in which a place stands."""
    return next((n for t, n in zip(cut.tokens, cut.clause, strict=True) if t.end > start), 0)


class Owners:
    """Whom words are about: the last name before them, past those that a relative clause brings."""

    def __init__(self, cut: Cut, named: tuple[Name, ...], carried: tuple[str, ...]) -> None:
        self._cut, self._named, self._carried = cut, named, carried

    def of(self, start: int) -> frozenset[str]:
        """The ids of whom the word at a place is said; of a list, all of it."""
        clause = clause_at(self._cut, start)
        place = self._place(clause)
        inside = [n for n in self._named if self._place(n.clause) == place]
        before = [n for n in inside if n.start < start and self._reaches(n, clause)]
        if before:
            return frozenset(n.id for n in self._list(inside, before[-1]))
        if self._carried:
            return frozenset(self._carried)
        if inside:
            return frozenset(n.id for n in self._list(inside, inside[0]))
        earlier = [n for n in self._named if n.start < start]
        return frozenset({earlier[-1].id}) if earlier else frozenset()

    def ordered(self, start: int) -> tuple[str, ...]:
        """The same in the order in which they are named."""
        ids = self.of(start)
        named = tuple(dict.fromkeys(n.id for n in self._named if n.id in ids))
        return named or tuple(one for one in self._carried if one in ids)

    def _place(self, clause: int) -> int:
        at = self._cut.clause.index(clause) if clause in self._cut.clause else 0
        return self._cut.sentence[at] if self._cut.sentence else 0

    def _reaches(self, name: Name, clause: int) -> bool:
        aside = self._cut.made[name.clause].manner in {"relative", "than"}
        return name.clause == clause or not aside

    def _list(self, inside: Sequence[Name], one: Name) -> list[Name]:
        """The names that are joined to one by "and" or a comma alone."""
        at = inside.index(one)
        low = high = at
        while low > 0 and self._joined(inside[low - 1], inside[low]):
            low -= 1
        while high + 1 < len(inside) and self._joined(inside[high], inside[high + 1]):
            high += 1
        return list(inside[low : high + 1])

    def _joined(self, left: Name, right: Name) -> bool:
        between = [t for t in self._cut.tokens if left.end <= t.start and t.end <= right.start]
        words = [t.lower for t in between if t.lower[0].isalpha()]
        plain = [w for w in words if w not in {"and", "or", "nyse", "nasdaq", "both"}]
        joins = [t.lower for t in between if t.lower in {"and", "or", ",", "&"}]
        return left.id == right.id or (bool(joins) and not plain)
