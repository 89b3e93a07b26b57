"""Turns what happened into event payloads, and brings them to the app. Knows no user's gesture.

Only what the manifest subscribes to is delivered; redeliveries go on in the background.
"""

import asyncio
from dataclasses import dataclass, field

from bot.playground import events
from bot.playground.changes import Changes
from bot.playground.links import links_of, of_links
from bot.playground.parts import Parts
from bot.playground.sockets import Sockets
from bot.playground.state import BOT_USER, Json, Message

# The scope that lets an app hear of an event: what was not granted is not sent.
SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "link_shared": "links:read",
    "file_shared": "files:read",
    "app_context_changed": "assistant:write",
    "agent_session_stopped": "chat:write",
    "agent_session_title_changed": "chat:write",
}


@dataclass(slots=True)
class Telling:
    """The way from the workspace to the app."""

    parts: Parts
    sockets: Sockets
    changes: Changes
    _tasks: set[asyncio.Task[bool]] = field(default_factory=set)

    def tell(self, name: str, event: Json) -> Json:
        """Deliver an event if the app subscribes to it and may hear it; hand back the payload."""
        space = self.parts.workspace
        payload = events.outer(event, space.number(), space.now())
        asked = self.parts.manifest
        if name in asked.events and SCOPES.get(name, "") in asked.scopes | {""}:
            self.deliver(payload)
        return payload

    def announce(self, message: Message) -> list[Json]:
        """Tell the app of a message that was posted; hand back the payloads."""
        space = self.parts.workspace
        parent = space.find(message.channel, message.thread_ts) if message.thread_ts else None
        context = self.context_of(message.user)
        told = events.of_message(message, space.channels[message.channel], parent, context)
        payloads = [self.tell(name, event) for name, event in told]
        links = links_of(message.text, self.parts.manifest.unfurl_domains)
        if links and message.user != BOT_USER:
            shared = of_links(message, space.channels[message.channel], links)
            self.tell("link_shared", shared)
        self.changes.bump()
        return payloads

    def announce_news(self) -> None:
        """Tell the app of what it posted itself: Slack does, and the app has to know its own."""
        for posted in self.parts.workspace.news():
            self.announce(posted)
        self.changes.bump()

    def context_of(self, user: str) -> Json | None:
        """Tell what a user looks at beside the app, as Slack tells it; None when nothing."""
        looked_at = self.parts.workspace.looked_at.get(user)
        return events.context(*looked_at) if looked_at else None

    def deliver(self, payload: Json) -> None:
        """Start to deliver an event, subscribed or not."""
        task = asyncio.get_running_loop().create_task(self.sockets.send_event(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until every event was acknowledged or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Give up what is still being delivered."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
