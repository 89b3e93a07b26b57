"""Posts that are dropped, lost, limited or refused: the user still gets the whole answer once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

import aiohttp
import pytest
from aiohttp import web

from bot.app import SlackSide
from bot.inbox import Asked, Inbox
from bot.parts import Parts
from bot.playground.server import Playground
from retrieval.answers import Answer
from retrieval.db import connect, migrate
from tests.answers import TEXT, benefit

Fault = Literal["drop_before", "drop_after", "limited", "broken", "invalid_blocks"]
Json = dict[str, Any]


@dataclass
class Weather:
    """Stands between the app and Slack's Web API, and spoils the next posts as planned."""

    slack: Playground
    plan: list[Fault] = field(default_factory=list)
    port: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._pass)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        method, body = request.match_info["method"], await request.read()
        fault = self.plan.pop(0) if method == "chat.postMessage" and self.plan else None
        match fault:
            case "limited":
                headers = {"Retry-After": "3"}
                return web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers=headers
                )
            case "broken":
                return web.Response(status=500, text="oops")
            case "invalid_blocks":
                return web.json_response({"ok": False, "error": "invalid_blocks"})
            case "drop_before":
                return self._drop(request)
            case _:
                reply = await self._forward(request, method, body)
                return self._drop(request) if fault == "drop_after" else reply

    async def _forward(self, request: web.Request, method: str, body: bytes) -> web.Response:
        names = ("Authorization", "Content-Type")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        url = f"{self.slack.api_url}{method}?{request.query_string}"
        call = self._session.request(request.method, url, data=body, headers=headers)
        async with call as reply:
            return web.json_response(await reply.json(), status=reply.status)

    def _drop(self, request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()


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


Scenario = Callable[[Playground, Weather], Awaitable[None]]


def play(parts: Parts, scenario: Scenario) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack, Weather(slack) as weather:
            side = SlackSide(
                parts,
                bot_token=slack.bot_token,
                app_token=slack.app_token,
                base_url=f"http://127.0.0.1:{weather.port}/api/",
            )
            async with side:
                await scenario(slack, weather)

    asyncio.run(run())


def ours(slack: Playground, event: Json) -> list[Json]:
    asked = event["event"]
    return [m for m in slack.messages(asked["channel"], asked["ts"]) if m.get("bot_id")]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "limited", "broken"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_post_without_a_clear_outcome_ends_in_one_answer(
    parts: Parts, clock: Clock, fault: Fault, times: int
) -> None:
    async def scenario(slack: Playground, weather: Weather) -> None:
        weather.plan = [fault] * times
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        while weather.plan:
            left = len(weather.plan)
            await slack.wait_for(lambda: len(weather.plan) < left)  # noqa: B023  awaited at once
            await asyncio.sleep(0.2)
            if fault == "drop_after":
                break
            clock.ahead += timedelta(minutes=1)
        clock.ahead += timedelta(minutes=1)
        await slack.wait_for(lambda: ours(slack, event))
        later = await slack.dm("ada", "which tickers benefit?")
        weather.plan = []
        await slack.wait_for(lambda: ours(slack, later))
        assert len(ours(slack, event)) == 1
        assert "FCX" in ours(slack, event)[0]["text"]

    play(parts, scenario)


def test_when_the_blocks_are_refused_the_words_are_posted_and_it_is_said(parts: Parts) -> None:
    async def scenario(slack: Playground, weather: Weather) -> None:
        weather.plan = ["invalid_blocks"]
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

    async def scenario(slack: Playground, _: Weather) -> None:
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
