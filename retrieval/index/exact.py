"""Finds the nearest chunks by comparing with every vector of the store. Knows no index.

Always right, so it answers while an index is behind or broken, and where a scope leaves few chunks.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

import numpy as np

from retrieval.index.table import Rows, Table, Vector
from retrieval.index.truth import Truth, Within, net
from retrieval.models import Scope

CACHED = 200_000
"""Chunks whose vectors are held in memory: 300 MB. The vectors of a larger corpus are read from the
store in parts, for each question that the index cannot answer."""

_PART = 10_000
_STEPS = 1_000
_DIGITS = 6
"""Scores are rounded to what does not depend on the order of the rows."""

_SAME = 10.0**-_DIGITS

Hit = tuple[str, float]
Name = Callable[[Rows], list[str]]
"""What names the chunks of some places of a part."""


class Exact:
    """Cosines with the store's vectors. Threads may share it: they take turns."""

    def __init__(self, truth: Truth, cached: int = CACHED) -> None:
        self._truth = truth
        self._cached = cached
        self._turn = threading.Lock()
        self._table = Table()
        self._seq = 0

    def query(self, vector: Vector, k: int, within: Within = None) -> list[Hit]:
        """The `k` nearest chunks, nearest first, chunks of one score by id."""
        best: list[Hit] = []
        with self._turn:
            for name, scores in self._scored(vector, within):
                best = _top([*best, *_nearest(name, scores, k)], k)
        return best

    def load(self) -> None:
        """Take in all that there is, before others work at the same time."""
        with self._turn:
            self._current()

    def seen(self, scope: Scope) -> tuple[int, Callable[[str], bool]]:
        """How many live chunks a scope may see, and what tells whether one is among them."""
        with self._turn:
            return self._current().seen(scope)

    def _scored(self, vector: Vector, within: Within) -> Iterator[tuple[Name, Vector]]:
        """Compare with the vectors held, then with those that are only in the store.

        Each part gives what names its rows: only a few of them are asked for.
        """
        table = self._current()
        if isinstance(within, AbstractSet):
            rows = table.rows_of(within)
            rest = sorted(i for i in within if i not in table)
        else:
            rows, rest = table.rows(within), []
        if table.has_vectors:
            yield (lambda some: table.ids(rows[some])), table.scores(rows, vector)
        else:
            rest = [*rest, *table.ids(rows)]
        for start in range(0, len(rest), _PART):
            part = rest[start : start + _PART]
            yield partial(_picked, part), self._truth.vectors(part) @ vector

    def _current(self) -> Table:
        """Bring the table up to the store's newest change."""
        last = self._truth.last_change()
        if self._seq == 0 and last:
            self._seq = last
            self._put(sorted(self._truth.chunk_ids()))
        while self._seq < last:
            changes = self._truth.changes(self._seq, _STEPS)
            put, dropped = net(changes)
            self._table.drop(dropped)
            self._put(put)
            self._table = self._table.swept()
            self._seq = changes[-1].seq
        return self._table

    def _put(self, ids: Sequence[str]) -> None:
        """Add chunks to the table; it forgets all vectors when they have become too many."""
        held = self._table.has_vectors or not len(self._table)
        if held and len(self._table) + len(ids) > self._cached:
            self._table = self._table.without_vectors()
            held = False
        for start in range(0, len(ids), _PART):
            part = ids[start : start + _PART]
            vectors = self._truth.vectors(part) if held else None
            self._table.put(part, self._truth.facets(part), vectors)


def _picked(names: Sequence[str], some: Rows) -> list[str]:
    return [names[at] for at in some.tolist()]


def _nearest(name: Name, scores: Vector, k: int) -> list[Hit]:
    count = len(scores)
    if not count or k < 1:
        return []
    least = np.partition(scores, count - k)[count - k] if count > k else -np.inf
    rows = np.flatnonzero(scores >= least - _SAME)  # some are the same when they are rounded
    rounded = np.round(scores[rows].astype(np.float64), _DIGITS)
    return _top(list(zip(name(rows), rounded.tolist(), strict=True)), k)


def _top(hits: Sequence[Hit], k: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]
