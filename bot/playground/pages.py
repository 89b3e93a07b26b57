"""Turns the page's requests into gestures of its users. Knows no Web API."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from aiohttp import web

from bot.playground.arguments import Arguments
from bot.playground.gestures import Gestures
from bot.playground.interactions import there
from bot.playground.samples import Sample, sample_page, samples_page
from bot.playground.snapshot import snapshot
from bot.playground.state import Message, User
from bot.playground.windows import View

PAGE = Path(__file__).parent / "page"
# The page runs only what ships with it and talks only to its own server.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Pages:
    """The routes under /, /page, /samples and /ui."""

    def __init__(
        self, gestures: Gestures, samples: Mapping[str, Sample], examples: Sequence[str]
    ) -> None:
        self._gestures, self._samples, self._examples = gestures, samples, examples

    def add_to(self, app: web.Application) -> None:
        """Add the routes: the contents page of what a browser can ask for."""
        app.router.add_get("/", self.index)
        app.router.add_get("/page/{name}", self.file)
        app.router.add_get("/samples/", self.all_samples)
        app.router.add_get("/samples/{slug}", self.sample)
        app.router.add_get("/ui/state", self.state)
        app.router.add_get("/ui/changes", self.changes)
        app.router.add_post("/ui/say", self.say)
        app.router.add_post("/ui/click", self.click)
        app.router.add_post("/ui/submit", self.submit)
        app.router.add_post("/ui/close", self.close)
        app.router.add_post("/ui/open", self.open)
        app.router.add_post("/ui/stop", self.stop)
        app.router.add_post("/ui/command", self.command)
        app.router.add_post("/ui/shortcut", self.shortcut)
        app.router.add_post("/ui/share", self.share)
        app.router.add_post("/ui/look", self.look)

    async def index(self, _request: web.Request) -> web.FileResponse:
        """The page."""
        return web.FileResponse(PAGE / "index.html", headers=HEADERS)

    async def file(self, request: web.Request) -> web.FileResponse:
        """A script or a style sheet of the page."""
        known = {path.name: path for path in PAGE.iterdir()}
        path = known.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=HEADERS)

    async def all_samples(self, _request: web.Request) -> web.Response:
        """The list of the sample articles."""
        page = samples_page(self._samples)
        return web.Response(text=page, content_type="text/html", headers=HEADERS)

    async def sample(self, request: web.Request) -> web.Response:
        """One sample article."""
        sample = self._samples.get(request.match_info["slug"])
        if sample is None:
            raise web.HTTPNotFound
        return web.Response(text=sample_page(sample), content_type="text/html", headers=HEADERS)

    async def state(self, request: web.Request) -> web.Response:
        """All that one user sees."""
        user = self._gestures.user(request.query.get("user", "ada"))
        seen = snapshot(self._gestures, user)
        more = {"examples": list(self._examples), "samples": len(self._samples)}
        return web.json_response({**seen, **more}, headers=HEADERS)

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """A stream that says when there is something new to see."""
        changes = self._gestures.changes
        stream = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await stream.prepare(request)
        version = -1
        while not changes.closed:
            version = await changes.after(version)
            try:
                await stream.write(f"data: {version}\n\n".encode())
            except ConnectionError:  # the page is gone
                break
        return stream

    async def say(self, request: web.Request) -> web.Response:
        """A user posts a message."""
        body = await _body(request)
        user = self._gestures.user(body.text("user"))
        channel = self._gestures.channel(body.text("channel"), user)
        text = body.text("text").strip()
        if not text:
            raise web.HTTPBadRequest
        payloads = self._gestures.say(user, channel, text, body.maybe("thread_ts"))
        return web.json_response({"ts": payloads[0]["event"]["ts"]})

    async def click(self, request: web.Request) -> web.Response:
        """A user uses an element of a message or a window."""
        body = await _body(request)
        user = self._gestures.user(body.text("user"))
        place = self._place(user, body)
        outcome = await self._gestures.click(
            user,
            place,
            body.text("action_id"),
            body.table("chosen") or {},
            body.table("values") or {},
        )
        return web.json_response(asdict(outcome))

    async def submit(self, request: web.Request) -> web.Response:
        """A user sends a window's form."""
        body = await _body(request)
        outcome = await self._gestures.submit(
            self._gestures.user(body.text("user")), body.table("values") or {}
        )
        return web.json_response(asdict(outcome))

    async def close(self, request: web.Request) -> web.Response:
        """A user closes a window."""
        body = await _body(request)
        return web.json_response(
            asdict(await self._gestures.close(self._gestures.user(body.text("user"))))
        )

    async def open(self, request: web.Request) -> web.Response:
        """A user opens the app's messages or home."""
        body = await _body(request)
        self._gestures.open_home(self._gestures.user(body.text("user")), body.text("tab"))
        return web.json_response({"ok": True})

    async def stop(self, request: web.Request) -> web.Response:
        """A user presses the button that stops what the app is doing in a thread."""
        body = await _body(request)
        user = self._gestures.user(body.text("user"))
        channel = self._gestures.channel(body.text("channel"), user)
        self._gestures.stop_session(user, channel, body.text("thread_ts"))
        return web.json_response({"ok": True})

    async def command(self, request: web.Request) -> web.Response:
        """A user runs a slash command."""
        body = await _body(request)
        user = self._gestures.user(body.text("user"))
        channel = self._gestures.channel(body.text("channel"), user)
        outcome = await self._gestures.command(user, channel, body.text("text"))
        return web.json_response(asdict(outcome))

    async def shortcut(self, request: web.Request) -> web.Response:
        """A user chooses a shortcut on a message."""
        body = await _body(request)
        user = self._gestures.user(body.text("user"))
        place = self._place(user, body)
        if isinstance(place, View):
            raise web.HTTPBadRequest
        outcome = await self._gestures.shortcut(user, place, body.text("callback_id"))
        return web.json_response(asdict(outcome))

    async def share(self, request: web.Request) -> web.Response:
        """A user shares a file; its bytes come in base64."""
        body = await _body(request)
        user = self._gestures.user(body.text("user"))
        channel = self._gestures.channel(body.text("channel"), user)
        try:
            content = base64.b64decode(body.text("content"), validate=True)
        except binascii.Error as error:
            raise web.HTTPBadRequest from error
        file = self._gestures.parts.files.add(body.text("name"), content, user.id)
        thread_ts = body.maybe("thread_ts")
        payloads = self._gestures.say(user, channel, body.text("text"), thread_ts, [file])
        return web.json_response({"ts": payloads[0]["event"]["ts"]})

    async def look(self, request: web.Request) -> web.Response:
        """A user opens a channel, or nothing that the app may know of."""
        body = await _body(request)
        user = self._gestures.user(body.text("user"))
        place = body.maybe("channel")
        channel = self._gestures.channel(place, user) if place else None
        self._gestures.look_at(user, channel, body.maybe("ts"))
        return web.json_response({"ok": True})

    def _place(self, user: User, body: Arguments) -> Message | View:
        parts = self._gestures.parts
        if view_id := body.maybe("view_id"):
            return there(parts.windows.find(view_id))
        channel = self._gestures.channel(body.text("channel"), user)
        return there(parts.workspace.find(channel.id, body.text("ts")))


async def _body(request: web.Request) -> Arguments:
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise web.HTTPBadRequest from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return Arguments(body)
