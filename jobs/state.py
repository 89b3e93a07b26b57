"""Subscriptions and the outbox in SQL. Knows no protocol: outbox.py says what follows what."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    RowMapping,
    Select,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from jobs.models import DATED, OutboxRow, OutboxState, Owner, Subscription, slot_of
from retrieval.db import UtcDateTime, insert_new, metadata, reading

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("at", Text, nullable=False),  # hh:mm
    Column("weekdays", Text, nullable=False),  # mon,tue,...: no number means Monday twice
    Column("zone", Text, nullable=False),  # IANA
    Column("created_at", UtcDateTime, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("team", Text, nullable=False),
    Column("user", Text),  # whose own it is; nobody's: a channel's
    Column("made_by", Text),  # who set it up
)

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
_open = outbox.c.state.in_(("new", "sending"))
Index("ix_outbox_open", outbox.c.created_at, sqlite_where=_open, postgresql_where=_open)


_key = outbox.c.kind + ":" + outbox.c.recipient + ":" + outbox.c.slot


def _sent_keys() -> Select[str]:
    return select(_key).where(outbox.c.state == "sent")


def put_in(connection: Connection, row: OutboxRow) -> bool:
    """Add a row to the outbox in the caller's transaction; False when its key is there."""
    values = {name: value for name, value in _plain(row).items() if name in outbox.c}
    return insert_new(connection, outbox, values, key=("kind", "recipient", "slot"))


