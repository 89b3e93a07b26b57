"""Many ask at once: so many compute, others hear their place; a model is waited for together."""

import asyncio
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.aloud import Aloud
from bot.parts import AT_ONCE, Parts
from bot.playground.server import Playground
from bot.questions import Asked
from retrieval.answers import Answer
from tests.answers import benefit
from tests.parts import bot_tables, parts_over, side_of

Json = dict[str, Any]

USERS = 20
LATENCY = 2.0  # seconds until the model says its first word
COMPUTING = 0.03  # seconds of a core, for each question
LOOK = 0.05  # seconds between two looks: looking takes time from what is looked at
FIRST, LAST = 3.0, 6.0  # seconds until all first words, and all answers


@dataclass
class SlowModel:
    """Computes for a moment, then waits for a model as a writer does; counts who waits at once."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: int = 0
    most: int = 0

    def ask(self, _: Asked, aloud: Aloud) -> Answer:
        aloud.step("Searching 24 articles")
        computed(COMPUTING)
        aloud.step("Putting it into words")
        with aloud.waiting():
            self.count(1)
            time.sleep(LATENCY)
            self.count(-1)
        return benefit()

    def count(self, change: int) -> None:
        with self.lock:
            self.waiting += change
            self.most = max(self.most, self.waiting)


def computed(seconds: float) -> None:
    """Hold a core, not only a thread."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def parts_of(folder: Path, ask: Any, **more: Any) -> Parts:
    return parts_over(bot_tables(folder), ask=ask, **more)


def whole(slack: Playground) -> set[str | None]:
    """The threads whose answer is there."""
    said = slack.workspace.spoken("C0RESEARCH")
    done = (m for m in said if m.metadata and not (m.stream and m.stream.state != "done"))
    return {m.thread_ts for m in done}


def finished(slack: Playground, event: Json) -> list[Json]:
    said = slack.messages(event["event"]["channel"], event["event"]["ts"])
    return [m for m in said if m.get("metadata") and not m["streaming"]]


def test_twenty_who_ask_at_once_wait_for_a_slow_model_together(tmp_path: Path) -> None:
    model = SlowModel()

    async def run() -> tuple[float, float]:
        parts = parts_of(tmp_path, model.ask)
        async with Playground(parts.now) as slack:
            side = side_of(slack, parts)
            async with side:
                began = time.monotonic()
                for _ in range(USERS):
                    await slack.mention("#research", "ada", "which tickers benefit?")
                roots = {m["ts"] for m in slack.messages("#research")}
                greeted: set[str | None] = set()
                while greeted < roots:
                    assert time.monotonic() - began < 20
                    await asyncio.sleep(LOOK)
                    greeted |= {ts for (_, ts) in slack.workspace.statuses}
                    greeted |= {m.thread_ts for m in slack.workspace.spoken("C0RESEARCH")}
                first = time.monotonic() - began
                while len(whole(slack)) < USERS:
                    assert time.monotonic() - began < 20
                    await asyncio.sleep(LOOK)
                return first, time.monotonic() - began

    first, last = asyncio.run(run())
    print(f"{USERS} at once: first words {first:.2f} s, last answer {last:.2f} s, {model.most}")  # noqa: T201
    assert model.most > 2 * AT_ONCE
    assert first < FIRST
    assert last < LAST


@dataclass
class GatedDesk:
    """Computes until its gate opens; counts how many do at once."""

    gate: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    now: int = 0
    most: int = 0

    def ask(self, _: Asked, aloud: Aloud) -> Answer:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        assert self.gate.wait(10)
        with self.lock:
            self.now -= 1
        return benefit()


def test_who_waits_hears_their_place_at_once_and_no_more_compute_than_may(tmp_path: Path) -> None:
    desk = GatedDesk()

    async def run() -> None:
        parts = parts_of(tmp_path, desk.ask, at_once=2)
        async with Playground(parts.now) as slack:
            side = side_of(slack, parts)
            async with side:
                events = [await slack.dm("ada", f"who benefits, case {n}?") for n in range(5)]

                def statuses() -> list[str]:
                    roots = (event["event"]["ts"] for event in events)
                    return [slack.workspace.status("D0ADA00001", root) for root in roots]

                waiting = ["is busy, you are 1st", "is busy, you are 2nd", "is busy, you are 3rd"]
                await slack.wait_for(lambda: statuses()[2:] == waiting)
                await slack.settled()
                assert all(delivery.acknowledged for delivery in slack.deliveries)
                await slack.wait_for(lambda: desk.now == 2)
                desk.gate.set()
                await slack.wait_for(lambda: all(finished(slack, e) for e in events))
                assert desk.most == 2

    asyncio.run(run())
