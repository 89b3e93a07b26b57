"""Turns Slack's two doors, the Web API and Socket Mode, into one server on 127.0.0.1 with a page.

Knows nothing of Tape: any Bolt app can connect. Nothing reaches it from another machine or site.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.playground.arguments import RefusedError
from bot.playground.changes import Changes
from bot.playground.events import outer
from bot.playground.gestures import Gestures, UnknownPlaceError
from bot.playground.guard import may_pass
from bot.playground.manifest import Manifest, our_manifest
from bot.playground.methods import APP_TOKEN, BOT_TOKEN, Call, Reply, WebApi
from bot.playground.oauth import (
    AUTHORIZE,
    Front,
    Grants,
    asked_by,
    authorize_page,
    outside,
    sent_back,
    team_of,
)
from bot.playground.pages import Pages
from bot.playground.parts import Parts
from bot.playground.posting import Address, Posting
from bot.playground.samples import Sample
from bot.playground.sockets import Delivery, Sockets
from bot.playground.state import APP, BOT_USER, STREAM_LIFE, Clock, Json, Workspace
from bot.playground.verbs import Verbs
from bot.playground.windows import Windows
from retrieval.errors import PortBusyError

HOST = "127.0.0.1"
ACK_SECONDS = 3.0  # Slack's documentation: an envelope is acknowledged within three seconds

EXAMPLES = (
    "Which tickers benefit?",
    "Who loses?",
    "What about Nvidia?",
    "What would change the view?",
)


class Playground(Verbs):
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
        paced: bool = False,
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
        parts = Parts(workspace, Windows(workspace), granted, self._socket_url, stream_life)
        sockets = Sockets(ack_timeout)
        if http:
            renamed = partial(outside, number=number)
            sockets = Posting(ack_timeout, address=http, now=now, renamed=renamed)
        self._changes = Changes()
        super().__init__(parts, Gestures(parts, sockets, self._changes), sockets)
        self.port = 0
        self._api = WebApi(parts, paced=paced)
        self._number = number
        self._http = http
        self.redirect_url = redirect_url
        self._grants = grants or Grants(now, rotating)
        self._front = Front(self._grants, self._api)
        self._others: list[Playground] = []
        self._samples = {slug: Sample(*sample) for slug, sample in (samples or {}).items()}
        self._examples = examples
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/link/", self._link)
        app.router.add_get(AUTHORIZE, self._ask)
        app.router.add_post(AUTHORIZE, self._asked)
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
        for workspace in (self, *self._others):
            await workspace._gestures.stop()  # noqa: SLF001  one of us
            await workspace._sockets.close()  # noqa: SLF001
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

    @property
    def team(self) -> str:
        """The workspace's id."""
        return team_of(self._number)

    def another(self) -> "Playground":
        """Add a workspace with the same people and channels under other ids, reached over HTTP.

        The app is not installed there yet.
        """
        number = len(self._others) + 1
        made = Playground(
            self.workspace.now,
            manifest=self._api.parts.manifest,
            ack_timeout=self._sockets.ack_timeout,
            http=self._http,
            redirect_url=self.redirect_url,
            grants=self._grants,
            number=number,
        )
        self._others.append(made)
        self._front.others[made.team] = made._api
        return made

    def allow(self, authorize_url: str) -> str:
        """Press Allow on the authorize page; hand back where the browser is sent to."""
        asked = asked_by(authorize_url)
        return sent_back(self.redirect_url, asked, code=self._grants.code(self.team))

    def expire_tokens(self) -> None:
        """End the tokens of this workspace before their time; refresh tokens stay good."""
        self._grants.end(self.team, "token_expired")

    async def uninstall(self) -> None:
        """Send the app away: its tokens end, and it is told so twice over."""
        self._grants.end(self.team, "account_inactive")
        self._tell_app("tokens_revoked", {"tokens": {"oauth": [], "bot": [BOT_USER]}})
        self._tell_app("app_uninstalled", {})

    def tell_news(self) -> None:
        """Tell the app of the messages that were just posted."""
        for posted in self.workspace.news():
            self._gestures.announce(posted)

    def _tell_app(self, name: str, more: Json) -> None:
        if name in self._api.parts.manifest.events:
            event = {"type": name, **more}
            self._gestures.deliver(outer(event, self.workspace.number(), self.workspace.now()))

    async def _ask(self, request: web.Request) -> web.Response:
        try:
            asked = asked_by(str(request.url))
        except RefusedError as refused:
            raise web.HTTPBadRequest(text=refused.code) from refused
        teams = tuple(place.team for place in (self, *self._others))
        return web.Response(text=authorize_page(asked, teams), content_type="text/html")

    async def _asked(self, request: web.Request) -> web.Response:
        form = await request.post()
        place = next((p for p in (self, *self._others) if p.team == form.get("team")), self)
        try:
            where = place.allow(str(request.url))
        except RefusedError as refused:
            raise web.HTTPBadRequest(text=refused.code) from refused
        if form.get("answer") != "allow":
            where = sent_back(self.redirect_url, asked_by(str(request.url)), error="access_denied")
        raise web.HTTPSeeOther(where)

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
            reply = self._front.call(method, token, given)
        except RefusedError as refused:
            reply = Reply({"ok": False, "error": refused.code})
        for place in (self, *self._others):
            place.tell_news()
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
