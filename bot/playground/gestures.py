"""Turns what a user does in Slack into changes of the workspace and payloads. Knows no HTTP."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.playground import events
from bot.playground.arguments import RefusedError
from bot.playground.changes import Changes
from bot.playground.parts import Parts
from bot.playground.rules import sound_view
from bot.playground.sockets import Acknowledgement, Sockets
from bot.playground.state import Channel, Json, Message, User
from bot.playground.windows import View

T = TypeVar("T")


class UnknownPlaceError(LookupError):
    """There is no such user, channel, message, window or element in the playground."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a click or a submission: whether the app answered, and what it found wrong."""

    answered: bool
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Gestures:
    """The users' side of the workspace. Only subscribed events reach the app."""

    parts: Parts
    sockets: Sockets
    changes: Changes
    _tasks: set[asyncio.Task[bool]] = field(default_factory=set)

    def user(self, reference: str) -> User:
        """Find a user by id or name."""
        matches = (
            u
            for u in self.parts.workspace.users.values()
            if reference in (u.id, u.name) and not u.is_bot
        )
        return there(next(matches, None))

    def channel(self, reference: str, user: User) -> Channel:
        """Find a channel that the user is in, by id or #name."""
        channel = there(self.parts.workspace.channel(reference))
        return there(channel if user.id in channel.members else None)

    def say(self, user: User, channel: Channel, text: str, thread_ts: str | None) -> list[Json]:
        """Post a user's words; hand back the event payloads, delivered where subscribed."""
        space = self.parts.workspace
        root = there(space.find(channel.id, thread_ts)) if thread_ts else None
        words = events.typed(text, space.users)
        root_ts = (root.thread_ts or root.ts) if root else None
        return self.announce(
            space.put(Message(channel.id, space.stamp(), user.id, words, thread_ts=root_ts))
        )

    def announce(self, message: Message) -> list[Json]:
        """Tell the app of a message that was posted; hand back the payloads."""
        space = self.parts.workspace
        parent = space.find(message.channel, message.thread_ts) if message.thread_ts else None
        told = events.of_message(message, space.channels[message.channel], parent)
        payloads = [self._tell(name, event) for name, event in told]
        self.changes.bump()
        return payloads

    def open_home(self, user: User, tab: str) -> Json:
        """Open the app's messages or home tab."""
        space = self.parts.workspace
        channel = there(space.direct(user.id))
        view = self.parts.windows.homes.get(user.id)
        return self._tell(
            "app_home_opened", events.of_home(user.id, channel.id, tab, view, space.now())
        )

    def stop_session(self, user: User, channel: Channel, thread_ts: str) -> Json:
        """Press Stop in a thread: its streams take nothing more; the rest is the app's to do."""
        space = self.parts.workspace
        alive = [
            m
            for m in space.spoken(channel.id)
            if thread_ts in (m.ts, m.thread_ts) and m.stream and m.stream.alive(space.now())
        ]
        for message in alive:
            assert message.stream
            space.put(replace(message, stream=replace(message.stream, state="interrupted")))
        stopped = events.of_stop(user.id, channel.id, thread_ts, [m.ts for m in alive], space.now())
        self.changes.bump()
        return self._tell("agent_session_stopped", stopped)

    def deliver(self, payload: Json) -> None:
        """Start to deliver an event; redeliveries go on in the background."""
        task = asyncio.get_running_loop().create_task(self.sockets.send_event(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def click(
        self, user: User, place: Message | View, action_id: str, chosen: Json
    ) -> Outcome:
        """Use a button or another element of a message or a view."""
        space = self.parts.workspace
        blocks = place.payload["blocks"] if isinstance(place, View) else place.blocks
        block_id, element = there(events.element_of(blocks, action_id))
        action = events.action_of(block_id, element, chosen, space.now())
        channel = None if isinstance(place, View) else space.channels[place.channel]
        trigger = self.parts.windows.trigger(user.id)
        body = events.of_click(user, action, trigger, place, channel)
        return await self._interact(body)

    async def submit(self, user: User, values: Json) -> Outcome:
        """Send the form of the modal on top; what the app answers decides what stays open."""
        view = there(self.parts.windows.top(user.id))
        trigger = self.parts.windows.trigger(user.id)
        answer = await self.sockets.send_interaction(
            events.of_submission(user, view, values, trigger)
        )
        try:
            self._apply(user, view, answer)
        except RefusedError:  # the app answered with a view that Slack would not show
            answer = None
        self.changes.bump()
        return _outcome(answer)

    async def close(self, user: User) -> Outcome:
        """Close the modal on top; the app hears of it when the view asks for that."""
        view = there(self.parts.windows.close(user.id))
        self.changes.bump()
        if not view.payload.get("notify_on_close"):
            return Outcome(answered=True)
        return await self._interact(events.of_closing(user, view))

    async def settled(self) -> None:
        """Wait until every event was acknowledged or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Give up what is still being delivered."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _tell(self, name: str, event: Json) -> Json:
        space = self.parts.workspace
        payload = events.outer(event, space.number(), space.now())
        if name in self.parts.manifest.events:
            self.deliver(payload)
        return payload

    async def _interact(self, body: Json) -> Outcome:
        outcome = _outcome(await self.sockets.send_interaction(body))
        self.changes.bump()
        return outcome

    def _apply(self, user: User, view: View, answer: Acknowledgement | None) -> None:
        if answer is None:
            return
        asked, windows = answer.payload or {}, self.parts.windows
        match asked.get("response_action"):
            case "errors":
                return
            case "update":
                windows.update(view.id, None, sound_view(asked.get("view"), "modal"), None)
            case "push":
                windows.lay(user.id, sound_view(asked.get("view"), "modal"))
            case "clear":
                windows.close(user.id, everything=True)
            case _:
                windows.close(user.id)


def there(thing: T | None) -> T:
    """Take something that must be there."""
    if thing is None:
        raise UnknownPlaceError
    return thing


def _outcome(answer: Acknowledgement | None) -> Outcome:
    if answer is None:
        return Outcome(answered=False)
    return Outcome(answered=True, errors=(answer.payload or {}).get("errors", {}))
