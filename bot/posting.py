"""What is known of a reply's message -> the next call to Slack, until it stands there once. Pure.

The protocol: a message is begun as a stream, or posted. A stream is finished by a stop that brings
the rest; when anything about it is in doubt it is closed and edited to the frozen message, which
may be done twice without harm. A post may not: after one whose outcome nobody told, the thread is
looked at first. `next_step`, `begun` and `after` are the whole of it; what is known is written down
before each call that may make a message, so that a process that dies leaves `kept`. Knows no Slack
client and no store.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jobs.outbox import POST_TIMEOUT, Limited, Refused, Unclear

ROOM = 2 * POST_TIMEOUT  # what must be left of a lease before a call: it, and one after it
MAX_POSTS = 5  # posts without a clear outcome, before a person has to look
BACKOFF = timedelta(seconds=5)  # gives the thread's history time to show the last post

SIMPLEST = 2  # layouts that can be refused before only words are left

# The blocks are at fault, so a simpler layout may pass.
UNDRAWN = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_blocks_too_many"}
)
NOT_STREAMING = frozenset({"message_not_in_streaming_state", "stopped_by_user"})
ALIVE = frozenset({"streaming_state_conflict"})
# What was begun can neither be finished nor edited: only a new message brings the answer.
OUT_OF_REACH = frozenset(
    {
        "message_not_found",
        "message_not_owned_by_app",
        "cant_update_message",
        "edit_window_closed",
        "msg_too_long",
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours that a look saw; `whole` when it carries the key of the answer."""

    ts: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one message of a reply.

    `stream` is the message of a stream that certainly began; `fresh` while all that was streamed is
    known to be there, so that a stop can finish it; `closed` when no more can be appended.
    `since` is when a call began that may have made a message, `as_stream` whether it was a stream's
    start; None when there is no such call. `unclear` counts such calls. `simpler` counts
    the layouts that Slack refused. `silent` is for work that the user stopped: what has begun is
    ended, nothing new is posted. `ts`, `failure` and `wait` are where it ends for now.
    """

    stream: str | None = None
    fresh: bool = False
    closed: bool = False
    since: datetime | None = None
    as_stream: bool = False
    unclear: int = 0
    simpler: int = 0
    silent: bool = False
    ts: str | None = None
    failure: str | None = None
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a stream. Only who has no answer yet does; `next_step` never says so."""


@dataclass(frozen=True, slots=True)
class Look:
    """See whether a message is in the thread that may have been made since a moment."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Finish:
    """Stop the stream with what was not streamed yet."""

    ts: str


@dataclass(frozen=True, slots=True)
class Close:
    """Stop the stream as it is, so that it can be edited."""

    ts: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Put the whole message in the place of what was streamed."""

    ts: str
    simpler: int


@dataclass(frozen=True, slots=True)
class Say:
    """Post the whole message."""

    simpler: int


@dataclass(frozen=True, slots=True)
class Settled:
    """It stands in the thread; without a timestamp it was not wanted any more."""

    ts: str | None


@dataclass(frozen=True, slots=True)
class PutBack:
    """Try again after a while."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not try again; a person has to know."""

    reason: str


Call = Start | Look | Finish | Close | Edit | Say
Step = Call | Settled | PutBack | GiveUp
Outcome = str | Found | None | Refused | Limited | Unclear


def next_step(known: Standing, now: datetime, lease_until: datetime) -> Step:
    """Decide what to do now, with a message that is written."""
    if ended := _ended(known):
        return ended
    if lease_until - now < ROOM:
        return PutBack(timedelta())
    if known.stream:
        return _on_stream(known, known.stream)
    if known.since:
        return _seen_by_now(known.since, now)
    return _from_nothing(known)


def _ended(known: Standing) -> Step | None:
    if known.ts:
        return Settled(known.ts)
    if known.failure:
        return GiveUp(known.failure)
    return None if known.wait is None else PutBack(known.wait)


def _from_nothing(known: Standing) -> Step:
    if known.silent:
        return Settled(None)
    if known.unclear >= MAX_POSTS:
        return GiveUp(f"{known.unclear} posts without a clear outcome")
    return Say(known.simpler)


def begun(known: Standing, step: Start | Say, now: datetime) -> Standing:
    """Note that a call begins which may make a message; to be written down before it."""
    as_stream = isinstance(step, Start)
    return replace(known, since=now, as_stream=as_stream, unclear=known.unclear + 1)


