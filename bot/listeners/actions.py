"""The buttons under an answer -> the modal of its quotes, or the question for the other side."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.answer import LOSERS, WINNERS
from bot.blocks.evidence import gone_view
from bot.inbox import Arrival, Asked, Inbox
from bot.listeners.asked import workspace_in

ASKS = {LOSERS: "Who loses?", WINNERS: "Who benefits?"}


async def evidence(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, inbox: Inbox
) -> None:
    """Open the quotes of an answer; a trigger lives for three seconds."""
    await ack()
    channel, replay_id = str(body["channel"]["id"]), str(body["actions"][0]["value"])
    view = await asyncio.to_thread(inbox.evidence, channel, replay_id)
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
    await asyncio.to_thread(inbox.take, click(body), now())
    await ack()
    wake()


def click(body: Mapping[str, Any]) -> Arrival:
    """Read a click as a question. It is stored before the ack, under a key of its own."""
    channel, message, action = body["channel"]["id"], body["message"], body["actions"][0]
    return Arrival(
        event_id=f"click:{channel}:{message['ts']}:{action['action_id']}",
        ts=action["action_ts"],
        asked=Asked(
            text=ASKS[action["action_id"]],
            channel=channel,
            user=body["user"]["id"],
            thread_ts=message.get("thread_ts") or message["ts"],
            follows=action["value"],
            private=str(channel).startswith("D"),
            workspace=workspace_in(body),
            team=body["user"].get("team_id"),
        ),
    )
