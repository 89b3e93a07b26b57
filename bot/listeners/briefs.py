"""The buttons under a brief -> all of it, the clicker's own part of it, a name muted there."""

import asyncio
from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.digest import (
    MUTED,
    muted_message,
    own_message,
    shown_message,
    whole_view,
)
from bot.blocks.home import EDIT_WATCHLIST
from bot.blocks.modals import notice_view
from bot.listeners.asked import workspace_in
from bot.listeners.home import Front, open_form
from bot.listeners.who import owner_of, place_of
from bot.listeners.windows import redraw
from bot.manners import is_direct
from bot.personal import may_see
from jobs.models import Rendered, Subscription
from jobs.mutes import Place
from jobs.posted import own_part, whole_brief

MUTE_DAYS = timedelta(days=7)


async def open_all(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Show who clicks every line of the brief that the button stands under."""
    await ack()
    external, (channel, ts, _) = f"whole-{body['trigger_id']}", place_of(body)
    waiting = notice_view("The whole brief", "Reading it again…", external)
    await client.views_open(trigger_id=body["trigger_id"], view=waiting)
    seen = await asyncio.to_thread(_of, body, front)
    brief = await asyncio.to_thread(whole_brief, channel, ts, front.personal.desk) if seen else None
    gone = notice_view("The whole brief", "This brief is no longer kept.", external)
    await redraw(client, external, whole_view(brief) if brief else gone)


async def my_book(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    *,
    front: Front,
) -> None:
    """Show who clicks, and nobody else, what the brief's window says of their own names.

    Who keeps none is given the form of their watchlist.
    """
    await ack()
    reader = await asyncio.to_thread(front.personal.reader, owner_of(body))
    if not (reader.watch or reader.book):
        await open_form(EDIT_WATCHLIST, body, client, front)
        return
    channel, ts, _ = place_of(body)
    brief = await asyncio.to_thread(own_part, channel, ts, front.personal.desk, reader)
    await _whisper(own_message(brief), respond)


async def mute(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, front: Front) -> None:
    """Mute the name that was picked, or show it again, in the briefs of this place."""
    await ack()
    wish = str(body["actions"][0]["selected_option"]["value"])
    ticker = wish.partition(":")[2]
    if not wish.startswith(MUTED):
        await _show_again(ticker, body, respond, front)
        return
    until = await asyncio.to_thread(_muted, ticker, body, front)
    if until:
        await _whisper(muted_message(ticker, until), respond)


async def unmute(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, front: Front
) -> None:
    """Take back what was muted."""
    await ack()
    await _show_again(str(body["actions"][0]["value"]), body, respond, front)


async def _show_again(
    ticker: str, body: dict[str, Any], respond: AsyncRespond, front: Front
) -> None:
    if await asyncio.to_thread(_unmuted, ticker, body, front):
        await _whisper(shown_message(ticker), respond)


async def _whisper(message: Rendered, respond: AsyncRespond) -> None:
    """Answer a click to who made it alone; the message under which it stands stays."""
    await respond(
        text=message.text,
        blocks=list(message.blocks),
        response_type="ephemeral",
        replace_original=False,
    )


def _muted(ticker: str, body: dict[str, Any], front: Front) -> date | None:
    """Mute a name in the place of a click; give the last day. It blocks."""
    found = _of(body, front)
    if found is None:
        return None
    wanted, place = found
    zone = ZoneInfo(wanted.zone) if wanted else UTC
    until = front.now().astimezone(zone).date() + MUTE_DAYS
    front.personal.mutes.mute(place, ticker, until, owner_of(body).user)
    return until


def _unmuted(ticker: str, body: dict[str, Any], front: Front) -> bool:
    found = _of(body, front)
    if found:
        front.personal.mutes.unmute(found[1], ticker)
    return found is not None


def _of(body: dict[str, Any], front: Front) -> tuple[Subscription | None, Place] | None:
    """Find what the place of a click has subscribed, and how its wishes are kept.

    None where it is somebody else's, or of another workspace.
    """
    channel, owner, personal = place_of(body)[0], owner_of(body), front.personal
    all_here = [one for one in personal.desk.state.subscriptions() if one.recipient == channel]
    if not all(may_see(one, owner, workspace_in(body)) for one in all_here):
        return None
    if is_direct(channel) and not all_here:  # nothing says whose it is
        return None
    wanted = next(iter(all_here), None)
    return wanted, Place(wanted.team if wanted else owner.team, channel)
