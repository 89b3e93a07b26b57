"""The live chunks of the store in memory: their vectors, and what a scope asks of them.

Knows no SQL, no index and no question. To name half of 100,000 chunks takes SQL a tenth of a
second; a look at these columns takes a millisecond.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.index.truth import Facets
from retrieval.models import Scope

Vector = NDArray[np.float32]
Rows = NDArray[np.intp]

_Kind = TypeVar("_Kind", bound=np.generic)

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_LEAST = 1_024  # rows of the first allocation
_ENDED = 0.25  # the share of ended rows above which the rest is written anew
_MANY = 4


class Table:
    """Chunks in rows. What ends is marked, and swept out when much has ended. Not for two threads.

    Its first chunks decide whether it holds vectors.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._facets: list[Facets] = []
        self._row: dict[str, int] = {}
        self._tickers: dict[str, list[int]] = defaultdict(list)
        self._named: dict[str, Rows] = {}  # the same, as it was last asked for
        self._sources: dict[str, int] = {}
        self._live = np.zeros(_LEAST, bool)
        self._source = np.zeros(_LEAST, np.int32)
        self._dated = np.zeros(_LEAST, np.int64)
        self._ingested = np.zeros(_LEAST, np.int64)
        self._vectors: Vector | None = None

    def __len__(self) -> int:
        return len(self._row)

    def __contains__(self, chunk_id: object) -> bool:
        return chunk_id in self._row

    @property
    def has_vectors(self) -> bool:
        """Whether scores can be asked for."""
        return self._vectors is not None

    def put(self, ids: Sequence[str], facets: Sequence[Facets], vectors: Vector | None) -> None:
        """Add chunks, or replace them; row i of `vectors` is ids[i]'s."""
        if not ids:
            return
        self.drop(ids)
        start, end = len(self._ids), len(self._ids) + len(ids)
        self._make_room(end, vectors)
        self._ids += ids
        self._facets += facets
        self._row |= zip(ids, range(start, end), strict=True)
        self._live[start:end] = True
        self._source[start:end] = [self._code(one.source_key) for one in facets]
        self._dated[start:end] = [microseconds(one.dated_at) for one in facets]
        self._ingested[start:end] = [microseconds(one.ingested_at) for one in facets]
        if self._vectors is not None and vectors is not None:
            self._vectors[start:end] = vectors
        self._named.clear()
        for row, one in enumerate(facets, start):
            for ticker in one.tickers:
                self._tickers[ticker].append(row)

    def drop(self, ids: Iterable[str]) -> None:
        """Mark chunks as ended; one that is not there is no error."""
        ended = [self._row.pop(chunk_id) for chunk_id in ids if chunk_id in self._row]
        self._live[ended] = False

    def swept(self) -> "Table":
        """This table, or one without the rows that ended when those are many."""
        return self if len(self) >= (1 - _ENDED) * len(self._ids) else self._again(self._vectors)

    def without_vectors(self) -> "Table":
        """The same chunks, in a table that holds no vectors."""
        return self._again(None)

    def rows(self, scope: Scope | None) -> Rows:
        """The rows of all live chunks, or of those in a scope of the present."""
        return np.flatnonzero(self._mask(scope))

    def seen(self, scope: Scope) -> tuple[int, Callable[[str], bool]]:
        """How many chunks a scope may see, and what tells whether one is among them."""
        mask, row = self._mask(scope), self._row

        def keeps(chunk_id: str) -> bool:
            at = row.get(chunk_id, len(mask))
            return at < len(mask) and bool(mask[at])

        return int(mask.sum()), keeps

    def rows_of(self, ids: Iterable[str]) -> Rows:
        """The rows of those chunks that are here."""
        return np.array([self._row[i] for i in ids if i in self._row], np.intp)

    def ids(self, rows: Rows) -> list[str]:
        """Name the chunks of rows."""
        return [self._ids[row] for row in rows.tolist()]

    def scores(self, rows: Rows, vector: Vector) -> Vector:
        """Cosines of rows: of all and then picked where that saves copying many."""
        if self._vectors is None or not len(rows):
            return np.zeros(0, np.float32)
        if len(rows) * _MANY > len(self._ids):
            every: Vector = self._vectors[: len(self._ids)] @ vector
            return every[rows]
        some: Vector = self._vectors[rows] @ vector
        return some

    def _mask(self, scope: Scope | None) -> NDArray[np.bool_]:
        mask = self._live[: len(self._ids)].copy()
        for seen in self._conditions(scope or Scope()):
            mask &= seen
        return mask

    def _conditions(self, scope: Scope) -> Iterator[NDArray[np.bool_]]:
        count = len(self._ids)
        if scope.since is not None:
            yield self._dated[:count] >= microseconds(scope.since)
        if scope.until is not None:
            yield self._dated[:count] < microseconds(scope.until)
        if scope.ingested_since is not None:
            yield self._ingested[:count] >= microseconds(scope.ingested_since)
        if scope.sources is not None:
            yield np.isin(self._source[:count], self._codes(scope.sources))
        if scope.not_sources:
            yield ~np.isin(self._source[:count], self._codes(scope.not_sources))
        if scope.tickers is not None:
            named = np.zeros(count, bool)
            for ticker in scope.tickers:
                named[self._rows_naming(ticker)] = True
            yield named

    def _rows_naming(self, ticker: str) -> Rows:
        if ticker not in self._named:
            self._named[ticker] = np.array(self._tickers.get(ticker, ()), np.intp)
        return self._named[ticker]

    def _again(self, vectors: Vector | None) -> "Table":
        rows, fresh = self.rows(None), Table()
        kept = None if vectors is None else vectors[rows]
        fresh.put(self.ids(rows), [self._facets[row] for row in rows.tolist()], kept)
        return fresh

    def _codes(self, sources: Iterable[str]) -> list[int]:
        return [self._sources.get(source.casefold(), -1) for source in sources]

    def _code(self, source: str | None) -> int:
        """Number the sources from 1; 0 is an article that names none."""
        return 0 if source is None else self._sources.setdefault(source, len(self._sources) + 1)

    def _make_room(self, count: int, vectors: Vector | None) -> None:
        if vectors is not None and not self._ids:
            self._vectors = np.zeros((len(self._live), vectors.shape[1]), np.float32)
        more = max(count, 2 * len(self._live)) - len(self._live) if count > len(self._live) else 0
        if more:
            self._live = _longer(self._live, more)
            self._source = _longer(self._source, more)
            self._dated = _longer(self._dated, more)
            self._ingested = _longer(self._ingested, more)
            if self._vectors is not None:
                self._vectors = _longer(self._vectors, more)


def _longer(column: NDArray[_Kind], rows: int) -> NDArray[_Kind]:
    return np.concatenate([column, np.zeros((rows, *column.shape[1:]), column.dtype)])


def microseconds(moment: datetime) -> int:
    """A moment as a whole number that orders as it does."""
    return (moment - _EPOCH) // _MICROSECOND
