"""Turns posts, edits and statuses into one workspace, in memory. Knows no HTTP, no sockets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

Json = dict[str, Any]
Clock = Callable[[], datetime]

TEAM, TEAM_NAME, APP = "T0LAB00001", "Tape Lab", "A0TAPE0001"
BOT_USER, BOT = "U0TAPEBOT1", "B0TAPEBOT1"
KINDS = {"channel": "channels", "group": "groups", "im": "im"}  # how scopes and events name them
STREAM_LIFE = timedelta(minutes=5)  # seen live (python-slack-sdk 1859): traffic or not
STATUS_LIFE = timedelta(minutes=2)  # Slack's documentation: a status goes away after two minutes


@dataclass(frozen=True, slots=True)
class User:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str
    title: str
    tz: str = "America/New_York"
    is_bot: bool = False
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to talk: a public or private channel, or one user's direct messages with the bot."""

    id: str
    name: str
    kind: Literal["channel", "group", "im"]
    members: frozenset[str]
    topic: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """How far a streamed message has come. Slack gives it up by itself at `ends`."""

    ends: datetime
    state: Literal["open", "interrupted", "done"] = "open"
    tasks: tuple[Json, ...] = ()
    plan: str | None = None

    def alive(self, now: datetime) -> bool:
        """Tell whether it can still be stopped in the regular way."""
        return self.state != "done" and now < self.ends


@dataclass(frozen=True, slots=True)
class Session:
    """What an agent is at in a thread, as the agent says."""

    status: str
    title: str = ""
    initiator: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `reader` alone sees an ephemeral one; `thread_ts` is set on replies only."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: str | None = None
    reader: str | None = None
    reactions: tuple[tuple[str, str], ...] = ()
    stream: Stream | None = None
    files: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What the bot says it is doing in a thread, and since when."""

    text: str
    since: datetime


ADA = User("U0ADA00001", "ada", "Ada", "Analyst", is_admin=True)
BEN = User("U0BEN00001", "ben", "Ben", "Portfolio manager · sample book", tz="Europe/London")
TAPE = User(BOT_USER, "tape", "Tape", "Reads the articles you follow", is_bot=True)
EVERYONE = frozenset({ADA.id, BEN.id, TAPE.id})
CHANNELS = (
    Channel(
        "C0RESEARCH", "research", "channel", EVERYONE, "Questions about who gains and who loses"
    ),
    Channel("C0BRIEF001", "daily-brief", "channel", EVERYONE, "One brief before the open"),
    Channel("D0ADA00001", "Tape", "im", frozenset({ADA.id, TAPE.id})),
    Channel("D0BEN00001", "Tape", "im", frozenset({BEN.id, TAPE.id})),
)


@dataclass(slots=True)
class Workspace:
    """All that was said, by whom and where. Time comes from `now`, ids from one counter."""

    now: Clock
    users: dict[str, User] = field(default_factory=lambda: {u.id: u for u in (ADA, BEN, TAPE)})
    channels: dict[str, Channel] = field(default_factory=lambda: {c.id: c for c in CHANNELS})
    statuses: dict[tuple[str, str], Status] = field(default_factory=dict)
    prompts: dict[tuple[str, str | None], Json] = field(default_factory=dict)
    looked_at: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    _news: list[Message] = field(default_factory=list)
    _messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    _count: int = 0
    _second: int = 0

    def number(self) -> int:
        """Count one further; every id of the workspace comes from here."""
        self._count += 1
        return self._count

    def stamp(self) -> str:
        """Make the next `ts`: never before the last one, even when the clock goes back."""
        self._second = max(self._second, int(self.now().timestamp()))
        return f"{self._second}.{self.number():06d}"

    def channel(self, reference: str, *, seen_by: str | None = None) -> Channel | None:
        """Find a channel by its id, its #name, or the user whose direct messages are meant."""
        if reference in self.users and reference != BOT_USER:
            return self.direct(reference)
        name = reference.removeprefix("#")
        matches = (
            c
            for c in self.channels.values()
            if reference == c.id or (c.kind != "im" and c.name == name)
        )
        found = next(matches, None)
        return (
            found
            if found and (seen_by is None or found.kind == "channel" or seen_by in found.members)
            else None
        )

    def direct(self, user: str) -> Channel | None:
        """Find the direct messages of a user with the bot."""
        return next(
            (c for c in self.channels.values() if c.kind == "im" and user in c.members), None
        )

    def put(self, message: Message) -> Message:
        """Store a new or changed message, giving each of its blocks an id as Slack does."""
        named = tuple(
            {**b, "block_id": b.get("block_id") or f"b{self.number()}"} for b in message.blocks
        )
        stored = replace(message, blocks=named)
        self._messages[stored.channel, stored.ts] = stored
        return stored

    def post(self, message: Message) -> Message:
        """Store a message of the bot that everyone sees; it is news until `news` is asked."""
        stored = self.put(message)
        self.statuses.pop((stored.channel, stored.thread_ts or ""), None)
        self._news.append(stored)
        return stored

    def news(self) -> list[Message]:
        """Hand over what was posted since it was last asked."""
        posted, self._news = self._news, []
        return posted

    def drop(self, message: Message) -> None:
        """Forget a message; its replies stay."""
        del self._messages[message.channel, message.ts]

    def find(self, channel: str, ts: str) -> Message | None:
        """Find a message by where and when it was posted."""
        return self._messages.get((channel, ts))

    def spoken(self, channel: str) -> list[Message]:
        """List every message of a channel by time: roots, replies and ephemeral ones."""
        return by_time(m for m in self._messages.values() if m.channel == channel)

    def replies(self, channel: str, ts: str) -> list[Message]:
        """List the replies that everyone sees in a thread, oldest first."""
        heard = (m for m in self._messages.values() if m.thread_ts == ts and m.channel == channel)
        return by_time(m for m in heard if m.reader is None)

    def status(self, channel: str, thread_ts: str) -> str:
        """Say what the bot shows as its status in a thread; empty when there is none any more."""
        status = self.statuses.get((channel, thread_ts))
        return status.text if status and self.now() - status.since < STATUS_LIFE else ""


