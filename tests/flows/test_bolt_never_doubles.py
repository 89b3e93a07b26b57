"""The clients that Bolt hands to listeners: accepted and then dropped, a post is there once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from bot.entrances import by_sockets
from bot.parts import Parts
from bot.playground.server import Playground
from tests.http_side import entrance_of
from tests.parts import bot_tables, parts_over

Posting = Callable[[AsyncWebClient], Awaitable[object]]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return bot_tables(tmp_path)


@pytest.fixture
def parts(engine: Engine) -> Parts:
    return parts_over(engine, now=now)


def clients_of(app: AsyncApp) -> AsyncWebClient:
    """Make the client that Bolt makes for each request."""
    from slack_bolt.request.async_request import AsyncBoltRequest

    request = AsyncBoltRequest(body="{}")
    app._init_context(request)
    client: AsyncWebClient = request.context["client"]
    return client


def test_a_post_through_bolts_own_client_is_never_tried_again(parts: Parts, engine: Engine) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack:
            one = by_sockets(slack.bot_token, slack.app_token, slack.api_url)
            many = entrance_of(parts, engine, slack, 1)
            spoken = [clients_of(app) for app in (one.app(), many.app())]
            spoken[1].token = slack.bot_token
            for number, client in enumerate(spoken):
                slack.fail("chat.postMessage", "drop_after")
                with pytest.raises(aiohttp.ClientError):
                    await client.chat_postMessage(channel="C0RESEARCH", text=f"once {number}")
            texts = [message["text"] for message in slack.messages("#research")]
            assert texts == ["once 0", "once 1"]

    asyncio.run(run())
