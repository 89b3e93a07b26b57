"""The nouns of what runs on time: what is wanted, due, waiting. Knows no store and no clock."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from retrieval.answers import Holding
from retrieval.errors import BadScheduleError

OutboxState = Literal["new", "sending", "sent", "failed", "unknown", "late"]
Block = dict[str, Any]

DIGEST = "digest"
DATED = (DIGEST,)
"""The kinds that happen once a local day: their slot is the date."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAYS = WEEKDAYS[:5]

MOST_WATCHED = 200
"""Names of one watchlist: a list of everything is no list."""


def key_of(kind: str, recipient: str, slot: str) -> str:
    """Write what makes a post happen once; it travels in the message's metadata."""
    return f"{kind}:{recipient}:{slot}"


def slot_of(local_date: date) -> str:
    """Write the slot of what happens once a local day."""
    return local_date.isoformat()


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, empty or a path, a folder
        return False


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
    """What a channel or person gets: at a local time, on the chosen weekdays, in a named zone.

    `created_at` is since when it stands as it does: nothing is owed for a time before that. `team`
    is its workspace; `user` is whose own it is, None for a channel's; `made_by` set it up and is
    told when a post fails.
    """

    kind: str
    recipient: str
    at: time
    weekdays: tuple[str, ...]
    zone: str
    created_at: datetime
    active: bool = True
    team: str = ""
    user: str | None = None
    made_by: str | None = None

    @property
    def owner(self) -> Owner | None:
        """Whose own it is."""
        return Owner(self.team, self.user) if self.user else None

    def __post_init__(self) -> None:
        """Refuse what could never be due: one bad schedule would stop everybody's clock."""
        whole_minutes = not (self.at.second or self.at.microsecond or self.at.tzinfo)
        known_days = bool(self.weekdays) and set(self.weekdays) <= set(WEEKDAYS)
        if not (whole_minutes and known_days and _is_zone(self.zone)):
            raise BadScheduleError(f"{self.at} {','.join(self.weekdays)} {self.zone}")


@dataclass(frozen=True, slots=True)
class Due:
    """A post that is owed. `skipped` means that it is too late for it: only a note is owed."""

    subscription: Subscription
    local_date: date
    due_at: datetime
    skipped: bool = False

    @property
    def key(self) -> str:
        """The key that its outbox row will have."""
        wanted = self.subscription
        return key_of(wanted.kind, wanted.recipient, slot_of(self.local_date))


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
    thread it stands: it waits until that one is sent, and `thread_ts` is then where. After
    `deadline` it is worth nothing.
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
    def local_date(self) -> date:
        """The local day that it is for, if its kind happens once a day."""
        return date.fromisoformat(self.slot)

    @property
    def settled(self) -> bool:
        """Nothing more will be done about it."""
        return self.state not in {"new", "sending"}
