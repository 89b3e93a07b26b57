"""The nouns of what runs on time: what is wanted, due, waiting. Knows no store and no clock."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from jobs.errors import WrapDaysError
from jobs.schedules import AfterWeek, Daily, Schedule, Session
from retrieval.answers import Holding
from retrieval.models import digest_of

Ended = Literal["failed", "unknown", "late"]
OutboxState = Literal["new", "sending", "sent", Ended]
Block = dict[str, Any]

OPEN = ("new", "sending")
"""The states of what is still to be posted."""

DIGEST, WRAP, STORY, ALERT, NOTE = "digest", "wrap", "digest_story", "alert", "note"
DATED = (DIGEST, WRAP)
"""The kinds that happen once a local day: their slot is the date."""

MOST_WATCHED = 200
"""Names of one watchlist: a list of everything is no list."""


def key_of(kind: str, recipient: str, slot: str) -> str:
    """Write what makes a post happen once; it travels in the message's metadata."""
    return f"{kind}:{recipient}:{slot}"


def id_of(key: str) -> str:
    """Write the id of a post by its key, from which nobody can read the key."""
    return f"o-{digest_of(key)[:8]}"


def slot_of(local_date: date) -> str:
    """Write the slot of what happens once a local day."""
    return local_date.isoformat()


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose something is: a user of a workspace."""

    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Lot:
    """A row of a book as its owner gave it; amounts are in `currency`, and None was not given.

    `quantity` and `value` are below 0 for a short. A text of it shows nothing of it.
    """

    ticker: str
    quantity: float | None = None
    price: float | None = None
    value: float | None = None
    cost: float | None = None
    account: str | None = None
    currency: str | None = None

    def __repr__(self) -> str:
        """Write what a log may know: that there is one."""
        return "Lot()"


@dataclass(frozen=True, slots=True)
class Book:
    """The positions of one owner and when they were given; a text of it never shows them.

    `holdings` are what it comes to by ticker, `lots` the rows that they were read from.
    """

    holdings: tuple[Holding, ...]
    saved_at: datetime
    lots: tuple[Lot, ...] = ()

    def __repr__(self) -> str:
        """Write what a log may know: how many positions there are."""
        return f"Book({len(self.holdings)} positions)"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a channel or person gets: of which kind, and when.

    `created_at` is since when it stands as it does: nothing is owed for a time before that. `team`
    is its workspace; `user` is whose own it is, None for a channel's; `made_by` set it up and is
    told when a post fails. `skips` are the local dates that were left out as somebody asked.
    """

    kind: str
    recipient: str
    schedule: Schedule
    created_at: datetime
    active: bool = True
    team: str = ""
    user: str | None = None
    made_by: str | None = None
    skips: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a weekly wrap that would come on many days."""
        match self.schedule:
            case Daily(weekdays=days):
                weekly = len(days) == 1
            case schedule:
                weekly = isinstance(schedule, AfterWeek)
        if self.kind == WRAP and not weekly:
            raise WrapDaysError

    @property
    def owner(self) -> Owner | None:
        """Whose own it is."""
        return Owner(self.team, self.user) if self.user else None

    @property
    def zone(self) -> str:
        """The zone in which its days are counted and its times are shown."""
        return self.schedule.zone


@dataclass(frozen=True, slots=True)
class Due:
    """A post of a local date: owed, or to come. It is worth sending until `useful_until`.

    `session` is that of the exchange which its schedule goes by. `folded` are the dates before it
    that could not be sent: its own window covers them. It is the `last` when the calendar ends
    before the next one.
    """

    subscription: Subscription
    local_date: date
    due_at: datetime
    useful_until: datetime
    session: Session | None = None
    folded: tuple[date, ...] = ()
    last: bool = False

    @property
    def note(self) -> str | None:
        """What is unusual about its day: an early close, or that no later day is known."""
        code = self.session.exchange if self.session else ""
        ends = f"the last until Tape knows {code}'s next trading days" if self.last else None
        early = self.session.note if self.session else None
        return " · ".join(filter(None, (early, ends))) or None

    @property
    def key(self) -> str:
        """The key that its outbox row will have."""
        wanted = self.subscription
        return key_of(wanted.kind, wanted.recipient, slot_of(self.local_date))


@dataclass(frozen=True, slots=True)
class Planned:
    """What comes next of a subscription; None while it is paused, or for the reason `unknown`."""

    subscription: Subscription
    coming: Due | None
    unknown: str | None = None

    @property
    def left_out(self) -> bool:
        """Somebody asked for what comes next to be left out."""
        return self.coming is not None and self.coming.local_date in self.subscription.skips


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it will be posted: the words of a phone or screen reader, and its blocks."""

    text: str
    blocks: tuple[Block, ...] = ()

    def to_json(self) -> str:
        """Freeze it for the outbox: the same message gives the same bytes."""
        content = {"text": self.text, "blocks": self.blocks}
        return json.dumps(content, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, content: str) -> "Rendered":
        """Thaw what `to_json` froze."""
        fields = json.loads(content)
        return cls(fields["text"], tuple(fields["blocks"]))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One post on its way. `first_try` is when it may first have arrived: a look starts there.

    `thread_ts` is the message under which it stands; None for the channel itself.
    """

    key: str
    recipient: str
    message: Rendered
    first_try: datetime
    thread_ts: str | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row of the outbox. Once it has been claimed, `state` is the one it was found in.

    "new": nothing of it can be in the channel. "sending": a try went before, so look first. `tries`
    counts the posts whose outcome stayed unclear. `slot` is what it is there once for: a local
    date, or what else its kind says.

    `since` and `until` are the window it reports, `since_change` and `until_change` the same in
    changes of the store, which are exact where clocks are not; None for what reports none. `told`
    keeps in JSON what its recipient knows when it is sent. `under` is the key of the row in whose
    thread it stands, which goes to the same recipient: it waits until that one is sent, and
    `thread_ts` is then where; rows of one thread go by `created_at`, then by `slot` as a text.
    After `deadline` it is worth nothing.
    """

    kind: str
    recipient: str
    slot: str
    state: OutboxState
    content: str
    created_at: datetime
    lease_until: datetime | None = None
    owner: str | None = None
    first_try: datetime | None = None
    tries: int = 0
    not_before: datetime | None = None
    ts: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    under: str | None = None
    team: str = ""
    told: str | None = None
    since_change: int | None = None
    until_change: int | None = None
    deadline: datetime | None = None
    thread_ts: str | None = None

    @property
    def key(self) -> str:
        """What makes it happen once."""
        return key_of(self.kind, self.recipient, self.slot)

    @property
    def id(self) -> str:
        """What a log and a list may call it: its key can name what somebody follows."""
        return id_of(self.key)

    @property
    def local_date(self) -> date:
        """The local day that it is for, if its kind happens once a day."""
        return date.fromisoformat(self.slot)

    @property
    def settled(self) -> bool:
        """Nothing more will be done about it."""
        return self.state not in OPEN


@dataclass(frozen=True, slots=True)
class Backlog:
    """How the outbox stands: what waits, how long the first of it has, what was given up lately.

    What somebody dropped was seen to, and is not counted.
    """

    waiting: int = 0
    oldest: timedelta | None = None
    failed: int = 0
    unknown: int = 0
    late: int = 0
