"""Outbox rows <-> SQL: written, claimed, settled, pruned. Knows no protocol: outbox.py has it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from jobs.models import (
    DATED,
    OPEN,
    Backlog,
    Ended,
    OutboxRow,
    OutboxState,
    id_of,
    key_of,
    slot_of,
)
from jobs.outbox_table import (
    in_turn,
    is_as_seen,
    is_free,
    is_held,
    is_open,
    is_row,
    outbox,
    put_in,
    row_of,
    stands_under,
    thread_of,
)
from retrieval.db import reading

LATELY = timedelta(days=7)  # what was given up before is history, not news
DROPPED = "dropped by hand"


class OutboxRows:
    """The outbox behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enqueue(self, first: OutboxRow, others: Sequence[OutboxRow] = ()) -> bool:
        """Add a row with those that hang on it, all or none.

        False, and nothing is added, when its key is there, whatever became of that one.
        """
        with self._engine.begin() as connection:
            added = put_in(connection, first)
            for row in others if added else ():
                put_in(connection, row)
        return added

    def rows(self, *, since: date) -> list[OutboxRow]:
        """List what happens once a day, from the local date `since` on or still open."""
        dated = outbox.c.kind.in_(DATED)
        wanted = and_(dated, or_(outbox.c.slot >= slot_of(since), is_open))
        query = select(outbox).where(wanted).order_by(outbox.c.created_at, outbox.c.recipient)
        with reading(self._engine) as connection:
            return [row_of(found) for found in connection.execute(query).mappings()]

    def listed(self, states: Collection[OutboxState], *, most: int) -> list[OutboxRow]:
        """List the rows of some states, the newest first, `most` of them at most."""
        query = select(outbox).where(outbox.c.state.in_(states))
        newest = (outbox.c.created_at.desc(), outbox.c.recipient, outbox.c.slot)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(*newest).limit(most)).mappings()
            return [row_of(one) for one in found]

    def find(self, row_id: str) -> OutboxRow | None:
        """Give the newest row with an id; None when there is none. Of others only keys are read."""
        key = (outbox.c.kind, outbox.c.recipient, outbox.c.slot)
        keys = select(*key).order_by(outbox.c.created_at.desc(), *key)
        with reading(self._engine) as connection:
            with connection.execute(keys.execution_options(yield_per=1_000)) as every:
                found = next((tuple(one) for one in every if id_of(key_of(*one)) == row_id), None)
            if found is None:
                return None
            query = select(outbox).where(tuple_(*key) == found)
            return row_of(connection.execute(query).mappings().one())

    def delivered(self, kind: str, recipient: str, *, most: int) -> list[OutboxRow]:
        """List the rows that reported a window and were sent, the newest windows first."""
        query = select(outbox).where(_reported(kind, recipient)).order_by(outbox.c.until.desc())
        with reading(self._engine) as connection:
            found = connection.execute(query.limit(most)).mappings()
            return [row_of(one) for one in found]

    def heard(self, kind: str, recipient: str) -> tuple[int | datetime, ...]:
        """Say where a recipient's delivered windows begin and end, in order; () before the first.

        By changes of the store; by the time where a row is from before they were kept.
        """
        o = outbox.c
        bounds = select(o.since_change, o.since, o.until_change, o.until).order_by(o.until)
        with reading(self._engine) as connection:
            found = connection.execute(bounds.where(_reported(kind, recipient))).all()
        ends = [until if change is None else change for _, _, change, until in found]
        begin = [since if change is None else change for change, since, _, _ in found[:1]]
        return (*begin, *ends)

    def last_sent(self, kind: str, recipient: str, *, ts: str | None = None) -> OutboxRow | None:
        """Give the row that stands at `ts`, else the one that was sent last; notes report nothing.

        None when the recipient was sent no window yet.
        """
        newest = (case((outbox.c.ts == ts, 0), else_=1), outbox.c.until.desc())
        query = select(outbox).where(_reported(kind, recipient)).order_by(*newest).limit(1)
        with reading(self._engine) as connection:
            found = connection.execute(query).mappings().first()
        return row_of(found) if found else None

    def counts(self) -> dict[OutboxState, int]:
        """Count the outbox by state."""
        query = select(outbox.c.state, func.count().label("rows")).group_by(outbox.c.state)
        with reading(self._engine) as connection:
            return {row.state: row.rows for row in connection.execute(query)}

    def backlog(self, now: datetime) -> Backlog:
        """Say how the outbox stands; of what was given up, the last seven days count."""
        lately = and_(
            outbox.c.state.in_(get_args(Ended)),
            outbox.c.created_at > now - LATELY,
            outbox.c.reason.is_distinct_from(DROPPED),
        )
        made, rows = func.min(outbox.c.created_at).label("made"), func.count().label("rows")
        query = select(outbox.c.state, made, rows).where(or_(is_open, lately))
        with reading(self._engine) as connection:
            found = {row.state: row for row in connection.execute(query.group_by(outbox.c.state))}
        waiting = [found[state] for state in OPEN if state in found]
        given_up = {state: found[state].rows for state in get_args(Ended) if state in found}
        oldest = now - min(row.made for row in waiting) if waiting else None
        return Backlog(sum(row.rows for row in waiting), oldest, **given_up)

    def claim(self, now: datetime, *, owner: str, lease: timedelta) -> OutboxRow | None:
        """Lease the oldest row whose turn it is; its state is the one it was found in.

        Whose turn it is, `is_free` and `in_turn` say.
        """
        free = is_free(now)
        query = (
            select(outbox)
            .where(free, in_turn(now))
            .order_by(outbox.c.created_at, outbox.c.recipient, outbox.c.slot)
            .limit(1)
            .with_for_update(skip_locked=True, of=outbox)  # SQLite's transaction is alone anyway
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).mappings().first()
            if found is None:
                return None
            held: dict[str, Any] = {"lease_until": now + lease, "owner": owner}
            held["first_try"] = found["first_try"] or now
            row = replace(row_of(found), **held, thread_ts=thread_of(connection, found["under"]))
            taken = update(outbox).where(is_row(row), free).values(state="sending", **held)
            hit = connection.execute(taken).rowcount
        return row if hit == 1 else None

    def mark_sent(self, row: OutboxRow, ts: str) -> None:
        """Store where it stands. True whoever holds the lease by now, so no lease is asked for."""
        values = {"state": "sent", "ts": ts, "lease_until": None, "reason": None}
        with self._engine.begin() as connection:
            connection.execute(update(outbox).where(is_row(row)).values(values))

    def put_back(
        self, row: OutboxRow, *, not_before: datetime | None, unclear: bool
    ) -> OutboxState:
        """Free a claimed row for another try; new again only if no try can have arrived."""
        state: OutboxState = "sending" if unclear or row.state == "sending" else "new"
        values = {"state": state, "not_before": not_before, "lease_until": None}
        with self._engine.begin() as connection:
            _change(connection, is_held(row), {**values, "tries": row.tries + unclear})
        return state

    def give_up(
        self, row: OutboxRow, state: Ended, reason: str, *, notes: Sequence[OutboxRow] = ()
    ) -> None:
        """End a claimed row without a post that we know of; with it, add the notes about that."""
        values = {"state": state, "reason": reason, "lease_until": None}
        with self._engine.begin() as connection:
            given_up = _change(connection, is_held(row), values)
            for note in notes if given_up else ():
                put_in(connection, note)

    def try_again(self, row: OutboxRow, state: OutboxState, *, orphans: str) -> bool:
        """Open a row anew that has ended as this one has, and what ended with it for `orphans`.

        False when it is not as it was any more.
        """
        fresh = {"tries": 0, "not_before": None, "reason": None, "deadline": None}
        under = and_(outbox.c.under == row.key, outbox.c.reason == orphans)
        with self._engine.begin() as connection:
            if not _change(connection, is_as_seen(row), {**fresh, "state": state}):
                return False
            _change(connection, under, {**fresh, "state": "new"})
        return True

    def drop(self, row: OutboxRow, now: datetime) -> bool:
        """End a row for good, unless it is being posted or is not as it was any more."""
        free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now)
        with self._engine.begin() as connection:
            values = {"state": "failed", "reason": DROPPED, "lease_until": None}
            return _change(connection, and_(is_as_seen(row), free), values)

    def prune(self, before: datetime) -> int:
        """Take away what ended and was made before a moment; tell how many rows.

        What a recipient was told last stays: the next window begins where that one ended. So does a
        row in whose thread something waits.
        """
        later, child = outbox.alias(), outbox.alias()
        newer = exists().where(
            later.c.kind == outbox.c.kind,
            later.c.recipient == outbox.c.recipient,
            later.c.state == "sent",
            later.c.until > outbox.c.until,
        )
        known = or_(outbox.c.state != "sent", outbox.c.until.is_(None), newer)
        waited_for = exists().where(stands_under(child, outbox), child.c.state.in_(OPEN))
        old = and_(not_(is_open), outbox.c.created_at < before, known, not_(waited_for))
        with self._engine.begin() as connection:
            return connection.execute(delete(outbox).where(old)).rowcount


def _reported(kind: str, recipient: str) -> ColumnElement[bool]:
    """The rows that were sent and told of a window: notes tell of none."""
    return and_(
        outbox.c.kind == kind,
        outbox.c.recipient == recipient,
        outbox.c.state == "sent",
        outbox.c.until.is_not(None),
    )


def _change(
    connection: Connection, which: ColumnElement[bool], values: Mapping[str, object]
) -> bool:
    return connection.execute(update(outbox).where(which).values(values)).rowcount > 0
