"""Answers which chunks are nearest to a vector or share words with a text, always right.

Knows no question, no SQL, and no index's insides. The indexes follow the store; where one is behind
or broken, the store answers by exact search until it has caught up.
"""

import logging
import threading
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import DamagedIndexError
from retrieval.index import dense
from retrieval.index.chunks import CHUNKING, embedded_title
from retrieval.index.dense import DenseIndex
from retrieval.index.exact import Exact
from retrieval.index.folder import Lock
from retrieval.index.follower import Follower, Ids
from retrieval.index.lexical import ANALYSIS, LexicalIndex
from retrieval.index.probe import Probe, probe
from retrieval.index.truth import Truth, Within
from retrieval.models import Scope

log = logging.getLogger(__name__)

EXACT_LIMIT = 50_000
"""Below this many chunks in scope, or in all, compare with each of them: no neighbour is missed,
and the answer does not depend on how far an index has come. 50,000 take about 5 ms; Chroma with a
filter takes 110-690 ms (DESIGN.md), so a wider scope is applied to what it finds without one."""

NEAR = 200
"""Changes that `open` applies before it returns; more are applied while questions come in."""

_MORE = 4
"""How many times `k` the index is asked for at first when a scope is applied to what it found."""

Hits = list[tuple[str, float]]
"""Chunk ids with scores, best first."""


@dataclass(frozen=True, slots=True)
class IndexHealth:
    """The store's last change and the last one that each index holds; None where there is none.

    `ready` says whether both are in use; until then the answers are the same, only slower.
    """

    last_change: int
    dense: int | None
    lexical: int
    ready: bool


