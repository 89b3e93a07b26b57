"""Slack's deliveries -> each event once, and the questions among them until they are answered.

Knows its table and nothing of Slack's client: who answers claims a row under a lease, and a claim
that ran out no longer changes anything.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.blocks.limits import Block
from bot.inbox_rows import SHARED, inbox, is_behind, is_held, is_open, may_see, row_of, written
from bot.posting import Standing
from bot.questions import Arrival, InboxRow, Reply, Waiting
from retrieval.db import reading

KEEP_SEEN = timedelta(hours=48)  # Slack's delayed events come for up to 24 h
KEEP_ANSWERS = timedelta(days=90)  # how long an Evidence button works


class Inbox:
    """The table of bot behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.arriving = 0  # deliveries on their way into it; the event loop alone counts them
        # SQLite has one writer at a time, and who waits for it sleeps and asks again: an arrival
        # would be overtaken by the workers' writes over and over. In line it comes next.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    def take(self, arrival: Arrival, now: datetime) -> bool:
        """Store a delivery; False when it was here before, by any of its keys."""
        asked = arrival.asked
        values = {
            "event_id": arrival.event_id,
            "client_msg_id": arrival.client_msg_id if asked else None,
            "channel": asked.channel if asked else None,
            "ts": arrival.ts if asked else None,
            "thread_ts": asked.thread_ts if asked else None,
            "asked": json.dumps(asdict(asked)) if asked else None,
            "workspace": asked.workspace if asked else None,
            "asker": asked.user if asked else None,
            "state": "new" if asked else "seen",
            "received_at": now,
            "tries": 0,
            "posts": 0,
            "as_stream": False,
            "part": 0,
        }
        try:
            with self._writing() as connection:
                connection.execute(insert(inbox).values(values))
        except IntegrityError:
            return False
        return True

    def claim(self, now: datetime, *, owner: str, lease: timedelta) -> InboxRow | None:
        """Lease the oldest question that nobody holds and none of its thread waits before."""
        free = and_(is_open, or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < now))
        query = (
            select(inbox)
            .where(free, ~is_behind())
            .order_by(inbox.c.ts)
            .limit(1)
            .with_for_update(skip_locked=True)  # SQLite ignores it: its transaction is alone
        )
        with self._writing() as connection:
            found = connection.execute(query).mappings().first()
            if found is None:
                return None
            held = {"owner": owner, "lease_until": now + lease, "tries": found["tries"] + 1}
            taken = and_(inbox.c.id == found["id"], free)
            changed = connection.execute(update(inbox).where(taken).values(state="sending", **held))
        return row_of({**found, **held}) if changed.rowcount == 1 else None

    def take_over(
        self, gone: Callable[[str], bool], now: datetime, *, unclear_until: datetime
    ) -> int:
        """Free what owners hold that are gone; tell how many rows that were.

        A post that they may have begun is given until `unclear_until` to be seen.
        """
        held = and_(inbox.c.state == "sending", inbox.c.lease_until > now)
        free_at = case((inbox.c.first_post.is_(None), now), else_=unclear_until)
        with self._writing() as connection:
            owners = connection.scalars(select(inbox.c.owner).where(held).distinct())
            theirs = and_(held, inbox.c.owner.in_([owner for owner in owners if gone(owner)]))
            return connection.execute(
                update(inbox).where(theirs).values(lease_until=free_at)
            ).rowcount

    def renew(self, row: InboxRow, until: datetime) -> bool:
        """Lengthen a claim; False when it is not ours any more."""
        return self._change(row, lease_until=until)

    def freeze(self, row: InboxRow, reply: Reply, until: datetime) -> bool:
        """Store what will be posted before the first try, so that every try posts the same.

        False when the claim is not ours any more, or the user has stopped the question.
        """
        evidence = json.dumps(reply.evidence, ensure_ascii=False) if reply.evidence else None
        wanted = true() if row.stopped else inbox.c.stopped_at.is_(None)
        return self._change(
            row,
            only=wanted,
            message=reply.message.to_json(),
            more=written(reply.more),
            evidence=evidence,
            replay_id=reply.replay_id,
            reader=reply.reader,
            shareable=written(reply.shareable),
            lease_until=until,
        )

    def stand(self, row: InboxRow, known: Standing) -> bool:
        """Note what is known of the message that is on its way; False when it is not ours."""
        return self._change(
            row,
            stream=known.stream,
            first_post=known.since,
            as_stream=known.as_stream,
            posts=known.unclear,
        )

    def next_part(self, row: InboxRow, ts: str) -> bool:
        """Note where a message stands that is not the last; the next one begins anew."""
        fresh: dict[str, Any] = {
            "stream": None,
            "first_post": None,
            "as_stream": False,
            "posts": 0,
        }
        if not row.part:
            fresh["reply_ts"] = ts
        return self._change(row, part=row.part + 1, **fresh)

    def put_back(self, row: InboxRow, until: datetime) -> None:
        """Free a claim for another try after a moment."""
        self._change(row, lease_until=until)

    def stop(self, channel: str, thread_ts: str, now: datetime) -> frozenset[int]:
        """Note that a user wants no more answers in a thread; give the questions that it ends."""
        theirs = and_(is_open, inbox.c.channel == channel, inbox.c.thread_ts == thread_ts)
        with self._writing() as connection:
            ids = frozenset(connection.scalars(select(inbox.c.id).where(theirs)))
            connection.execute(update(inbox).where(theirs).values(stopped_at=now))
        return ids

    def withdraw(self, channel: str, ts: str) -> None:
        """Drop a question that its asker has deleted, if nobody has begun to answer it."""
        theirs = and_(inbox.c.channel == channel, inbox.c.ts == ts, inbox.c.state == "new")
        self._settle(theirs, state="failed", reason="withdrawn")

    def waiting(self, limit: int) -> tuple[Waiting, ...]:
        """List the first questions that could be worked on if there were a free hand."""
        query = (
            select(inbox.c.id, inbox.c.channel, inbox.c.thread_ts, inbox.c.workspace)
            .where(inbox.c.state == "new", ~is_behind())
            .order_by(inbox.c.ts)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(Waiting(*row) for row in connection.execute(query))

    def last_word(self, channel: str, thread_ts: str, user: str) -> str | None:
        """Give Slack's time of our last answer in a thread, or of what we are answering there.

        Only of answers that the user could see; one to a command is the root of its thread. None
        when we are not in that thread.
        """
        query = select(func.max(func.coalesce(inbox.c.reply_ts, inbox.c.ts))).where(
            inbox.c.channel == channel,
            or_(inbox.c.thread_ts == thread_ts, inbox.c.reply_ts == thread_ts),
            or_(is_open, inbox.c.state == "answered"),
            may_see(user),
        )
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(query)
        return found

    def answered(self, row: InboxRow, ts: str) -> None:
        """Store where the answer stands. True whoever holds the claim by now."""
        where = {} if row.part else {"reply_ts": ts}
        self._settle(inbox.c.id == row.id, state="answered", **where)

    def failed(self, row: InboxRow, reason: str) -> None:
        """End a question without an answer that we know of."""
        self._settle(is_held(row), state="failed", reason=reason)

    def follows(self, row: InboxRow) -> str | None:
        """Name the last answer before this question in its thread, of those its asker could see.

        What was shared is no such answer: it was somebody's own question. A command is alone: it
        stands in no thread, but its answer may be the root of one.
        """
        if not row.asked.thread_ts:
            return None
        query = (
            select(inbox.c.replay_id)
            .where(
                inbox.c.channel == row.asked.channel,
                or_(
                    inbox.c.thread_ts == row.asked.thread_ts,
                    inbox.c.reply_ts == row.asked.thread_ts,
                ),
                may_see(row.asked.user),
                inbox.c.event_id.not_like(f"{SHARED}%"),
                inbox.c.ts < row.ts,
                inbox.c.replay_id.is_not(None),
            )
            .order_by(inbox.c.ts.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(query)
        return found

    def is_anothers(self, channel: str, user: str) -> bool:
        """Tell whether direct messages are somebody else's: only one person asks there."""
        here = and_(inbox.c.channel == channel, inbox.c.channel.like("D%"))
        other = and_(inbox.c.asker.is_not(None), inbox.c.asker != user)
        with reading(self._engine) as connection:
            return bool(connection.scalar(select(exists().where(here, other))))

    def may_follow(self, channel: str, replay_id: str, user: str) -> bool:
        """Tell whether a user's question can go on from an answer: one that they could see there.

        What was shared is somebody's own question: nobody else goes on from it.
        """
        seen = and_(may_see(user), inbox.c.event_id.not_like(f"{SHARED}%"))
        here = and_(inbox.c.channel == channel, inbox.c.replay_id == replay_id)
        with reading(self._engine) as connection:
            return bool(connection.scalar(select(exists().where(here, seen))))

    def evidence(self, channel: str, replay_id: str, user: str) -> Block | None:
        """Find the view of an answer that a user could see in a channel.

        None when it is not kept, or not theirs to see.
        """
        query = (
            select(inbox.c.evidence)
            .where(inbox.c.channel == channel, inbox.c.replay_id == replay_id, may_see(user))
            .order_by(inbox.c.id.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            found = connection.scalar(query)
        view: Block | None = json.loads(found) if found else None
        return view

    def purge(self, now: datetime) -> int:
        """Forget what is settled and old; tell how many rows went."""
        settled = inbox.c.state.in_(("answered", "failed"))
        old = or_(
            and_(inbox.c.state == "seen", inbox.c.received_at < now - KEEP_SEEN),
            and_(settled, inbox.c.received_at < now - KEEP_ANSWERS),
        )
        with self._writing() as connection:
            return connection.execute(delete(inbox).where(old)).rowcount

    def waits(self) -> int:
        """Count the questions without an answer."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(inbox).where(is_open)) or 0

    def forget(self, workspace: str) -> int:
        """Delete the questions and answers of a workspace; tell how many rows went."""
        theirs = delete(inbox).where(inbox.c.workspace == workspace)
        with self._writing() as connection:
            return connection.execute(theirs).rowcount

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, self._engine.begin() as connection:
            yield connection

    def _change(
        self, row: InboxRow, *, only: ColumnElement[bool] | None = None, **values: Any
    ) -> bool:
        which = is_held(row) if only is None else and_(is_held(row), only)
        with self._writing() as connection:
            return connection.execute(update(inbox).where(which).values(values)).rowcount == 1

    def _settle(self, which: ColumnElement[bool], **values: object) -> None:
        with self._writing() as connection:
            connection.execute(
                update(inbox).where(which, is_open).values(lease_until=None, **values)
            )
