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
from retrieval.store.scope import Known, known


def change_before(connection: Connection, moment: datetime) -> int:
    """The last change that was ingested before a moment; 0 where there is none."""
    earlier = select(func.max(versions.c.seq)).where(versions.c.ingested_at < moment)
    return connection.scalar(earlier) or 0


def written_after(
    connection: Connection, change: int, limit: int, upto: int | None
) -> list[ArticleHead]:
    """The newest articles whose version was written after a change and says something new.

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
    wanted = and_(known(Known(upto=upto)), versions.c.seq > change, ~repeats)
    query = heads_where(wanted).order_by(*NEWEST_FIRST).limit(limit)
    return [rows.head_of(row) for row in connection.execute(query).mappings()]


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
