"""The inbox's rows <-> questions and replies. Knows no protocol: inbox.py says what follows."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    UniqueConstraint,
    and_,
    exists,
    false,
    literal_column,
    or_,
    text,
)

from bot.posting import Standing
from bot.questions import Asked, InboxRow, SharedFile
from jobs.models import Rendered
from retrieval.db import UtcDateTime, metadata

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
is_open: ColumnElement[Any] = literal_column("inbox.state IN ('new', 'sending')")
_open_here = text("state IN ('new', 'sending')")
Index("ix_inbox_open", inbox.c.ts, sqlite_where=_open_here, postgresql_where=_open_here)
Index("ix_inbox_thread", inbox.c.channel, inbox.c.thread_ts, inbox.c.ts)
Index("ix_inbox_replay", inbox.c.channel, inbox.c.replay_id)


def written(messages: Sequence[Rendered]) -> str | None:
    """Freeze messages in a row; None when there are none."""
    return json.dumps([message.to_json() for message in messages]) if messages else None


def may_see(user: str) -> ColumnElement[bool]:
    """The answers that a user may see: those to all of their channel, and those to them alone.

    In direct messages there is nobody else; rows of before name no asker.
    """
    theirs = or_(inbox.c.asker.is_(None), inbox.c.asker == user)
    open_to_all = and_(inbox.c.reader.is_(None), or_(inbox.c.channel.not_like("D%"), theirs))
    return or_(open_to_all, inbox.c.reader == user)


def is_behind() -> ColumnElement[bool]:
    """Tell whether another question of the same thread is open before it."""
    earlier = inbox.alias("earlier")
    return exists().where(
        earlier.c.channel == inbox.c.channel,
        earlier.c.thread_ts == inbox.c.thread_ts,
        earlier.c.ts < inbox.c.ts,
        earlier.c.state.in_(("new", "sending")),
    )


def is_held(row: InboxRow) -> ColumnElement[bool]:
    """Tell the row, while the claim that gave it to us still stands."""
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


def row_of(found: Mapping[str, Any] | RowMapping) -> InboxRow:
    """Read a claimed question."""
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
