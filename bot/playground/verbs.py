"""Turns one line of a test, or of the page, into what a user of the fake Slack does or sees.

Every verb delivers in the background and returns at once, unless it gives an Outcome. Knows no
HTTP: a Playground has these verbs and the server.
"""

import asyncio
import copy
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bot.playground.events import element_of
from bot.playground.faults import Fault, Faults, Kind
from bot.playground.forms import NoSuchChoiceError, chosen
from bot.playground.gestures import Gestures
from bot.playground.interactions import Outcome, UnknownPlaceError, there
from bot.playground.parts import Parts
from bot.playground.sockets import Sockets
from bot.playground.state import TAPE, Json, Message, Session, seen_json

T = TypeVar("T")

POLL_SECONDS = 0.01


class Verbs:
    """The users' side of the fake Slack, and the looks at what came of it."""

    def __init__(self, parts: Parts, gestures: Gestures, sockets: Sockets, faults: Faults) -> None:
        self.workspace = parts.workspace
        self.windows = parts.windows
        self._gestures = gestures
        self._sockets = sockets
        self.faults = faults

    async def mention(
        self, channel: str, user: str, text: str, thread_ts: str | None = None
    ) -> Json:
        """Say something to the bot in a channel; hand back the app_mention payload."""
        words = text if f"@{TAPE.name}" in text.lower() else f"@{TAPE.name} {text}"
        return self._say(channel, user, words, thread_ts)[0]

    async def dm(self, user: str, text: str, thread_ts: str | None = None) -> Json:
        """Write to the bot directly; hand back the message.im payload."""
        return self._say(self._gestures.user(user).id, user, text, thread_ts)[0]

    async def say(self, channel: str, user: str, text: str, thread_ts: str | None = None) -> Json:
        """Say something in a channel without addressing the bot; hand back the message payload."""
        return self._say(channel, user, text, thread_ts)[-1]

    async def share_file(
        self,
        channel: str,
        user: str,
        name: str,
        content: bytes,
        *,
        text: str = "",
        thread_ts: str | None = None,
    ) -> Json:
        """Share a file in a channel, or with the bot when the channel is the user's own id.

        Hands back the message payload, of subtype file_share.
        """
        who = self._gestures.user(user)
        place = self._gestures.channel(channel, who)
        file = self._gestures.parts.files.add(name, content, who.id)
        payloads = self._gestures.say(who, place, text, thread_ts, [file])
        return next(p for p in payloads if p["event"]["type"] == "message")

    async def open_home(self, user: str, tab: str = "messages") -> Json:
        """Open the app's messages or home tab; hand back the app_home_opened payload."""
        return self._gestures.open_home(self._gestures.user(user), tab)

    async def look_at(self, user: str, channel: str | None, message_ts: str | None = None) -> Json:
        """Look at a channel or a message beside the app; None looks at nothing that it may know.

        Hands back the app_context_changed payload; words to the bot carry the same from now on.
        """
        who = self._gestures.user(user)
        place = self._gestures.channel(channel, who) if channel else None
        return self._gestures.look_at(who, place, message_ts)

    async def stop_session(self, channel: str, user: str, thread_ts: str) -> Json:
        """Press Stop in a thread; hand back the agent_session_stopped payload."""
        who = self._gestures.user(user)
        return self._gestures.stop_session(who, self._gestures.channel(channel, who), thread_ts)

    async def rename_session(self, channel: str, user: str, thread_ts: str, title: str) -> Json:
        """Rename a session; hand back the agent_session_title_changed payload."""
        who = self._gestures.user(user)
        place = self._gestures.channel(channel, who)
        return self._gestures.rename_session(who, place, thread_ts, title)

    async def deliver(self, payload: Json, times: int = 1) -> None:
        """Deliver an event payload again: the same event_id, a new envelope each time."""
        for _ in range(times):
            self._gestures.deliver(payload)

    async def click(
        self, message: Json, action_id: str, user: str = "ada", choice: object = None
    ) -> Outcome:
        """Use an element of a message that `messages` or `ephemerals` returned.

        `choice` is what is picked in a menu or a field: the option's value, or a list of them;
        "positive" or "negative" of feedback buttons.
        """
        place = there(self.workspace.find(message["channel"], message["ts"]))
        picked = _picked(place.blocks, action_id, choice)
        return await self._gestures.click(self._gestures.user(user), place, action_id, picked)

    async def click_view(
        self, action_id: str, user: str = "ada", choice: object = None, values: Json | None = None
    ) -> Outcome:
        """Use an element of the modal on top, or of the user's home when no modal is open."""
        who = self._gestures.user(user)
        place = there(self.windows.top(who.id) or self.windows.homes.get(who.id))
        picked = _picked(place.payload["blocks"], action_id, choice)
        return await self._gestures.click(who, place, action_id, picked, values)

    async def submit_view(self, values: Json | None = None, user: str = "ada") -> Outcome:
        """Send the form of the modal that the user sees; values by block, then action.

        A value is the plain choice, or Slack's own words for it.
        """
        try:
            return await self._gestures.submit(self._gestures.user(user), values or {})
        except NoSuchChoiceError as error:
            raise UnknownPlaceError from error

    async def command(self, channel: str, user: str, text: str) -> Outcome:
        """Run a slash command ("/tape help"); `payload` is what the app acknowledged with."""
        who = self._gestures.user(user)
        return await self._gestures.command(who, self._gestures.channel(channel, who), text)

    async def shortcut(self, message: Json | None, callback_id: str, user: str = "ada") -> Outcome:
        """Choose a shortcut on a message, or a global one when there is no message."""
        place = there(self.workspace.find(message["channel"], message["ts"])) if message else None
        return await self._gestures.shortcut(self._gestures.user(user), place, callback_id)

    async def forge(self, body: Json, user: str) -> Outcome:
        """Deliver an interaction that is made by hand, with the rights that a user's would have."""
        return await self._gestures.forge(self._gestures.user(user), body)

    def fail(self, method: str, kind: Kind, n: int = 1, **more: Any) -> None:
        """Let the next `n` calls of a method ("*": of any) go wrong, after those planned already.

        Beside methods there are "response_url", "upload_url" and "url_private" (downloads).

        error (`code`), status (`status`), ratelimited (429, `seconds` to wait), drop_before (the
        connection is cut, nothing happened), drop_after (it happened, then the connection is cut),
        slow (it happened, the answer comes `seconds` later). The first `after` calls go well.
        `faults.left` counts those to come, `faults.clear` ends the plan.
        """
        self.faults.add(Fault(method, kind, n, **more))

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to replace its sockets: "warning", "refresh_requested", "link_disabled"."""
        await self._sockets.disconnect(reason)

    def silence(self, n: int | None = None) -> None:
        """Let `n` sockets, or all, die without a sign: open, but nothing comes or is answered."""
        self._sockets.silence(n)

    async def settled(self) -> None:
        """Wait until every event was acknowledged, or given up after its retries."""
        await self._gestures.settled()

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 30.0) -> T:  # noqa: ASYNC109  # a verb for tests
        """Wait until something is so and hand it back; TimeoutError when it never is."""
        async with asyncio.timeout(timeout):
            while not (outcome := predicate()):  # noqa: ASYNC110  # it may depend on anything
                await asyncio.sleep(POLL_SECONDS)
        return outcome

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """List what everyone sees, oldest first: the roots of a channel, or one thread."""
        place = there(self.workspace.channel(channel))
        spoken = [m for m in self.workspace.spoken(place.id) if m.reader is None]
        if thread_ts is None:
            return [self._told(m) for m in spoken if m.thread_ts is None]
        return [self._told(m) for m in spoken if thread_ts in (m.ts, m.thread_ts)]

    def ephemerals(self, channel: str, user: str) -> list[Json]:
        """List the messages of a channel that one user alone sees, oldest first."""
        place, reader = there(self.workspace.channel(channel)), self._gestures.user(user).id
        return [self._told(m) for m in self.workspace.spoken(place.id) if m.reader == reader]

    def session(self, channel: str, thread_ts: str) -> Session | None:
        """Tell what the agent says it is at in a thread; None when it never said."""
        return self.workspace.sessions.get((there(self.workspace.channel(channel)).id, thread_ts))

    def _told(self, message: Message) -> Json:
        space = self.workspace
        told = seen_json(message, space.replies(message.channel, message.ts), space.now())
        told |= {"metadata": message.metadata} if message.metadata else {}
        return {**copy.deepcopy(told), "channel": message.channel}

    def _say(self, channel: str, user: str, text: str, thread_ts: str | None) -> list[Json]:
        who = self._gestures.user(user)
        return self._gestures.say(who, self._gestures.channel(channel, who), text, thread_ts)


def _picked(blocks: Sequence[Json], action_id: str, choice: object) -> Json:
    _, element = there(element_of(blocks, action_id))
    try:
        return chosen(element, choice)
    except NoSuchChoiceError as error:
        raise UnknownPlaceError from error
