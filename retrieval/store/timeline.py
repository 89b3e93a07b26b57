"""The store in the order in which it was written -> claims and versions with their changes.

What was known right before a change is read off by number: clocks step back, changes do not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, select, tuple_, union

from retrieval.models import Claim, StoredArticle, Timed
from retrieval.store import rows
from retrieval.store.read import CLAIM, HEAD, PLACED
from retrieval.store.records import batches
from retrieval.store.schema import (
    articles,
    impacts,
    inferred,
    memberships,
    mentions,
    sequence,
    tickers,
    triggers,
    versions,
)
from retrieval.store.scope import Condition, speaking_of

SOME_VERSIONS = 200
"""Versions that are read at once: each with its text."""


@dataclass(frozen=True, slots=True)
class Written:
    """A version with the change that wrote it; `reread` says that its words are those before."""

    stored: StoredArticle
    change: int
    reread: bool


def last_change(connection: Connection) -> int:
    """Give the number of the newest change, that of the running transaction among them."""
    return int(connection.execute(select(sequence.c.value)).scalar_one())


def claims_over_time(
    connection: Connection, names: Iterable[str], since: datetime
) -> dict[str, list[Timed]]:
    """List what was ever claimed of tickers, by ticker, of articles dated from `since` on."""
    found: dict[str, list[Timed]] = defaultdict(list)
    placed = impacts.join(versions).join(articles).join(memberships, PLACED)
    about = select(*HEAD, *CLAIM, versions.c.seq, versions.c.superseded_seq).select_from(placed)
    dated = versions.c.dated_at >= since
    for some in batches(sorted(set(names))):
        of_these = and_(impacts.c.target_kind == "ticker", impacts.c.target_id.in_(some), dated)
        for row in connection.execute(about.where(of_these)).mappings():
            claim = Claim(rows.impact_of(row), rows.head_of(row))
            timed = Timed(claim, row["seq"], row["superseded_seq"])
            found[row["target_id"]].append(timed)
    return found


def written_since(
    connection: Connection, since: datetime, names: Sequence[str] | None = None
) -> Iterator[Written]:
    """Read the versions that were ingested since a moment, in the order of their changes.

    With `names`, those that speak of one of the tickers.
    """
    wanted: Condition = versions.c.ingested_at >= since
    if names is not None:
        named = union(*(speaking_of(part, tuple(names)) for part in (impacts, mentions)))
        wanted = and_(wanted, tuple_(versions.c.article_id, versions.c.version).in_(named))
    keys = select(versions.c.article_id, versions.c.version).where(wanted).order_by(versions.c.seq)
    for some in batches([(row[0], row[1]) for row in connection.execute(keys)], SOME_VERSIONS):
        yield from _written(connection, some)


def written(connection: Connection, keys: Sequence[tuple[str, int]]) -> list[Written]:
    """Read versions by article and number, in the order of their changes."""
    found = [one for some in batches(keys, SOME_VERSIONS) for one in _written(connection, some)]
    return sorted(found, key=lambda one: one.change)


def versions_of(connection: Connection, article_id: str) -> list[Written]:
    """Read all versions of an article, the first one first."""
    of_it = select(versions.c.version).where(versions.c.article_id == article_id)
    numbers = connection.scalars(of_it.order_by(versions.c.version))
    return written(connection, [(article_id, number) for number in numbers])


def _written(connection: Connection, keys: Sequence[tuple[str, int]]) -> list[Written]:
    ids = [article_id for article_id, _ in keys]
    parts: dict[tuple[str, int], dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for part in (impacts, inferred, mentions, triggers, tickers):
        query = select(part).where(part.c.article_id.in_(ids)).order_by(part.c.position)
        for row in connection.execute(query).mappings():
            parts[row["article_id"], row["version"]][part.name].append(row)
    found = {}
    for row in connection.execute(_whole().where(versions.c.article_id.in_(ids))).mappings():
        key = (row["article_id"], row["version"])
        stored = StoredArticle(
            article=rows.article_of(row),
            version=row["version"],
            first_seen_at=row["first_seen_at"],
            ingested_at=row["ingested_at"],
            analysis=rows.analysis_of(row, parts[key]),  # type: ignore[arg-type]
            membership=rows.membership_of(row),
            new_facts=rows.facts_of(row),
            backfilled=row["backfilled"],
        )
        found[key] = Written(stored, row["seq"], row["hash_before"] == row["content_hash"])
    return [found[key] for key in keys]


_before = versions.alias("before")


def _whole() -> Select[tuple[object, ...]]:
    earlier = and_(
        _before.c.article_id == versions.c.article_id, _before.c.version == versions.c.version - 1
    )
    place = (memberships.c.story_id, memberships.c.position, memberships.c.facts)
    hash_before = _before.c.content_hash.label("hash_before")
    whole = versions.join(articles).join(memberships, PLACED).outerjoin(_before, earlier)
    return select(versions, articles.c.first_seen_at, *place, hash_before).select_from(whole)
