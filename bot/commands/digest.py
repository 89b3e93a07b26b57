"""A channel's name to its digest of today, shown or queued; or all digests with their next run."""

import json

from bot import console
from bot.blocks.digest import digest_message
from bot.engines import utc_now
from bot.manners import is_direct
from bot.settings import load
from bot.wiring import Office, open_beside
from jobs.brief import preview, send_now, subscribed
from jobs.calendars import Calendars
from jobs.errors import SomebodysOwnError
from jobs.models import DIGEST, WRAP, Planned
from jobs.planning import plan
from jobs.schedules import exchange_of
from jobs.state import State
from jobs.zones import moment_of
from retrieval.contract import Json, dumps
from retrieval.db import connect, migrate


def digest(channel: str, *, wrap: bool, dry_run: bool, as_json: bool) -> None:
    """Show the digest of a channel as it would be now, or queue it; a running Tape posts it.

    Raises:
        UnknownChannelError: the channel has no digest.
        EarlierPostError: an earlier one is not posted yet.
        SomebodysOwnError: it is no channel, and only who gets the digest may read it.
    """
    settings, kind = load(), WRAP if wrap else DIGEST
    library = open_beside(settings)
    office = Office.open(settings, library)
    recipient = channel.removeprefix("#")
    try:
        if subscribed(recipient, office.desk, kind).user or is_direct(recipient):
            raise SomebodysOwnError(recipient)
        message = digest_message(preview(recipient, utc_now(), office.desk, kind))
        queued = False if dry_run else send_now(recipient, utc_now(), office.desk, kind)
    finally:
        office.close()
        library.close()
    if as_json:
        shown = {"channel": recipient, "queued": queued, **json.loads(message.to_json())}
        console.write(json.dumps(shown, ensure_ascii=False))
        return
    console.say(message.text)
    if queued:
        console.note(f"Queued for #{recipient}: a running Tape posts it.")
    elif not dry_run:
        console.note(f"The digest of today for #{recipient} is in the outbox already.")


def listing(*, as_json: bool) -> None:
    """List every digest with its schedule and what comes next of it.

    Raises:
        StoreError: the database cannot be used.
    """
    engine = connect(load().url)
    try:
        migrate(engine, "jobs")
        state, calendars, now = State(engine), Calendars(), utc_now()
        found = [plan(one, now, state, calendars) for one in state.subscriptions()]
    finally:
        engine.dispose()
    if as_json:
        for one in found:
            console.write(dumps(_json(one)))
        return
    table = console.table("Digests", "kind", "for", "when", "next")
    for one in found:
        wanted = one.subscription
        console.row(table, wanted.kind, wanted.recipient, str(wanted.schedule), _next(one))
    console.show(table)


def _next(one: Planned) -> str:
    if one.coming is None:
        return one.unknown or ("paused" if not one.subscription.active else "none within a month")
    moment = moment_of(one.coming.due_at, one.subscription.zone)
    return f"{moment}, left out" if one.left_out else moment


def _json(one: Planned) -> Json:
    wanted, coming = one.subscription, one.coming
    return {
        "kind": wanted.kind,
        "recipient": wanted.recipient,
        "own": wanted.user is not None,
        "schedule": str(wanted.schedule),
        "exchange": exchange_of(wanted.schedule),
        "zone": wanted.zone,
        "active": wanted.active,
        "next": coming.due_at.isoformat() if coming else None,
        "session": coming.session.note if coming and coming.session else None,
        "left_out": one.left_out,
        "unknown": one.unknown,
    }
