"""The outbox's table, and the conditions that its rows are chosen by. Knows no transaction."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
)

from jobs.models import OPEN, OutboxRow
from retrieval.db import UtcDateTime, insert_new, metadata

outbox = Table(
    "outbox",
    metadata,
    # The key that makes a post happen once.
    Column("kind", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("owner", Text),
    Column("first_try", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcDateTime),
    Column("ts", Text),
    Column("reason", Text),
    Column("since", UtcDateTime),
    Column("until", UtcDateTime),
    Column("under", Text),
    Column("team", Text, nullable=False),
    Column("told", Text),
    Column("since_change", BigInteger),
    Column("until_change", BigInteger),
    Column("deadline", UtcDateTime),
    CheckConstraint(
        "state IN ('new', 'sending', 'sent', 'failed', 'unknown', 'late')", name="state"
    ),
)
# Its words stand in the statement itself: SQLite proves no index by what a parameter holds.
is_open = outbox.c.state.in_(bindparam("open", OPEN, expanding=True, literal_execute=True))
Index("ix_outbox_open", outbox.c.created_at, sqlite_where=is_open, postgresql_where=is_open)
Index("ix_outbox_recipient", outbox.c.recipient)


def put_in(connection: Connection, row: OutboxRow) -> bool:
    """Add a row to the outbox in the caller's transaction; False when its key is there."""
    values = {name: getattr(row, name) for name in row.__slots__ if name in outbox.c}
    return insert_new(connection, outbox, values, key=("kind", "recipient", "slot"))


def is_free(now: datetime) -> ColumnElement[bool]:
    """An open row that nobody holds and that need not wait."""
    return and_(
        is_open,
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now),
    )


def in_turn(now: datetime) -> ColumnElement[bool]:
    """A row for which nothing of its recipient has to be posted first.

    A channel gets one post at a time, whoever posts it, so that a slow one costs one worker. What
    stands in a thread comes after its message and in order. When that message has failed it is in
    turn as well: somebody has to end it.
    """
    one, above, sibling = outbox.alias(), outbox.alias(), outbox.alias()
    earlier = or_(
        sibling.c.created_at < outbox.c.created_at,
        and_(sibling.c.created_at == outbox.c.created_at, sibling.c.slot < outbox.c.slot),
    )
    busy = exists().where(
        one.c.recipient == outbox.c.recipient, one.c.state == "sending", one.c.lease_until >= now
    )
    awaited = exists().where(stands_under(outbox, above), above.c.state.in_(OPEN))
    behind = exists().where(
        sibling.c.recipient == outbox.c.recipient,
        sibling.c.under == outbox.c.under,
        sibling.c.state.in_(OPEN),
        earlier,
    )
    alone = or_(outbox.c.under.is_(None), not_(or_(awaited, behind)))
    return and_(not_(busy), alone)


def stands_under(row: FromClause, above: FromClause) -> ColumnElement[bool]:
    """Whether a row is posted in the thread of another; both go to the same recipient."""
    key = above.c.kind + ":" + above.c.recipient + ":" + above.c.slot
    return and_(row.c.recipient == above.c.recipient, row.c.under == key)


def thread_of(connection: Connection, under: str | None) -> str | None:
    """Say at which message the row stands that another one is posted under; None: at none."""
    if under is None:
        return None
    kind, recipient, slot = under.split(":", 2)
    named = and_(outbox.c.kind == kind, outbox.c.recipient == recipient, outbox.c.slot == slot)
    ts: str | None = connection.scalar(select(outbox.c.ts).where(named, outbox.c.state == "sent"))
    return ts


def is_row(row: OutboxRow) -> ColumnElement[bool]:
    """The row with a key."""
    return and_(
        outbox.c.kind == row.kind,
        outbox.c.recipient == row.recipient,
        outbox.c.slot == row.slot,
    )


def is_held(row: OutboxRow) -> ColumnElement[bool]:
    """The row, while the claim that gave it to us still stands."""
    return and_(is_row(row), outbox.c.owner == row.owner, outbox.c.lease_until == row.lease_until)


def is_as_seen(row: OutboxRow) -> ColumnElement[bool]:
    """The row, while its state is the one that somebody saw and decided on."""
    return and_(is_row(row), outbox.c.state == row.state, outbox.c.tries == row.tries)


def row_of(found: RowMapping) -> OutboxRow:
    """Read a row as it was found."""
    return OutboxRow(**found)
