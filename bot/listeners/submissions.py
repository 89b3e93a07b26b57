"""Submitted forms -> what people and channels keep from now on, or what is wrong with a field.

A form is answered at once; what takes longer is drawn into it afterwards.
"""

import asyncio
import json
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import forms, modals
from bot.blocks.home import schedule
from bot.blocks.notice import notice_blocks, notice_text
from bot.listeners.asked import workspace_in
from bot.listeners.files import table_of
from bot.listeners.home import Front, show_home
from bot.listeners.profile import QUICK, profile_of
from bot.listeners.who import owner_of
from bot.listeners.windows import redraw
from bot.manners import LINKS, ChannelSettings
from bot.outcomes import outcome_of
from jobs.brief import build_for
from jobs.models import DIGEST, Owner, Subscription
from jobs.outbox import Limited, Refused, Unclear
from jobs.portfolio import preview_of
from retrieval.errors import BadScheduleError, InputError, SourceError
from retrieval.language.typed import typed_names

NO_DIRECT = (
    "Tape may not open a direct message with you: ask an admin to add the scope im:write and to"
    " install Tape again. A channel can be chosen meanwhile."
)
BOOK_ID = "book"  # stands where an answer has its id
TOO_SLOW = "Slack did not answer in time. Please send the form again."
GUESTS = "Guests cannot change how Tape behaves in a channel. Ask a member of the workspace."


