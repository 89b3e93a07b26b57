"""Turns the page's requests into gestures, and what one user sees into JSON. No Web API."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from aiohttp import web

from bot.playground.arguments import Arguments
from bot.playground.gestures import Gestures, there
from bot.playground.reading import user_json
from bot.playground.samples import Sample, sample_page, samples_page
from bot.playground.state import BOT_USER, TEAM_NAME, Channel, Json, Message, User, seen_json
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


def snapshot(gestures: Gestures, user: User) -> Json:
    """Write all that one user sees: their channels with messages, statuses, prompts and windows."""
    space, windows = gestures.parts.workspace, gestures.parts.windows
    top, home = windows.top(user.id), windows.homes.get(user.id)
    return {
        "version": gestures.changes.version,
        "now": space.now().timestamp(),
        "team": TEAM_NAME,
        "me": user.id,
        "bot": BOT_USER,
        "connected": gestures.sockets.connected > 0,
        "users": [user_json(u) for u in space.users.values()],
        "channels": [
            _channel(gestures, c, user) for c in space.channels.values() if user.id in c.members
        ],
        "modal": top.as_json() if top else None,
        "home": home.as_json() if home else None,
    }


def _channel(gestures: Gestures, channel: Channel, user: User) -> Json:
    space = gestures.parts.workspace
    spoken = [m for m in space.spoken(channel.id) if m.reader in (None, user.id)]
    threads = {thread for place, thread in space.statuses if place == channel.id}
    statuses = {thread: space.status(channel.id, thread) for thread in sorted(threads)}
    prompts = space.prompts.get((channel.id, None))
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "topic": channel.topic,
        "messages": [_message(gestures, m) for m in spoken],
        "statuses": {thread: text for thread, text in statuses.items() if text},
        "prompts": prompts["prompts"] if prompts else [],
    }


def _message(gestures: Gestures, message: Message) -> Json:
    space = gestures.parts.workspace
    replies = () if message.thread_ts else space.replies(message.channel, message.ts)
    told = seen_json(message, replies, space.now())
    return {**told, "reply": message.thread_ts is not None, "ephemeral": message.reader is not None}


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
            user, place, body.text("action_id"), body.table("chosen") or {}
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
