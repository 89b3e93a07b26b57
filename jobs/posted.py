"""A message at which a brief stands -> its articles, all of it, or somebody's part. Knows no post.

It is built anew from the window that its row keeps, with what was known then.
"""

from datetime import datetime, timedelta

from jobs.brief import BUILDERS, Desk, names_of, reader_of
from jobs.digest import Digest, Reach, Reader, Window, of_names
from jobs.digest.room import ROOM, WHOLE
from jobs.models import DATED, WRAP, OutboxRow, Subscription
from jobs.zones import day_of
from retrieval.answers import Latest
from retrieval.ask.wording import plural

STALE = timedelta(days=4)
"""How long a brief is what a channel talks of: over a weekend with a holiday beside it."""

MOST_ARTICLES = 1_000
"""Of a brief's window, newest first, what a question about it is answered from at most."""


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
    day = f"{day_of(row.local_date)} {row.local_date.year}"
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
    reader = reader_of(wanted, window, desk) if wanted else Reader()
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
    return BUILDERS[row.kind](of_names(news, {*reader.watch, *reader.book}), window, reader, ROOM)


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
    if reader is None:
        return Reach(after, upto, alone=True)
    earlier = heard[: heard.index(after) + 1] if after in heard else ()
    return Reach(after, upto, names_of(reader), earlier, row.local_date)
