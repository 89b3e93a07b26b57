"""Things that are done to the seconds and milliseconds they take. Knows nothing of what is done."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from retrieval.contract import Json

TIMES = 40
"""How often a query is made for its quantiles; once before, unmeasured."""


@dataclass(slots=True)
class Timed:
    """Seconds that something took."""

    seconds: float = 0.0

    def rate(self, count: int) -> float:
        """How many of `count` things were done a second."""
        return round(count / self.seconds, 2)


@contextmanager
def timed() -> Iterator[Timed]:
    """Time what is done within."""
    taken, started = Timed(), perf_counter()
    yield taken
    taken.seconds = perf_counter() - started


def quantiles(query: Callable[[int], object], of_bare: float | None = None) -> Json:
    """Milliseconds at the median and the 95th percentile, and how often a bare time the median is.

    `query` is called with 0, 1, 2, ...
    """
    query(0)
    taken: list[float] = []
    for number in range(TIMES):
        with timed() as one:
            query(number)
        taken.append(one.seconds * 1000)
    p50 = statistics.median(taken)
    found = {"p50": _shown(p50), "p95": _shown(sorted(taken)[int(0.95 * (TIMES - 1))])}
    return found if of_bare is None else {**found, "of_bare": round(p50 / of_bare, 2)}


def _shown(milliseconds: float) -> float:
    """Three digits that count: a product over few vectors takes microseconds, and is divided by."""
    return float(f"{milliseconds:.3g}")
