"""Counts to figures: precision, recall, F1. Pure; knows no data."""

import math
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby, product


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value of the scoreboard. `n` is what it was measured over."""

    set: str
    measure: str
    value: float
    n: int

    @property
    def key(self) -> str:
        """Its name in the thresholds file."""
        return f"{self.set}.{self.measure}"


@dataclass(slots=True)
class Tally:
    """Counts of what was found, wanted and both, over many rows."""

    found: int = 0
    wanted: int = 0
    right: int = 0

    def add(self, found: AbstractSet[str], wanted: AbstractSet[str]) -> None:
        """Count one row's sets."""
        self.found += len(found)
        self.wanted += len(wanted)
        self.right += len(found & wanted)

    @property
    def precision(self) -> float:
        """Share of the found that was wanted; 1 when nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the wanted that was found; 1 when nothing was wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 when nothing was right."""
        return share(2 * self.right, self.found + self.wanted)


def share(part: float, whole: int) -> float:
    """A part of a whole; 0 of nothing."""
    return part / whole if whole else 0.0


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return math.fsum(values) / len(values) if values else 0.0


def gap(claims: Iterable[tuple[float, bool]], bins: int = 4) -> float:
    """How far confidence is from the share that is right, on average over bins of like count.

    The expected calibration error of Naeini et al. (2015), with equal-mass bins; 0 is perfect.
    Claims of the same confidence stay in one bin.
    """
    ordered = sorted(claims)
    parts: list[list[tuple[float, bool]]] = [[]]
    for _, same in groupby(ordered, key=lambda claim: claim[0]):
        if len(parts[-1]) * bins >= len(ordered):
            parts.append([])
        parts[-1] += same
    off = (abs(sum(c for c, _ in part) - sum(right for _, right in part)) for part in parts)
    return sum(off) / len(ordered) if ordered else 0.0


def ordered_right(pairs: Iterable[tuple[float, float]]) -> tuple[float, int]:
    """Count the pairs of (given, wanted) whose wanted differ: those in the right order, and all.

    Equals count half.
    """
    several = list(pairs)
    right, total = 0.0, 0
    for (given, wanted), (other, less) in product(several, several):
        if wanted > less:
            total += 1
            right += 1.0 if given > other else 0.5 if given == other else 0.0
    return right, total
