"""Thumbs under an answer: a case is kept, a bad one is asked about, and the user hears of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.blocks.answer import FEEDBACK
from bot.blocks.feedback import FORM, NOTE, REASON
from bot.cli import app
from bot.feedback import REASONS, Case, Feedback
from bot.parts import Parts
from bot.playground.server import Playground
from tests.house import send
from tests.parts import bot_tables, parts_over, side_of

Json = dict[str, Any]
Scenario = Callable[[Playground, Json], Awaitable[None]]
ADA = "U0ADA00001"


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return parts_over(bot_tables(tmp_path))


def play(parts: Parts, scenario: Scenario, *, streams: bool = True) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack:
            side = side_of(slack, parts)
            if not streams:
                slack.fail("chat.startStream", "error", code="unknown_method")
            async with side:
                event = (await slack.mention("#research", "ada", "which tickers benefit?"))["event"]

                def answers() -> list[Json]:
                    said = slack.messages(event["channel"], event["ts"])
                    return [m for m in said if m.get("metadata") and not m["streaming"]]

                (answer,) = await slack.wait_for(answers)
                await scenario(slack, answer)

    asyncio.run(run())


async def thanked(slack: Playground) -> None:
    (thanks,) = await slack.wait_for(lambda: slack.ephemerals("#research", "ada"))
    assert "review such cases" in thanks["text"]
    assert "Not investment advice · id a-7f3c1234" in thanks["text"]
    assert slack.ephemerals("#research", "ben") == []


@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "posted"])
def test_a_thumbs_up_is_kept_and_thanked_for(parts: Parts, *, streams: bool) -> None:
    async def scenario(slack: Playground, answer: Json) -> None:
        assert (await slack.click(answer, FEEDBACK, choice="positive")).answered
        await thanked(slack)
        (case,) = parts.feedback.cases()
        assert (case.replay_id, case.user, case.verdict) == ("a-7f3c1234", ADA, "up")

    play(parts, scenario, streams=streams)


@pytest.mark.parametrize("reason", REASONS)
def test_a_thumbs_down_asks_for_the_reason_and_keeps_it(parts: Parts, reason: str) -> None:
    async def scenario(slack: Playground, answer: Json) -> None:
        assert (await slack.click(answer, FEEDBACK, choice="negative")).answered
        await slack.wait_for(parts.feedback.cases)
        view = await slack.wait_for(lambda: slack.windows.top(ADA))
        assert view is not None
        assert view.payload["title"]["text"] == "What was wrong?"
        said = {REASON: {REASON: reason}, NOTE: {NOTE: "It was <SCCO>"}}
        sent = await send(slack, FORM, said)
        assert (sent.answered, sent.errors) == (True, {})
        await thanked(slack)
        (case,) = parts.feedback.cases()
        assert (case.verdict, case.reason, case.note) == ("down", reason, "It was <SCCO>")

    play(parts, scenario)


def test_a_form_without_a_reason_is_handed_back_and_the_verdict_stays(parts: Parts) -> None:
    async def scenario(slack: Playground, answer: Json) -> None:
        await slack.click(answer, FEEDBACK, choice="negative")
        await slack.wait_for(lambda: slack.windows.top(ADA) and parts.feedback.cases())
        sent = await slack.submit_view({})
        assert REASON in sent.errors
        (case,) = parts.feedback.cases()
        assert (case.verdict, case.reason) == ("down", None)

    play(parts, scenario)


def test_the_command_lists_the_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPE_DATA_DIR", str(tmp_path))
    engine = bot_tables(tmp_path)
    at = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
    Feedback(engine).keep(Case("a-1", ADA, "C1", "down", at, "stale", "old [news]"))
    told = CliRunner().invoke(app, ["feedback"])
    assert "old [news]" in told.stdout
    told = CliRunner().invoke(app, ["feedback", "--json"])
    assert json.loads(told.stdout) == {
        "replay_id": "a-1",
        "user": ADA,
        "channel": "C1",
        "verdict": "down",
        "reason": "stale",
        "note": "old [news]",
        "at": "2026-11-27T13:00:00+00:00",
    }
