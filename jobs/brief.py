"""What is owed -> frozen rows of the outbox: reads the news, builds, renders. Knows no post."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.digest import Digest, News, Reach, Reader, Told, Window, build, of_names, skipped
from jobs.digest import told as memory
from jobs.digest.room import WHOLE
from jobs.due import LOOK_BACK, due
from jobs.models import DIGEST, STORY, Due, OutboxRow, Rendered, Subscription, slot_of
from jobs.state import State
from retrieval.answers import Latest
from retrieval.ask.wording import plural
from retrieval.errors import UnknownChannelError

STALE = timedelta(days=4)
"""How long a brief is what a channel talks of: over a weekend with a holiday beside it."""

MOST_ARTICLES = 1_000
"""Of a brief's window, newest first, what a question about it is answered from at most."""

FIRST_WINDOW = timedelta(hours=24)
"""How far back the first brief of a recipient looks."""

REMEMBERED, LOOKED_THROUGH = 5, 60
"""Delivered briefs that a new one is compared with, and among how many those are looked for."""

USEFUL = timedelta(hours=6)
"""How long after it is made a brief is worth posting."""

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
    to see on a day. `thread` renders the stories that stand under a brief.
    """

    state: State
    read: Read
    render: Render
    watched: Callable[[Subscription], tuple[str, ...]] = nothing_watched
    held: Callable[[Subscription], tuple[str, ...]] = nothing_watched
    muted: Callable[[Subscription, date], Mapping[str, date]] = nothing_muted
    thread: Callable[[Digest], tuple[Rendered, ...]] = no_thread


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
    rows = desk.state.rows(since=date.fromordinal(now.date().toordinal() - LOOK_BACK))
    return sum(_enqueue(item, now, desk) for item in due(now, wanted, rows))


def preview(recipient: str, now: datetime, desk: Desk) -> Digest:
    """Show what a recipient's brief would be now. Nothing is kept: the next one tells it all."""
    wanted = _subscription(recipient, desk)
    return build_for(wanted, _today(wanted, now), now, desk).digest


def send_now(recipient: str, now: datetime, desk: Desk) -> bool:
    """Put today's brief into the outbox before its time; False when today's is there already."""
    wanted = _subscription(recipient, desk)
    return _enqueue(Due(wanted, _today(wanted, now), now), now, desk)


def last_brief(
    recipient: str, now: datetime, desk: Desk, *, under: str | None = None
) -> Latest | None:
    """Name the last brief that a recipient was sent, with its articles; None when it is stale.

    `under` is the message that a question stands under: if that is a brief, it is that one, however
    old.
    """
    row = desk.state.last_sent(DIGEST, recipient, ts=under)
    if row is None or row.since is None or row.until is None:
        return None
    if now - row.until > STALE and row.ts != under:
        return None
    ids = tuple(head.article_id for head in desk.read(_reach(row)).heads)[:MOST_ARTICLES]
    day = f"{row.local_date:%a} {row.local_date.day} {row.local_date:%b %Y}"
    return Latest(f"the brief of {day} ({plural(len(ids), 'article')})", ids) if ids else None


def whole_brief(recipient: str, ts: str, desk: Desk) -> Digest | None:
    """Build the brief that stands at a message anew, with all that found no room in it.

    None when no brief of ours stands there.
    """
    found = _standing(recipient, ts, desk)
    if found is None:
        return None
    row, wanted, window = found
    reader = _reader(wanted, row.local_date, desk, before=row) if wanted else Reader()
    heard = desk.state.heard(row.kind, recipient)
    return build(desk.read(_reach(row, reader, heard)), window, reader, WHOLE)


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


def build_for(wanted: Subscription, local_date: date, now: datetime, desk: Desk) -> Made:
    """Build the brief of all that was written since the recipient's last delivered one."""
    reader = _reader(wanted, local_date, desk)
    last = next(iter(desk.state.delivered(wanted.kind, wanted.recipient, most=1)), None)
    heard = desk.state.heard(wanted.kind, wanted.recipient)
    window = Window(
        since=last.until if last and last.until else now - FIRST_WINDOW,
        until=now,
        local_date=local_date,
        zone=wanted.zone,
        first=last is None,
    )
    after = heard[-1] if heard else window.since
    news = desk.read(Reach(after, names=_names(reader), heard=heard))
    return Made(build(news, window, reader), window, news.after, news.upto)


def _enqueue(item: Due, now: datetime, desk: Desk) -> bool:
    """Freeze a brief and its thread as rows of the outbox, all or none."""
    wanted = item.subscription
    row = OutboxRow(
        kind=wanted.kind,
        recipient=wanted.recipient,
        slot=slot_of(item.local_date),
        state="new",
        content="",
        created_at=now,
        team=wanted.team,
    )
    if item.skipped:
        note = skipped(item.local_date, item.due_at, wanted.zone)
        return desk.state.enqueue(replace(row, content=desk.render(note).to_json()))
    made = build_for(wanted, item.local_date, now, desk)
    told = made.digest.told
    row = replace(
        row,
        content=desk.render(made.digest).to_json(),
        since=made.window.since,
        until=made.window.until,
        since_change=made.after,
        until_change=made.upto,
        told=memory.to_json(told) if told else None,
        deadline=now + USEFUL,
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


def _reader(
    wanted: Subscription, day: date, desk: Desk, *, before: OutboxRow | None = None
) -> Reader:
    """What a brief needs to know of its recipient; with `before`, as it was when that was made."""
    return Reader(
        watch=desk.watched(wanted),
        book=desk.held(wanted) if wanted.user else (),
        private=wanted.user is not None,
        told=_told(wanted, desk, before),
        muted=desk.muted(wanted, day),
    )


def _told(wanted: Subscription, desk: Desk, before: OutboxRow | None) -> tuple[Told, ...]:
    rows = desk.state.delivered(wanted.kind, wanted.recipient, most=LOOKED_THROUGH)
    earlier = (row for row in rows if before is None or row.slot < before.slot)
    told = [memory.from_json(row.told) for row in earlier if row.told]
    return tuple(told[:REMEMBERED])


def _standing(
    recipient: str, ts: str, desk: Desk
) -> tuple[OutboxRow, Subscription | None, Window] | None:
    """Find the brief that stands at a message, who gets it, and its window."""
    row = desk.state.last_sent(DIGEST, recipient, ts=ts)
    if row is None or row.ts != ts or row.since is None or row.until is None:
        return None
    wanted = next((s for s in desk.state.subscriptions() if s.recipient == recipient), None)
    first = desk.state.heard(DIGEST, recipient)[:1]
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


def _subscription(recipient: str, desk: Desk) -> Subscription:
    for wanted in desk.state.subscriptions():
        if (wanted.kind, wanted.recipient) == (DIGEST, recipient):
            return wanted
    raise UnknownChannelError(recipient)


def _today(wanted: Subscription, now: datetime) -> date:
    return now.astimezone(ZoneInfo(wanted.zone)).date()
