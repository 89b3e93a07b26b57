"""What the indexes follow: the part of the store that they need. Knows no index and no SQL."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.models import Scope

Within = AbstractSet[str] | Scope | None
"""Where to search: in these chunks, of whatever time; in a scope of the present, by source, ticker
or time; in all that is live."""


class Change(Protocol):
    """A step of the store: chunks that are live from now on, and chunks that ended."""

    @property
    def seq(self) -> int:
        """Its number, counted up from 1."""

    @property
    def put(self) -> tuple[str, ...]:
        """Ids of chunks to have, also of those that had been there before."""

    @property
    def dropped(self) -> tuple[str, ...]:
        """Ids of chunks to forget."""


class Facets(Protocol):
    """What a scope asks of a chunk: said by the version of its article that has it."""

    @property
    def source_key(self) -> str | None:
        """The source, case folded."""

    @property
    def tickers(self) -> tuple[str, ...]:
        """The symbols that the article names or judges."""

    @property
    def dated_at(self) -> datetime:
        """When it was published, or first seen where undated."""

    @property
    def ingested_at(self) -> datetime:
        """When it was ingested."""


class Truth(Protocol):
    """The store. An id that was once put can be read for ever."""

    def last_change(self) -> int:
        """The number of the newest change; 0 before the first."""

    def changes(self, after: int, limit: int) -> Sequence[Change]:
        """The next changes in their order."""

    def chunk_ids(self) -> set[str]:
        """All live chunks."""

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Row i is the unit vector of ids[i]."""

    def facets(self, ids: Sequence[str]) -> Sequence[Facets]:
        """What a scope asks of each of ids."""

    def lexical_rows(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, title and text of chunks."""


def net(changes: Iterable[Change]) -> tuple[list[str], list[str]]:
    """What changes amount to: ids to put and ids to drop. The last word on each counts."""
    live: dict[str, bool] = {}
    for change in changes:
        live |= dict.fromkeys(change.dropped, False)
        live |= dict.fromkeys(change.put, True)
    return [i for i, put in live.items() if put], [i for i, put in live.items() if not put]
