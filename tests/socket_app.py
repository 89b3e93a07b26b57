"""A scene on a running fake Slack, and a Socket Mode app that keeps what it hears."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HEARD = frozenset({"app_mention", "message.im", "app_home_opened"})

Payloads = dict[str, Any]


def play(scene: Callable[[Playground, AsyncWebClient], Awaitable[None]], **settings: Any) -> None:
    """Act a scene on a running playground, with Slack's client connected to it."""

    async def act() -> None:
        async with Playground(lambda: NOON, **{"subscribed": HEARD, **settings}) as slack:
            await scene(slack, AsyncWebClient(slack.bot_token, base_url=slack.api_url))

    asyncio.run(act())


class App:
    """A Socket Mode app that keeps what it hears and acknowledges it, unless told not to."""

    def __init__(self, slack: Playground) -> None:
        web = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        self.socket = SocketModeClient(app_token=slack.app_token, web_client=web)
        self.socket.socket_mode_request_listeners.append(self.hear)
        self.heard: list[SocketModeRequest] = []
        self.answers: Iterator[Payloads | None] = iter(())
        self.deaf_to = 0

    async def hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if len(self.heard) > self.deaf_to:
            answer = next(self.answers, None)
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))


@asynccontextmanager
async def app(slack: Playground) -> AsyncIterator[App]:
    """Connect an app for a while."""
    connected = App(slack)
    before = slack.connected
    await connected.socket.connect()  # type: ignore[no-untyped-call]
    await slack.wait_for(lambda: slack.connected > before)
    try:
        yield connected
    finally:
        await connected.socket.close()  # type: ignore[no-untyped-call]
