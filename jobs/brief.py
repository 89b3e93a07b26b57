"""What is owed -> frozen rows of the outbox: reads the news, builds, renders. Knows no post."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.calendars import Calendars
from jobs.digest import (
    Digest,
    News,
    Reach,
    Reader,
    Told,
    Window,
    build,
    build_wrap,
)
from jobs.digest import told as memory
from jobs.digest.room import ROOM
from jobs.due import CATCH_UP, LATE, RECALL, due, folded
from jobs.errors import CalendarEndsError, EarlierPostError, UnknownChannelError
from jobs.models import (
    DIGEST,
    STORY,
    WRAP,
    Due,
    OutboxRow,
    Rendered,
    Subscription,
    slot_of,
)
from jobs.schedules import exchange_of
from jobs.state import State

FIRST_WINDOW, FIRST_WEEK = timedelta(hours=24), timedelta(days=7)
"""How far back the first brief of a recipient looks, and the first wrap."""

REMEMBERED, LOOKED_THROUGH = 5, 60
"""Delivered briefs that a new one is compared with, and among how many those are looked for."""

Read = Callable[[Reach], News]
Render = Callable[[Digest], Rendered]


def nothing_watched(_: Subscription) -> tuple[str, ...]:
    """Follow and hold no name: what a channel does."""
    return ()


def nothing_muted(_: Subscription, _today: date) -> Mapping[str, date]:
    """Want to see all names."""
    return {}


def no_thread(_: Digest) -> tuple[Rendered, ...]:
    """Tell no story apart."""
    return ()


@dataclass(frozen=True, slots=True)
class Desk:
    """Where briefs are made: what is known of the recipients, the news, and how a brief looks.

    `watched` gives the names that a brief puts first, of those whose own it is; `held` their book,
    which is asked for private recipients only. `muted` are the names that a recipient does not want
    to see on a day. `thread` renders the stories that stand under a brief. `calendars` say when
    exchanges trade.
    """

    state: State
    read: Read
    render: Render
    watched: Callable[[Subscription], tuple[str, ...]] = nothing_watched
    held: Callable[[Subscription], tuple[str, ...]] = nothing_watched
    muted: Callable[[Subscription, date], Mapping[str, date]] = nothing_muted
    thread: Callable[[Digest], tuple[Rendered, ...]] = no_thread
    calendars: Calendars = field(default_factory=Calendars)


@dataclass(frozen=True, slots=True)
class Made:
    """A brief and its window: in time, and in the changes (after, upto] of the store."""

    digest: Digest
    window: Window
    after: int
    upto: int


def tick(now: datetime, desk: Desk) -> int:
    """Put what is missing now into the outbox; tell how many rows were added.

    Raises:
        ExceptionGroup: some could not be built; they are owed still, and all others are there.
    """
    wanted = desk.state.subscriptions()
    owed = due(now, wanted, _rows(now, desk), desk.calendars.session_of)
    added, failed = 0, list[Exception]()
    for item in owed:
        try:
            added += _enqueue(item, now, desk)
        except Exception as error:  # noqa: BLE001  raised below: it holds back nobody else's brief
            failed.append(error)
    if failed:
        raise ExceptionGroup("briefs that could not be built", failed)
    return added


def preview(recipient: str, now: datetime, desk: Desk, kind: str = DIGEST) -> Digest:
    """Show what a recipient's brief would be now. Nothing is kept: the next one tells it all.

    Raises:
        UnknownChannelError: it has not subscribed any.
    """
    wanted = subscribed(recipient, desk, kind)
    return build_for(by_hand(wanted, now, desk), now, desk).digest


def send_now(recipient: str, now: datetime, desk: Desk, kind: str = DIGEST) -> bool:
    """Put today's brief into the outbox before its time; False when today's is there already.

    Raises:
        UnknownChannelError: the recipient has not subscribed any.
        EarlierPostError: an earlier day's is not settled, so nobody knows where this one begins.
    """
    wanted = subscribed(recipient, desk, kind)
    item = by_hand(wanted, now, desk)
    theirs = [row for row in _rows(now, desk) if (row.kind, row.recipient) == (kind, recipient)]
    if any(row.key != item.key and not row.settled for row in theirs):
        raise EarlierPostError(recipient)
    return _enqueue(item, now, desk)


def subscribed(recipient: str, desk: Desk, kind: str = DIGEST) -> Subscription:
    """Find what a recipient has subscribed.

    Raises:
        UnknownChannelError: it has not.
    """
    for wanted in desk.state.subscriptions():
        if (wanted.kind, wanted.recipient) == (kind, recipient):
            return wanted
    raise UnknownChannelError(recipient)


def build_for(item: Due, now: datetime, desk: Desk) -> Made:
    """Build the brief of all that was written since the recipient's last delivered one."""
    wanted = item.subscription
    last = next(iter(desk.state.delivered(wanted.kind, wanted.recipient, most=1)), None)
    heard = desk.state.heard(wanted.kind, wanted.recipient)
    tried = None if last else _first_try(wanted, now, desk)
    first = now - (FIRST_WEEK if wanted.kind == WRAP else FIRST_WINDOW)
    since = last.until if last else tried.since if tried else None
    window = Window(
        since=since or first,
        until=now,
        local_date=item.local_date,
        zone=wanted.zone,
        first=last is None,
        session_note=item.note,
        late_for=item.due_at if now - item.due_at > LATE else None,
        folded=item.folded if last else _since(tried, item.folded),
    )
    reader = reader_of(wanted, window, desk)
    after = heard[-1] if heard else window.since
    if tried and tried.since_change is not None:
        after = tried.since_change
    news = desk.read(Reach(after, names=names_of(reader), heard=heard, today=item.local_date))
    digest = BUILDERS[wanted.kind](news, window, reader, ROOM)
    return Made(digest, window, news.after, news.upto)


