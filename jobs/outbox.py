"""Outbox rows -> posts that happen exactly once, by a poster it is given. Knows no Slack, no SQL.

The protocol: a row is claimed under a lease; if a try went before, the channel is looked at first;
right before the post the lease must outlast it; what came back decides the next state.
`next_step`, `after_look` and `after_post` are the whole of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar, assert_never

import structlog

from jobs.models import OutboxRow, OutboxState, Outgoing, Rendered
from jobs.state import State

POST_TIMEOUT = timedelta(seconds=10)  # what one call to the poster may take
LEASE = timedelta(seconds=60)  # outlasts a look, a pause and a post
MAX_TRIES = 5  # after this many posts without a clear outcome a person has to look
BACKOFF = timedelta(
    seconds=5
)  # doubled by each unclear try; gives a channel's history time to show the last post

T = TypeVar("T")

log = structlog.get_logger(__name__)


class PostError(Exception):
    """A post or a look did not end in a plain yes."""


class Refused(PostError):  # noqa: N818  an outcome, named like the others
    """Clearly not posted, and never will be: the channel is gone, archived or closed to us."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Limited(PostError):  # noqa: N818
    """Clearly not posted: asked to come back after some seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Unclear(PostError):  # noqa: N818
    """Posted or not: nobody told us."""


@dataclass(frozen=True, slots=True)
class Post:
    """Post it now."""

    outgoing: Outgoing


@dataclass(frozen=True, slots=True)
class MarkSent:
    """It is in the channel under this timestamp."""

    ts: str


@dataclass(frozen=True, slots=True)
class LetGo:
    """Too little of the lease is left to post safely: somebody claims it anew."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """Try again, not before a moment. `unclear` when this try may have reached the channel."""

    not_before: datetime
    unclear: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not post again; a person has to know."""

    state: Literal["failed", "unknown"]
    reason: str


Step = Post | MarkSent | LetGo | PutBack | GiveUp
Outcome = str | Refused | Limited | Unclear
Poster = Callable[[Outgoing], Awaitable[str]]
Looker = Callable[[Outgoing], Awaitable[str | None]]


def outgoing_of(row: OutboxRow, now: datetime) -> Outgoing:
    """What is posted for a row: the frozen content, whatever the time."""
    message, since = Rendered.from_json(row.content), row.first_try or now
    return Outgoing(row.key, row.recipient, message, since, row.thread_ts, row.team)


def next_step(row: OutboxRow, now: datetime, found: str | None) -> Step:
    """Decide what to do with a claimed row; `found` is what a look for its key saw."""
    if row.state == "sending" and found:
        return MarkSent(found)
    if row.tries >= MAX_TRIES:
        return GiveUp("unknown", f"{row.tries} tries without a clear outcome")
    if row.lease_until is None or row.lease_until - now < POST_TIMEOUT:
        return LetGo()
    return Post(outgoing_of(row, now))


def after_post(row: OutboxRow, now: datetime, outcome: Outcome) -> Step:
    """Decide what a post's outcome makes of its row."""
    match outcome:
        case str():
            return MarkSent(outcome)
        case Limited():
            return PutBack(now + timedelta(seconds=outcome.retry_after), unclear=False)
        case Unclear():
            return PutBack(now + BACKOFF * 2**row.tries, unclear=True)
        case Refused():
            return GiveUp("failed", outcome.reason)
        case _:
            assert_never(outcome)


def after_look(row: OutboxRow, now: datetime, outcome: Outcome | None) -> Step:
    """Decide what a look's outcome makes of its row: a post, or not yet, or never."""
    match outcome:
        case None | str():
            return next_step(row, now, outcome)
        case Limited():
            return PutBack(now + timedelta(seconds=outcome.retry_after), unclear=False)
        case Unclear():
            return PutBack(now + BACKOFF, unclear=False)
        case Refused():
            return GiveUp("unknown", f"cannot look for it: {outcome.reason}")
        case _:
            assert_never(outcome)


@dataclass(frozen=True, slots=True)
class Outbox:
    """The only code that posts on its own. `owner` names this process; two may share a database."""

    state: State
    post: Poster
    look: Looker
    owner: str
    lease: timedelta = LEASE
    patience: timedelta = POST_TIMEOUT

    async def deliver_once(self, now: Callable[[], datetime]) -> OutboxState | None:
        """Claim one row and take it as far as it goes now; None when nothing waits."""
        row = await asyncio.to_thread(self.state.claim, now(), owner=self.owner, lease=self.lease)
        if row is None:
            return None
        step = await self._looked(row, now)
        if isinstance(step, Post):
            posted = await self._outcome(self.post(step.outgoing))
            step = after_post(row, now(), posted)
        return await asyncio.to_thread(self._settle, row, step)

    async def drain(self, now: Callable[[], datetime]) -> int:
        """Deliver until nothing waits; tell how many were sent."""
        sent = 0
        while (state := await self.deliver_once(now)) is not None:
            sent += state == "sent"
        return sent

    async def _looked(self, row: OutboxRow, now: Callable[[], datetime]) -> Step:
        if row.state == "new":
            return next_step(row, now(), None)
        seen = await self._outcome(self.look(outgoing_of(row, now())))
        return after_look(row, now(), seen)

    async def _outcome(self, call: Awaitable[T]) -> T | Refused | Limited | Unclear:
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                return await call
        except TimeoutError:
            return Unclear()
        except (Refused, Limited, Unclear) as outcome:
            return outcome

    def _settle(self, row: OutboxRow, step: Step) -> OutboxState:
        match step:
            case MarkSent(ts):
                self.state.mark_sent(row, ts)
                return "sent"
            case GiveUp(state, reason):
                log.error("outbox gave up", key=row.key, state=state, reason=reason)
                self.state.give_up(row, state, reason)
                return state
            case PutBack(not_before, unclear):
                return self.state.put_back(row, not_before=not_before, unclear=unclear)
            case _:
                return self.state.put_back(row, not_before=row.not_before, unclear=False)
