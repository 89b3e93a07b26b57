"""Submitted forms -> what people and channels keep from now on, or what is wrong with a field.

A form is answered at once; what takes longer is drawn into it afterwards.
"""

import asyncio
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import forms, modals
from bot.blocks.notice import notice_blocks, notice_text
from bot.listeners.asked import workspace_in
from bot.listeners.files import table_of
from bot.listeners.home import Front, show_home
from bot.listeners.profile import profile_of
from bot.listeners.who import owner_of
from bot.manners import LINKS, ChannelSettings
from jobs.book.preview import preview_of
from retrieval.errors import InputError, SourceError
from retrieval.language.typed import typed_names

BOOK_ID = "book"  # stands where an answer has its id
GUESTS = "Guests cannot change how Tape behaves in a channel. Ask a member of the workspace."


async def watchlist(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Keep a watchlist; a name that means no ticker is told at the field."""
    text = forms.typed(values_in(body), modals.NAMES)
    found = await asyncio.to_thread(typed_names, text, front.personal.securities)
    if found.unknown:
        await wrong(ack, modals.NAMES, modals.unknown_names(found.unknown))
        return
    await asyncio.to_thread(front.personal.people.follow, owner_of(body), found.tickers)
    await ack()
    await show_home(owner_of(body), client, front)


async def book(ack: AsyncAck, body: dict[str, Any], *, front: Front) -> None:
    """Show what of a pasted table would be kept; a bad line is told at the field."""
    text = forms.typed(values_in(body), modals.TABLE)
    try:
        preview = preview_of(text, front.personal.securities)
    except InputError as error:
        await wrong(ack, modals.TABLE, error.sentence)
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
            text = await table_of(source.removeprefix(modals.FILE), owner.user, client)
        preview = preview_of(text, front.personal.securities)
    except (InputError, SourceError) as error:
        words, blocks = notice_text(error.sentence, BOOK_ID), notice_blocks(error.sentence, BOOK_ID)
        await client.chat_postMessage(channel=owner.user, text=words, blocks=blocks)
        return
    keep = front.personal.people.keep_book
    await asyncio.to_thread(keep, owner, preview.holdings, front.now(), preview.lots)
    await show_home(owner, client, front)


async def settings(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Keep what a channel wants; guests are told that it is not theirs to say."""
    owner, values = owner_of(body), values_in(body)
    if (await profile_of(client, owner.user)).guest:
        await wrong(ack, modals.LINKS, GUESTS)
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


async def wrong(ack: AsyncAck, field: str, sentence: str) -> None:
    """Say at a field of a form what is wrong with it."""
    await ack(response_action="errors", errors={field: sentence})


def values_in(body: dict[str, Any]) -> forms.Values:
    """Read what was filled in."""
    values: forms.Values = body["view"]["state"]["values"]
    return values
