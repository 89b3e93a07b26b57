"""The time, subscriptions and outbox rows -> the posts that are owed. Knows no database, no clock.

A digest belongs to the local date of its subscription's zone and happens once for it, whatever the
clock does: a time that the spring day leaves out comes as long after midnight as it always does
(02:30 at 03:30), and of a time that the autumn day has twice the first one counts.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.models import WEEKDAYS, Due, OutboxRow, Subscription

CATCH_UP = timedelta(hours=6)  # later than that a morning's brief is no brief
LOOK_BACK = 8  # local days: whatever weekday was chosen, its last occurrence is among them


def due(
    now: datetime, subscriptions: Iterable[Subscription], rows: Collection[OutboxRow]
) -> list[Due]:
    """List what is missing now: at most one post a subscription, never an early one.

    Only the last occurrence counts, so a long stop ends in one brief, or one note when that is late
    as well. While the recipient's earlier row is unsettled nothing is added: its outcome decides
    where the next window begins.
    """
    owed = [_owed(now, subscription) for subscription in subscriptions if subscription.active]
    written = {row.key for row in rows}
    waiting = {(row.kind, row.recipient) for row in rows if not row.settled}
    return [
        item
        for item in owed
        if item is not None
        and item.key not in written
        and (item.subscription.kind, item.subscription.recipient) not in waiting
    ]


def moment_of(subscription: Subscription, local_date: date) -> datetime:
    """Say when (UTC) a subscription's time comes on a local date."""
    local = datetime.combine(local_date, subscription.at, tzinfo=ZoneInfo(subscription.zone))
    return local.astimezone(UTC)


def next_moment(now: datetime, subscription: Subscription) -> datetime | None:
    """Say when (UTC) a subscription's time comes next; None while it is paused."""
    if not subscription.active:
        return None
    today = now.astimezone(ZoneInfo(subscription.zone)).date()
    days = (today + timedelta(days=ahead) for ahead in range(LOOK_BACK))
    wanted = (day for day in days if WEEKDAYS[day.weekday()] in subscription.weekdays)
    return next((at for day in wanted if (at := moment_of(subscription, day)) > now), None)


def _owed(now: datetime, subscription: Subscription) -> Due | None:
    """Find the last occurrence up to now, unless it is older than the subscription."""
    today = now.astimezone(ZoneInfo(subscription.zone)).date()
    for back in range(LOOK_BACK):
        local_date = today - timedelta(days=back)
        due_at = moment_of(subscription, local_date)
        if WEEKDAYS[local_date.weekday()] in subscription.weekdays and due_at <= now:
            if due_at < subscription.created_at:
                return None
            return Due(subscription, local_date, due_at, skipped=now - due_at > CATCH_UP)
    return None
