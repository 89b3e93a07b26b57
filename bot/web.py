"""Slack's HTTP requests -> the Bolt app, if Slack signed them. Knows no listener and no store.

Everything malformed, forged or late is answered 401 before Bolt sees it, and no body is ever
logged. Bolt's own check is off: it fails on what is malformed, and logs the bodies it refuses.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
import uvicorn
from slack_bolt.adapter.starlette.async_handler import (
    AsyncSlackRequestHandler,
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.signature import SIGNATURE, TIMESTAMP, genuine
from retrieval.errors import PortBusyError

EVENTS = "/slack/events"
LARGEST = 1 << 20  # bytes of a request; a form of Slack's with everything filled in is far below
CLOSE = 2  # seconds that open requests are given at a stop

log = structlog.get_logger(__name__)


class TooLong(Exception):  # noqa: N818  it ends a loop
    """The body passed LARGEST before its end."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The Bolt app behind the signature check."""

    app: AsyncApp
    signing_secret: str
    now: Callable[[], datetime]

    async def events(self, request: Request) -> Response:
        """Hand a signed request to Bolt; refuse every other."""
        try:
            body = await _body(request)
        except TooLong:
            return PlainTextResponse("Too large", 413)
        except ClientDisconnect:
            return self._refused("cut off")
        if not self._genuine(request, body):
            return self._refused("not signed by Slack, or too long ago")
        try:
            asked = to_async_bolt_request(request, body)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            # Bolt reads the ids out of the body here, and no two errors of that are alike.
            return self._refused("signed, but not readable")
        return to_starlette_response(await self.app.async_dispatch(asked))

    async def pages(self, request: Request) -> Response:
        """Serve the pages of an installation."""
        return await AsyncSlackRequestHandler(self.app).handle(request)

    def _genuine(self, request: Request, body: bytes) -> bool:
        def sent(name: str) -> list[bytes]:
            return [value for key, value in request.headers.raw if key == name.encode()]

        return genuine(
            self.signing_secret,
            timestamps=sent(TIMESTAMP),
            signatures=sent(SIGNATURE),
            body=body,
            now=self.now(),
        )

    def _refused(self, reason: str) -> Response:
        log.info("request refused", reason=reason)
        return PlainTextResponse("Unauthorized", 401)


def web_app(app: AsyncApp, *, signing_secret: str, now: Callable[[], datetime]) -> Starlette:
    """Make the web application: Slack's requests, the pages of an installation, nothing else."""
    gate = Gate(app, signing_secret, now)
    routes = [Route(EVENTS, gate.events, methods=["POST"])]
    if flow := app.oauth_flow:
        pages = (flow.install_path, flow.redirect_uri_path)
        routes += [Route(path, gate.pages, methods=["GET"]) for path in pages]
    web = Starlette(routes=routes, exception_handlers={405: _not_found})
    web.router.redirect_slashes = False
    return web


class Server:
    """An ASGI application on an address of this machine, from `start` to `stop`."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._address = (host, port)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=CLOSE,
        )
        self._server = _Served(config)
        self._task: asyncio.Task[None] | None = None
        self.port = port

    async def start(self) -> None:
        """Listen; port 0 takes a free one, which `port` then names.

        Raises:
            PortBusyError: the address cannot be had.
        """
        listening = socket.socket(socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(self._address)
        except OSError as error:
            listening.close()
            raise PortBusyError(f"{self._address[0]}:{self._address[1]}") from error
        self.port = int(listening.getsockname()[1])
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started and not self._task.done():  # noqa: ASYNC110  it has no event
            await asyncio.sleep(0.001)

    async def stop(self) -> None:
        """Take no more requests, and finish those that are open."""
        self._server.should_exit = True
        if self._task:
            await asyncio.wait({self._task}, timeout=CLOSE + 1)


class _Served(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the command that runs us: it has more to finish than requests."""
        yield


async def _body(request: Request) -> bytes:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST:
            raise TooLong
    return bytes(read)


async def _not_found(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Not Found", 404)
