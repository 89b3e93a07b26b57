"""Posts that are dropped, lost, limited or refused: the user still gets the whole answer once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import SlackSide
from bot.inbox import Asked, Inbox
from bot.parts import Parts
from bot.playground.faults import Kind
from bot.playground.server import Playground
from retrieval.answers import Answer
from retrieval.db import connect, migrate
from tests.answers import TEXT, benefit

Json = dict[str, Any]
POST = "chat.postMessage"


@dataclass
class Clock:
    """Real time, moved ahead at will."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(tmp_path: Path, clock: Clock) -> Parts:
    engine = connect(f"sqlite:///{tmp_path}/tape.db")
    migrate(engine, "bot")
    return Parts(
        ask=lambda _: benefit(),
        text_of=lambda *_: TEXT,
        inbox=Inbox(engine),
        now=clock.now,
        owner="test",
    )


Scenario = Callable[[Playground], Awaitable[None]]


def play(parts: Parts, scenario: Scenario) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack:
            side = SlackSide(
                parts,
                bot_token=slack.bot_token,
                app_token=slack.app_token,
                base_url=slack.api_url,
            )
            async with side:
                await scenario(slack)

    asyncio.run(run())


def ours(slack: Playground, event: Json) -> list[Json]:
    asked = event["event"]
    return [m for m in slack.messages(asked["channel"], asked["ts"]) if m.get("bot_id")]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "ratelimited", "status"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_post_without_a_clear_outcome_ends_in_one_answer(
    parts: Parts, clock: Clock, fault: Kind, times: int
) -> None:
    async def scenario(slack: Playground) -> None:
        slack.fail(POST, fault, times)
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        while slack.faults.left:
            left = slack.faults.left
            await slack.wait_for(lambda: slack.faults.left < left)  # noqa: B023  awaited at once
            await asyncio.sleep(0.2)
            if fault == "drop_after":
                break
            clock.ahead += timedelta(minutes=1)
        clock.ahead += timedelta(minutes=1)
        await slack.wait_for(lambda: ours(slack, event))
        later = await slack.dm("ada", "which tickers benefit?")
        slack.faults.clear()
        await slack.wait_for(lambda: ours(slack, later))
        assert len(ours(slack, event)) == 1
        assert "FCX" in ours(slack, event)[0]["text"]

    play(parts, scenario)


def test_when_the_blocks_are_refused_the_words_are_posted_and_it_is_said(parts: Parts) -> None:
    async def scenario(slack: Playground) -> None:
        slack.fail(POST, "error", code="invalid_blocks")
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        (message,) = await slack.wait_for(lambda: ours(slack, event))
        assert not message.get("blocks")
        assert "▲ FCX Freeport-McMoRan" in message["text"]
        assert "did not take the layout" in message["text"]

    play(parts, scenario)


def test_what_an_article_says_is_never_a_live_link_or_ping(parts: Parts) -> None:
    def hostile(_: Asked) -> Answer:
        trap = "<!channel> <@U0ADA00001> <https://evil.example|Apple> https://evil.example/?q=1"
        answer = benefit()
        lines = tuple(replace(line, why=trap) for line in answer.lines)
        cites = tuple(replace(c, title=trap, source=trap) for c in answer.citations)
        return replace(answer, headline=trap, lines=lines, citations=cites, text=trap)

    async def scenario(slack: Playground) -> None:
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        (message,) = await slack.wait_for(lambda: ours(slack, event))
        drawn = str(message["blocks"]) + message["text"]
        assert "<!channel>" not in drawn
        assert "<@U0ADA00001>" not in drawn
        assert "<https://evil" not in drawn
        assert "&lt;!channel&gt;" in drawn
        (post,) = [call for call in slack.calls if call.method == "chat.postMessage"]
        assert post.arguments["parse"] == "none"

    play(replace(parts, ask=hostile), scenario)
