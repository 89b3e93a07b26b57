"""Turns clicks, forms, slash commands and shortcuts into payloads that are sent once.

What the app answers decides what the user sees. Knows no HTTP and no events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.playground import events, forms
from bot.playground.arguments import RefusedError
from bot.playground.responses import Right
from bot.playground.rules import sound_view
from bot.playground.sockets import Acknowledgement
from bot.playground.state import Channel, Json, Message, User
from bot.playground.telling import Telling
from bot.playground.windows import View

T = TypeVar("T")


class UnknownPlaceError(LookupError):
    """There is no such user, channel, message, window or element in the playground."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a gesture: whether the app answered, what it found wrong, what it said."""

    answered: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    payload: Json | None = None


@dataclass(slots=True)
class Interactions(Telling):
    """The gestures that an app has three seconds to answer. They are never sent again."""

    async def click(
        self,
        user: User,
        place: Message | View,
        action_id: str,
        chosen: Json,
        filled: Json | None = None,
    ) -> Outcome:
        """Use an element of a message or a view; `filled` is what stands in the other ones."""
        space = self.parts.workspace
        blocks = place.payload["blocks"] if isinstance(place, View) else place.blocks
        block_id, element = there(events.element_of(blocks, action_id))
        there(user if user.id in element.get("visible_to_user_ids", [user.id]) else None)
        action = events.action_of(block_id, element, chosen, space.now())
        entered = {**(filled or {})}
        if chosen:
            entered[block_id] = {**entered.get(block_id, {}), action_id: chosen}
        body = events.of_click(user, action, self._trigger(user), place)
        state = {"values": forms.state_of(blocks, entered)}
        if isinstance(place, View):
            body["view"]["state"] = state
        else:
            channel = space.channels[place.channel]
            body |= {"channel": events.named(channel), "state": state}
            body["response_url"] = self.parts.responses.address(channel.id, user.id, place.ts)
        return await self._interact(body)

    async def submit(self, user: User, filled: Json) -> Outcome:
        """Send the form of the modal on top; what the app answers decides what stays open.

        A form with an empty required input is not sent: Slack's client says so by itself.
        """
        view = there(self.parts.windows.top(user.id))
        values = forms.state_of(view.payload["blocks"], filled)
        if wrong := forms.unfilled(view.payload["blocks"], values):
            return Outcome(answered=True, errors=wrong)
        answer = await self._send(events.of_submission(user, view, values, self._trigger(user)))
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

    async def command(self, user: User, channel: Channel, typed: str) -> Outcome:
        """Run a slash command of the manifest: what the app acknowledges with is shown."""
        space = self.parts.workspace
        name, _, words = typed.strip().partition(" ")
        known = there(next((c for c in self.parts.manifest.commands if c.name == name), None))
        words = events.typed(words, space) if known.escaped else words
        address = self.parts.responses.address(channel.id, user.id)
        body = events.of_command(user, channel, name, words.strip())
        body |= {"response_url": address, "trigger_id": self._trigger(user)}
        answer = await self.sockets.send_once("slash_commands", body)
        if answer and answer.payload:
            right = Right(channel.id, user.id, space.now())
            try:
                self.parts.responses.show(right, answer.payload)
            except RefusedError:  # the app answered with words that Slack would not show
                answer = None
        self.announce_news()
        return _outcome(answer)

    async def shortcut(self, user: User, message: Message | None, callback_id: str) -> Outcome:
        """Choose a shortcut of the manifest: on a message, or of the whole workspace."""
        kind = "message" if message else "global"
        known = {(s.callback_id, s.kind) for s in self.parts.manifest.shortcuts}
        there(callback_id if (callback_id, kind) in known else None)
        trigger = self._trigger(user)
        if message is None:
            return await self._interact(events.of_global_shortcut(user, callback_id, trigger))
        channel = self.parts.workspace.channels[message.channel]
        body = events.of_message_shortcut(user, message, channel, callback_id, trigger)
        body["response_url"] = self.parts.responses.address(channel.id, user.id, message.ts)
        return await self._interact(body)

    def _trigger(self, user: User) -> str:
        return self.parts.windows.trigger(user.id)

    async def forge(self, user: User, body: Json) -> Outcome:
        """Deliver an interaction as it is, with a trigger and an address of the user's own."""
        direct = there(self.parts.workspace.direct(user.id))
        address = self.parts.responses.address(direct.id, user.id)
        return await self._interact(
            {**body, "trigger_id": self._trigger(user), "response_url": address}
        )

    async def _interact(self, body: Json) -> Outcome:
        outcome = _outcome(await self._send(body))
        self.changes.bump()
        return outcome

    async def _send(self, body: Json) -> Acknowledgement | None:
        """Deliver an interaction; an app whose manifest has no interactivity hears of none."""
        if not self.parts.manifest.interactive:
            return None
        return await self.sockets.send_once("interactive", body)

    def _apply(self, user: User, view: View, answer: Acknowledgement | None) -> None:
        if answer is None:
            return
        asked, windows = answer.payload or {}, self.parts.windows
        match asked.get("response_action"):
            case "errors":
                _check_errors(view, asked.get("errors"))
            case "update":
                windows.update(view.id, None, sound_view(asked.get("view"), "modal"), None)
            case "push":
                windows.lay(user.id, sound_view(asked.get("view"), "modal"))
            case "clear":
                windows.close(user.id, everything=True)
            case None:
                windows.close(user.id)
            case _:
                raise RefusedError("invalid_response_action")


def there(thing: T | None) -> T:
    """Take something that must be there."""
    if thing is None:
        raise UnknownPlaceError
    return thing


def _check_errors(view: View, errors: Any) -> None:
    """Errors belong to input blocks; Slack shows a failure for any other."""
    inputs = {b["block_id"] for b in view.payload["blocks"] if b.get("type") == "input"}
    if not isinstance(errors, Mapping) or not errors or not set(errors) <= inputs:
        raise RefusedError("invalid_errors")


def _outcome(answer: Acknowledgement | None) -> Outcome:
    if answer is None:
        return Outcome(answered=False)
    payload = answer.payload or {}
    return Outcome(answered=True, errors=payload.get("errors", {}), payload=answer.payload)
