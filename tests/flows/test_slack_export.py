"""The button "Export" under an answer: files in the thread, or the remedy in words."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.blocks.answer import EXPORT
from bot.parts import Parts
from bot.playground.manifest import our_manifest
from bot.playground.server import Playground
from retrieval.contract import answer_json
from tests.answers import benefit
from tests.parts import bot_tables, parts_over, side_of

Json = dict[str, Any]


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return parts_over(bot_tables(tmp_path), kept=lambda _: answer_json(benefit()))


def play(
    parts: Parts,
    scenario: Callable[[Playground, Json], Awaitable[None]],
    scopes: frozenset[str] | None = None,
) -> None:
    """Ask in a channel, and go on from the answer."""

    async def run() -> None:
        async with Playground(parts.now, scopes=scopes) as slack, side_of(slack, parts):
            event = (await slack.mention("#research", "ada", "who benefits?"))["event"]
            whole = lambda: [m for m in said(slack, event) if m.get("metadata")]  # noqa: E731
            (answer,) = await slack.wait_for(whole)
            await scenario(slack, answer)

    asyncio.run(run())


def said(slack: Playground, event: Json) -> list[Json]:
    thread = slack.messages("#research", event.get("thread_ts") or event["ts"])
    return [m for m in thread if m.get("bot_id") and not m["streaming"]]


def test_an_answer_can_be_had_as_a_table_and_a_pdf_in_its_thread(parts: Parts) -> None:
    async def scenario(slack: Playground, answer: Json) -> None:
        await slack.click(answer, EXPORT, user="ben")
        files = lambda: [m for m in said(slack, answer) if m.get("files")]  # noqa: E731
        (message,) = await slack.wait_for(files)
        assert message["text"] == "Not investment advice · id a-7f3c1234"
        kinds = {file["name"]: file["mimetype"] for file in message["files"]}
        assert kinds == {
            "tape-a-7f3c1234.csv": "text/csv",
            "tape-a-7f3c1234.pdf": "application/pdf",
        }

    play(parts, scenario)


def test_without_the_scope_the_remedy_is_said_to_who_clicked(parts: Parts) -> None:
    async def scenario(slack: Playground, answer: Json) -> None:
        await slack.click(answer, EXPORT, user="ben")
        (told,) = await slack.wait_for(lambda: slack.ephemerals("#research", "ben"))
        assert "files:write" in told["text"]
        assert not slack.ephemerals("#research", "ada")

    play(parts, scenario, scopes=our_manifest().scopes - {"files:write"})


def test_an_answer_that_is_no_longer_kept_is_said_to_be_gone(parts: Parts) -> None:
    async def scenario(slack: Playground, answer: Json) -> None:
        await slack.click(answer, EXPORT, user="ben")
        (told,) = await slack.wait_for(lambda: slack.ephemerals("#research", "ben"))
        assert "no longer kept" in told["text"]

    play(replace(parts, kept=lambda _: None), scenario)
