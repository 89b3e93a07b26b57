"""What Slack asks and what is answered, as plain values. Knows no table and no client."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.blocks.limits import Block
from bot.posting import Standing
from jobs.models import Owner, Rendered
from retrieval.answers import Citation


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
