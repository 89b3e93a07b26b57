"""Two thousand events, each delivered four times, shuffled, over twenty reconnects: each once.

And the time that an acknowledgement takes while events come at a steady rate. The suite has a tenth
of it; `make chaos` has all.
"""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.app import SlackSide
from bot.pacing import Pace
from bot.parts import Parts
from bot.playground.server import Playground
from tests.parts import bot_tables, parts_over, side_of

pytestmark = pytest.mark.faults

Json = dict[str, Any]

SEED = 20261126
EVENTS, RECONNECTS = 2_000, 20
FEW_EVENTS, FEW_RECONNECTS = 200, 4
DELIVERIES = 4
IN_FLIGHT = 16  # deliveries at a time: as many as come through, on any machine
RATE, STEADY = 50, 400  # events a second, and how many
ACK = 1.0  # seconds that 99 of 100 deliveries are acknowledged in
PATIENCE = 280  # seconds for all of it
CHANNEL = "C0RESEARCH"
SHOWN = ("assistant.threads.setStatus", "agents.sessions.setStatus", "agents.sessions.rename")


def parts_of(folder: Path) -> Parts:
    return parts_over(bot_tables(folder))


def answers(slack: Playground) -> Counter[str | None]:
    """How many whole answers each thread has."""
    said = slack.workspace.spoken(CHANNEL)
    done = (m for m in said if m.metadata and not (m.stream and m.stream.state != "done"))
    return Counter(m.thread_ts for m in done)


async def acknowledged(slack: Playground, payload: Json) -> float:
    """Deliver an event until it is acknowledged; the seconds that it took."""
    began = time.monotonic()
    while not await slack._sockets.send_event(payload):
        assert time.monotonic() - began < PATIENCE
    return time.monotonic() - began


async def storm(slack: Playground, payloads: list[Json], reconnects: int) -> list[float]:
    """Deliver all as fast as they come through, reconnecting on the way."""
    room = asyncio.Semaphore(IN_FLIGHT)

    async def one(n: int, payload: Json) -> float:
        async with room:
            if n % (len(payloads) // reconnects) == 0:
                await slack.disconnect()
            return await acknowledged(slack, payload)

    return list(await asyncio.gather(*(one(n, payload) for n, payload in enumerate(payloads))))


async def steady(slack: Playground, payloads: list[Json]) -> list[float]:
    """Deliver at the rate, however long each takes."""
    began, waiting = time.monotonic(), []
    for n, payload in enumerate(payloads):
        await asyncio.sleep(max(0.0, n / RATE - (time.monotonic() - began)))
        waiting.append(asyncio.create_task(acknowledged(slack, payload)))
    return list(await asyncio.gather(*waiting))


def busy_side(slack: Playground, parts: Parts) -> SlackSide:
    for method in SHOWN:  # as Slack would at this rate
        slack.fail(method, "ratelimited", seconds=600)
    # the answers all go to one channel
    return side_of(slack, parts, pace=Pace(time.monotonic, every=0.0))


async def asked(slack: Playground, count: int) -> list[Json]:
    """Questions that are not delivered yet: the fake delivers nothing by itself here."""
    question = "which tickers benefit?"
    return [await slack.mention("#research", "ada", question) for _ in range(count)]


async def all_answered(slack: Playground, count: int) -> Counter[str | None]:
    began = time.monotonic()
    while len(found := answers(slack)) < count:
        assert time.monotonic() - began < PATIENCE, len(found)
        await asyncio.sleep(0.5)
    return found


@pytest.mark.timeout(600)
def test_every_event_is_answered_once_however_often_it_is_delivered(
    tmp_path: Path, *, long: bool
) -> None:
    events, reconnects = (EVENTS, RECONNECTS) if long else (FEW_EVENTS, FEW_RECONNECTS)

    async def run() -> Counter[str | None]:
        parts = parts_of(tmp_path)
        async with Playground(parts.now, subscribed=frozenset()) as slack:
            payloads = await asked(slack, events) * DELIVERIES
            random.Random(SEED).shuffle(payloads)
            async with busy_side(slack, parts):
                seconds = await storm(slack, payloads, reconnects)
                assert len(seconds) == events * DELIVERIES
                await all_answered(slack, events)
                (later,) = await asked(slack, 1)
                await acknowledged(slack, later)
                return await all_answered(slack, events + 1)

    began = time.monotonic()
    found = asyncio.run(run())
    print(  # noqa: T201  the figures reached
        f"seed {SEED}: {events} events x {DELIVERIES} over {reconnects} reconnects, "
        f"{sum(found.values())} answers in {time.monotonic() - began:.0f} s"
    )
    assert len(found) == events + 1
    assert set(found.values()) == {1}


def test_acknowledgements_are_quick_while_events_come_and_are_answered(tmp_path: Path) -> None:
    async def run() -> list[float]:
        parts = parts_of(tmp_path)
        async with Playground(parts.now, subscribed=frozenset()) as slack:
            payloads = await asked(slack, STEADY)
            async with busy_side(slack, parts):
                seconds = await steady(slack, payloads)
                await all_answered(slack, STEADY)
                return sorted(seconds)

    seconds = asyncio.run(run())
    p99 = seconds[len(seconds) * 99 // 100]
    print(f"{STEADY} events at {RATE}/s: p50 {seconds[len(seconds) // 2]:.3f} s, p99 {p99:.3f} s")  # noqa: T201
    assert p99 < ACK
