"""A Tape that Slack reaches over HTTP, with a fake Slack that posts to it. Knows no question."""

import asyncio
import html
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import Fernet
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from bot.app import Side
from bot.delivery import delivery
from bot.entrances import ByHttp, ForMany, Listening
from bot.oauth import INSTALL, REDIRECT
from bot.parts import Parts
from bot.playground.manifest import our_manifest
from bot.playground.oauth import CLIENT_ID, CLIENT_SECRET
from bot.playground.posting import Address
from bot.playground.server import Playground
from bot.renewal import Credentials, Renewal
from bot.tokens import Installations, States, cipher_of
from bot.web import EVENTS

SECRET = "a-signing-secret-of-the-playground"
KEY = Fernet.generate_key().decode()
HOME = "https://tape.test"  # the state's cookie is only sent over https
LEAVING = frozenset({"app_uninstalled", "tokens_revoked"})


@dataclass
class Many:
    """A running Tape for many workspaces, the first of them, and a browser at its pages."""

    slack: Playground
    side: Side
    entrance: ForMany
    browser: httpx.AsyncClient

    async def begin(self) -> str:
        """Open the install page; hand back the address of its button."""
        page = await self.browser.get(INSTALL)
        found = re.search(r'href="([^"]*/oauth/v2/authorize[^"]*)"', page.text)
        assert found, page.text
        return html.unescape(found[1])

    async def install(self, workspace: Playground) -> httpx.Response:
        """Install Tape in a workspace as a person does: two pages and one button."""
        back = urlsplit(workspace.allow(await self.begin()))
        return await self.browser.get(f"{back.path}?{back.query}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def address(port: int) -> Address:
    return Address(f"http://127.0.0.1:{port}{EVENTS}", SECRET, delays=(0.0, 0.0, 0.0))


def play_http(
    parts: Parts, scenario: Callable[[Playground, Side], Awaitable[None]], **options: object
) -> None:
    """Act a scene on one workspace that posts its events to us."""

    async def run() -> None:
        port = free_port()
        fake = Playground(parts.now, http=address(port), **options)  # type: ignore[arg-type]
        async with fake as slack:
            spoken = delivery(slack.bot_token, slack.api_url)
            listening = Listening("127.0.0.1", port, SECRET, parts.now)
            async with Side(parts, ByHttp(spoken, listening)) as side:
                await scenario(slack, side)

    asyncio.run(run())


@asynccontextmanager
async def many(parts: Parts, engine: Engine, *, rotating: bool = False) -> AsyncIterator[Many]:
    """Start a Tape for many workspaces; it is installed in none yet."""
    port = free_port()
    ours = our_manifest()
    fake = Playground(
        parts.now,
        http=address(port),
        redirect_url=f"{HOME}{REDIRECT}",
        rotating=rotating,
        manifest=replace(ours, events=ours.events | LEAVING),
    )
    async with fake as slack:
        entrance = entrance_of(parts, engine, slack, port)
        async with (
            Side(parts, entrance) as side,
            httpx.AsyncClient(
                transport=Redirected(port), base_url=HOME, follow_redirects=False
            ) as browser,
        ):
            yield Many(slack, side, entrance, browser)


def entrance_of(parts: Parts, engine: Engine, slack: Playground, port: int) -> ForMany:
    numbers = count(1)
    store = Installations(engine, cipher_of(KEY))
    return ForMany(
        renewal=Renewal(
            store,
            Credentials(CLIENT_ID, CLIENT_SECRET),
            AsyncWebClient(base_url=slack.api_url, retry_handlers=[]),
            parts.now,
            parts.owner,
        ),
        states=States(engine, now=parts.now, draw=lambda: f"state-{next(numbers)}"),
        listening=Listening("127.0.0.1", port, SECRET, parts.now),
        forget=(parts.inbox.forget,),
        base_url=slack.api_url,
        authorize_url=f"{slack.url}oauth/v2/authorize",
    )


class Redirected(httpx.AsyncHTTPTransport):
    """Stands for the proxy that ends https before Tape."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        inner = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        passed = httpx.Request(
            request.method, inner, headers=request.headers, stream=request.stream
        )
        return await super().handle_async_request(passed)
