"""Two numbers of the change sequence -> what was written between them. Knows no time of day.

A commit comes after its time and clocks step back: only these numbers say exactly what somebody
who was told of all changes up to one of them has not heard yet.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from retrieval.models import ArticleHead
from retrieval.store import rows
from retrieval.store.read import NEWEST_FIRST, PLACED, heads_where
from retrieval.store.records import SOME, Telling, batches
from retrieval.store.schema import memberships, versions
from retrieval.store.scope import Condition, Known, known


def change_before(connection: Connection, moment: datetime) -> int:
    """The last change that was ingested before a moment; 0 where there is none."""
    earlier = select(func.max(versions.c.seq)).where(versions.c.ingested_at < moment)
    return connection.scalar(earlier) or 0


def written_after(
    connection: Connection, change: int, limit: int, upto: int | None
) -> list[ArticleHead]:
    """The newest articles whose version was written after a change and says something new.

    What came as history takes no place of theirs: it stands last.
    """
    query = heads_where(_says_something(change, upto))
    ordered = query.order_by(versions.c.backfilled, *NEWEST_FIRST).limit(limit)
    return [rows.head_of(row) for row in connection.execute(ordered).mappings()]


def count_after(connection: Connection, change: int, upto: int | None) -> tuple[int, int]:
    """Count what `written_after` lists without a limit: what is news, and what came as history."""
    placed = select(versions.c.backfilled, func.count()).join(memberships, PLACED)
    grouped = placed.where(_says_something(change, upto)).group_by(versions.c.backfilled)
    found = {bool(row[0]): int(row[1]) for row in connection.execute(grouped)}
    return found.get(False, 0), found.get(True, 0)


def _says_something(change: int, upto: int | None) -> Condition:
    """The versions written after a change that say something else than before it.

    One that was only read anew, by another engine, says what the one before it said.
    """
    before = versions.alias("before")
    repeats = (
        select(before.c.version)
        .where(
            before.c.article_id == versions.c.article_id,
            before.c.content_hash == versions.c.content_hash,
            before.c.seq <= change,
            or_(before.c.superseded_seq.is_(None), before.c.superseded_seq > change),
        )
        .exists()
    )
    return and_(known(Known(upto=upto)), versions.c.seq > change, ~repeats)


def tellings(connection: Connection, stories: Iterable[str], change: int) -> list[Telling]:
    """When the articles of stories were written and replaced, up to a change."""
    query = (
        select(
            memberships.c.story_id,
            versions.c.article_id,
            versions.c.content_hash,
            versions.c.seq,
            versions.c.superseded_seq,
            versions.c.backfilled,
        )
        .join(versions, PLACED)
        .where(memberships.c.story_id.in_(SOME), versions.c.seq <= change)
    )
    found: list[Telling] = []
    for some in batches(sorted(set(stories))):
        found += [Telling(*row) for row in connection.execute(query, {SOME.key: some})]
    return found
