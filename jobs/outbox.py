"""Outbox rows -> posts that happen exactly once, by a poster it is given. Knows no Slack, no SQL.

The protocol: a row is claimed under a lease; if a try went before, the channel is looked at first;
right before the post the lease must outlast it and the row's own time not be over; what came back
decides the next state. `next_step`, `after_look` and `after_post` are the whole of it. A post is
doubled only by a pause inside the call to the channel, or clocks apart, by more than `SKEW`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from traceback import extract_tb
from typing import TypeVar, assert_never

import structlog

from jobs.models import NOTE, Ended, OutboxRow, OutboxState, Outgoing, Rendered
from jobs.outbox_rows import OutboxRows

POST_TIMEOUT = timedelta(seconds=10)  # what one call to the poster may take
SKEW = timedelta(seconds=10)  # how far two replicas' clocks may be apart, or one may jump
ROOM = POST_TIMEOUT + SKEW  # what must be left of a lease before a post, by the poster's clock
LEASE = timedelta(seconds=60)  # leaves ROOM after the slowest look
LANES = 4  # rows of different recipients that are posted at once
MAX_TRIES = 8  # posts without a clear outcome, then a person has to look; a quarter of an hour
BACKOFF = timedelta(seconds=5)  # doubled by each unclear try; in it a history shows the last post
LONGEST = timedelta(minutes=5)  # that any wait of ours grows to
LOOK_FOR = timedelta(days=1)  # then a person has to look

CANNOT_LOOK = "cannot look for it"
ORPHAN = "the message that it belongs under was not posted"
DEADLINE = "its time was over"

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

    @property
    def wait(self) -> timedelta:
        """How long to wait, an hour at most: the number comes from outside."""
        return timedelta(seconds=min(max(0.0, self.retry_after), 3600.0))


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
    """Do not post it, or not again; a person has to know."""

    state: Ended
    reason: str


Step = Post | MarkSent | LetGo | PutBack | GiveUp
Outcome = str | Refused | Limited | Unclear
Poster = Callable[[Outgoing], Awaitable[str]]
Looker = Callable[[Outgoing], Awaitable[str | None]]
Notes = Callable[[OutboxRow, GiveUp, datetime], tuple[OutboxRow, ...]]
"""Writes the notes about a row that was given up; () when nobody is to be told."""


def no_notes(_row: OutboxRow, _end: GiveUp, _now: datetime) -> tuple[OutboxRow, ...]:
    """Tell nobody."""
    return ()


def outgoing_of(row: OutboxRow, now: datetime) -> Outgoing:
    """What is posted for a row: the frozen content, whatever the time."""
    message, since = Rendered.from_json(row.content), row.first_try or now
    return Outgoing(row.key, row.recipient, message, since, row.thread_ts, row.team)


def next_step(row: OutboxRow, now: datetime, found: str | None) -> Step:
    """Decide what to do with a claimed row; `found` is what a look for its key saw."""
    if row.state == "sending" and found:
        return MarkSent(found)
    if _orphaned(row):
        return GiveUp("failed", ORPHAN)
    if row.tries >= MAX_TRIES:
        return GiveUp("unknown", f"{row.tries} tries without a clear outcome")
    if _over(row, now):
        return GiveUp("late", DEADLINE)
    if row.lease_until is None or row.lease_until - now < ROOM:
        return LetGo()
    return Post(outgoing_of(row, now))


def after_post(row: OutboxRow, now: datetime, outcome: Outcome) -> Step:
    """Decide what a post's outcome makes of its row."""
    match outcome:
        case str():
            return MarkSent(outcome)
        case Limited():
            return PutBack(now + outcome.wait, unclear=False)
        case Unclear():
            return PutBack(now + min(SKEW + BACKOFF * 2**row.tries, LONGEST), unclear=True)
        case Refused():
            return GiveUp("failed", outcome.reason)
        case _:
            assert_never(outcome)


def after_look(row: OutboxRow, now: datetime, outcome: Outcome | None) -> Step:
    """Decide what a look's outcome makes of its row: a post, or not yet, or never."""
    match outcome:
        case None | str():
            return next_step(row, now, outcome)
        case Refused():
            return GiveUp("unknown", f"{CANNOT_LOOK}: {outcome.reason}")
        case Limited() | Unclear():
            return _look_again(row, now, outcome)
        case _:
            assert_never(outcome)


