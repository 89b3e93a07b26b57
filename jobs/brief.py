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
    of_names,
)
from jobs.digest import told as memory
from jobs.digest.room import ROOM, WHOLE
from jobs.due import CATCH_UP, LATE, LOOK_BACK, due, folded
from jobs.models import (
    DATED,
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
from retrieval.answers import Latest
from retrieval.ask.wording import plural
from retrieval.errors import CalendarEndsError, UnknownChannelError

STALE = timedelta(days=4)
"""How long a brief is what a channel talks of: over a weekend with a holiday beside it."""

MOST_ARTICLES = 1_000
"""Of a brief's window, newest first, what a question about it is answered from at most."""

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
    """Put what is missing now into the outbox; tell how many rows were added."""
    wanted = desk.state.subscriptions()
    owed = due(now, wanted, _rows(now, desk), desk.calendars.session_of)
    return sum(_enqueue(item, now, desk) for item in owed)


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
    """
    wanted = subscribed(recipient, desk, kind)
    return _enqueue(by_hand(wanted, now, desk), now, desk)


def subscribed(recipient: str, desk: Desk, kind: str = DIGEST) -> Subscription:
    """Find what a recipient has subscribed.

    Raises:
        UnknownChannelError: it has not.
    """
    for wanted in desk.state.subscriptions():
        if (wanted.kind, wanted.recipient) == (kind, recipient):
            return wanted
    raise UnknownChannelError(recipient)


def last_brief(
    recipient: str, now: datetime, desk: Desk, *, under: str | None = None
) -> Latest | None:
    """Name the last brief that a recipient was sent, with its articles; None when it is stale.

    `under` is the message that a question stands under: if that is a brief, it is that one, however
    old.
    """
    sent = (desk.state.last_sent(kind, recipient, ts=under) for kind in DATED)
    found = sorted((one for one in sent if one), key=lambda one: one.until or now, reverse=True)
    row = next((one for one in found if one.ts == under), next(iter(found), None))
    if row is None or row.since is None or row.until is None:
        return None
    if now - row.until > STALE and row.ts != under:
        return None
    ids = tuple(head.article_id for head in desk.read(_reach(row)).heads)[:MOST_ARTICLES]
    day = f"{row.local_date:%a} {row.local_date.day} {row.local_date:%b %Y}"
    what = "weekly wrap" if row.kind == WRAP else "brief"
    return Latest(f"the {what} of {day} ({plural(len(ids), 'article')})", ids) if ids else None


def whole_brief(recipient: str, ts: str, desk: Desk) -> Digest | None:
    """Build the brief that stands at a message anew, with all that found no room in it.

    None when no brief of ours stands there.
    """
    found = _standing(recipient, ts, desk)
    if found is None:
        return None
    row, wanted, window = found
    reader = _reader(wanted, window, desk) if wanted else Reader()
    heard = desk.state.heard(row.kind, recipient)
    return BUILDERS[row.kind](desk.read(_reach(row, reader, heard)), window, reader, WHOLE)


def own_part(recipient: str, ts: str, desk: Desk, reader: Reader) -> Digest | None:
    """Build of the window of the brief at a message what is about a reader's own names.

    It is for that reader alone. None when no brief of ours stands there.
    """
    found = _standing(recipient, ts, desk)
    if found is None:
        return None
    row, _, window = found
    heard = desk.state.heard(row.kind, recipient)
    news = desk.read(_reach(row, reader, heard))
    return build(of_names(news, {*reader.watch, *reader.book}), window, reader)


def build_for(item: Due, now: datetime, desk: Desk) -> Made:
    """Build the brief of all that was written since the recipient's last delivered one."""
    wanted = item.subscription
    last = next(iter(desk.state.delivered(wanted.kind, wanted.recipient, most=1)), None)
    heard = desk.state.heard(wanted.kind, wanted.recipient)
    first = now - (FIRST_WEEK if wanted.kind == WRAP else FIRST_WINDOW)
    window = Window(
        since=last.until if last and last.until else first,
        until=now,
        local_date=item.local_date,
        zone=wanted.zone,
        first=last is None,
        session_note=item.note,
        late_for=item.due_at if now - item.due_at > LATE else None,
        folded=item.folded,
    )
    reader = _reader(wanted, window, desk)
    after = heard[-1] if heard else window.since
    news = desk.read(Reach(after, names=_names(reader), heard=heard))
    digest = BUILDERS[wanted.kind](news, window, reader, ROOM)
    return Made(digest, window, news.after, news.upto)


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
    return desk.state.enqueue_all(row, _thread(row, made.digest, desk))


def _thread(row: OutboxRow, digest: Digest, desk: Desk) -> list[OutboxRow]:
    """The rows of the stories that stand under a brief, in their order."""
    return [
        OutboxRow(
            kind=STORY,
            recipient=row.recipient,
            slot=f"{row.slot}:{number:02}",
            state="new",
            content=message.to_json(),
            created_at=row.created_at,
            under=row.key,
            team=row.team,
            deadline=row.deadline,
        )
        for number, message in enumerate(desk.thread(digest), start=1)
    ]


def _reader(wanted: Subscription, window: Window, desk: Desk) -> Reader:
    """What a brief needs to know of its recipient, as they knew it before the day of its window."""
    return Reader(
        watch=desk.watched(wanted),
        book=desk.held(wanted) if wanted.user else (),
        private=wanted.user is not None,
        told=_told(wanted, window, desk),
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


def _standing(
    recipient: str, ts: str, desk: Desk
) -> tuple[OutboxRow, Subscription | None, Window] | None:
    """Find the brief or wrap that stands at a message, who gets it, and its window."""
    sent = (desk.state.last_sent(kind, recipient, ts=ts) for kind in DATED)
    row = next((found for found in sent if found and found.ts == ts), None)
    if row is None or row.since is None or row.until is None:
        return None
    theirs = {s.kind: s for s in desk.state.subscriptions() if s.recipient == recipient}
    wanted = theirs.get(row.kind)
    first = desk.state.heard(row.kind, recipient)[:1]
    window = Window(
        since=row.since,
        until=row.until,
        local_date=row.local_date,
        zone=wanted.zone if wanted else "UTC",
        first=(row.since if row.since_change is None else row.since_change,) == first,
    )
    return row, wanted, window


def _reach(
    row: OutboxRow, reader: Reader | None = None, heard: tuple[int | datetime, ...] = ()
) -> Reach:
    """The window of a row as it is read again; only what was heard before it counts as heard."""
    assert row.since is not None
    after = row.since if row.since_change is None else row.since_change
    upto = row.until if row.until_change is None else row.until_change
    earlier = heard[: heard.index(after) + 1] if after in heard else ()
    return Reach(after, upto, _names(reader) if reader else (), earlier)


def _names(reader: Reader) -> tuple[str, ...]:
    return tuple(sorted({*reader.watch, *reader.book}))


def _rows(now: datetime, desk: Desk) -> list[OutboxRow]:
    return desk.state.rows(since=now.date() - timedelta(days=LOOK_BACK))
