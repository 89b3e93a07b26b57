"""What is owed -> frozen rows of the outbox: reads the news, builds, renders. Knows no post."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.digest import FIRST_WINDOW, Digest, News, Window, build, skipped
from jobs.due import LOOK_BACK, due
from jobs.models import DIGEST, Due, OutboxRow, Rendered, Subscription, slot_of
from jobs.state import State
from retrieval.answers import Latest
from retrieval.ask.wording import plural
from retrieval.errors import UnknownChannelError

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

    `watched` gives the names that a brief puts first, of those whose own it is.
    """

    state: State
    read: Read
    render: Render
    watched: Callable[[Subscription], tuple[str, ...]] = nothing_watched


def tick(now: datetime, desk: Desk) -> int:
    """Put what is missing now into the outbox; tell how many rows were added."""
    wanted = desk.state.subscriptions()
    rows = desk.state.rows(since=date.fromordinal(now.date().toordinal() - LOOK_BACK))
    return sum(desk.state.enqueue(_row(item, now, desk)) for item in due(now, wanted, rows))


def preview(recipient: str, now: datetime, desk: Desk) -> Digest:
    """Show what a recipient's brief would be now. Nothing is kept: the next one tells it all."""
    wanted = _subscription(recipient, desk)
    return build_for(wanted, _today(wanted, now), now, desk)[0]


def send_now(recipient: str, now: datetime, desk: Desk) -> bool:
    """Put today's brief into the outbox before its time; False when today's is there already."""
    wanted = _subscription(recipient, desk)
    return desk.state.enqueue(_row(Due(wanted, _today(wanted, now), now), now, desk))


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
    ids = tuple(head.article_id for head in desk.read(row.since, row.until).heads)[:MOST_ARTICLES]
    day = f"{row.local_date:%a} {row.local_date.day} {row.local_date:%b %Y}"
    return Latest(f"the brief of {day} ({plural(len(ids), 'article')})", ids) if ids else None


def whole_brief(recipient: str, ts: str, desk: Desk) -> Digest | None:
    """Build the brief that stands at a message anew, with all that found no room in it.

    None when no brief of ours stands there.
    """
    row = desk.state.last_sent(DIGEST, recipient, ts=ts)
    if row is None or row.ts != ts or row.since is None or row.until is None:
        return None
    wanted = next((s for s in desk.state.subscriptions() if s.recipient == recipient), None)
    window = Window(row.since, row.until, row.local_date, wanted.zone if wanted else "UTC")
    watch = desk.watched(wanted) if wanted else ()
    return build(desk.read(row.since, row.until), window, watch, room=MOST_LINES)


def build_for(
    wanted: Subscription, local_date: date, now: datetime, desk: Desk
) -> tuple[Digest, Window]:
    """Build the brief of all that was ingested since the recipient's last delivered one."""
    delivered = desk.state.delivered_until(wanted.kind, wanted.recipient)
    window = Window(
        since=delivered or now - FIRST_WINDOW,
        until=now,
        local_date=local_date,
        zone=wanted.zone,
        first=delivered is None,
    )
    news = desk.read(window.since, window.until)
    return build(news, window, desk.watched(wanted)), window


def _row(item: Due, now: datetime, desk: Desk) -> OutboxRow:
    wanted = item.subscription
    window = None
    if item.skipped:
        digest = skipped(item.local_date, item.due_at, wanted.zone)
    else:
        digest, window = build_for(wanted, item.local_date, now, desk)
    return OutboxRow(
        kind=wanted.kind,
        recipient=wanted.recipient,
        slot=slot_of(item.local_date),
        state="new",
        content=desk.render(digest).to_json(),
        created_at=now,
        since=window.since if window else None,
        until=window.until if window else None,
        team=wanted.team,
    )


def _subscription(recipient: str, desk: Desk) -> Subscription:
    for wanted in desk.state.subscriptions():
        if (wanted.kind, wanted.recipient) == (DIGEST, recipient):
            return wanted
    raise UnknownChannelError(recipient)


def _today(wanted: Subscription, now: datetime) -> date:
    return now.astimezone(ZoneInfo(wanted.zone)).date()
