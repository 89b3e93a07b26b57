"""Counts to figures: precision, recall, F1. Pure; knows no data."""

from dataclasses import dataclass


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

    def add(self, found: set[str], wanted: set[str]) -> None:
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


def share(part: int, whole: int) -> float:
    """A part of a whole; 0 of nothing."""
    return part / whole if whole else 0.0
