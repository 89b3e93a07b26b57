"""A row of the outbox that was given up -> the note to who set it up. Knows no client, no SQL."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.blocks.unposted import unposted_message
from jobs.models import DATED, NOTE, OutboxRow, key_of, slot_of
from jobs.outbox import GiveUp

WORTH = timedelta(days=1)  # later, a note that something is missing is no news

Maker = Callable[[OutboxRow], str | None]
"""Names the user who set up what a row comes from; None when nobody is known."""


def note_on(row: OutboxRow, end: GiveUp, now: datetime, *, maker: Maker) -> OutboxRow | None:
    """Write the note, one for each kind, recipient and day; None when nobody is to be told."""
    user = maker(row)
    if user is None:
        return None
    day = row.local_date if row.kind in DATED else row.created_at.date()
    message = unposted_message(row.kind, row.recipient, day, end.state, end.reason)
    return OutboxRow(
        kind=NOTE,
        recipient=user,
        slot=key_of(row.kind, row.recipient, slot_of(day)),
        state="new",
        content=message.to_json(),
        created_at=now,
        team=row.team,
        deadline=now + WORTH,
    )