class State:
    """The tables of jobs behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def subscribe(self, wanted: Subscription) -> None:
        """Add a subscription, or put this one in the place of the recipient's old one."""
        values = {**_plain(wanted), "at": f"{wanted.at:%H:%M}"}
        values["weekdays"] = ",".join(wanted.weekdays)
        same = and_(
            subscriptions.c.kind == wanted.kind, subscriptions.c.recipient == wanted.recipient
        )
        with self._engine.begin() as connection:
            if not insert_new(connection, subscriptions, values, key=("kind", "recipient")):
                connection.execute(update(subscriptions).where(same).values(values))

    def unsubscribe(self, kind: str, recipient: str) -> bool:
        """Take a subscription away; False when there was none."""
        same = and_(subscriptions.c.kind == kind, subscriptions.c.recipient == recipient)
        with self._engine.begin() as connection:
            return connection.execute(delete(subscriptions).where(same)).rowcount > 0

    def forget(self, owner: Owner) -> int:
        """Take away what was someone's own, also what waits or was sent; tell how many rows."""
        theirs = and_(subscriptions.c.team == owner.team, subscriptions.c.user == owner.user)
        places = select(subscriptions.c.recipient).where(theirs)
        with self._engine.begin() as connection:
            gone = connection.execute(delete(outbox).where(outbox.c.recipient.in_(places)))
            return gone.rowcount + connection.execute(delete(subscriptions).where(theirs)).rowcount

    def forget_team(self, team: str) -> int:
        """Take away what a workspace wanted, when it has gone; tell how many rows."""
        theirs = subscriptions.c.team == team
        with self._engine.begin() as connection:
            return connection.execute(delete(subscriptions).where(theirs)).rowcount

    def subscriptions(self) -> list[Subscription]:
        """List all of them, the inactive ones too."""
        query = select(subscriptions).order_by(subscriptions.c.kind, subscriptions.c.recipient)
        with reading(self._engine) as connection:
            return [_subscription(row) for row in connection.execute(query).mappings()]

    def enqueue(self, row: OutboxRow) -> bool:
        """Add a row to the outbox; False when its key is there, whatever became of that one."""
        with self._engine.begin() as connection:
            return put_in(connection, row)

    def rows(self, *, since: date) -> list[OutboxRow]:
        """List what happens once a day, from the local date `since` on or still open."""
        dated = outbox.c.kind.in_(DATED)
        wanted = and_(dated, or_(outbox.c.slot >= slot_of(since), _open))
        query = select(outbox).where(wanted).order_by(outbox.c.created_at, outbox.c.recipient)
        with reading(self._engine) as connection:
            return [_row(found) for found in connection.execute(query).mappings()]

    def delivered_until(self, kind: str, recipient: str) -> datetime | None:
        """Say up to when the recipient knows everything: where the last sent row's window ended."""
        sent = and_(
            outbox.c.kind == kind, outbox.c.recipient == recipient, outbox.c.state == "sent"
        )
        with reading(self._engine) as connection:
            until: datetime | None = connection.scalar(select(func.max(outbox.c.until)).where(sent))
        return until

    def last_sent(self, kind: str, recipient: str, *, ts: str | None = None) -> OutboxRow | None:
        """Give the row that stands at `ts`, else the one that was sent last; notes report nothing.

        None when the recipient was sent no window yet.
        """
        reported = and_(
            outbox.c.kind == kind,
            outbox.c.recipient == recipient,
            outbox.c.state == "sent",
            outbox.c.until.is_not(None),
        )
        newest = (case((outbox.c.ts == ts, 0), else_=1), outbox.c.until.desc())
        query = select(outbox).where(reported).order_by(*newest).limit(1)
        with reading(self._engine) as connection:
            found = connection.execute(query).mappings().first()
        return _row(found) if found else None

    def counts(self) -> dict[OutboxState, int]:
        """Count the outbox by state."""
        query = select(outbox.c.state, func.count().label("rows")).group_by(outbox.c.state)
        with reading(self._engine) as connection:
            return {row.state: row.rows for row in connection.execute(query)}

    def claim(self, now: datetime, *, owner: str, lease: timedelta) -> OutboxRow | None:
        """Lease the oldest open row that nobody holds; its state is the one it was found in.

        One that stands in another's thread waits until that one is sent.
        """
        free = and_(
            _open,
            or_(outbox.c.under.is_(None), outbox.c.under.in_(_sent_keys())),
            or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
            or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now),
        )
        query = (
            select(outbox)
            .where(free)
            .order_by(outbox.c.created_at, outbox.c.recipient, outbox.c.slot)
            .limit(1)
            .with_for_update(skip_locked=True)  # SQLite ignores it: its transaction is alone
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).mappings().first()
            if found is None:
                return None
            held: dict[str, Any] = {"lease_until": now + lease, "owner": owner}
            held["first_try"] = found["first_try"] or now
            row = replace(_row(found), **held, thread_ts=_thread(connection, found["under"]))
            taken = and_(_is(row), free)
            hit = connection.execute(
                update(outbox).where(taken).values(state="sending", **held)
            ).rowcount
        return row if hit == 1 else None

    def mark_sent(self, row: OutboxRow, ts: str) -> None:
        """Store where it stands. True whoever holds the lease by now, so no lease is asked for."""
        self._change(_is(row), {"state": "sent", "ts": ts, "lease_until": None})

    def put_back(
        self, row: OutboxRow, *, not_before: datetime | None, unclear: bool
    ) -> OutboxState:
        """Free a claimed row for another try; new again only if no try can have arrived."""
        state: OutboxState = "sending" if unclear or row.state == "sending" else "new"
        values = {"state": state, "not_before": not_before, "lease_until": None}
        self._change(_held(row), {**values, "tries": row.tries + unclear})
        return state

    def give_up(self, row: OutboxRow, state: Literal["failed", "unknown"], reason: str) -> None:
        """End a claimed row without a post that we know of."""
        self._change(_held(row), {"state": state, "reason": reason, "lease_until": None})

    def _change(self, which: ColumnElement[bool], values: Mapping[str, object]) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(outbox).where(which).values(values))


def _is(row: OutboxRow) -> ColumnElement[bool]:
    return and_(
        outbox.c.kind == row.kind,
        outbox.c.recipient == row.recipient,
        outbox.c.slot == row.slot,
    )


def _held(row: OutboxRow) -> ColumnElement[bool]:
    """The row, while the claim that gave it to us still stands."""
    return and_(_is(row), outbox.c.owner == row.owner, outbox.c.lease_until == row.lease_until)


def _thread(connection: Connection, under: str | None) -> str | None:
    """Say at which message the row stands that another one is posted under."""
    if under is None:
        return None
    ts: str | None = connection.scalar(select(outbox.c.ts).where(_key == under))
    return ts


def _plain(noun: Subscription | OutboxRow) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in noun.__slots__}


def _row(found: RowMapping) -> OutboxRow:
    return OutboxRow(**found)


def _subscription(row: RowMapping) -> Subscription:
    return Subscription(
        **{
            **row,
            "at": time.fromisoformat(row["at"]),
            "weekdays": tuple(row["weekdays"].split(",")),
        }
    )
