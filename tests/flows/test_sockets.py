"""Two sockets to Slack: one is always open, a dead one is replaced, and what came is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import Side
from bot.delivery import delivery
from bot.entrances import BySockets
from bot.health import Vitals, health_app, metrics_of
from bot.parts import Parts
from bot.playground.server import Playground
from bot.sockets import Pulse, Sockets
from bot.web import Server
from jobs.brief import Desk
from jobs.state import State
from retrieval.db import connect, migrate
from tests.parts import parts_over

Json = dict[str, Any]
QUICK = Pulse(ping=0.1, dead=0.6, look=0.02)


@dataclass(frozen=True, slots=True)
class Quick(BySockets):
    """The entrance with another pulse."""

    pulse: Pulse = QUICK

    def door(self, app: Any) -> Sockets:
        return replace(BySockets.door(self, app), pulse=self.pulse)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    engine = connect(f"sqlite:///{tmp_path}/tape.db")
    migrate(engine, "jobs", "bot")
    desk = Desk(State(engine), lambda *_: [], lambda *_: None)  # type: ignore[arg-type]
    return parts_over(engine, now=now, desk=desk)


def play(
    parts: Parts,
    scenario: Callable[[Playground, Side, Sockets], Awaitable[None]],
    pulse: Pulse = QUICK,
) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack:
            entrance = Quick(delivery(slack.bot_token, slack.api_url), slack.app_token, pulse)
            async with Side(parts, entrance) as side:
                assert isinstance(side.door, Sockets)
                await scenario(slack, side, side.door)

    asyncio.run(run())


def ours(slack: Playground, event: Json) -> list[Json]:
    """What Tape answered to a question, once it is whole."""
    asked = event["event"]
    said = slack.messages(asked["channel"], asked["ts"])
    return [m for m in said if m.get("metadata") and not m["streaming"]]


def test_two_sockets_are_open_and_each_event_is_answered_once(parts: Parts) -> None:
    async def scenario(slack: Playground, _: Side, door: Sockets) -> None:
        await slack.wait_for(lambda: slack.connected == 2)
        assert await door.open_count() == 2
        events = [await slack.mention("#research", "ada", f"who benefits? {n}") for n in range(6)]
        for event in events:
            await slack.wait_for(lambda event=event: ours(slack, event))
        await slack.settled()
        assert [len(ours(slack, event)) for event in events] == [1] * 6

    play(parts, scenario)


def test_while_slack_asks_both_to_reconnect_one_stays_open(parts: Parts) -> None:
    async def scenario(slack: Playground, _: Side, door: Sockets) -> None:
        seen: list[int] = []

        async def look() -> None:
            while True:
                seen.append(slack.connected)
                await asyncio.sleep(0)

        before = [link.handler.client.current_session for link in door._links]
        looking = asyncio.create_task(look())
        await slack.disconnect()
        await slack.wait_for(
            lambda: (
                all(link.handler.client.current_session not in before for link in door._links)
                and slack.connected == 2
            )
        )
        looking.cancel()
        assert min(seen) >= 1
        event = await slack.mention("#research", "ada", "who benefits?")
        await slack.wait_for(lambda: ours(slack, event))

    play(parts, scenario)


def test_a_socket_that_its_library_gave_up_is_replaced_and_questions_go_on(parts: Parts) -> None:
    async def scenario(slack: Playground, side: Side, door: Sockets) -> None:
        stuck = door._links[0]
        client = stuck.handler.client
        assert client.current_session_monitor
        assert client.message_receiver
        client.current_session_monitor.cancel()
        client.message_receiver.cancel()
        await slack.wait_for(lambda: door.replaced == 1)
        assert stuck not in door._links
        await slack.wait_for(lambda: slack.connected == 2)
        assert (await side.vitals()).sockets_open == 2
        event = await slack.mention("#research", "ada", "who benefits?")
        await slack.wait_for(lambda: ours(slack, event))

    play(parts, scenario)


def test_when_both_are_dead_they_are_replaced_one_after_the_other(parts: Parts) -> None:
    async def scenario(slack: Playground, _: Side, door: Sockets) -> None:
        dead = tuple(door._links)
        for link in dead:
            for task in (
                link.handler.client.current_session_monitor,
                link.handler.client.message_receiver,
            ):
                assert task
                task.cancel()
        await slack.wait_for(lambda: door.replaced == 2)
        assert not set(map(id, dead)) & set(map(id, door._links))
        assert await door.open_count() == 2

    play(parts, scenario)


def test_sockets_that_die_without_a_sign_cost_no_question(parts: Parts) -> None:
    async def scenario(slack: Playground, _: Side, door: Sockets) -> None:
        await slack.wait_for(lambda: slack.connected == 2)
        slack.silence()
        event = await slack.mention("#research", "ada", "who benefits?")
        await slack.wait_for(lambda: ours(slack, event), timeout=15)
        assert len(ours(slack, event)) == 1
        assert await door.open_count() == 2

    play(parts, scenario)


def test_a_quiet_socket_is_not_a_dead_one(parts: Parts) -> None:
    async def scenario(_: Playground, __: Side, door: Sockets) -> None:
        loop = asyncio.get_running_loop()
        began, longest = loop.time(), 0.0
        while loop.time() - began < 2 * QUICK.dead:  # nothing but pings comes meanwhile
            longest = max(longest, door.silent_for())
            await asyncio.sleep(QUICK.look)
        assert door.replaced == 0
        assert longest < QUICK.dead

    play(parts, scenario)


def test_health_says_how_it_goes_in_numbers_and_nothing_else(parts: Parts) -> None:
    async def scenario(slack: Playground, side: Side, _: Sockets) -> None:
        async def look() -> Vitals:
            return replace(await side.vitals(), index_behind=3)

        server = Server(health_app(look), "127.0.0.1", 0)
        await server.start()
        event = await slack.mention("#research", "ada", "who benefits? canary")
        await slack.wait_for(lambda: ours(slack, event))
        await slack.wait_for(lambda: parts.inbox.waits() == 0)
        await slack.wait_for(lambda: side._clock and "tick" in side._clock.ended_at)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
            page = await client.get("/healthz")
            metrics = (await client.get("/metrics")).text
            assert (await client.get("/")).status_code == 404
            assert (await client.post("/healthz")).status_code == 405
        await server.stop()
        told = page.json()
        assert (page.status_code, told.pop("ok")) == (200, True)
        assert (told["sockets_open"], told["inbox_waiting"], told["index_behind"]) == (2, 0, 3)
        assert told["last_frame"] < 30
        assert told["clock_tick"] < 30
        assert all(value is None or isinstance(value, int | float) for value in told.values())
        assert "tape_sockets_open 2.0" in metrics
        assert "tape_ok 1.0" in metrics
        assert "canary" not in page.text + metrics
        assert slack.bot_token not in page.text + metrics

    play(parts, scenario, Pulse())


@pytest.mark.parametrize(
    ("vitals", "well"),
    [
        (Vitals(), True),
        (Vitals(sockets_open=1, inbox_waiting=9, index_behind=99), True),
        (Vitals(sockets_open=0), False),
        (Vitals(clock_tick=119.0), True),
        (Vitals(clock_tick=121.0), False),
    ],
)
def test_tape_is_ill_without_a_socket_or_a_clock(vitals: Vitals, well: bool) -> None:  # noqa: FBT001
    assert vitals.well is well

    async def look() -> Vitals:
        return vitals

    async def ask() -> int:
        transport = httpx.ASGITransport(health_app(look))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return (await client.get("/healthz")).status_code

    assert asyncio.run(ask()) == (200 if well else 503)
    assert f"tape_ok {float(well)}".encode() in metrics_of(vitals)


def test_stopping_takes_less_than_ten_seconds_when_slack_says_no_farewell(parts: Parts) -> None:
    async def scenario(slack: Playground, side: Side, door: Sockets) -> None:
        for link in door._links:
            link.handler.client.disconnect = never  # type: ignore[method-assign]
        loop = asyncio.get_running_loop()
        began = loop.time()
        await side.stop()
        assert loop.time() - began < 9.5
        event = await slack.mention("#research", "ada", "who benefits?")
        with suppress(TimeoutError):
            await slack.wait_for(lambda: ours(slack, event), timeout=0.2)
        assert ours(slack, event) == []

    async def never() -> None:
        await asyncio.sleep(3600)

    play(parts, scenario)