async def watchlist(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Keep a watchlist; a name that means no ticker is told at the field."""
    text = forms.typed(_values(body), modals.NAMES)
    found = await asyncio.to_thread(typed_names, text, front.personal.securities)
    if found.unknown:
        await _wrong(ack, modals.NAMES, modals.unknown_names(found.unknown))
        return
    await asyncio.to_thread(front.personal.people.follow, owner_of(body), found.tickers)
    await ack()
    await show_home(owner_of(body), client, front)


async def book(ack: AsyncAck, body: dict[str, Any], *, front: Front) -> None:
    """Show what of a pasted table would be kept; a bad line is told at the field."""
    text = forms.typed(_values(body), modals.TABLE)
    try:
        preview = preview_of(text, front.personal.securities)
    except InputError as error:
        await _wrong(ack, modals.TABLE, error.sentence)
        return
    view = modals.book_preview_view(preview, modals.PASTED + text)
    await ack(response_action="push", view=view)


async def book_kept(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Keep the book of a preview, read again from where it was given."""
    await ack(response_action="clear")
    owner, source = owner_of(body), str(body["view"]["private_metadata"])
    try:
        text = source.removeprefix(modals.PASTED)
        if source.startswith(modals.FILE):
            text = await table_of(source.removeprefix(modals.FILE), client)
        preview = preview_of(text, front.personal.securities)
    except (InputError, SourceError) as error:
        words, blocks = notice_text(error.sentence, BOOK_ID), notice_blocks(error.sentence, BOOK_ID)
        await client.chat_postMessage(channel=owner.user, text=words, blocks=blocks)
        return
    keep = front.personal.people.keep_book
    await asyncio.to_thread(keep, owner, preview.holdings, front.now(), preview.lots)
    await show_home(owner, client, front)


async def digest(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Show the brief that a digest would bring now, before it is kept; or take it away."""
    owner, values = owner_of(body), _values(body)
    try:
        recipient = forms.placed(values, modals.PLACE) or await _direct(owner, client)
    except (Refused, Limited, Unclear, TimeoutError) as outcome:
        await _wrong(ack, modals.PLACE, NO_DIRECT if isinstance(outcome, Refused) else TOO_SLOW)
        return
    if forms.chosen(values, modals.STATE) == "off":
        await asyncio.to_thread(front.personal.desk.state.unsubscribe, DIGEST, recipient)
        await ack()
        await show_home(owner, client, front)
        return
    try:
        wanted = _wanted(recipient, body, front.now())
    except BadScheduleError as error:
        await _wrong(ack, modals.ZONE, error.sentence)
        return
    external = f"digest-{body['view']['id']}-{body['view']['hash']}"
    title = "Preparing the preview…"
    await ack(response_action="push", view=modals.notice_view("Digest", title, external))
    drawn = await asyncio.to_thread(preview_view, wanted, external, front)
    await redraw(client, external, drawn)


def preview_view(wanted: Subscription, external: str, front: Front) -> dict[str, object]:
    """Draw what a digest would say now; it blocks."""
    today = front.now().astimezone(ZoneInfo(wanted.zone)).date()
    brief, _ = build_for(wanted, today, front.now(), front.personal.desk)
    state = "" if wanted.active else " · paused"
    when = f"It comes at {schedule(wanted)}{state}."
    return modals.digest_preview_view(brief, when, written(wanted), external)


async def digest_kept(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Keep the digest that was previewed."""
    await ack(response_action="clear")
    owner = owner_of(body)
    wanted = read(str(body["view"]["private_metadata"]), owner, front.now())
    await asyncio.to_thread(front.personal.desk.state.subscribe, wanted)
    await show_home(owner, client, front)


async def settings(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Keep what a channel wants; guests are told that it is not theirs to say."""
    owner, values = owner_of(body), _values(body)
    if (await profile_of(client, owner.user)).guest:
        await _wrong(ack, modals.LINKS, GUESTS)
        return
    links = next(one for one in LINKS if one == forms.chosen(values, modals.LINKS))
    wanted = ChannelSettings(forms.chosen(values, modals.FOLLOW_UPS) == "on", links)
    channel = str(body["view"]["private_metadata"])
    change = front.personal.channels.change
    await asyncio.to_thread(change, workspace_in(body), channel, wanted)
    await ack()


async def forget(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Forget all that is somebody's."""
    await ack()
    await asyncio.to_thread(front.personal.forget, owner_of(body))
    await show_home(owner_of(body), client, front)


def written(wanted: Subscription) -> str:
    """Write a digest into a view, for its second form."""
    fields = {
        "team": wanted.team,
        "to": wanted.recipient,
        "at": f"{wanted.at:%H:%M}",
        "days": wanted.weekdays,
    }
    return json.dumps(
        {**fields, "zone": wanted.zone, "active": wanted.active, "own": wanted.user is not None}
    )


def read(text: str, owner: Owner, now: datetime) -> Subscription:
    """Read what `written` wrote, as the wish of who sends the form."""
    found = json.loads(text)
    return Subscription(
        kind=DIGEST,
        recipient=found["to"],
        at=time.fromisoformat(found["at"]),
        weekdays=tuple(found["days"]),
        zone=found["zone"],
        created_at=now,
        active=found["active"],
        team=found["team"],
        user=owner.user if found["own"] else None,
    )


def _wanted(recipient: str, body: dict[str, Any], now: datetime) -> Subscription:
    owner, values = owner_of(body), _values(body)
    own = forms.placed(values, modals.PLACE) is None
    try:
        at = time.fromisoformat(forms.timed(values, modals.AT))
    except ValueError as error:
        raise BadScheduleError(forms.timed(values, modals.AT)) from error
    return Subscription(
        kind=DIGEST,
        recipient=recipient,
        at=at,
        weekdays=forms.all_chosen(values, modals.DAYS),
        zone=forms.typed(values, modals.ZONE).strip(),
        created_at=now,
        active=forms.chosen(values, modals.STATE) == "on",
        team=owner.team if own else workspace_in(body),
        user=owner.user if own else None,
    )


async def _direct(owner: Owner, client: AsyncWebClient) -> str:
    """Name the direct messages with somebody."""
    async with asyncio.timeout(QUICK):
        found = await outcome_of(client.conversations_open(users=owner.user))
    return str(found["channel"]["id"])


async def _wrong(ack: AsyncAck, field: str, sentence: str) -> None:
    await ack(response_action="errors", errors={field: sentence})


def _values(body: dict[str, Any]) -> forms.Values:
    values: forms.Values = body["view"]["state"]["values"]
    return values
