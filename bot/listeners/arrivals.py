"""Every delivery of Slack -> once, stored before it is acknowledged. Knows which events ask.

It runs as global middleware, so before the ack: a crash after the ack finds the question stored.
Deliveries are told apart by their own keys, never by a retry header: Slack sends number 0 with the
first one, and a dropped retry may be the only delivery that came through.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.listeners.agent import Views
from bot.listeners.asked import Event, workspace_in
from bot.listeners.links import posted
from bot.listeners.mention import question as mentioned
from bot.listeners.message import follow_up
from bot.listeners.message import question as sent_directly
from bot.parts import Parts
from bot.questions import Arrival, Asked

FOLLOW_UPS = timedelta(hours=24)  # after our last answer, a thread is people's own again


def arrival_of(body: Mapping[str, Any], asked: Asked | None) -> Arrival | None:
    """Read the keys of a delivery; None for what is no event."""
    event, event_id = body.get("event"), body.get("event_id")
    if not isinstance(event, dict) or not event_id:
        return None
    team = body.get("team_id")
    return Arrival(
        event_id=str(event_id),
        client_msg_id=event.get("client_msg_id"),
        ts=event.get("ts"),
        asked=(
            replace(asked, team=asked.team or team, workspace=workspace_in(body)) if asked else None
        ),
    )


def direct_question(event: Event, me: str | None, views: Views) -> Asked | None:
    """Read a question that is put to us: by a mention, or in a direct message."""
    match event.get("type"):
        case "app_mention":
            return mentioned(event, me)
        case "message":
            return sent_directly(event, me, views)
        case _:
            return None


def is_soon(last_word: str | None, now: datetime) -> bool:
    """Tell whether a reply comes soon enough after our last word in its thread."""
    if last_word is None:
        return False
    return now.timestamp() - float(last_word) < FOLLOW_UPS.total_seconds()


class Arrivals:
    """The middleware. One delivery after the other, in the order in which they came.

    In a thread of its own: an acknowledgement must not queue behind the workers' own writes.
    """

    def __init__(self, parts: Parts, views: Views) -> None:
        self._parts = parts
        self._views = views
        self._turns = ThreadPoolExecutor(1, thread_name_prefix="arrivals")

    async def once(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # noqa: A002  Bolt passes it by this name
    ) -> BoltResponse | None:
        """Let a delivery through the first time, and acknowledge it every time, in their order."""
        home = asyncio.get_running_loop()
        self._parts.inbox.arriving += 1
        try:
            taken = home.run_in_executor(self._turns, self._taken, body, context.bot_user_id)
            is_new = await taken
        finally:
            self._parts.inbox.arriving -= 1
        if not is_new:
            return BoltResponse(status=200)
        await next()
        return None

    def _taken(self, body: Mapping[str, Any], me: str | None) -> bool:
        event = body.get("event")
        asked = self._question(event, me, body) if isinstance(event, dict) else None
        arrival = arrival_of(body, asked)
        if arrival is None:
            return True
        if isinstance(event, dict) and event.get("subtype") == "message_deleted":
            self._parts.inbox.withdraw(str(event.get("channel")), str(event.get("deleted_ts")))
        return self._parts.inbox.take(arrival, self._parts.now())

    def _question(self, event: Event, me: str | None, body: Mapping[str, Any]) -> Asked | None:
        if asked := direct_question(event, me, self._views):
            return asked
        reply = follow_up(event, me) if event.get("type") == "message" else None
        if reply is None:
            return self._posted_link(event, me, body)
        if not self._parts.follow_ups(workspace_in(body), reply.channel):
            return None
        last = self._parts.inbox.last_word(reply.channel, reply.thread_ts, reply.user)
        return reply if is_soon(last, self._parts.now()) else None

    def _posted_link(self, event: Event, me: str | None, body: Mapping[str, Any]) -> Asked | None:
        """Read a link that nobody asked about, where its channel wants that."""
        asked = posted(event, me) if event.get("type") == "message" else None
        if asked is None or self._parts.personal is None:
            return None
        settings = self._parts.personal.channels.settings
        return asked if settings(workspace_in(body), asked.channel).links == "always" else None
