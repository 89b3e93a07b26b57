"""Chunks, their vectors, and the changes that indexes follow. Knows no index and no analysis."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, select

from retrieval.models import Chunk, Scope
from retrieval.store import rows
from retrieval.store.records import SOME, Bylined, Change, Facets, batches
from retrieval.store.schema import changes, chunks, impacts, mentions, sequence, versions
from retrieval.store.scope import NOW, Known, known, visible

# all that a chunk is but its vector, which is longer than its text
_CHUNK = tuple(c for c in chunks.c if c.name not in {"vector", "model"})


def last_change(connection: Connection) -> int:
    """The number of the newest change; 0 before the first."""
    number: int = connection.execute(select(sequence.c.value)).scalar_one()
    return number


def changes_after(connection: Connection, after: int, limit: int) -> list[Change]:
    """The next changes in their order, none left out."""
    query = select(changes).where(changes.c.seq > after).order_by(changes.c.seq).limit(limit)
    return [
        Change(row.seq, tuple(row.put), tuple(row.dropped)) for row in connection.execute(query)
    ]


def live(connection: Connection) -> set[str]:
    """The chunk ids of all current versions."""
    query = select(chunks.c.id).join(versions).where(known(NOW))
    return set(connection.execute(query).scalars())


def chunks_of(connection: Connection, ids: Sequence[str], at: Known) -> dict[str, Chunk]:
    """The chunks by id; one that versions share is shown with its newest (known then)."""
    query = select(*_CHUNK).where(chunks.c.id.in_(SOME)).order_by(chunks.c.version)
    if at != NOW:
        query = query.join(versions).where(known(at))
    found: dict[str, Chunk] = {}
    for some in batches(ids):
        for row in connection.execute(query, {SOME.key: some}).mappings().all():
            found[row["id"]] = rows.chunk_of(row)
    return found


def bylined(connection: Connection, ids: Sequence[str], at: Known) -> dict[str, Bylined]:
    """The chunks by id as `chunks_of` gives them, each with its version's title, source, time."""
    query = select(*_CHUNK, versions.c.title, versions.c.source, versions.c.published_at)
    query = query.join_from(chunks, versions).where(chunks.c.id.in_(SOME))
    if at != NOW:
        query = query.where(known(at))
    found: dict[str, Bylined] = {}
    for some in batches(ids):
        read = connection.execute(query.order_by(chunks.c.version), {SOME.key: some})
        for row in read.mappings().all():
            chunk = rows.chunk_of(row)
            found[chunk.id] = Bylined(chunk, row["title"], row["source"], row["published_at"])
    return found


def vectors(connection: Connection, ids: Sequence[str]) -> NDArray[np.float32]:
    """Row i is the vector of ids[i]; KeyError for an id that was never put, (0, 0) for none."""
    found = embedded(connection, ids)
    return np.stack([found[i] for i in ids]) if ids else np.empty((0, 0), dtype=np.float32)


def other_model(connection: Connection, model: str) -> str | None:
    """A model other than this one that made vectors which are kept, if there is one."""
    query = select(chunks.c.model).where(chunks.c.model != model).limit(1)
    return connection.execute(query).scalar_one_or_none()


def embedded(connection: Connection, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    """The vectors that are there, by id. Versions that share a chunk share its vector."""
    found: dict[str, NDArray[np.float32]] = {}
    query = select(chunks.c.id, chunks.c.vector)
    for some in batches(ids):
        for chunk_id, vector in connection.execute(query.where(chunks.c.id.in_(some))):
            found[chunk_id] = np.frombuffer(vector, dtype=rows.VECTOR)
    return found


def lexical_rows(connection: Connection, ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """Id, title ("" where it has none) and text, in the order of ids; titles are the newest."""
    query = (
        select(chunks.c.id, versions.c.title, chunks.c.text)
        .join_from(chunks, versions)
        .order_by(chunks.c.version)
    )
    found: dict[str, tuple[str, str, str]] = {}
    for some in batches(ids):
        for chunk_id, title, text in connection.execute(query.where(chunks.c.id.in_(some))):
            found[chunk_id] = (chunk_id, title or "", text)
    return [found[i] for i in ids if i in found]


def facets(connection: Connection, ids: Sequence[str]) -> list[Facets]:
    """What a scope asks of chunks, in the order of ids; KeyError for an id that was never put."""
    query = (
        select(
            chunks.c.id,
            versions.c.article_id,
            versions.c.version,
            versions.c.source_key,
            versions.c.dated_at,
            versions.c.ingested_at,
        )
        .join_from(chunks, versions)
        .order_by(chunks.c.version)
    )
    found: dict[str, Facets] = {}
    for some in batches(ids):
        rows_found = connection.execute(query.where(chunks.c.id.in_(some))).all()
        named = _tickers(connection, {row.article_id for row in rows_found})
        for row in rows_found:
            spoken_of = named.get((row.article_id, row.version), ())
            found[row.id] = Facets(row.source_key, spoken_of, row.dated_at, row.ingested_at)
    return [found[i] for i in ids]


def _tickers(
    connection: Connection, articles: Iterable[str]
) -> dict[tuple[str, int], tuple[str, ...]]:
    """The tickers that versions name or judge."""
    found: dict[tuple[str, int], set[str]] = {}
    for part in (impacts, mentions):
        query = select(part.c.article_id, part.c.version, part.c.target_id).where(
            part.c.target_kind == "ticker"
        )
        for some in batches(list(articles)):
            for article_id, version, ticker in connection.execute(
                query.where(part.c.article_id.in_(some))
            ):
                found.setdefault((article_id, version), set()).add(ticker)
    return {key: tuple(sorted(named)) for key, named in found.items()}


def narrow(connection: Connection, scope: Scope, limit: int, upto: int | None) -> set[str] | None:
    """The chunk ids in scope; None for a scope without limits or with more than `limit` chunks."""
    if scope == Scope():
        return None
    found = set(connection.execute(_seen(scope, upto).limit(limit + 1)).scalars())
    return found if len(found) <= limit else None


def within(connection: Connection, ids: Sequence[str], scope: Scope, upto: int | None) -> set[str]:
    """Those of the chunks that a scope may see: the filter after a search in everything."""
    found: set[str] = set()
    for some in batches(ids):
        found.update(connection.execute(_seen(scope, upto).where(chunks.c.id.in_(some))).scalars())
    return found


def _seen(scope: Scope, upto: int | None) -> Select[str]:
    return select(chunks.c.id).join_from(chunks, versions).where(visible(scope, upto))
