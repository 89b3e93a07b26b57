"""Many ask at once: so many compute, others hear their place; a model is waited for together."""

import asyncio
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bot.aloud import Aloud
from bot.asking import answer_asked
from bot.parts import AT_ONCE, Parts
from bot.playground.server import Playground
from bot.questions import Asked
from bot.samples import samples
from bot.wiring import Office
from retrieval.answers import Answer
from retrieval.ask.chat import ChatWriter
from retrieval.index.minilm import MiniLM
from retrieval.ingest import ingest
from retrieval.language.paying import Paying
from retrieval.library import Library
from retrieval.llm import Prompt
from tests.answers import benefit
from tests.articles import builtin
from tests.fakes import MemoryPurse
from tests.faulty_model import FaithfulModel
from tests.house import own_tables
from tests.parts import Clock, bot_tables, parts_over, side_of
from tests.personal import personal_of

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


async def at_once(parts: Parts, questions: Sequence[str]) -> tuple[float, float]:
    """Ask all at once; seconds until everybody saw something, and until all had their answer."""
    async with Playground(parts.now) as slack, side_of(slack, parts):
        began = time.monotonic()
        for question in questions:
            await slack.mention("#research", "ada", question)
        roots = {m["ts"] for m in slack.messages("#research")}
        greeted: set[str | None] = set()
        while greeted < roots:
            assert time.monotonic() - began < 20
            await asyncio.sleep(LOOK)
            greeted |= {ts for (_, ts) in slack.workspace.statuses}
            greeted |= {m.thread_ts for m in slack.workspace.spoken("C0RESEARCH")}
        first = time.monotonic() - began
        while len(whole(slack)) < len(questions):
            assert time.monotonic() - began < 20
            await asyncio.sleep(LOOK)
        return first, time.monotonic() - began


def test_twenty_who_ask_at_once_wait_for_a_slow_model_together(tmp_path: Path) -> None:
    model = SlowModel()
    parts = parts_of(tmp_path, model.ask)
    first, last = asyncio.run(at_once(parts, ["which tickers benefit?"] * USERS))
    print(f"{USERS} at once: first words {first:.2f} s, last answer {last:.2f} s, {model.most}")  # noqa: T201
    assert model.most > 2 * AT_ONCE
    assert first < FIRST
    assert last < LAST


@dataclass
class SlowFaithfulModel(FaithfulModel):
    """Thinks for a while before it says its first true word."""

    def streamed(self, prompt: Prompt) -> Generator[str, None, int | None]:
        """Wait, then write the lines."""
        time.sleep(LATENCY)
        return (yield from super().streamed(prompt))


def test_twenty_are_answered_in_time_from_a_real_library_by_a_slow_model(tmp_path: Path) -> None:
    model = SlowFaithfulModel()
    paying = Paying(model, MemoryPurse(), 10**9, now=Clock().now, sleep=time.sleep)
    written = [sample.article("http://127.0.0.1:1") for sample in samples()]
    with own_tables(tmp_path) as engine:
        library = Library.in_memory(MiniLM(), builtin())
        ingest(written, library=library, now=Clock().now, progress=lambda _: None)
        office = Office(library, engine, personal_of(engine).desk)
        ask = partial(
            answer_asked,
            library=library,
            desk=office.desk,
            personal=office.personal(),
            clock=Clock().now,
            writer=ChatWriter(paying, library.securities),
        )
        questions = [f"which tickers benefit? {article.url}" for article in written[:USERS]]
        first, last = asyncio.run(at_once(parts_of(tmp_path, ask), questions))
        library.close()
    print(f"{USERS} at once: first words {first:.2f} s, last answer {last:.2f} s")  # noqa: T201
    assert len(model.prompts) > USERS / 2  # most of them had something to put into words
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
