"""Writes what was read into the tables, in the caller's transaction. Knows no index, no clock."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, and_, select, update

from retrieval.db import metadata
from retrieval.errors import UnreadableFileError
from retrieval.language.facts import facts
from retrieval.language.imprints import Imprint, imprint, outlet_of
from retrieval.models import Article, Fact, Membership, StoredArticle
from retrieval.store import rows, stories
from retrieval.store.read import PLACED, article
from retrieval.store.records import Record, batches
from retrieval.store.schema import (
    articles,
    changes,
    chunks,
    impacts,
    inferred,
    memberships,
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

Then = Callable[[Connection, Sequence[StoredArticle]], None]
"""What happens in the transaction that wrote articles: with them, or not at all."""

Rows = dict[str, list[dict[str, object]]]
"""The rows of one transaction by table, so that each table is written once."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the store holds of an article before it is written."""

    version: int
    content_hash: str
    engine: str
    first_seen_at: datetime
    membership: Membership
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


@dataclass(frozen=True, slots=True)
class Told:
    """A record, and what of it tells its event: read before the transaction, which is short."""

    record: Record
    imprint: Imprint
    facts: tuple[Fact, ...]


def told(records: Sequence[Record], now: datetime) -> list[Told]:
    """Read what tells the events of records.

    Raises:
        ValueError: an article stands twice.
        UnreadableFileError: one cannot be stored.
    """
    ids = [record.article.id for record in records]
    if len(set(ids)) < len(ids):
        raise ValueError("an article stands twice in one batch")
    for record in records:
        check_storable(record.article)
    return [_told(record, now) for record in records]


def _told(record: Record, now: datetime) -> Told:
    mentions = record.analysis.mentions
    stated = facts(record.article.text, mentions)
    lead = record.vectors[0] if len(record.vectors) else np.empty(0, np.float32)
    read = imprint(record.article, mentions, stated, lead, seen_at=now)
    return Told(record, read, stated)


def put_many(
    connection: Connection, given: Sequence[Told], now: datetime, then: Then | None = None
) -> list[StoredArticle]:
    """Write each record as the newest version of its article, unless it is there already.

    `then` is told what is new, in the order of the change sequence. The first statement locks the
    sequence, so writers take turns and what the next statements read stays true until the commit.
    """
    last = connection.execute(_LAST.with_for_update()).scalar_one()
    ids = [one.record.article.id for one in given]
    seen = _seen(connection, ids)
    fresh = [one for one in given if not _holds(seen, one.record)]
    arrivals = [_arrival(one, seen.get(one.record.article.id)) for one in fresh]
    placed = stories.assign(connection, arrivals)
    stored = {
        one.record.article.id: _as_stored(one.record, seen.get(one.record.article.id), where, now)
        for one, where in zip(fresh, placed, strict=True)
    }
    changed = sorted(seen.keys() & stored.keys())
    _supersede(connection, changed, now, last + 1)
    stories.forget(connection, changed)
    into = _rows([one.record for one in fresh], stored, seen, last)
    _story_rows(into, [arrival.imprint for arrival in arrivals])
    _insert(connection, into)
    connection.execute(update(sequence).values(value=last + len(fresh)))
    if then and stored:
        then(connection, tuple(stored.values()))
    return [stored.get(i) or _there(connection, i) for i in ids]


def _holds(seen: Mapping[str, _Seen], record: Record) -> bool:
    before = seen.get(record.article.id)
    return before is not None and before.holds(record)


def _arrival(one: Told, before: _Seen | None) -> stories.Arrival:
    if before is None:
        return stories.Arrival(one.imprint, one.facts, 1, None)
    dated = one.record.article.published_at or before.first_seen_at
    read = replace(one.imprint, dated_at=dated)
    return stories.Arrival(read, one.facts, before.version + 1, before.membership)


def move(connection: Connection, addresses: Mapping[str, str]) -> None:
    """Give articles another address: it is no content, so this makes no new version."""
    for article_id, url in addresses.items():
        current = and_(versions.c.article_id == article_id, versions.c.superseded_at.is_(None))
        elsewhere = versions.c.url.is_distinct_from(url)
        connection.execute(update(versions).where(current, elsewhere).values(url=url))


_LAST = select(sequence.c.value)


def _seen(connection: Connection, ids: Sequence[str]) -> dict[str, _Seen]:
    current = (
        select(versions, articles.c.first_seen_at, memberships.c.story_id, memberships.c.position)
        .join(articles)
        .join(memberships, PLACED)
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
                membership=rows.membership_of(row),
                chunk_ids=frozenset(chunk_ids[row["article_id"]]),
            )
    return seen


def _as_stored(
    record: Record, seen: _Seen | None, placed: stories.Placed, now: datetime
) -> StoredArticle:
    return StoredArticle(
        article=record.article,
        version=seen.version + 1 if seen else 1,
        first_seen_at=seen.first_seen_at if seen else now,
        ingested_at=now,
        analysis=record.analysis,
        membership=placed.membership,
        new_facts=placed.new_facts,
        backfilled=record.backfilled,
    )


def _supersede(connection: Connection, ids: Sequence[str], now: datetime, seq: int) -> None:
    """End versions with the first change of this transaction, of which all or none is seen."""
    for some in batches(ids):
        connection.execute(
            update(versions)
            .where(versions.c.article_id.in_(some), versions.c.superseded_at.is_(None))
            .values(superseded_at=now, superseded_seq=seq)
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
        _version_rows(into, put, seq)
        _chunk_rows(into, record, put.version)
        ids = [chunk.id for chunk in record.chunks]
        dropped = sorted(before.chunk_ids.difference(ids)) if before else []
        into[changes.name].append({"seq": seq, "put": ids, "dropped": dropped})
    return into


def _version_rows(into: Rows, put: StoredArticle, seq: int) -> None:
    key = {"article_id": put.article.id, "version": put.version}
    into[versions.name].append(
        key
        | rows.version_row(put.article, put.analysis)
        | {
            "dated_at": put.article.published_at or put.first_seen_at,
            "ingested_at": put.ingested_at,
            "superseded_at": None,
            "seq": seq,
            "superseded_seq": None,
            "backfilled": put.backfilled,
        }
    )
    into[memberships.name].append(
        key
        | rows.membership_row(put.membership, put.new_facts)
        | {"outlet": outlet_of(put.article)}
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


def _story_rows(into: Rows, read: Sequence[Imprint]) -> None:
    for one in read:
        for table, made in stories.imprint_rows(one).items():
            into[table] += made


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