def reopened(row: OutboxRow) -> OutboxState | None:
    """Say as what a row begins anew that a person has looked for; None when it may not.

    After an unclear try we look as well before we post, unless that is what we may not.
    """
    if row.state not in {"failed", "unknown"}:
        return None
    blind = row.reason is not None and row.reason.startswith(CANNOT_LOOK)
    return "sending" if row.tries and not blind else "new"


def _look_again(row: OutboxRow, now: datetime, outcome: Limited | Unclear) -> Step:
    """Look again after a quarter of the time that has gone since the first try."""
    since = now - (row.first_try or now)
    if since > LOOK_FOR or _over(row, now):
        return GiveUp("unknown", f"{CANNOT_LOOK}: no answer")
    if isinstance(outcome, Limited):
        return PutBack(now + outcome.wait, unclear=False)
    return PutBack(now + min(max(BACKOFF, since / 4), LONGEST), unclear=False)


def _orphaned(row: OutboxRow) -> bool:
    """Whether it belongs into a thread that there is not: its message was given up."""
    return row.under is not None and row.thread_ts is None


def _over(row: OutboxRow, now: datetime) -> bool:
    return row.deadline is not None and now >= row.deadline


@dataclass(frozen=True, slots=True)
class Outbox:
    """The only code that posts on its own. `owner` names this process; several share a database.

    `notes` writes what is said of a row that was given up; it becomes rows in the same transaction,
    so it is posted once as well.
    """

    state: OutboxRows
    post: Poster
    look: Looker
    owner: str
    notes: Notes = no_notes
    lease: timedelta = LEASE
    patience: timedelta = POST_TIMEOUT

    async def drain(self, now: Callable[[], datetime]) -> int:
        """Deliver until nothing can be posted now; tell how many were sent.

        A recipient that keeps us waiting takes one of the lanes; the others go on.
        """
        first = await self._claim(now)
        if first is None:
            return 0
        async with asyncio.TaskGroup() as group:
            starts = [first, *[await self._claim(now) for _ in range(LANES - 1)]]
            lanes = [group.create_task(self._lane(now, row)) for row in starts]
        return sum(lane.result() for lane in lanes)

    async def deliver_once(self, now: Callable[[], datetime]) -> OutboxState | None:
        """Claim one row and take it as far as it goes now; None when nothing can be posted."""
        row = await self._claim(now)
        return await self._carry(row, now) if row else None

    async def _lane(self, now: Callable[[], datetime], row: OutboxRow | None) -> int:
        sent = 0
        while row is not None:
            sent += await self._carry(row, now) == "sent"
            row = await self._claim(now)
        return sent

    async def _claim(self, now: Callable[[], datetime]) -> OutboxRow | None:
        return await asyncio.to_thread(self.state.claim, now(), owner=self.owner, lease=self.lease)

    async def _carry(self, row: OutboxRow, now: Callable[[], datetime]) -> OutboxState:
        step = await self._looked(row, now)
        if isinstance(step, Post):
            posted = await self._outcome(self.post(step.outgoing))
            step = after_post(row, now(), posted)
        return await asyncio.to_thread(self._settle, row, step, now())

    async def _looked(self, row: OutboxRow, now: Callable[[], datetime]) -> Step:
        if row.state == "new" or _orphaned(row):
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
        except Exception as error:  # noqa: BLE001  ours: it must not end the other lanes
            place = extract_tb(error.__traceback__)[-1]  # a whole traceback may show what is posted
            log.error(  # noqa: TRY400
                "outbox stumbled",
                error=type(error).__name__,
                at=f"{place.filename}:{place.lineno}",
            )
            return Unclear()

    def _settle(self, row: OutboxRow, step: Step, now: datetime) -> OutboxState:
        match step:
            case MarkSent(ts):
                self.state.mark_sent(row, ts)
                return "sent"
            case GiveUp(state, reason):
                log.error("outbox gave up", row=row.id, kind=row.kind, state=state, reason=reason)
                self.state.give_up(row, state, reason, notes=self._notes(row, step, now))
                return state
            case PutBack(not_before, unclear):
                return self.state.put_back(row, not_before=not_before, unclear=unclear)
            case _:
                return self.state.put_back(row, not_before=row.not_before, unclear=False)

    def _notes(self, row: OutboxRow, end: GiveUp, now: datetime) -> tuple[OutboxRow, ...]:
        """A note that fails makes no note, nor does what fails with the message above it."""
        return () if row.kind == NOTE or _orphaned(row) else self.notes(row, end, now)
