"""What is owed -> frozen rows of the outbox: reads the news, builds, renders. Knows no post."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.calendars import Calendars
from jobs.digest import FIRST_WEEK, FIRST_WINDOW, ROOM, Digest, News, Window, build, build_wrap
from jobs.due import CATCH_UP, LATE, LOOK_BACK, due, folded
from jobs.models import DATED, DIGEST, WRAP, Due, OutboxRow, Rendered, Subscription, slot_of
from jobs.schedules import exchange_of
from jobs.state import State
from retrieval.answers import Latest
from retrieval.ask.wording import plural
from retrieval.errors import CalendarEndsError, UnknownChannelError

STALE = timedelta(days=4)
"""How long a brief is what a channel talks of: over a weekend with a holiday beside it."""

MOST_LINES = 150
"""Names and groups that a whole brief lists at most."""

MOST_ARTICLES = 1_000
"""Of a brief's window, newest first, what a question about it is answered from at most."""

Read = Callable[[datetime, datetime], News]
Render = Callable[[Digest], Rendered]


def nothing_watched(_: Subscription) -> tuple[str, ...]:
    """Follow no name: what a channel does."""
    return ()


@dataclass(frozen=True, slots=True)
class Desk:
    """Where briefs are made: what is known of the recipients, the news, and how a brief looks.

    `watched` gives the names that a brief puts first, of those whose own it is. `calendars` say
    when exchanges trade.
    """

    state: State
    read: Read
    render: Render
    watched: Callable[[Subscription], tuple[str, ...]] = nothing_watched
    calendars: Calendars = field(default_factory=Calendars)


def tick(now: datetime, desk: Desk) -> int:
    """Put what is missing now into the outbox; tell how many rows were added."""
    wanted = desk.state.subscriptions()
    owed = due(now, wanted, _rows(now, desk), desk.calendars.session_of)
    return sum(desk.state.enqueue(_row(item, now, desk)) for item in owed)


def preview(recipient: str, now: datetime, desk: Desk, kind: str = DIGEST) -> Digest:
    """Show what a recipient's brief would be now. Nothing is kept: the next one tells it all.

    Raises:
        UnknownChannelError: it has not subscribed any.
    """
    wanted = subscribed(recipient, desk, kind)
    return build_for(by_hand(wanted, now, desk), now, desk)[0]


def send_now(recipient: str, now: datetime, desk: Desk, kind: str = DIGEST) -> bool:
    """Put today's brief into the outbox before its time; False when today's is there already.

    Raises:
        UnknownChannelError: the recipient has not subscribed any.
    """
    wanted = subscribed(recipient, desk, kind)
    return desk.state.enqueue(_row(by_hand(wanted, now, desk), now, desk))


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
    ids = tuple(head.article_id for head in desk.read(row.since, row.until).heads)[:MOST_ARTICLES]
    day = f"{row.local_date:%a} {row.local_date.day} {row.local_date:%b %Y}"
    what = "weekly wrap" if row.kind == WRAP else "brief"
    return Latest(f"the {what} of {day} ({plural(len(ids), 'article')})", ids) if ids else None


def whole_brief(recipient: str, ts: str, desk: Desk) -> Digest | None:
    """Build the brief that stands at a message anew, with all that found no room in it.

    None when no brief of ours stands there.
    """
    sent = (desk.state.last_sent(kind, recipient, ts=ts) for kind in DATED)
    row = next((found for found in sent if found and found.ts == ts), None)
    if row is None or row.since is None or row.until is None:
        return None
    theirs = {s.kind: s for s in desk.state.subscriptions() if s.recipient == recipient}
    wanted = theirs.get(row.kind)
    window = Window(row.since, row.until, row.local_date, wanted.zone if wanted else "UTC")
    watch = desk.watched(wanted) if wanted else ()
    return BUILDERS[row.kind](desk.read(row.since, row.until), window, watch, MOST_LINES)


def build_for(item: Due, now: datetime, desk: Desk) -> tuple[Digest, Window]:
    """Build the brief of all that was ingested since the recipient's last delivered one."""
    wanted = item.subscription
    delivered = desk.state.delivered_until(wanted.kind, wanted.recipient)
    window = Window(
        since=delivered or now - (FIRST_WEEK if wanted.kind == WRAP else FIRST_WINDOW),
        until=now,
        local_date=item.local_date,
        zone=wanted.zone,
        first=delivered is None,
        session_note=item.note,
        late_for=item.due_at if now - item.due_at > LATE else None,
        folded=item.folded,
    )
    news = desk.read(window.since, window.until)
    return BUILDERS[wanted.kind](news, window, desk.watched(wanted), ROOM), window


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


def _row(item: Due, now: datetime, desk: Desk) -> OutboxRow:
    wanted = item.subscription
    digest, window = build_for(item, now, desk)
    return OutboxRow(
        kind=wanted.kind,
        recipient=wanted.recipient,
        slot=slot_of(item.local_date),
        state="new",
        content=desk.render(digest).to_json(),
        created_at=now,
        since=window.since,
        until=window.until,
        team=wanted.team,
        deadline=item.useful_until,
    )


def _rows(now: datetime, desk: Desk) -> list[OutboxRow]:
    return desk.state.rows(since=now.date() - timedelta(days=LOOK_BACK))
