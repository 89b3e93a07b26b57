"""What Tape posts of its own accord -> a table, one post, another try or an end. Posts nothing.

What goes to a person is private: of such a post the operator sees that it is there, not its words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from bot import console
from bot.engines import utc_now
from bot.manners import is_direct
from bot.settings import load
from jobs.errors import PostMovedError, SentPostError, UnknownPostError
from jobs.models import OutboxRow, OutboxState, Rendered
from jobs.outbox import ORPHAN, reopened
from jobs.state import State
from retrieval.contract import Json, dumps
from retrieval.db import connect, migrate

UNSETTLED = tuple(
    state for state in get_args(OutboxState) if state != "sent"
)  # what may want a person
MOST = 100  # rows that are listed

AGAIN = {
    "failed": "Slack refused it ({reason}). If the cause is gone, it is posted as it was written.",
    "unknown": "Nobody knows whether it arrived ({reason}). Look in {where} first: if it is there "
    "and Tape cannot see it, it will stand there twice.",
}
END = "It is not posted, not even later, and what belongs in its thread is not either."


def listing(wanted: OutboxState | None, *, as_json: bool) -> None:
    """List the newest posts of a state; none given: all but those that were sent.

    Raises:
        StoreError: the database cannot be used.
    """
    with _opened() as state:
        found = state.listed((wanted,) if wanted else UNSETTLED, most=MOST)
    if as_json:
        for row in found:
            console.write(dumps(_json(row)))
        return
    table = console.table("Outbox", "id", "kind", "to", "written", "state", "reason")
    for row in found:
        console.row(table, row.id, row.kind, row.recipient, _when(row), row.state, row.reason or "")
    console.show(table)
    if len(found) == MOST:
        console.note(f"These are the newest {MOST}; --state asks for fewer.")


def show(row_id: str, *, as_json: bool) -> None:
    """Show one post with its words.

    Raises:
        UnknownPostError: there is none with this id.
        StoreError: the database cannot be used.
    """
    with _opened() as state:
        row = _found(state, row_id)
    if as_json:
        console.write(dumps({**_json(row), **_words(row)}))
        return
    table = console.table(f"Post {row.id}", "what", "value")
    for name, value in _json(row).items():
        if value is not None and name != "id":
            console.row(table, name, str(value))
    console.show(table)
    console.say(str(_words(row).get("text", "It goes to a person: its words are private.")))


def try_again(row_id: str, *, yes: bool, as_json: bool) -> bool:
    """Open a post anew that failed or of which nobody knows; False when that was not agreed to.

    Raises:
        UnknownPostError: there is none with this id.
        SentPostError: it is none of those.
        PostMovedError: its state has changed meanwhile.
        StoreError: the database cannot be used.
    """
    with _opened() as state:
        row = _found(state, row_id)
        begun = reopened(row)
        if begun is None:
            raise SentPostError(f"{row.id} is {row.state}")
        if not (yes or _agreed(row, AGAIN[row.state], "Post it again?")):
            return False
        if not state.try_again(row, begun, orphans=ORPHAN):
            raise PostMovedError(row.id)
    _told(row, begun, "Queued: a running Tape posts it.", as_json=as_json)
    return True


def drop(row_id: str, *, yes: bool, as_json: bool) -> bool:
    """End a post for good; False when that was not agreed to.

    Raises:
        UnknownPostError: there is none with this id.
        SentPostError: it was sent.
        PostMovedError: it is being posted, or its state has changed meanwhile.
        StoreError: the database cannot be used.
    """
    with _opened() as state:
        row = _found(state, row_id)
        if row.state == "sent":
            raise SentPostError(f"{row.id} is sent")
        if not (yes or _agreed(row, END, "Drop it?")):
            return False
        if not state.drop(row, utc_now()):
            raise PostMovedError(row.id)
    _told(row, "failed", "Dropped.", as_json=as_json)
    return True


@contextmanager
def _opened() -> Iterator[State]:
    engine = connect(load().url)
    try:
        migrate(engine, "jobs")
        yield State(engine)
    finally:
        engine.dispose()


def _found(state: State, row_id: str) -> OutboxRow:
    row = state.find(row_id.strip())
    if row is None:
        raise UnknownPostError(row_id)
    return row


def _agreed(row: OutboxRow, what: str, question: str) -> bool:
    told = what.format(reason=row.reason, where=row.recipient)
    return console.agreed(f"The {row.kind} to {row.recipient} of {_when(row)}. {told}\n{question}")


def _told(row: OutboxRow, now: OutboxState, sentence: str, *, as_json: bool) -> None:
    if as_json:
        console.write(dumps({"id": row.id, "state": now}))
    else:
        console.say(sentence)


def _when(row: OutboxRow) -> str:
    return f"{row.created_at:%Y-%m-%d %H:%M}"


def _json(row: OutboxRow) -> Json:
    moments = ("created_at", "first_try", "not_before", "deadline")
    when = {name: getattr(row, name) for name in moments}
    return {
        "id": row.id,
        "kind": row.kind,
        "recipient": row.recipient,
        "team": row.team or None,
        "state": row.state,
        "tries": row.tries,
        "reason": row.reason,
        "ts": row.ts,
        **{name: moment.isoformat() if moment else None for name, moment in when.items()},
    }


def _words(row: OutboxRow) -> Json:
    """What is posted, unless it is for one person's eyes."""
    return {} if is_direct(row.recipient) else {"text": Rendered.from_json(row.content).text}
