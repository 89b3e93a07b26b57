"""What goes into the store at once and what its followers are told. Knows no table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BindParameter, bindparam

from retrieval.models import Analysis, Article, Chunk

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One article as it was read. Row i of `vectors` is `chunks[i]`, made by the embedder `model`.

    The store numbers the versions: a chunk's own `version` is not read. `backfilled` says that it
    comes as history.
    """

    article: Article
    analysis: Analysis
    chunks: tuple[Chunk, ...]
    vectors: NDArray[np.float32]
    model: str = ""
    backfilled: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A step of the change sequence: chunk ids that are live from now on, and those that ended."""

    seq: int
    put: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bylined:
    """A chunk, and what the head of its article says that a search goes by."""

    chunk: Chunk
    title: str | None
    source: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facets:
    """What a scope asks of a chunk: said by the newest version that has it."""

    source_key: str | None
    tickers: tuple[str, ...]
    dated_at: datetime
    ingested_at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """By which change a version of an article was written, and by which it was replaced.

    `content` is the same for two versions that say the same.
    """

    story_id: str
    article_id: str
    content: str
    seq: int
    superseded_seq: int | None
    backfilled: bool = False

    def stood_at(self, change: int) -> bool:
        """Tell whether it was the current version after a change."""
        return self.seq <= change and (self.superseded_seq is None or self.superseded_seq > change)


PARAMETERS = 1_000
"""How many values go into one IN list; SQLite allows 32,766, Postgres 65,535."""


SOME: BindParameter[str] = bindparam("some", expanding=True)
"""The values of an IN list, given at execution: they are not part of the statement, which is then
prepared once. Where a search reads 120 rows, that is a fifth of its time."""


def batches(items: Sequence[Item], size: int = PARAMETERS) -> Iterator[Sequence[Item]]:
    """Cut a sequence into parts of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))
