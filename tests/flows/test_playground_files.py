"""Files of the fake Slack: uploads in three steps, what users share, and who may have the bytes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.interactions import UnknownPlaceError
from bot.playground.server import Playground
from tests.desk import EVERY_SCOPE

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
CSV = b"ticker,shares\nNVDA,10\n"
Scene = Callable[[Playground, AsyncWebClient], Awaitable[None]]


def play(scene: Scene, **settings: Any) -> None:
    async def act() -> None:
        async with Playground(lambda: NOON, **{"scopes": EVERY_SCOPE, **settings}) as slack:
            await scene(slack, AsyncWebClient(slack.bot_token, base_url=slack.api_url))

    asyncio.run(act())


async def fetched(url: str, token: str | None) -> tuple[str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as reply:
        return reply.content_type, await reply.read()


def test_slacks_upload_helper_shares_a_file_in_a_thread() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        root = await client.chat_postMessage(channel="C0RESEARCH", text="root")
        await client.files_upload_v2(
            channel="C0RESEARCH",
            thread_ts=root["ts"],
            filename="scores.csv",
            title="Scores",
            content=CSV,
            initial_comment="The scores.",
        )
        message = slack.messages("#research", root["ts"])[1]
        (file,) = message["files"]
        told = await client.files_info(file=file["id"])

        assert message["text"] == "The scores."
        assert (file["name"], file["title"], file["mimetype"]) == (
            "scores.csv",
            "Scores",
            "text/csv",
        )
        assert told["file"]["size"] == len(CSV)
        assert (await fetched(file["url_private_download"], slack.bot_token))[1] == CSV

    play(scene)


def test_an_upload_of_another_length_is_refused() -> None:
    async def scene(_: Playground, client: AsyncWebClient) -> None:
        place = await client.files_getUploadURLExternal(filename="a.csv", length=len(CSV))
        async with aiohttp.ClientSession() as session:
            statuses = []
            for body in (CSV + b"x", CSV, CSV):
                async with session.post(place["upload_url"], data=body) as reply:
                    statuses.append(reply.status)
        assert statuses == [400, 200, 404]

    play(scene)


@pytest.mark.parametrize(
    ("file_id", "channel", "error"),
    [
        ("F0NOWHERE", "C0RESEARCH", "file_not_found"),
        ("reserved", "C0RESEARCH", "file_not_found"),
        ("uploaded", "C0NOWHERE", "channel_not_found"),
        ("uploaded", "C0RESEARCH,C0BRIEF001", "channels_limit_exceeded"),
    ],
)
def test_what_cannot_be_completed_is_refused(file_id: str, channel: str, error: str) -> None:
    async def scene(_: Playground, client: AsyncWebClient) -> None:
        place = await client.files_getUploadURLExternal(filename="a.csv", length=len(CSV))
        if file_id == "uploaded":
            async with aiohttp.ClientSession() as session:
                await session.post(place["upload_url"], data=CSV)
        ids = [{"id": file_id if file_id.startswith("F") else place["file_id"]}]
        with pytest.raises(SlackApiError, match=error):
            await client.files_completeUploadExternal(files=ids, channel_id=channel)
        with pytest.raises(SlackApiError, match="file_not_found"):
            await client.files_info(file=place["file_id"])

    play(scene)


def test_a_file_of_a_user_comes_with_their_words() -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        payload = await slack.share_file("U0ADA00001", "ada", "book.csv", CSV, text="my portfolio")
        event = payload["event"]

        assert (event["subtype"], event["channel_type"]) == ("file_share", "im")
        assert event["text"] == "my portfolio"
        assert event["files"][0]["name"] == "book.csv"
        with pytest.raises(UnknownPlaceError):
            await slack.share_file("D0BEN00001", "ada", "book.csv", CSV)

    play(scene)


@pytest.mark.parametrize(
    ("token", "scopes", "sent"),
    [
        ("xoxb-playground", EVERY_SCOPE, "text/csv"),
        (None, EVERY_SCOPE, "text/html"),
        ("xoxb-other", EVERY_SCOPE, "text/html"),
        ("xoxb-playground", EVERY_SCOPE - {"files:read"}, "text/html"),
    ],
)
def test_without_the_token_and_the_scope_a_login_page_comes_instead(
    token: str | None, scopes: frozenset[str], sent: str
) -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        payload = await slack.share_file("#research", "ada", "book.csv", CSV)
        kind, content = await fetched(payload["event"]["files"][0]["url_private_download"], token)

        assert kind == sent
        assert (content == CSV) is (sent == "text/csv")

    play(scene, scopes=scopes)


def test_a_file_in_a_private_place_is_for_who_sees_the_message() -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        payload = await slack.share_file("U0ADA00001", "ada", "book.csv", CSV)
        file_id = payload["event"]["files"][0]["id"]
        statuses = []
        async with aiohttp.ClientSession() as session:
            for user in ("U0ADA00001", "U0BEN00001", ""):
                url = f"{slack.url}ui/file/{file_id}?user={user}"
                async with session.get(url) as reply:
                    statuses.append(reply.status)

        assert statuses == [200, 404, 404]

    play(scene)
