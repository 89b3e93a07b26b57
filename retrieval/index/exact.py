"""Finds the nearest chunks by comparing with every vector of the store. Knows no index.

Always right, so it answers while an index is behind or broken, and where a scope leaves few chunks.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index.truth import Truth, net

CACHED = 200_000
"""Chunks whose vectors are held in memory: 300 MB. A larger corpus is read from the store in parts,
for each question that the index cannot answer."""

_PART = 10_000
_STEPS = 1_000
_DIGITS = 6
"""Scores are rounded to what does not depend on the order of the rows."""

_MANY = 16

Hit = tuple[str, float]
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """The vectors at one change of the store."""

    seq: int
    ids: Sequence[str]
    row: Mapping[str, int]
    matrix: NDArray[np.float32]

    def scores(self, ids: Sequence[str], vector: Vector) -> Vector:
        """Cosines of some: of all and then picked where that saves copying many rows."""
        if not ids:
            return np.zeros(0, np.float32)
        if ids is self.ids:
            return self.matrix @ vector
        rows = [self.row[i] for i in ids]
        if len(rows) * _MANY > len(self.ids):
            return (self.matrix @ vector)[rows]
        return self.matrix[rows] @ vector


_NOTHING = _Held(0, (), {}, np.zeros((0, 0), np.float32))


class Exact:
    """Cosines with the store's vectors. Threads may share it."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self._turn = threading.Lock()
        self._held = _NOTHING

    def query(self, vector: Vector, k: int, allowed: AbstractSet[str] | None = None) -> list[Hit]:
        """The `k` nearest chunks, nearest first, chunks of one score by id; only `allowed` ones."""
        best: list[Hit] = []
        for ids, scores in self._scored(vector, allowed):
            best = _top([*best, *_nearest(ids, scores, k)], k)
        return best

    def _scored(
        self, vector: Vector, allowed: AbstractSet[str] | None
    ) -> Iterator[tuple[Sequence[str], Vector]]:
        """Compare with the vectors held, then with those that are only in the store."""
        held = self._current()
        if allowed is None:
            yield held.ids, held.scores(held.ids, vector)
            rest = self._truth.chunk_ids() if held.seq == 0 else set()
        else:
            known = list(allowed & held.row.keys())
            yield known, held.scores(known, vector)
            rest = allowed - held.row.keys()
        for ids, rows in self._read(sorted(rest)):
            yield ids, rows @ vector

    def _current(self) -> _Held:
        """Bring what is held up to the store's newest change."""
        with self._turn:
            if self._held.seq == 0:
                self._held = self._load()
            while self._held.seq and self._held.seq < self._truth.last_change():
                self._held = self._advanced(self._held)
            return self._held

    def _load(self) -> _Held:
        seq = self._truth.last_change()
        ids = sorted(self._truth.chunk_ids())
        if not ids or len(ids) > CACHED:
            return _NOTHING
        return _held(seq, ids, np.concatenate([part for _, part in self._read(ids)]))

    def _advanced(self, held: _Held) -> _Held:
        changes = self._truth.changes(held.seq, _STEPS)
        put, dropped = net(changes)
        gone, new = set(dropped), [i for i in put if i not in held.row]
        if len(held.ids) + len(new) > CACHED:
            return _NOTHING
        kept = [i for i in held.ids if i not in gone]
        matrix = held.matrix if len(kept) == len(held.ids) else _rows(held, kept)
        if new:
            matrix = np.concatenate([matrix, self._truth.vectors(new)])
        return _held(changes[-1].seq, [*kept, *new], matrix)

    def _read(self, ids: Sequence[str]) -> Iterator[tuple[Sequence[str], NDArray[np.float32]]]:
        for start in range(0, len(ids), _PART):
            part = ids[start : start + _PART]
            yield part, self._truth.vectors(part)


def _held(seq: int, ids: Sequence[str], matrix: NDArray[np.float32]) -> _Held:
    return _Held(seq, ids, {chunk_id: row for row, chunk_id in enumerate(ids)}, matrix)


def _rows(held: _Held, ids: Sequence[str]) -> NDArray[np.float32]:
    return held.matrix[[held.row[i] for i in ids]]


def _nearest(ids: Sequence[str], scores: Vector, k: int) -> list[Hit]:
    if not ids or k < 1:
        return []
    rounded = np.round(scores.astype(np.float64), _DIGITS)
    if len(ids) > k:
        least = np.partition(rounded, len(ids) - k)[len(ids) - k]
        rows = np.flatnonzero(rounded >= least)
    else:
        rows = np.arange(len(ids))
    return _top([(ids[row], float(rounded[row])) for row in rows.tolist()], k)


def _top(hits: Sequence[Hit], k: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]
