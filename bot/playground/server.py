"""Turns Slack's two doors, the Web API and Socket Mode, into one server on 127.0.0.1 with a page.

Knows nothing of Tape: any Bolt app can connect. Nothing reaches it from another machine or site.
"""

import asyncio
import copy
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Self, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.playground.arguments import RefusedError
from bot.playground.changes import Changes
from bot.playground.gestures import Gestures, Outcome, UnknownPlaceError, there
from bot.playground.guard import may_pass
from bot.playground.methods import APP_TOKEN, BOT_TOKEN, Call, Reply, WebApi
from bot.playground.pages import Pages
from bot.playground.parts import Parts
from bot.playground.samples import Sample
from bot.playground.sockets import Delivery, Sockets
from bot.playground.state import APP, TAPE, Clock, Json, Message, Workspace, message_json
from bot.playground.windows import Windows
from retrieval.errors import PortBusyError

T = TypeVar("T")

HOST = "127.0.0.1"
POLL_SECONDS = 0.01
ACK_SECONDS = 3.0  # Slack's documentation: an envelope is acknowledged within three seconds
# What manifest.yml asks for: the scopes it needs and the optional ones (SLACK.md section 3).
SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "chat:write",
        "commands",
        "im:history",
        "channels:history",
        "groups:history",
        "files:write",
        "links:read",
        "links:write",
        "chat:write.public",
        "users:read",
        "channels:read",
    }
)
SUBSCRIBED = frozenset({"app_mention", "message.im", "app_home_opened"})

EXAMPLES = (
    "Which tickers benefit?",
    "Who loses?",
    "What about Nvidia?",
    "What would change the view?",
)


class Playground:
    """A fake Slack. `start` it, connect an app to `api_url`, and act as its users.

    Every verb delivers in the background and returns at once; `settled` waits for the app's
    acknowledgements, `wait_for` for an outcome. The port is 0 until the server has started.
    """

    bot_token, app_token = BOT_TOKEN, APP_TOKEN

    def __init__(
        self,
        now: Clock,
        *,
        samples: Mapping[str, tuple[str, str | None, datetime | str | None, str]] | None = None,
        examples: Sequence[str] = EXAMPLES,
        scopes: frozenset[str] = SCOPES,
        subscribed: frozenset[str] = SUBSCRIBED,
        ack_timeout: float = ACK_SECONDS,
        paced: bool = False,
    ) -> None:
        self.workspace = Workspace(now)
        self.windows = Windows(self.workspace)
        self.port = 0
        self._sockets = Sockets(ack_timeout)
        self._changes = Changes()
        parts = Parts(self.workspace, self.windows, scopes, self._socket_url)
        self._api = WebApi(parts, paced=paced)
        self._gestures = Gestures(parts, self._sockets, self._changes, subscribed)
        self._samples = {slug: Sample(*sample) for slug, sample in (samples or {}).items()}
        self._examples = examples
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/link/", self._link)
        Pages(self._gestures, self._samples, self._examples).add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortBusyError(f"{HOST}:{port}") from error
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every socket and page and stop listening."""
        self._changes.close()
        await self._gestures.stop()
        await self._sockets.close()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.port}/"

    @property
    def api_url(self) -> str:
        """The base URL for Slack's clients."""
        return f"{self.url}api/"

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every Web API call so far, with its reply."""
        return tuple(self._api.journal)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every envelope so far whose time is over or that was acknowledged."""
        return tuple(self._sockets.journal)

    @property
    def connected(self) -> int:
        """How many sockets of the app are open."""
        return self._sockets.connected

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

    async def open_home(self, user: str, tab: str = "messages") -> Json:
        """Open the app's messages or home tab; hand back the app_home_opened payload."""
        return self._gestures.open_home(self._gestures.user(user), tab)

    async def deliver(self, payload: Json, times: int = 1) -> None:
        """Deliver an event payload again: the same event_id, a new envelope each time."""
        for _ in range(times):
            self._gestures.deliver(payload)

    async def click(self, message: Json, action_id: str, user: str = "ada") -> Outcome:
        """Press a button of a message that `messages` or `ephemerals` returned."""
        place = self.workspace.find(message["channel"], message["ts"])
        return await self._gestures.click(self._gestures.user(user), there(place), action_id, {})

    async def submit_view(self, values: Json | None = None, user: str = "ada") -> Outcome:
        """Send the form of the modal that the user sees; values by block, then action."""
        return await self._gestures.submit(self._gestures.user(user), values or {})

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to replace its sockets."""
        await self._sockets.disconnect(reason)

    async def settled(self) -> None:
        """Wait until every event was acknowledged, or given up after its retries."""
        await self._gestures.settled()

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109  # a verb for tests
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

    def _told(self, message: Message) -> Json:
        replies = self.workspace.replies(message.channel, message.ts)
        told = message_json(message, replies, with_metadata=True)
        return {**copy.deepcopy(told), "channel": message.channel}

    def _say(self, channel: str, user: str, text: str, thread_ts: str | None) -> list[Json]:
        who = self._gestures.user(user)
        return self._gestures.say(who, self._gestures.channel(channel, who), text, thread_ts)

    def _socket_url(self) -> str:
        return f"ws://{HOST}:{self.port}/link/?ticket={self._sockets.ticket()}&app_id={APP}"

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not may_pass(request.headers, request.path, self.port):
            raise web.HTTPForbidden(text="Only this machine's own pages may ask.")
        try:
            return await handler(request)
        except UnknownPlaceError as error:
            raise web.HTTPNotFound from error

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        try:
            self._changes.bump()
            return await self._sockets.serve(request)
        finally:
            self._changes.bump()

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            token, given = await read_call(request)
            reply = self._api.call(method, token, given)
        except RefusedError as refused:
            reply = Reply({"ok": False, "error": refused.code})
        if method == "chat.postMessage" and reply.body["ok"]:
            posted = self.workspace.find(reply.body["channel"], reply.body["ts"])
            self._gestures.announce(there(posted))
        self._changes.bump()
        return web.json_response(reply.body, status=reply.status, headers=reply.headers)


async def read_call(request: web.Request) -> tuple[str | None, Json]:
    """Read a call's token and arguments from the query, a form or a JSON body."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= _object(await request.text())
    else:
        given |= {name: str(value) for name, value in (await request.post()).items()}
    field_token = given.pop("token", None)
    _, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return bearer or field_token, given


def _object(text: str) -> Json:
    try:
        body = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise RefusedError("invalid_json") from error
    if not isinstance(body, dict):
        raise RefusedError("json_not_object")
    return body
