"""Slack's deliveries -> each event once, and the questions among them until they are answered.

Knows its table and nothing of Slack's client: who answers claims a row under a lease, and a claim
that ran out no longer changes anything.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.blocks.limits import Block
from bot.posting import Standing
from jobs.models import Owner, Rendered
from retrieval.answers import Citation
from retrieval.db import UtcDateTime, metadata, reading

State = Literal["seen", "new", "sending", "answered", "failed"]

KEEP_SEEN = timedelta(hours=48)  # Slack's delayed events come for up to 24 h
KEEP_ANSWERS = timedelta(days=90)  # how long an Evidence button works
SHARED = "share:"  # before the key of the question whose private answer is shown to all

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", Text, nullable=False, unique=True),
    # One gesture can come as two events, and one message under two event ids (SLACK.md, section 7).
    Column("client_msg_id", Text, unique=True),
    Column("channel", Text),
    Column("ts", Text),
    Column("thread_ts", Text),
    Column("asked", Text),
    Column("state", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("owner", Text),
    Column("lease_until", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("first_post", UtcDateTime),
    Column("as_stream", Boolean, nullable=False, server_default=false()),
    Column("posts", Integer, nullable=False),
    Column("stream", Text),
    Column("stopped_at", UtcDateTime),
    Column("message", Text),
    Column("more", Text),  # the messages after the first, as JSON
    Column("part", Integer, nullable=False, server_default="0"),  # which of them is next
    Column("evidence", Text),
    Column("replay_id", Text),
    Column("reply_ts", Text),
    Column("reason", Text),
    Column("workspace", Text),
    Column("asker", Text),
    Column("reader", Text),  # who alone may see the answer; nobody named: all in its channel
    Column("shareable", Text),  # what of such an answer its reader may show to all
    UniqueConstraint("channel", "ts"),
    CheckConstraint("state IN ('seen', 'new', 'sending', 'answered', 'failed')", name="state"),
)
# Written out, not bound: else SQLite does not see that the index holds all such rows.
_open: ColumnElement[Any] = literal_column("inbox.state IN ('new', 'sending')")
_open_here = text("state IN ('new', 'sending')")
Index("ix_inbox_open", inbox.c.ts, sqlite_where=_open_here, postgresql_where=_open_here)
Index("ix_inbox_thread", inbox.c.channel, inbox.c.thread_ts, inbox.c.ts)
Index("ix_inbox_replay", inbox.c.channel, inbox.c.replay_id)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that a user shared, by its id in Slack; `name` is the user's."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds, for as long as a question about it is answered; it is kept nowhere."""

    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question from Slack carries. The ids come from the event, never from its text.

    `thread_ts` is the root of the thread that the answer goes to; empty for the channel itself.
    `article_links` are the addresses that the user gave or asked under. `words` are those of a
    message that it is about, `files` what the user shared with it, `documents` what is in these.
    `unasked` is what nobody asked: it is answered well or not at all. `follows` is the replay id of
    the answer before it. `zone` is the user's, as Slack names it; None when we may not know it.
    `respond_to` is where a command is answered when its channel takes no message of ours. `team` is
    the user's workspace.
    `looks_at` is the message that the user had before them: its channel and timestamp.
    `workspace` is the installation that the question came through.
    """

    text: str
    channel: str
    user: str
    thread_ts: str
    article_links: tuple[str, ...] = ()
    follows: str | None = None
    private: bool = False
    zone: str | None = None
    team: str | None = None
    looks_at: tuple[str, str] | None = None
    workspace: str | None = None
    words: str = ""
    files: tuple[SharedFile, ...] = ()
    documents: tuple[Document, ...] = ()
    unasked: bool = False
    respond_to: str | None = None

    @property
    def owner(self) -> Owner:
        """Whose list and book "mine" are."""
        return Owner(self.team or "", self.user)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery. Without a question it is only remembered, so that it happens once.

    `ts` is Slack's own time of it: questions of one thread are answered in its order.
    """

    event_id: str
    client_msg_id: str | None = None
    ts: str | None = None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it will be posted, with the view behind its Evidence button.

    `reader` alone may see it, where it is named: it tells of what they keep. `shareable` is what of
    it they may show to all.
    What does not fit into one message goes on in `more`. The rest is for a stream, and not kept:
    `said` are the words to begin with when none were streamed, `rest` the blocks to end with (None
    when a stop cannot make it whole) and `cited` what its chips lead to.
    """

    message: Rendered
    evidence: Block | None = None
    replay_id: str | None = None
    reader: str | None = None
    shareable: tuple[Rendered, ...] = ()
    more: tuple[Rendered, ...] = ()
    said: str = ""
    rest: tuple[Block, ...] | None = ()
    cited: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A claimed question. `tries` counts its claims, and so names this one.

    `messages` is the frozen reply, and `part` counts those of them that stand in the thread;
    `standing` is what is known of the next one. `stopped` when the user wants no answer any more.
    """

    id: int
    event_id: str
    asked: Asked
    tries: int
    owner: str
    lease_until: datetime
    ts: str
    standing: Standing
    messages: tuple[Rendered, ...]
    part: int
    replay_id: str | None
    stopped: bool
    reader: str | None = None

    @property
    def key(self) -> str:
        """What the next message is found by in the thread."""
        return f"answer:{self.event_id}" + (f":{self.part + 1}" if self.part else "")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that nobody works on yet, though nothing of its thread is before it."""

    id: int
    channel: str
    thread_ts: str
    workspace: str | None = None


class Inbox:
    """The table of bot behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
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
        free = and_(_open, or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < now))
        query = (
            select(inbox)
            .where(free, ~_behind())
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
        return _row({**found, **held}) if changed.rowcount == 1 else None

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
        theirs = and_(_open, inbox.c.channel == channel, inbox.c.thread_ts == thread_ts)
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
            .where(inbox.c.state == "new", ~_behind())
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
            or_(_open, inbox.c.state == "answered"),
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
        self._settle(_held(row), state="failed", reason=reason)

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
            return connection.scalar(select(func.count()).select_from(inbox).where(_open)) or 0

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
        which = _held(row) if only is None else and_(_held(row), only)
        with self._writing() as connection:
            return connection.execute(update(inbox).where(which).values(values)).rowcount == 1

    def _settle(self, which: ColumnElement[bool], **values: object) -> None:
        with self._writing() as connection:
            connection.execute(update(inbox).where(which, _open).values(lease_until=None, **values))


def written(messages: Sequence[Rendered]) -> str | None:
    """Freeze messages in a row; None when there are none."""
    return json.dumps([message.to_json() for message in messages]) if messages else None


def may_see(user: str) -> ColumnElement[bool]:
    """The answers that a user may see: those to all of their channel, and those to them alone."""
    return or_(inbox.c.reader.is_(None), inbox.c.reader == user)


def _behind() -> ColumnElement[bool]:
    """Whether another question of the same thread is open before it."""
    earlier = inbox.alias("earlier")
    return exists().where(
        earlier.c.channel == inbox.c.channel,
        earlier.c.thread_ts == inbox.c.thread_ts,
        earlier.c.ts < inbox.c.ts,
        earlier.c.state.in_(("new", "sending")),
    )


def _held(row: InboxRow) -> ColumnElement[bool]:
    """The row, while the claim that gave it to us still stands."""
    ours = and_(inbox.c.owner == row.owner, inbox.c.tries == row.tries)
    return and_(inbox.c.id == row.id, inbox.c.state == "sending", ours)


def thawed(fields: dict[str, Any]) -> Asked:
    """Thaw a question; rows of before had at most one link."""
    link = fields.pop("article_link", None)
    links = fields.pop("article_links", [link] if link else [])
    files = tuple(SharedFile(**file) for file in fields.pop("files", ()))
    fields.pop("documents", None)  # what is in files is not kept
    seen = fields.pop("looks_at", None)
    looks_at = (str(seen[0]), str(seen[1])) if seen else None
    return Asked(**fields, article_links=tuple(links), files=files, looks_at=looks_at)


def _row(found: Mapping[str, Any] | RowMapping) -> InboxRow:
    frozen = [found["message"], *json.loads(found["more"] or "[]")] if found["message"] else []
    return InboxRow(
        id=found["id"],
        event_id=found["event_id"],
        asked=thawed(json.loads(found["asked"])),
        tries=found["tries"],
        owner=found["owner"],
        lease_until=found["lease_until"],
        ts=found["ts"],
        standing=Standing(
            stream=found["stream"],
            since=found["first_post"],
            as_stream=found["as_stream"],
            unclear=found["posts"],
            silent=found["stopped_at"] is not None,
        ),
        messages=tuple(Rendered.from_json(message) for message in frozen),
        part=found["part"],
        replay_id=found["replay_id"],
        reader=found["reader"],
        stopped=found["stopped_at"] is not None,
    )
