"""A row of the outbox that was given up -> the notes to who set it up. Knows no client, no SQL."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.blocks.unposted import unposted_message
from jobs.models import DATED, NOTE, OutboxRow, key_of, slot_of
from jobs.outbox import GiveUp

WORTH = timedelta(days=1)  # later, a note that something is missing is no news

Makers = Callable[[OutboxRow], tuple[str, ...]]
"""Names the users who set up what a row comes from; () when nobody is known."""


def notes_on(
    row: OutboxRow, end: GiveUp, now: datetime, *, makers: Makers
) -> tuple[OutboxRow, ...]:
    """Write a note to each, one for each kind, recipient and day."""
    day = row.local_date if row.kind in DATED else row.created_at.date()
    message = unposted_message(row.kind, row.recipient, day, end.state, end.reason)
    return tuple(
        OutboxRow(
            kind=NOTE,
            recipient=user,
            slot=key_of(row.kind, row.recipient, slot_of(day)),
            state="new",
            content=message.to_json(),
            created_at=now,
            team=row.team,
            deadline=now + WORTH,
        )
        for user in makers(row)
    )
