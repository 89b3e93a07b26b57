"""Finds chunks by the nearness of their vectors: HNSW in Chroma, which only this module knows.

Knows no text: ids and vectors go in and out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import DamagedIndexError, StoreError
from retrieval.index.graph import fits

GRAPH = "hnsw.v1"
"""How the graph is made: part of the index's version."""

SYNC_THRESHOLD = 1000
"""Vectors between two writes of the graph to disk: Chroma's default. Never writing it is safer
against kill -9 (RELIABILITY.md, 2), but the log is then replayed at each start: the first read took
1.6 s for 10,000 chunks and 0.04 s this way (0.12 s for 43,000). A start must be quick, and what a
kill may break here is found by the probe and built again from the store."""

EF_SEARCH = 400
"""How widely the graph is searched. Measured with MiniLM vectors, 12,000 chunks: of the true first
60, Chroma's default (100) finds .92 in 1.9 ms, 200 finds .986 in 2.6 ms, 400 .998 in 5.4 ms."""

_DIGITS = 6
"""Scores are rounded as in the exact search, so that both give the same answer."""

_SAME = 0.999
"""A unit vector's cosine with itself, less rounding: what the probe must find."""


def load() -> None:
    """Import Chroma, which takes half a second, before several threads would do so at once."""
    import chromadb  # noqa: F401


class DenseIndex:
    """A collection of unit vectors. One process may own a folder, and one thread use it at a time.

    Every failure of Chroma is a DamagedIndexError: the answer to all of them is to fill a new one.
    """

    def __init__(self, place: Path | str, name: str) -> None:
        """Open a folder, or a Chroma server by its URL for a team that outgrew one machine."""
        with _damage(place):
            self._client = _client(place)
            self._collection = self._client.get_or_create_collection(
                collection_name(name),
                embedding_function=None,
                configuration={
                    "hnsw": {
                        "space": "cosine",
                        "ef_search": EF_SEARCH,
                        "sync_threshold": SYNC_THRESHOLD,
                    }
                },
            )
            self._batch = int(self._client.get_max_batch_size())
        self._place = place
        self._count: int | None = None  # Chroma counts anew each time: 15 ms of 100,000

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Write vectors, row i for ids[i]; one that is there already is replaced."""
        self._count = None
        last = {chunk_id: row for row, chunk_id in enumerate(ids)}
        for some in _batches(list(last), self._batch):
            rows = vectors[[last[chunk_id] for chunk_id in some]]
            with _damage(self._place):
                self._collection.upsert(ids=some, embeddings=rows)

    def delete(self, ids: Iterable[str]) -> None:
        """Drop vectors; one that is not there is no error."""
        self._count = None
        for some in _batches(list(dict.fromkeys(ids)), self._batch):
            with _damage(self._place):
                self._collection.delete(ids=some)

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """About the `k` nearest chunks (the search is approximate), nearest first."""
        if k < 1:
            return []
        with _damage(self._place):
            found = self._collection.query(
                query_embeddings=[vector], n_results=k, include=["distances"]
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        hits = [(str(i), round(1.0 - float(distance), _DIGITS)) for i, distance in pairs]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def ids(self) -> set[str]:
        """All chunks of the index."""
        with _damage(self._place):
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """How many chunks the index holds."""
        if self._count is None:
            with _damage(self._place):
                self._count = int(self._collection.count())
        return self._count

    def verify(self) -> int:
        """Read every vector and find one of each batch again: the number of chunks if all is well.

        After a kill Chroma can list ids whose vectors it has lost, or hand out others' bytes.
        """
        ids = sorted(self.ids())
        for some in _batches(ids, self._batch):
            with _damage(self._place):
                got = self._collection.get(ids=some, include=["embeddings"])["embeddings"]
            rows = np.asarray(got, np.float32)
            if len(rows) != len(some) or not _are_unit(rows):
                raise DamagedIndexError(str(self._place))
            nearest = self.query(rows[0], 1)
            if not nearest or nearest[0][1] < _SAME:
                raise DamagedIndexError(str(self._place))
        return len(ids)

    def close(self) -> None:
        """Let go of the folder."""
        self._client.close()


def implausible(folder: Path) -> bool:
    """Tell from its files whether opening an index could crash the process or give others' bytes.

    Chroma keeps a folder for each graph, with all of its files from the first vector on, and its
    ids in a pickle; an empty pickle ends the process.
    """
    graphs = [path for path in folder.iterdir() if path.is_dir()]
    pickles = [path / "index_metadata.pickle" for path in graphs]
    empty = any(path.exists() and path.stat().st_size == 0 for path in pickles)
    return empty or not all(fits(graph) for graph in graphs)


def collection_name(name: str) -> str:
    """What Chroma takes: 3 to 512 of [a-zA-Z0-9._-], a letter or digit at both ends, no ".."."""
    plain = re.sub(r"\.{2,}", ".", re.sub(r"[^a-zA-Z0-9.-]+", "-", name)).strip("-.")
    return f"tape.{plain}"[:512].rstrip("-.")


@contextmanager
def _damage(place: Path | str) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise DamagedIndexError(str(place)) from error


def _client(place: Path | str) -> Any:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False, allow_reset=False)
    if isinstance(place, Path):
        return chromadb.PersistentClient(str(place), settings=settings)
    url = urlsplit(place)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 8000)
    try:
        return chromadb.HttpClient(url.hostname or place, port, ssl=secure, settings=settings)
    except ValueError as error:  # how Chroma says that nobody answers
        raise StoreError(place) from error


def _are_unit(rows: NDArray[np.float32]) -> bool:
    lengths = np.linalg.norm(rows, axis=1)
    return bool((np.abs(lengths - 1.0) < 1.0 - _SAME).all())


def _batches(ids: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
