"""A message that somebody points at -> the question for a summary of what is in it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.brought import files_of
from bot.inbox import Inbox
from bot.listeners.asked import workspace_in
from bot.listeners.home import Front
from bot.listeners.who import owner_of
from bot.mrkdwn import heard
from bot.questions import Arrival, Asked
from bot.replies import SUMMARISE

ANALYSE = "analyse_this"


async def analyse(ack: AsyncAck, body: dict[str, Any], *, inbox: Inbox, front: Front) -> None:
    """Have a message read and summed up in its thread; twice the same is once."""
    await asyncio.to_thread(inbox.take, pointed_at(body, front), front.now())
    await ack()
    front.wake()


def pointed_at(body: Mapping[str, Any], front: Front) -> Arrival:
    """Read a message: its first link, else its files, else its own words."""
    message, channel = body["message"], str(body["channel"]["id"])
    text, links = heard(str(message.get("text") or ""), None)
    files = files_of(message)
    return Arrival(
        event_id=f"shortcut:{channel}:{message['ts']}",
        ts=f"{front.now().timestamp():.6f}",
        asked=Asked(
            text=SUMMARISE,
            channel=channel,
            user=owner_of(body).user,
            thread_ts=str(message.get("thread_ts") or message["ts"]),
            article_links=links[:1],
            words="" if links or files else text,
            files=() if links else files,
            private=channel.startswith("D"),
            team=owner_of(body).team,
            workspace=workspace_in(body),
            respond_to=body.get("response_url"),
        ),
    )