def _first_try(wanted: Subscription, now: datetime, desk: Desk) -> OutboxRow | None:
    """The first of a recipient's posts of late, none of which was delivered: its window goes on."""
    same = (wanted.kind, wanted.recipient)
    tried = [row for row in _rows(now, desk) if (row.kind, row.recipient) == same and row.since]
    return min(tried, key=lambda row: row.since or now, default=None)


def _since(tried: OutboxRow | None, folded: tuple[date, ...]) -> tuple[date, ...]:
    """The days that a first brief stands for as well: none before the first that was tried."""
    return tuple(day for day in folded if tried and day >= tried.local_date)


def by_hand(wanted: Subscription, now: datetime, desk: Desk) -> Due:
    """Make the post of today due now, whatever the schedule has for today.

    An exchange whose calendar has ended keeps nobody from a brief: it says nothing of the day.
    """
    today = now.astimezone(ZoneInfo(wanted.zone)).date()
    item, session_of = Due(wanted, today, now, now + CATCH_UP), desk.calendars.session_of
    try:
        exchange = exchange_of(wanted.schedule)
        session = session_of(exchange, today) if exchange else None
        return replace(item, session=session, folded=folded(item, _rows(now, desk), session_of))
    except CalendarEndsError:
        return item


BUILDERS = {DIGEST: build, WRAP: build_wrap}


def _enqueue(item: Due, now: datetime, desk: Desk) -> bool:
    """Freeze a brief and its thread as rows of the outbox, all or none."""
    wanted, made = item.subscription, build_for(item, now, desk)
    told = made.digest.told
    row = OutboxRow(
        kind=wanted.kind,
        recipient=wanted.recipient,
        slot=slot_of(item.local_date),
        state="new",
        content=desk.render(made.digest).to_json(),
        created_at=now,
        since=made.window.since,
        until=made.window.until,
        since_change=made.after,
        until_change=made.upto,
        told=memory.to_json(told) if told else None,
        team=wanted.team,
        deadline=item.useful_until,
    )
    return desk.state.enqueue(row, _thread(row, made.digest, desk))


def _thread(row: OutboxRow, digest: Digest, desk: Desk) -> list[OutboxRow]:
    """The rows of the stories that stand under a brief, in their order.

    A wrap's are named apart: they can come on the day of a brief of the same recipient.
    """
    above = row.slot if row.kind == DIGEST else f"{row.kind}:{row.slot}"
    return [
        OutboxRow(
            kind=STORY,
            recipient=row.recipient,
            slot=f"{above}:{number:02}",
            state="new",
            content=message.to_json(),
            created_at=row.created_at,
            under=row.key,
            team=row.team,
            deadline=row.deadline,
        )
        for number, message in enumerate(desk.thread(digest), start=1)
    ]


def reader_of(wanted: Subscription, window: Window, desk: Desk) -> Reader:
    """What a brief needs to know of its recipient, as they knew it before the day of its window."""
    return Reader(
        watch=desk.watched(wanted),
        book=desk.held(wanted) if wanted.user else (),
        private=wanted.user is not None,
        told=_told(wanted, window, desk),
        wraps=_wraps(wanted, window, desk) if wanted.kind == WRAP else (),
        muted=desk.muted(wanted, window.local_date),
    )


def _told(wanted: Subscription, window: Window, desk: Desk) -> tuple[Told, ...]:
    """The briefs before a day that told something, newest first; for a wrap, those of its time."""
    rows = desk.state.delivered(DIGEST, wanted.recipient, most=LOOKED_THROUGH)
    if wanted.kind == WRAP:
        rows = [row for row in rows if row.until and window.since < row.until <= window.until]
    else:
        rows = [row for row in rows if row.slot < slot_of(window.local_date)]
    told = [memory.from_json(row.told) for row in rows if row.told]
    return tuple(told[:REMEMBERED])


def _wraps(wanted: Subscription, window: Window, desk: Desk) -> tuple[Told, ...]:
    """The wraps before a day, newest first. Briefs are another kind: they know of none of these."""
    rows = desk.state.delivered(WRAP, wanted.recipient, most=REMEMBERED + 1)
    told = [row.told for row in rows if row.told and row.slot < slot_of(window.local_date)]
    return tuple(map(memory.from_json, told[:REMEMBERED]))


def names_of(reader: Reader) -> tuple[str, ...]:
    """The names whose history a brief for a reader needs, whatever is new."""
    return tuple(sorted({*reader.watch, *reader.book}))


def _rows(now: datetime, desk: Desk) -> list[OutboxRow]:
    return desk.state.rows(since=now.date() - RECALL)
