"""Subscriptions in SQL, beside the outbox: what is wanted, and what comes of it. No protocol."""

from contextlib import suppress
from datetime import date, time
from typing import Any

import structlog
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Integer,
    RowMapping,
    Select,
    Table,
    Text,
    and_,
    delete,
    exists,
    or_,
    select,
    update,
)

from jobs.alerts.tables import owners_of
from jobs.models import ALERT, OutboxRow, Owner, Subscription, slot_of
from jobs.outbox_rows import OutboxRows
from jobs.outbox_table import outbox
from jobs.schedules import AfterWeek, BeforeOpen, Daily, Schedule
from retrieval.db import UtcDateTime, insert_new, metadata, reading
from retrieval.errors import InputError

log = structlog.get_logger(__name__)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("schedule", Text, nullable=False),  # daily, open or week: which of the next are set
    Column("at", Text),  # hh:mm
    Column("weekdays", Text),  # mon,tue,...: no number means Monday twice
    Column("zone", Text),  # IANA
    Column("exchange", Text),  # MIC
    Column("minutes", Integer),
    Column("created_at", UtcDateTime, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("team", Text, nullable=False),
    Column("user", Text),  # whose own it is; nobody's: a channel's
    Column("made_by", Text),  # who set it up
    Column("skips", Text, nullable=False),  # 2026-11-26,...: left out as somebody asked
)

_SCHEDULE = frozenset({"at", "weekdays", "zone", "exchange", "minutes"})


class State(OutboxRows):
    """The subscriptions and the outbox behind an engine whose migrations have run."""

    def subscribe(self, wanted: Subscription) -> None:
        """Add a subscription, or put this one in the place of the recipient's old one."""
        values = {**_plain(wanted), **_written(wanted.schedule)}
        values["skips"] = _days(wanted.skips)
        same = _same(wanted.kind, wanted.recipient)
        with self._engine.begin() as connection:
            if not insert_new(connection, subscriptions, values, key=("kind", "recipient")):
                connection.execute(update(subscriptions).where(same).values(values))

    def leave_out(self, wanted: Subscription, skips: tuple[date, ...]) -> None:
        """Set which local dates of a subscription are left out."""
        values = {"skips": _days(skips)}
        with self._engine.begin() as connection:
            same = _same(wanted.kind, wanted.recipient)
            connection.execute(update(subscriptions).where(same).values(values))

    def unsubscribe(self, kind: str, recipient: str) -> bool:
        """Take a subscription away; False when there was none.

        With somebody's own goes what it told: nothing else says whose that was, so nobody could
        have it forgotten later.
        """
        same = _same(kind, recipient)
        own = exists().where(same, subscriptions.c.user.is_not(None))
        theirs = and_(outbox.c.recipient == recipient, own)
        told = or_(outbox.c.kind == kind, outbox.c.under.startswith(f"{kind}:", autoescape=True))
        with self._engine.begin() as connection:
            connection.execute(delete(outbox).where(theirs, told))
            return connection.execute(delete(subscriptions).where(same)).rowcount > 0

    def forget(self, owner: Owner) -> int:
        """Take away what was someone's own, also what waits or was sent; tell how many rows."""
        theirs = and_(subscriptions.c.team == owner.team, subscriptions.c.user == owner.user)
        places = select(subscriptions.c.recipient).where(theirs)
        notes = and_(outbox.c.team == owner.team, outbox.c.recipient == owner.user)
        own = or_(outbox.c.recipient.in_(places), notes)
        with self._engine.begin() as connection:
            gone = connection.execute(delete(outbox).where(own))
            return gone.rowcount + connection.execute(delete(subscriptions).where(theirs)).rowcount

    def forget_team(self, team: str) -> int:
        """Take away what a workspace wanted and was sent, when it has gone; tell how many rows."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(outbox).where(outbox.c.team == team)).rowcount
            theirs = delete(subscriptions).where(subscriptions.c.team == team)
            return gone + connection.execute(theirs).rowcount

    def makers_of(self, row: OutboxRow) -> tuple[str, ...]:
        """Name the users who set up what a row comes from: of an alert, the owners of its rules.

        Nobody else is told of a rule's message: it can be about what somebody keeps to themselves.
        """
        with reading(self._engine) as connection:
            if row.kind == ALERT:
                return owners_of(connection, row)
            made_by = connection.scalar(_made_by(row))
        return (made_by,) if made_by else ()

    def subscriptions(self) -> list[Subscription]:
        """List all of them, the inactive ones too; one that cannot be read keeps back no other."""
        query = select(subscriptions).order_by(subscriptions.c.kind, subscriptions.c.recipient)
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [wanted for row in rows if (wanted := _readable(row))]


def _made_by(row: OutboxRow) -> Select[Any]:
    """Select who set up what a recipient gets, of the row's own kind where there is that."""
    same = and_(subscriptions.c.team == row.team, subscriptions.c.recipient == row.recipient)
    query = select(subscriptions.c.made_by).where(same, subscriptions.c.made_by.is_not(None))
    return query.order_by(subscriptions.c.kind != row.kind, subscriptions.c.kind).limit(1)


def _plain(noun: Subscription) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in noun.__slots__}


def _same(kind: str, recipient: str) -> ColumnElement[bool]:
    return and_(subscriptions.c.kind == kind, subscriptions.c.recipient == recipient)


def _days(days: tuple[date, ...]) -> str:
    return ",".join(map(slot_of, days))


def _written(schedule: Schedule) -> dict[str, object]:
    match schedule:
        case Daily(at, weekdays, zone, trading):
            local = {"at": f"{at:%H:%M}", "weekdays": ",".join(weekdays), "zone": zone}
            return {"schedule": "daily", **local, "exchange": trading, "minutes": None}
        case BeforeOpen(exchange, minutes):
            name = "open"
        case AfterWeek(exchange, minutes):
            name = "week"
    beside = {"exchange": exchange, "minutes": minutes}
    return {"schedule": name, "at": None, "weekdays": None, "zone": None, **beside}


def _schedule(row: RowMapping) -> Schedule:
    if row["schedule"] == "daily":
        days = tuple(row["weekdays"].split(","))
        return Daily(time.fromisoformat(row["at"]), days, row["zone"], row["exchange"])
    kind = BeforeOpen if row["schedule"] == "open" else AfterWeek
    return kind(row["exchange"], row["minutes"])


def _readable(row: RowMapping) -> Subscription | None:
    """Read a subscription; None for one that another version or time zone table allowed."""
    with suppress(InputError, ValueError):
        return _subscription(row)
    log.error("subscription cannot be read", kind=row["kind"], schedule=row["schedule"])
    return None


def _subscription(row: RowMapping) -> Subscription:
    left = {name: value for name, value in row.items() if name not in _SCHEDULE}
    skips = tuple(date.fromisoformat(day) for day in row["skips"].split(",") if day)
    return Subscription(**{**left, "schedule": _schedule(row), "skips": skips})
