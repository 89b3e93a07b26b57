"""The time, subscriptions and outbox rows -> the posts that are owed. Knows no database, no clock.

A post belongs to a local date of its subscription's zone and happens once for it, whatever the
clock does: a time that the spring day leaves out comes as long after midnight as it always does
(02:30 at 03:30), and of a time that the autumn day has twice the first one counts. What came too
late to be of use gets no post of its own: the next one covers it and says so.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.errors import CalendarError
from jobs.models import WRAP, Due, OutboxRow, Planned, Subscription
from jobs.schedules import WEEKDAYS, AfterWeek, BeforeOpen, Daily, Session, Sessions

CATCH_UP = timedelta(hours=6)  # later than that, a brief of a local time is no brief
WRAP_CATCH_UP = timedelta(days=2)  # a week is worth reading over its weekend
LATE = timedelta(minutes=5)  # from here on a brief says that it is late; a tick takes seconds
LOOK_BACK = 15  # local days: an exchange that was closed for ten has its last session among them
LOOK_AHEAD = 31  # and its next one here

DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
RECALL = LOOK_BACK * DAY + WRAP_CATCH_UP  # of rows: a post is looked back from, however late it is


def due(
    now: datetime,
    subscriptions: Iterable[Subscription],
    rows: Collection[OutboxRow],
    sessions: Sessions,
) -> list[Due]:
    """List what is missing now: at most one post a subscription, never an early one.

    Only the last occurrence counts, so a long stop ends in one brief. While the recipient's earlier
    row is unsettled nothing is added: its outcome decides where the next window begins. Of an
    exchange whose days are not known nothing is owed: `Calendars.ending` warns of it.
    """
    written = {row.key for row in rows}
    waiting = {(row.kind, row.recipient) for row in rows if not row.settled}
    owed = (_owed(now, one, sessions) for one in subscriptions if one.active)
    return [
        replace(item, folded=folded(item, rows, sessions), last=_is_last(item, sessions))
        for item in owed
        if item is not None
        and item.key not in written
        and (item.subscription.kind, item.subscription.recipient) not in waiting
    ]


def on_day(wanted: Subscription, local_date: date, sessions: Sessions) -> Due | None:
    """Say what a subscription's schedule has for a local date; None when it has nothing.

    Raises:
        CalendarError: whether its exchange trades that day is not known.
    """
    match wanted.schedule:
        case Daily() as daily:
            return _local(wanted, daily, local_date, sessions)
        case BeforeOpen(exchange, minutes):
            if session := sessions(exchange, local_date):
                return _at(wanted, session.opens - timedelta(minutes=minutes), session)
        case AfterWeek(exchange, minutes):
            if session := _last_of_week(exchange, local_date, sessions):
                return _at(wanted, session.closes + timedelta(minutes=minutes), session)
    return None


def folded(item: Due, rows: Iterable[OutboxRow], sessions: Sessions) -> tuple[date, ...]:
    """List the dates before a post that were owed and not sent, down to the last that was.

    `rows` are those of the RECALL before now. What may have arrived, or was asked to be left out,
    is none of them.

    Raises:
        CalendarError: the calendar that it goes by ends before that.
    """
    wanted, missed = item.subscription, list[date]()
    states = {row.key: row.state for row in rows}
    for one in _before(item.due_at - INSTANT, wanted, sessions):
        if one.due_at < wanted.created_at or states.get(one.key) == "sent":
            break
        excused = one.local_date in (item.local_date, *wanted.skips)
        if not excused and states.get(one.key) != "unknown":
            missed.append(one.local_date)
    return tuple(reversed(missed))


def planned(
    now: datetime, wanted: Subscription, sessions: Sessions, written: Collection[str] = ()
) -> Planned:
    """Say what comes next of a subscription, or why nobody can. `written` are keys that exist."""
    try:
        return Planned(wanted, next_due(now, wanted, sessions, written))
    except CalendarError as error:
        return Planned(wanted, None, error.sentence)


def next_due(
    now: datetime, wanted: Subscription, sessions: Sessions, written: Collection[str] = ()
) -> Due | None:
    """Say what comes next, also when it is one that was asked to be left out; None while paused.

    Raises:
        CalendarError: the calendar that it goes by ends before that.
    """
    if not wanted.active:
        return None
    today = _today(now, wanted)
    days = (today + n * DAY for n in range(-1, LOOK_AHEAD))
    found = (on_day(wanted, day, sessions) for day in days)
    coming = (item for item in found if item and item.due_at > now)
    return next((item for item in coming if item.key not in written), None)


def _owed(now: datetime, wanted: Subscription, sessions: Sessions) -> Due | None:
    """Find the last occurrence up to now, while it is of use, if it was not to be left out."""
    try:
        last = next(_before(now, wanted, sessions), None)
    except CalendarError:
        return None
    if last is None or last.local_date in wanted.skips:
        return None
    return last if wanted.created_at <= last.due_at and now <= last.useful_until else None


def _is_last(item: Due, sessions: Sessions) -> bool:
    return planned(item.due_at, item.subscription, sessions).unknown is not None


def _before(now: datetime, wanted: Subscription, sessions: Sessions) -> Iterator[Due]:
    """Go back over the occurrences up to now, the newest first; none comes before its own date."""
    today = _today(now, wanted)
    for back in range(LOOK_BACK):
        item = on_day(wanted, today - back * DAY, sessions)
        if item is not None and item.due_at <= now:
            yield item


def _local(wanted: Subscription, daily: Daily, local_date: date, sessions: Sessions) -> Due | None:
    if WEEKDAYS[local_date.weekday()] not in daily.weekdays:
        return None
    session = sessions(daily.trading, local_date) if daily.trading else None
    if daily.trading and session is None:
        return None
    local = datetime.combine(local_date, daily.at, tzinfo=ZoneInfo(daily.zone))
    due_at = local.astimezone(UTC)
    return Due(wanted, local_date, due_at, due_at + _patience(wanted), session)


def _at(wanted: Subscription, due_at: datetime, session: Session) -> Due:
    """A post beside a session: one before its open is of use until its close."""
    before = isinstance(wanted.schedule, BeforeOpen)
    until = session.closes if before else due_at + _patience(wanted)
    return Due(wanted, session.day, due_at, until, session)


def _patience(wanted: Subscription) -> timedelta:
    return WRAP_CATCH_UP if wanted.kind == WRAP else CATCH_UP


def _last_of_week(exchange: str, day: date, sessions: Sessions) -> Session | None:
    """Give the session of a day when no later day of its week (Monday to Sunday) has one."""
    session = sessions(exchange, day)
    later = (day + n * DAY for n in range(1, 7 - day.weekday()))
    return None if session is None or any(sessions(exchange, one) for one in later) else session


def _today(now: datetime, wanted: Subscription) -> date:
    return now.astimezone(ZoneInfo(wanted.zone)).date()
