"""Turns Slack's two doors, the Web API and Socket Mode, into one server on 127.0.0.1 with a page.

Knows nothing of Tape: any Bolt app can connect. Nothing reaches it from another machine or site.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.playground.answering import dropped, spoiled
from bot.playground.arguments import RefusedError
from bot.playground.changes import Changes
from bot.playground.downloads import Downloads
from bot.playground.gestures import Gestures
from bot.playground.guard import may_pass
from bot.playground.interactions import UnknownPlaceError
from bot.playground.manifest import Manifest, our_manifest
from bot.playground.methods import APP_TOKEN, BOT_TOKEN, Call, Reply, WebApi
from bot.playground.oauth import Grants, outside
from bot.playground.pages import Pages
from bot.playground.parts import Parts
from bot.playground.posting import Address, Posting
from bot.playground.responses import Responses
from bot.playground.samples import Sample
from bot.playground.sockets import Delivery, Sockets
from bot.playground.state import APP, STREAM_LIFE, Clock, Json, Workspace
from bot.playground.stored import Files
from bot.playground.windows import Windows
from bot.playground.workspaces import Workspaces
from retrieval.errors import PortBusyError

HOST = "127.0.0.1"
LARGEST = 50_000_000  # bytes of a request: an upload
ACK_SECONDS = 3.0  # Slack's documentation: an envelope is acknowledged within three seconds

EXAMPLES = (
    "Which tickers benefit?",
    "Who loses?",
    "What about Nvidia?",
    "What would change the view?",
)


class Playground(Workspaces):
    """A fake Slack. `start` it, connect an app to `api_url`, and act as its users.

    The app gets what its manifest asks for; `scopes` are those granted and `subscribed` the events
    heard where they are others. With `http` events are posted to that address, signed; without it
    they go to the app's sockets. `redirect_url` is where the authorize page sends the browser back
    to, and `rotating` makes tokens that end after twelve hours. `settled` waits for the app's
    acknowledgements, `wait_for` for an outcome. The port is 0 until the server has started.
    """

    bot_token, app_token = BOT_TOKEN, APP_TOKEN

    def __init__(
        self,
        now: Clock,
        *,
        samples: Mapping[str, tuple[str, str | None, datetime | str | None, str]] | None = None,
        examples: Sequence[str] = EXAMPLES,
        manifest: Manifest | None = None,
        scopes: frozenset[str] | None = None,
        subscribed: frozenset[str] | None = None,
        ack_timeout: float = ACK_SECONDS,
        stream_life: timedelta = STREAM_LIFE,
        history_lag: timedelta = timedelta(),
        paced: bool = False,
        seed: int = 0,
        http: Address | None = None,
        redirect_url: str = "",
        rotating: bool = False,
        grants: Grants | None = None,
        number: int = 0,
    ) -> None:
        workspace = Workspace(now)
        asked = manifest or our_manifest()
        granted = replace(
            asked,
            scopes=asked.scopes if scopes is None else scopes,
            events=asked.events if subscribed is None else subscribed,
        )
        files = Files(workspace, lambda: self.url)
        parts = Parts(
            workspace,
            Windows(workspace),
            granted,
            Responses(workspace, lambda: self.url),
            files,
            self._socket_url,
            stream_life,
            history_lag,
        )
        sockets = Sockets(ack_timeout, Random(seed))
        if http:
            renamed = partial(outside, number=number)
            sockets = Posting(ack_timeout, Random(seed), address=http, now=now, renamed=renamed)
        self._changes = Changes()
        super().__init__(
            parts,
            Gestures(parts, sockets, self._changes),
            sockets,
            WebApi(parts, paced=paced),
            grants or Grants(now, rotating),
            redirect_url=redirect_url,
            number=number,
        )
        self.port = 0
        self._http = http
        self._samples = {slug: Sample(*sample) for slug, sample in (samples or {}).items()}
        self._examples = examples
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/link/", self._link)
        app.router.add_post("/response/{token}", self._respond)
        Downloads(self._parts).add_to(app)
        self._add_pages(app)
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
        for place in self._all:
            await place._gestures.stop()  # noqa: SLF001  one of us
            await place._sockets.close()  # noqa: SLF001
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

    def another(self) -> "Playground":
        """Add a workspace with the same people and channels under other ids, reached over HTTP.

        The app is not installed there yet.
        """
        made = Playground(
            self.workspace.now,
            manifest=self._parts.manifest,
            ack_timeout=self._sockets.ack_timeout,
            http=self._http,
            redirect_url=self.redirect_url,
            grants=self._grants,
            number=len(self._others) + 1,
        )
        self._others.append(made)
        self._front.others[made.team] = made._api
        return made

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
        fault = self._api.faults.strike(method)
        try:
            token, given = await read_call(request)
            reply = self._front.call(method, token, given, fault)
        except RefusedError as refused:
            reply = Reply({"ok": False, "error": refused.code})
        for place in self._all:
            place._gestures.announce_news()  # noqa: SLF001  one of us
        match fault.kind if fault else None:
            case "drop_before" | "drop_after":
                return dropped(request)
            case "status":  # what breaks at Slack's door does not speak JSON
                return web.Response(text="upstream connect error", status=reply.status)
            case "slow":
                assert fault
                await asyncio.sleep(fault.seconds)
        return web.json_response(reply.body, status=reply.status, headers=reply.headers)

    async def _respond(self, request: web.Request) -> web.Response:
        token, text = request.match_info["token"], await request.text()

        def answer() -> web.Response:
            try:
                self._parts.responses.answer(token, _object(text))
            except RefusedError as refused:
                body = {"ok": False, "error": refused.code}
                return web.json_response(body, status=max(refused.status, 400))
            self._gestures.announce_news()
            return web.Response(text="ok")

        return await spoiled(request, self.faults.strike("response_url"), answer)


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