class Indexes:
    """Both indexes over one store. Threads may share it; one process at a time owns its folder."""

    def __init__(
        self,
        truth: Truth,
        lexical: Follower[LexicalIndex],
        dense: Follower[DenseIndex] | None,
        lock: Lock | None,
        exact_below: int = EXACT_LIMIT,
    ) -> None:
        self._truth = truth
        self._lexical = lexical
        self._dense = dense
        self._lock = lock
        self._exact_below = exact_below
        self._exact = Exact(truth)
        self._worker: threading.Thread | None = None
        self._past_turn = threading.Lock()
        self._past: tuple[frozenset[str], LexicalIndex] | None = None

    @classmethod
    def in_memory(cls, truth: Truth) -> Self:
        """Search without a folder: words in memory, vectors by exact comparison."""
        return cls(truth, _words(truth, None, "", probe), None, None)

    @classmethod
    def open(
        cls,
        truth: Truth,
        folder: Path | None,
        model: str,
        *,
        look: Probe = probe,
        exact_below: int = EXACT_LIMIT,
    ) -> Self:
        """Take the folder and bring its indexes up to the store.

        A large gap, or an index that was not closed well, is worked on in a thread meanwhile.
        `look` is what opens such an index first, in a child process.
        """
        if folder is None:
            return cls.in_memory(truth)
        with ExitStack() as undo:
            lock = Lock(folder)
            undo.callback(lock.release)
            words = _words(truth, folder / "lexical", model, look)
            vectors = _vectors(truth, folder / "dense", model, look)
            indexes = cls(truth, words, vectors, lock, exact_below)
            if words.is_near(NEAR) and vectors.is_near(NEAR):
                indexes.catch_up()
            else:
                indexes._work()
            undo.pop_all()
        return indexes

    def catch_up(self) -> int:
        """Apply what the store has more than the indexes; the number of changes it took."""
        applied = self._lexical.settle()
        if self._dense:
            try:
                applied = max(applied, self._dense.settle())
            except DamagedIndexError:
                log.exception("the vector index cannot be built; the search stays exact")
        return applied

    def rebuild(self) -> int:
        """Fill both indexes anew from the store, without embedding; the number of chunks."""
        for follower in (self._lexical, self._dense):
            if follower:
                follower.clear()
        self.catch_up()
        return len(self._truth.chunk_ids())

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the work that `open` left to a thread; tell whether it is done."""
        if self._worker:
            self._worker.join(seconds)
        return self._worker is None or not self._worker.is_alive()

    def dense(self, vector: NDArray[np.float32], k: int, within: Within = None) -> Hits:
        """The `k` chunks with the highest cosine, best first."""
        found = None
        if within is None or within == Scope():
            found = self._approximate(vector, k, None)
        elif isinstance(within, Scope):
            count, keeps = self._exact.seen(within)
            found = self._approximate(vector, k, keeps) if count >= self._exact_below else None
        return self._exact.query(vector, k, within) if found is None else found

    def lexical(self, text: str, k: int, within: Within = None, *, past: bool = False) -> Hits:
        """The `k` chunks that share most with a text (BM25), best first.

        Waits for the index where it is behind: 10,000 chunks take a second or two. For a `past`
        that the named chunks make up, words are as rare as they are in it: what came later has no
        say.
        """
        if past and isinstance(within, AbstractSet):
            return self._as_it_was(text, k, within)
        with self._lexical.turn:
            try:
                return self._by_words(text, k, within)
            except DamagedIndexError:
                self._lexical.put_aside()
                return self._by_words(text, k, within)

    def health(self) -> IndexHealth:
        """How far the indexes have come."""
        dense_at = self._dense.applied if self._dense else None
        ready = self._lexical.current() is not None
        if self._dense:
            ready = ready and self._dense.current() is not None
        return IndexHealth(self._truth.last_change(), dense_at, self._lexical.applied, ready)

    def close(self) -> None:
        """Stop the work that is under way, seal the indexes, and give the folder back."""
        followers = [follower for follower in (self._lexical, self._dense) if follower]
        for follower in followers:
            follower.stopped.set()
        self.wait()
        for follower in followers:
            follower.close()
        if self._lock:
            self._lock.release()

    def _work(self) -> None:
        """Catch up in a thread, unless one is at it."""
        if self.wait(0):
            self._worker = threading.Thread(target=self._recover, name="indexes", daemon=True)
            self._worker.start()

    def _recover(self) -> None:
        """First take in what answers meanwhile: beside a thread that fills an index it takes long.

        Measured at 100,000 chunks: 4 s before, two minutes beside.
        """
        self._exact.load()
        self.catch_up()

    def _approximate(
        self, vector: NDArray[np.float32], k: int, keeps: Callable[[str], bool] | None
    ) -> Hits | None:
        """Ask the index; None if it cannot answer for all that is live."""
        if self._dense is None or self._dense.current() is None:
            return None
        with self._dense.turn:
            index = self._dense.current()
            if index is None:
                return None
            try:
                if index.count() < self._exact_below:
                    return None
                return among(index, vector, k, keeps)
            except DamagedIndexError:
                self._dense.put_aside()
        self._work()
        return None

    def _by_words(self, text: str, k: int, within: Within) -> Hits:
        """Ask the index as it is now, or one of the past where chunks are named that ended."""
        self._lexical.settle()
        index = self._lexical.index
        assert index, "the indexes are closed"
        if isinstance(within, AbstractSet) and not index.has(within):
            return self._as_it_was(text, k, within)
        return index.query(text, k, within)

    def _as_it_was(self, text: str, k: int, allowed: AbstractSet[str]) -> Hits:
        """Search chunks alone, whether live or not, as a question about the past asks for.

        The last ones stay indexed: a question searches several times, and seldom comes alone.
        """
        with self._past_turn:
            if self._past is None or self._past[0] != allowed:
                index, ids = LexicalIndex(None), sorted(allowed)
                # a later version may share a chunk, and say more in its title than the chunk holds
                rows = self._truth.lexical_rows(ids)
                titled = [(i, embedded_title(title), words) for i, title, words in rows]
                index.upsert(titled, self._truth.facets(ids))
                self._past = (frozenset(allowed), index)
            return self._past[1].query(text, k)


def _words(truth: Truth, folder: Path | None, model: str, look: Probe) -> Follower[LexicalIndex]:
    def apply(index: LexicalIndex, put: Ids, dropped: Ids) -> None:
        index.delete(dropped)
        index.upsert(truth.lexical_rows(put), truth.facets(put))
        index.commit()

    return Follower(
        truth,
        folder,
        f"{model} | {CHUNKING} | {ANALYSIS} | tantivy {version('tantivy')}",
        open_index=lambda: LexicalIndex(folder),
        apply=apply,
        probe=lambda: folder is None or look("lexical", folder, model),
    )


def _vectors(truth: Truth, folder: Path, model: str, look: Probe) -> Follower[DenseIndex]:
    name = f"{model}.{CHUNKING}"
    dense.load()

    def apply(index: DenseIndex, put: Ids, dropped: Ids) -> None:
        index.delete(dropped)
        if put:
            index.upsert(put, truth.vectors(put))

    return Follower(
        truth,
        folder,
        f"{name} | {dense.GRAPH} | chromadb {version('chromadb')}",
        open_index=lambda: DenseIndex(folder, name),
        apply=apply,
        probe=lambda: look("dense", folder, name),
    )


class Nearest(Protocol):
    """What finds about the `k` nearest of all chunks."""

    def query(self, vector: NDArray[np.float32], k: int) -> Hits:
        """Nearest first."""


def among(
    index: Nearest, vector: NDArray[np.float32], k: int, keeps: Callable[[str], bool] | None
) -> Hits:
    """Ask for more and more, and keep what may be seen, until enough are found or all seen."""
    if keeps is None:
        return index.query(vector, k)
    wanted = k * _MORE
    while True:
        seen = index.query(vector, wanted)
        found = [hit for hit in seen if keeps(hit[0])]
        if len(found) >= k or len(seen) < wanted:
            return found[:k]
        wanted *= _MORE
