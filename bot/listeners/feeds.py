"""The button and the forms of the feeds -> what a workspace follows. Only its admins change it.

A feed is looked at before it is followed; that can take longer than Slack waits for a form, so a
waiting view is drawn anew when the feed has answered.
"""

import asyncio
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import forms
from bot.blocks.feeds import ADDRESS, STOP, carried_in, key_of, manage_view, trial_view
from bot.blocks.limits import Block
from bot.blocks.modals import notice_view
from bot.listeners.home import Front, show_home
from bot.listeners.profile import profile_of
from bot.listeners.who import owner_of
from bot.listeners.windows import redraw
from jobs.feeds.models import Follow
from jobs.feeds.trial import feed_url, try_feed
from jobs.models import Owner
from retrieval.errors import SourceError

ADMINS_ONLY = "Only admins of this workspace can change which feeds are read. Ask one of them."


async def manage(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Open the form of the feeds; who is no admin (any more) is told so."""
    await ack()
    owner = owner_of(body)
    view = notice_view("Feeds", ADMINS_ONLY)
    if (await profile_of(client, owner.user)).admin:
        feeds = await asyncio.to_thread(front.personal.feeds.followed, owner.team)
        view = manage_view(feeds, owner.team, front.now())
    await client.views_open(trigger_id=body["trigger_id"], view=view)


async def changed(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Stop the feeds that were picked, and look at the one that was typed."""
    owner, values = owner_of(body), body["view"]["state"]["values"]
    if not (await profile_of(client, owner.user)).admin:
        await ack(response_action="errors", errors={ADDRESS: ADMINS_ONLY})
        return
    typed = forms.typed(values, ADDRESS).strip()
    try:
        address = feed_url(typed) if typed else None
    except SourceError as error:
        await ack(response_action="errors", errors={ADDRESS: type(error)().sentence})
        return
    await asyncio.to_thread(_stop, forms.all_chosen(values, STOP), owner, front)
    if address is None:
        await ack()
        await show_home(owner, client, front)
        return
    external = f"feed-{body['view']['id']}-{body['view']['hash']}"
    await ack(response_action="push", view=notice_view("Feeds", "Looking at the feed…", external))
    await redraw(client, external, await asyncio.to_thread(_tried, address, external, front))


async def kept(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Follow the feed that was looked at."""
    owner, (url, title) = owner_of(body), carried_in(body["view"]["private_metadata"])
    if not (await profile_of(client, owner.user)).admin:
        await ack(response_action="update", view=notice_view("Feeds", ADMINS_ONLY))
        return
    await ack(response_action="clear")
    wanted = Follow(url, owner.team, title, by=owner.user)
    await asyncio.to_thread(front.personal.feeds.follow, [wanted], front.now())
    await show_home(owner, client, front)


def _stop(keys: tuple[str, ...], owner: Owner, front: Front) -> None:
    feeds = front.personal.feeds
    for one in feeds.followed(owner.team):
        if one.follow.team == owner.team and key_of(one) in keys:
            feeds.unfollow(one.follow.url, owner.team)


def _tried(address: str, external: str, front: Front) -> Block:
    """Draw a feed's newest items, or say why there are none; it blocks."""
    try:
        return trial_view(try_feed(address, front.personal.tools, front.now()), external)
    except SourceError as error:
        return notice_view("Feeds", error.sentence, external)
