"""Subscriptions, moments and outbox rows for tests of what is due, and a clock that ticks."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jobs.calendars import Calendars
from jobs.due import LOOK_BACK, due
from jobs.models import DIGEST, Due, OutboxRow, OutboxState, Subscription, slot_of
from jobs.schedules import WORKDAYS, Daily, Schedule, Session

NEW_YORK = "America/New_York"
ZONES = (
    NEW_YORK,
    "Europe/London",
    "Asia/Tokyo",
    "Asia/Hong_Kong",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
CALENDARS = Calendars()
THANKSGIVING, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)


def sessions(exchange: str, day: date) -> Session | None:
    return CALENDARS.session_of(exchange, day)


def subscription(
    schedule: Schedule | None = None, created_at: datetime = LONG_AGO, kind: str = DIGEST
) -> Subscription:
    return Subscription(kind, "C1", schedule or daily(), created_at)


def daily(
    at: str = "08:45", zone: str = NEW_YORK, days: tuple[str, ...] = WORKDAYS, **more: Any
) -> Daily:
    return Daily(time.fromisoformat(at), days, zone, **more)


def local(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def row_of(item: Due, state: OutboxState = "sent") -> OutboxRow:
    return row(item.local_date, state, item.subscription.kind)


def row(day: date, state: OutboxState = "sent", kind: str = DIGEST) -> OutboxRow:
    return OutboxRow(kind, "C1", slot_of(day), state, "{}", LONG_AGO)


def owed(now: datetime, wanted: Subscription, *rows: OutboxRow) -> list[Due]:
    return due(now, [wanted], rows, sessions)


def run(wanted: Subscription, ticks: Iterable[datetime]) -> list[tuple[datetime, Due]]:
    """Tick; each post is delivered as soon as it is due."""
    rows: list[OutboxRow] = []
    fired: list[tuple[datetime, Due]] = []
    for now in ticks:
        for item in due(now, [wanted], rows, sessions):
            rows.append(row_of(item))
            fired.append((now, item))
        rows = [one for one in rows if one.local_date > now.date() - timedelta(days=LOOK_BACK)]
    return fired
