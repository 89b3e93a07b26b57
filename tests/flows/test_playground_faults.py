"""What Slack's real client and sockets feel when the fake Slack is told to fail."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from tests.desk import EVERY_SCOPE
from tests.socket_app import app, play

NO_RETRIES: list[AsyncRetryHandler] = []


def plain(slack: Playground, **more: Any) -> AsyncWebClient:
    return AsyncWebClient(
        slack.bot_token, base_url=slack.api_url, retry_handlers=NO_RETRIES, **more
    )


@pytest.mark.parametrize(("kind", "posts"), [("drop_before", 0), ("drop_after", 1)])
def test_a_cut_connection_tells_nothing_of_what_happened(kind: Any, posts: int) -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        slack.fail("chat.postMessage", kind)
        with pytest.raises(aiohttp.ClientError):
            await plain(slack).chat_postMessage(channel="#research", text="x")

        assert len(slack.messages("#research")) == posts
        assert [call.fault for call in slack.calls] == [kind]
        await plain(slack).chat_postMessage(channel="#research", text="y")
        assert len(slack.messages("#research")) == posts + 1

    play(scene)


def test_the_clients_own_retry_posts_twice_after_a_cut() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        slack.fail("chat.postMessage", "drop_after")
        await client.chat_postMessage(channel="#research", text="x")

        assert len(slack.messages("#research")) == 2  # SLACK.md, section 7: measured

    play(scene)


def test_a_slow_answer_comes_after_the_deed() -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        slack.fail("chat.postMessage", "slow", seconds=0.3)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await plain(slack).chat_postMessage(channel="#research", text="x")

        assert len(slack.messages("#research")) == 1

    play(scene)


@pytest.mark.parametrize(
    ("kind", "more", "status", "error"),
    [
        ("error", {"code": "invalid_blocks"}, 200, "invalid_blocks"),
        ("status", {"status": 503}, 503, None),
        ("ratelimited", {"seconds": 7}, 429, "ratelimited"),
    ],
)
def test_a_planned_refusal_is_told_and_nothing_happens(
    kind: Any, more: dict[str, Any], status: int, error: str | None
) -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        slack.fail("chat.postMessage", kind, **more)
        with pytest.raises(SlackApiError) as refused:
            await plain(slack).chat_postMessage(channel="#research", text="x")

        response = refused.value.response
        if error:
            assert (response.status_code, response["error"]) == (status, error)
        assert response.headers.get("Retry-After", "7") == "7"
        assert slack.messages("#research") == []

    play(scene)


def test_an_event_to_a_silent_socket_comes_again_over_another() -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        async with app(slack) as dead, app(slack) as alive:
            slack.silence(1)
            for n in range(6):
                await slack.dm("ada", str(n))
            await slack.settled()

            assert dead.heard == []
            attempts = [r.retry_attempt or 0 for r in alive.heard]
            assert any(attempts)  # some were first sent into the void
            assert slack.connected == 2  # and nobody was told

    play(scene, ack_timeout=0.1)


def test_a_silent_socket_answers_no_ping() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        reply = await client.apps_connections_open(app_token=slack.app_token)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(reply["url"], autoping=False) as socket,
        ):
            await socket.receive_json()
            await socket.ping(b"1")
            pong = await socket.receive(1)
            slack.silence()
            await socket.ping(b"2")
            with pytest.raises(TimeoutError):
                await socket.receive(0.1)

        assert pong.type == aiohttp.WSMsgType.PONG

    play(scene)


def test_the_same_seed_sends_the_same_way() -> None:
    ways = []

    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        async with app(slack) as one, app(slack) as two:
            for n in range(8):
                await slack.dm("ada", str(n))
                await slack.settled()
            ways.append([r.payload["event"]["text"] for r in one.heard])
            assert len(one.heard) + len(two.heard) == 8

    play(scene, seed=3)
    play(scene, seed=3)
    assert ways[0] == ways[1]


def test_a_stream_can_be_cut_at_any_point() -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        slack.fail("chat.appendStream", "drop_after", after=1)
        stream = await plain(slack).chat_stream(
            channel="D0ADA00001", thread_ts="1.1", buffer_size=1
        )
        await stream.append(markdown_text="a")
        await stream.append(markdown_text="b")
        with pytest.raises(aiohttp.ClientError):
            await stream.append(markdown_text="c")

        (message,) = slack.messages("D0ADA00001")
        assert (message["text"], message["streaming"]) == ("abc", True)

    began = time.monotonic()
    play(scene, stream_life=timedelta(seconds=5))
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("kind", "more", "status", "posts"),
    [
        ("status", {"status": 503}, 503, 0),
        ("ratelimited", {"seconds": 7}, 429, 0),
        ("error", {"code": "expired_url"}, 400, 0),
        ("slow", {"seconds": 0.05}, 200, 1),
        ("drop_before", {}, None, 0),
        ("drop_after", {}, None, 1),
    ],
)
def test_an_answer_to_a_response_url_can_go_wrong_too(
    kind: Any, more: dict[str, Any], status: int | None, posts: int
) -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        address = slack._parts.responses.address("C0RESEARCH", "U0ADA00001")
        slack.fail("response_url", kind, **more)
        body = {"text": "x", "response_type": "in_channel"}
        async with aiohttp.ClientSession() as session:
            try:
                async with session.post(address, json=body) as reply:
                    told: int | None = reply.status
            except aiohttp.ClientError:
                told = None

        assert told == status
        assert len(slack.messages("#research")) == posts
        assert slack.faults.left == 0

    play(scene)


def test_an_upload_and_a_download_can_go_wrong_too() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        slack.fail("upload_url", "status")
        with pytest.raises(SlackRequestError):
            await client.files_upload_v2(channel="C0RESEARCH", filename="a.csv", content=b"x")
        payload = await slack.share_file("#research", "ada", "a.csv", b"x")
        slack.fail("url_private", "status", status=502)
        async with aiohttp.ClientSession() as session:
            url = payload["event"]["files"][0]["url_private_download"]
            async with session.get(url) as reply:
                assert reply.status == 502

        assert [m["text"] for m in slack.messages("#research")] == [""]

    play(scene, scopes=EVERY_SCOPE)
