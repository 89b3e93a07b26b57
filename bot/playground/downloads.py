"""Turns requests for the bytes of files into what may be had. Knows no Web API and no messages."""

from aiohttp import web

from bot.playground.answering import spoiled
from bot.playground.arguments import RefusedError
from bot.playground.methods import BOT_TOKEN
from bot.playground.parts import Parts
from bot.playground.state import TEAM

# Real Slack sends whoever may not see a file to its login page, with status 200.
LOGIN = "<!doctype html><title>Sign in to Tape Lab</title><p>Sign in to see this file.</p>"
# A shared file is a stranger's: a browser saves it and runs nothing of it.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


SHOWN = frozenset({"image/png", "image/jpeg", "image/gif"})


class Downloads:
    """The routes under /upload and /files-pri, and /ui/file for the users themselves."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_post("/upload/{id}", self.upload)
        app.router.add_get("/files-pri/{name}/{how}", self.download)
        app.router.add_get("/ui/file/{id}", self.show)

    async def upload(self, request: web.Request) -> web.Response:
        """The bytes of an upload, plain or as the file of a form; no token, the address is one."""
        file_id, content = request.match_info["id"], await _sent(request)

        def receive() -> web.Response:
            try:
                file = self._parts.files.receive(file_id, content)
            except RefusedError as refused:
                return web.Response(text=refused.code, status=refused.status)
            return web.Response(text=f"OK - {file.size}")

        return await spoiled(request, self._parts.faults.strike("upload_url"), receive)

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of a file for the app's token, when it was granted files:read."""

        def send() -> web.Response:
            return self._file(request)

        return await spoiled(request, self._parts.faults.strike("url_private"), send)

    def _file(self, request: web.Request) -> web.Response:
        file_id = request.match_info["name"].removeprefix(f"{TEAM}-")
        file = self._parts.files.find(file_id)
        token = request.headers.get("Authorization", "")
        known = token == f"Bearer {BOT_TOKEN}" and "files:read" in self._parts.manifest.scopes
        if not known or file is None or file.content is None:
            return web.Response(text=LOGIN, content_type="text/html", headers=HEADERS)
        kind = self._parts.files.as_json(file)["mimetype"]
        return web.Response(body=file.content, content_type=kind, headers=HEADERS)

    async def show(self, request: web.Request) -> web.Response:
        """The bytes of a file for a user who sees a message that carries it."""
        file = self._parts.files.find(request.match_info["id"])
        user = request.query.get("user", "")
        if file is None or file.content is None or not self._sees(user, file.id):
            raise web.HTTPNotFound
        kind = self._parts.files.as_json(file)["mimetype"]
        how = "inline" if kind in SHOWN else "attachment"
        headers = {**HEADERS, "Content-Disposition": how}
        return web.Response(body=file.content, content_type=kind, headers=headers)

    def _sees(self, user: str, file_id: str) -> bool:
        space = self._parts.workspace
        return any(
            file_id in str((message.files, message.blocks))
            for channel in space.channels.values()
            if user in channel.members
            for message in space.spoken(channel.id)
            if message.reader in (None, user)
        )


async def _sent(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""
