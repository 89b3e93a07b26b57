"""Gives the fake Slack more than one workspace, and the pages and verbs of an installation.

A further workspace is a playground that is never started: it is reached through the doors of the
first one, under other ids.
"""

from aiohttp import web

from bot.playground.arguments import RefusedError
from bot.playground.events import outer
from bot.playground.gestures import Gestures
from bot.playground.methods import WebApi
from bot.playground.oauth import (
    AUTHORIZE,
    Front,
    Grants,
    asked_by,
    authorize_page,
    sent_back,
    team_of,
)
from bot.playground.parts import Parts
from bot.playground.sockets import Sockets
from bot.playground.state import BOT_USER, Json
from bot.playground.verbs import Verbs


class Workspaces(Verbs):
    """A workspace among others, with the right to let the app in and to send it away."""

    def __init__(
        self,
        parts: Parts,
        gestures: Gestures,
        sockets: Sockets,
        api: WebApi,
        grants: Grants,
        *,
        redirect_url: str,
        number: int,
    ) -> None:
        super().__init__(parts, gestures, sockets, api.faults)
        self._parts = parts
        self._api = api
        self._number = number
        self.redirect_url = redirect_url
        self._grants = grants
        self._front = Front(grants, api)
        self._others: list[Workspaces] = []

    @property
    def team(self) -> str:
        """The workspace's id."""
        return team_of(self._number)

    def allow(self, authorize_url: str) -> str:
        """Press Allow on the authorize page; hand back where the browser is sent to."""
        asked = asked_by(authorize_url)
        return sent_back(self.redirect_url, asked, code=self._grants.code(self.team))

    async def uninstall(self) -> None:
        """Send the app away: its tokens end, and it is told so twice over."""
        self._grants.end(self.team, "account_inactive")
        self._tell_app("tokens_revoked", {"tokens": {"oauth": [], "bot": [BOT_USER]}})
        self._tell_app("app_uninstalled", {})

    @property
    def _all(self) -> tuple["Workspaces", ...]:
        return (self, *self._others)

    def _tell_app(self, name: str, more: Json) -> None:
        if name in self._parts.manifest.events:
            event = {"type": name, **more}
            self._gestures.deliver(outer(event, self.workspace.number(), self.workspace.now()))

    def _add_pages(self, app: web.Application) -> None:
        app.router.add_get(AUTHORIZE, self._ask)
        app.router.add_post(AUTHORIZE, self._asked)

    async def _ask(self, request: web.Request) -> web.Response:
        try:
            asked = asked_by(str(request.url))
        except RefusedError as refused:
            raise web.HTTPBadRequest(text=refused.code) from refused
        teams = tuple(place.team for place in self._all)
        return web.Response(text=authorize_page(asked, teams), content_type="text/html")

    async def _asked(self, request: web.Request) -> web.Response:
        form = await request.post()
        place = next((p for p in self._all if p.team == form.get("team")), self)
        try:
            asked = asked_by(str(request.url))
        except RefusedError as refused:
            raise web.HTTPBadRequest(text=refused.code) from refused
        if form.get("answer") != "allow":
            raise web.HTTPSeeOther(sent_back(self.redirect_url, asked, error="access_denied"))
        raise web.HTTPSeeOther(place.allow(str(request.url)))
