"""Writes what was read into the tables, in the caller's transaction. Knows no index, no clock."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from retrieval.db import metadata
from retrieval.errors import UnreadableFileError
from retrieval.models import Article, StoredArticle
from retrieval.store import rows
from retrieval.store.read import article
from retrieval.store.records import Record, batches
from retrieval.store.schema import (
    articles,
    changes,
    chunks,
    impacts,
    inferred,
    mentions,
    sequence,
    tickers,
    triggers,
    versions,
)

LONGEST_ID = 512
"""Characters of an article's id; Postgres indexes keys of up to 2,704 bytes."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Postgres has no NUL in a text, UTF-8 has no half of a surrogate pair."""

Rows = dict[str, list[dict[str, object]]]
"""The rows of one transaction by table, so that each table is written once."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the store holds of an article before it is written."""

    version: int
    content_hash: str
    engine: str
    first_seen_at: datetime
    chunk_ids: frozenset[str]

    def holds(self, record: Record) -> bool:
        """The same content, read by the same engine, is no new version."""
        return (self.content_hash, self.engine) == (
            record.article.content_hash,
            record.analysis.engine,
        )


def check_storable(article: Article) -> None:
    """Refuse what one of the databases cannot hold, before it spoils a whole batch."""
    parts = (article.id, article.text, article.title, article.url, article.source)
    if not 0 < len(article.id) <= LONGEST_ID or any(_UNSTORABLE.search(p) for p in parts if p):
        raise UnreadableFileError(ascii(article.id[:LONGEST_ID]))


def put_many(
    connection: Connection, records: Sequence[Record], now: datetime
) -> list[StoredArticle]:
    """Write each record as the newest version of its article, unless it is there already.

    An article stands in `records` once. The first statement locks the sequence, so writers take
    turns and what the next statements read stays true until the commit.
    """
    ids = [record.article.id for record in records]
    if len(set(ids)) < len(ids):
        raise ValueError("an article stands twice in one batch")
    for record in records:
        check_storable(record.article)
    last = connection.execute(_LAST.with_for_update()).scalar_one()
    seen = _seen(connection, ids)
    fresh = [r for r in records if r.article.id not in seen or not seen[r.article.id].holds(r)]
    stored = {r.article.id: _as_stored(r, seen.get(r.article.id), now) for r in fresh}
    _supersede(connection, seen.keys() & stored.keys(), now)
    _insert(connection, _rows(fresh, stored, seen, last))
    connection.execute(update(sequence).values(value=last + len(fresh)))
    return [stored.get(i) or _there(connection, i) for i in ids]


def move(connection: Connection, addresses: Mapping[str, str]) -> None:
    """Give articles another address: it is no content, so this makes no new version."""
    for article_id, url in addresses.items():
        current = and_(versions.c.article_id == article_id, versions.c.superseded_at.is_(None))
        elsewhere = versions.c.url.is_distinct_from(url)
        connection.execute(update(versions).where(current, elsewhere).values(url=url))


_LAST = select(sequence.c.value)


def _seen(connection: Connection, ids: Sequence[str]) -> dict[str, _Seen]:
    current = (
        select(versions, articles.c.first_seen_at)
        .join(articles)
        .where(versions.c.superseded_at.is_(None))
    )
    of_current = (
        select(chunks.c.article_id, chunks.c.id)
        .join(versions)
        .where(versions.c.superseded_at.is_(None))
    )
    seen: dict[str, _Seen] = {}
    for some in batches(ids):
        chunk_ids = defaultdict(set)
        for article_id, chunk_id in connection.execute(
            of_current.where(chunks.c.article_id.in_(some))
        ):
            chunk_ids[article_id].add(chunk_id)
        for row in connection.execute(current.where(versions.c.article_id.in_(some))).mappings():
            seen[row["article_id"]] = _Seen(
                version=row["version"],
                content_hash=row["content_hash"],
                engine=row["engine"],
                first_seen_at=row["first_seen_at"],
                chunk_ids=frozenset(chunk_ids[row["article_id"]]),
            )
    return seen


def _as_stored(record: Record, seen: _Seen | None, now: datetime) -> StoredArticle:
    return StoredArticle(
        article=record.article,
        version=seen.version + 1 if seen else 1,
        first_seen_at=seen.first_seen_at if seen else now,
        ingested_at=now,
        analysis=record.analysis,
    )


def _supersede(connection: Connection, ids: set[str], now: datetime) -> None:
    for some in batches(sorted(ids)):
        connection.execute(
            update(versions)
            .where(versions.c.article_id.in_(some), versions.c.superseded_at.is_(None))
            .values(superseded_at=now)
        )


def _rows(
    fresh: Sequence[Record], stored: dict[str, StoredArticle], seen: dict[str, _Seen], last: int
) -> Rows:
    into: Rows = defaultdict(list)
    for seq, record in enumerate(fresh, last + 1):
        before = seen.get(record.article.id)
        put = stored[record.article.id]
        if before is None:
            into[articles.name].append({"id": put.article.id, "first_seen_at": put.first_seen_at})
        _version_rows(into, put)
        _chunk_rows(into, record, put.version)
        ids = [chunk.id for chunk in record.chunks]
        dropped = sorted(before.chunk_ids.difference(ids)) if before else []
        into[changes.name].append({"seq": seq, "put": ids, "dropped": dropped})
    return into


def _version_rows(into: Rows, put: StoredArticle) -> None:
    key = {"article_id": put.article.id, "version": put.version}
    into[versions.name].append(
        key
        | rows.version_row(put.article, put.analysis)
        | {
            "dated_at": put.article.published_at or put.first_seen_at,
            "ingested_at": put.ingested_at,
            "superseded_at": None,
        }
    )
    said = put.analysis
    for table, parts in (
        (impacts, map(rows.impact_row, said.impacts)),
        (inferred, map(rows.inferred_row, said.inferred)),
        (mentions, map(rows.mention_row, said.mentions)),
        (triggers, map(rows.trigger_row, said.triggers)),
        (tickers, map(rows.ticker_row, said.tickers)),
    ):
        into[table.name] += [key | {"position": i} | row for i, row in enumerate(parts)]


def _chunk_rows(into: Rows, record: Record, version: int) -> None:
    key = {"article_id": record.article.id, "version": version}
    into[chunks.name] += [
        key | rows.chunk_row(chunk, vector, record.model)
        for chunk, vector in zip(record.chunks, record.vectors, strict=True)
    ]


def _insert(connection: Connection, into: Rows) -> None:
    for table in metadata.sorted_tables:
        if into.get(table.name):
            connection.execute(table.insert(), into[table.name])


def _there(connection: Connection, article_id: str) -> StoredArticle:
    there = article(connection, article_id)
    assert there is not None  # its hash was just read, under the writers' lock
    return there
