"""Every delivery of Slack -> once, stored before it is acknowledged. Knows which events ask.

It runs as global middleware, so before the ack: a crash after the ack finds the question stored.
Deliveries are told apart by their own keys, never by a retry header: Slack sends number 0 with the
first one, and a dropped retry may be the only delivery that came through.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.inbox import Arrival, Asked, Inbox
from bot.listeners.asked import Event, workspace_in
from bot.listeners.mention import question as mentioned
from bot.listeners.message import question as sent_directly

QUESTIONS: Mapping[str, Callable[[Event, str | None], Asked | None]] = {
    "app_mention": mentioned,
    "message": sent_directly,
}


def arrival_of(body: Mapping[str, Any], me: str | None) -> Arrival | None:
    """Read the keys of a delivery and the question in it; None for what is no event."""
    event, event_id = body.get("event"), body.get("event_id")
    if not isinstance(event, dict) or not event_id:
        return None
    question = QUESTIONS.get(str(event.get("type")))
    asked = question(event, me) if question else None
    return Arrival(
        event_id=str(event_id),
        client_msg_id=event.get("client_msg_id"),
        ts=event.get("ts"),
        asked=replace(asked, workspace=workspace_in(body)) if asked else None,
    )


async def once(
    body: dict[str, Any],
    context: AsyncBoltContext,
    next: Callable[[], Awaitable[None]],  # noqa: A002  Bolt passes it by this name
    *,
    inbox: Inbox,
    now: Callable[[], datetime],
    turn: asyncio.Lock,
) -> BoltResponse | None:
    """Let a delivery through the first time, and acknowledge it every time, in their order."""
    arrival = arrival_of(body, context.bot_user_id)
    if arrival:
        async with turn:
            new = await asyncio.to_thread(inbox.take, arrival, now())
        if not new:
            return BoltResponse(status=200)
    await next()
    return None
