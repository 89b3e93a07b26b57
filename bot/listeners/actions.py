"""The buttons under an answer -> the modal of its quotes, or the question for the other side."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.answer import LOSERS, ONLY_MINE, WINNERS
from bot.blocks.evidence import gone_view
from bot.blocks.home import EDIT_WATCHLIST
from bot.blocks.private import kept_private
from bot.inbox import Inbox
from bot.listeners.asked import workspace_in
from bot.listeners.home import Front, open_form
from bot.listeners.who import owner_of, place_of
from bot.questions import Arrival, Asked

ASKS = {LOSERS: "Who loses?", WINNERS: "Who benefits?", ONLY_MINE: "Only mine"}
OF_ONE = frozenset({ONLY_MINE})  # whose answer depends on who clicks


async def evidence(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, inbox: Inbox
) -> None:
    """Open the quotes of an answer; a trigger lives for three seconds."""
    await ack()
    channel, replay_id = str(body["channel"]["id"]), str(body["actions"][0]["value"])
    view = await asyncio.to_thread(inbox.evidence, channel, replay_id, str(body["user"]["id"]))
    await client.views_open(trigger_id=body["trigger_id"], view=view or gone_view())


async def other_side(
    ack: AsyncAck,
    body: dict[str, Any],
    *,
    inbox: Inbox,
    now: Callable[[], datetime],
    wake: Callable[[], None],
) -> None:
    """Ask for the other side in the same thread. A second click finds the answer there."""
    await asyncio.to_thread(_taken, click(body), inbox, now())
    await ack()
    wake()


async def only_mine(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, inbox: Inbox, front: Front
) -> None:
    """Ask for the clicker's own names; who keeps none is given the form of their watchlist."""
    if await asyncio.to_thread(front.personal.mine, owner_of(body)):
        await other_side(ack, body, inbox=inbox, now=front.now, wake=front.wake)
        return
    await ack()
    await open_form(EDIT_WATCHLIST, body, client, front)


async def share(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, front: Front
) -> None:
    """Show to all what may be shown of a private answer, once; it is stored before the ack."""
    (channel, _, _), action, owner = place_of(body), body["actions"][0], owner_of(body)
    pass_on = partial(front.personal.private.share, ts=action["action_ts"], now=front.now())
    await asyncio.to_thread(pass_on, channel, action["value"], owner.user)
    await ack()
    front.wake()
    await keep_private(body, respond, front)


async def keep(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, front: Front) -> None:
    """Leave a private answer with who asked, and take the buttons away."""
    await ack()
    await keep_private(body, respond, front)


async def keep_private(body: dict[str, Any], respond: AsyncRespond, front: Front) -> None:
    """Draw a private answer anew, without the choice that has been made."""
    (channel, _, _), replay_id = place_of(body), str(body["actions"][0]["value"])
    find = front.personal.private.answer
    message = await asyncio.to_thread(find, channel, replay_id, owner_of(body).user)
    if message and body.get("response_url"):
        blocks = kept_private(message.blocks)
        await respond(text=message.text, blocks=blocks, replace_original=True)


def _taken(arrival: Arrival, inbox: Inbox, now: datetime) -> None:
    """Store a click as a question, where its answer is for the clicker to see.

    It goes on from no answer that they cannot see.
    """
    asked = arrival.asked
    if asked and inbox.is_anothers(asked.channel, asked.user):
        return
    if asked and asked.follows and not inbox.may_follow(asked.channel, asked.follows, asked.user):
        arrival = replace(arrival, asked=replace(asked, follows=None))
    inbox.take(arrival, now)


def click(body: Mapping[str, Any]) -> Arrival:
    """Read a click as a question. It is stored before the ack, under a key of its own."""
    channel, ts, thread = place_of(body)
    action, user = body["actions"][0], str(body["user"]["id"])
    whose = f":{user}" if action["action_id"] in OF_ONE else ""
    return Arrival(
        event_id=f"click:{channel}:{ts}:{action['action_id']}{whose}",
        ts=action["action_ts"],
        asked=Asked(
            text=ASKS[action["action_id"]],
            channel=channel,
            user=user,
            thread_ts=thread or ts,
            follows=action["value"],
            private=channel.startswith("D"),
            team=owner_of(body).team,
            workspace=workspace_in(body),
        ),
    )