def kept(known: Standing) -> Standing:
    """What a process that takes over may rely on: that something is there, not how it looks."""
    return replace(known, fresh=False, closed=False, simpler=0, ts=None, failure=None, wait=None)


def _seen_by_now(since: datetime, now: datetime) -> Step:
    early = BACKOFF - (now - since)
    return PutBack(early) if early > timedelta() else Look(since)


def _on_stream(known: Standing, ts: str) -> Step:
    if known.fresh:
        return Finish(ts)
    return Edit(ts, known.simpler) if known.closed else Close(ts)


def after(known: Standing, step: Call, outcome: Outcome) -> Standing:
    """Decide what a call's outcome makes of what is known."""
    match step:
        case Start():
            return _after_start(known, outcome)
        case Look():
            return _after_look(known, outcome)
        case Finish():
            return _after_finish(known, outcome)
        case Close():
            return _after_close(known, outcome)
        case Edit():
            return _after_edit(known, outcome)
        case Say():
            return _after_say(known, outcome)


def _after_start(known: Standing, outcome: Outcome) -> Standing:
    match outcome:
        case str():
            return replace(_clear(known), stream=outcome, fresh=True)
        case Unclear():
            return known
        case _:  # no stream, so there will be a post
            return _clear(known)


def _after_look(known: Standing, outcome: Outcome) -> Standing:
    match outcome:
        case Found(ts, True):
            return replace(known, ts=ts)
        case Found(ts):
            return replace(known, stream=ts, since=None, as_stream=False)
        case Limited():
            return _later(known, outcome)
        case Unclear():
            return replace(known, wait=BACKOFF)
        case Refused() if not known.as_stream:
            return replace(known, failure=f"cannot look for it: {outcome.reason}")
        case _:  # not there; or an unseen start, which is no answer: the post will be the only one
            return replace(known, since=None, as_stream=False)


def _after_finish(known: Standing, outcome: Outcome) -> Standing:
    match outcome:
        case str():
            return replace(known, ts=outcome)
        case Limited():
            return _later(known, outcome)
        case Refused(reason=reason) if reason in OUT_OF_REACH:
            return _anew(known)
        case Refused(reason=reason) if reason in NOT_STREAMING:
            return replace(known, fresh=False, closed=True)
        case _:  # refused as it was, or nobody told: whichever it is, an edit makes it whole
            return replace(known, fresh=False)


def _after_close(known: Standing, outcome: Outcome) -> Standing:
    match outcome:
        case Limited():
            return _later(known, outcome)
        case Unclear():
            return replace(known, wait=BACKOFF)
        case Refused(reason=reason) if reason in OUT_OF_REACH:
            return _anew(known)
        case _:  # closed now, or it was before: the edit will tell
            return replace(known, closed=True)


def _after_edit(known: Standing, outcome: Outcome) -> Standing:
    match outcome:
        case str():
            return replace(known, ts=outcome)
        case Limited():
            return _later(known, outcome)
        case Refused(reason=reason) if reason in UNDRAWN and known.simpler < SIMPLEST:
            return replace(known, simpler=known.simpler + 1)
        case Refused(reason=reason) if reason in OUT_OF_REACH:
            return _anew(known)
        case Refused(reason=reason) if reason not in ALIVE:
            return replace(known, failure=reason)
        case _:
            return replace(known, closed=False, wait=BACKOFF)


def _after_say(known: Standing, outcome: Outcome) -> Standing:
    match outcome:
        case str():
            return replace(known, ts=outcome)
        case Limited():
            return _later(_clear(known), outcome)
        case Refused(reason=reason) if reason in UNDRAWN and known.simpler < SIMPLEST:
            return replace(_clear(known), simpler=known.simpler + 1)
        case Refused(reason=reason):
            return replace(_clear(known), failure=reason)
        case _:
            return replace(known, wait=BACKOFF * (1 << (known.unclear - 1)))


def _clear(known: Standing) -> Standing:
    """The call that had begun made no message besides what its outcome says."""
    return replace(known, since=None, as_stream=False, unclear=known.unclear - 1)


def _later(known: Standing, limit: Limited) -> Standing:
    return replace(known, wait=timedelta(seconds=limit.retry_after))


def _anew(known: Standing) -> Standing:
    return replace(known, stream=None, fresh=False, closed=False)