def stamp_key(ts: str) -> tuple[int, int]:
    """Order stamps by time: seconds, then the counter."""
    seconds, _, count = ts.partition(".")
    return int(seconds or 0), int(count or 0)


def by_time(messages: Iterable[Message]) -> list[Message]:
    """Order messages by their stamps, oldest first."""
    return sorted(messages, key=lambda message: stamp_key(message.ts))


def message_json(
    message: Message, replies: Sequence[Message] = (), *, with_metadata: bool = False
) -> Json:
    """Write a message as Slack's history does; a thread's root tells about its replies."""
    author: Mapping[str, Any] = {"bot_id": BOT, "app_id": APP} if message.user == BOT_USER else {}
    told: Json = {
        "type": "message",
        "user": message.user,
        "team": TEAM,
        "text": message.text,
        "ts": message.ts,
        **author,
    }
    carried = {"blocks": message.blocks, "attachments": message.attachments, "files": message.files}
    told |= {name: list(things) for name, things in carried.items() if things}
    if message.thread_ts or replies:
        told["thread_ts"] = message.thread_ts or message.ts
    if replies:
        who = list(dict.fromkeys(r.user for r in replies))
        told |= {"reply_count": len(replies), "reply_users": who, "latest_reply": replies[-1].ts}
    if message.edited:
        told["edited"] = {"user": message.user, "ts": message.edited}
    if message.reactions:
        names = dict.fromkeys(name for name, _ in message.reactions)
        by = {name: [user for other, user in message.reactions if other == name] for name in names}
        told["reactions"] = [
            {"name": n, "users": users, "count": len(users)} for n, users in by.items()
        ]
    if with_metadata and message.metadata:
        told["metadata"] = message.metadata
    return told


def seen_json(message: Message, replies: Sequence[Message], now: datetime) -> Json:
    """Write a message as people see it: with its progress, and whether more of it is to come.

    A `broken` one was never stopped in time: Slack shows it as streaming for ever.
    """
    stream = message.stream
    return {
        **message_json(message, replies),
        "streaming": bool(stream and stream.alive(now)),
        "broken": bool(stream and stream.state != "done" and not stream.alive(now)),
        "tasks": list(stream.tasks) if stream else [],
        "plan": stream.plan if stream else None,
    }
