"""A hundred kill -9 after an acknowledgement: a hundred questions answered after the restarts.

The suite has twenty of them; `make chaos` has all.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import IO, Any

import pytest

from bot.engines import utc_now
from bot.playground.server import Playground
from retrieval.db import connect, migrate

pytestmark = pytest.mark.faults

Json = dict[str, Any]

SEED = 20261126
KILLS, FEW_KILLS = 100, 20
UNDISTURBED = 3  # answers that are let be, for how long one takes on this machine
SPAN = 1.5  # of that time, in which a kill falls: from before an answer begins to after its end
ANSWER = 0.6  # seconds that an answer may take on a busy machine
SOON = 40.0  # seconds after the last restart; a post of unclear outcome waits for its look
ROOT = Path(__file__).parents[2]
CHANNEL = "C0RESEARCH"


@contextmanager
def nursery(slack: Playground, database: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that begins another for each line it is given."""
    command = [sys.executable, "-m", "tests.faults.forking_worker", slack.api_url]
    with subprocess.Popen(
        [*command, slack.bot_token, slack.app_token, database],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def begun(process: "subprocess.Popen[str]") -> int:
    """Begin a child and give its number."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("begin\n")
    process.stdin.flush()
    return int(await asyncio.to_thread(_number, process.stdout))


def _number(lines: IO[str]) -> str:
    return next(line for line in lines if line.strip().isdigit())


def answers(slack: Playground) -> Counter[str | None]:
    """How many whole answers each thread has; what is still streaming is none."""
    said = slack.workspace.spoken(CHANNEL)
    done = (m for m in said if m.metadata and not (m.stream and m.stream.state != "done"))
    return Counter(m.thread_ts for m in done)


async def play(database: str, kills: int) -> tuple[Playground, list[str], int]:
    """Ask and kill, time and again, then begin once more: the questions, those killed open."""
    chance = random.Random(SEED)
    open_at_kill = 0
    took: list[float] = []
    async with Playground(utc_now) as slack:
        with nursery(slack, database) as process:
            roots: list[str] = []
            for n in range(UNDISTURBED + kills):
                child = await begun(process)
                await slack.wait_for(lambda: slack.connected, timeout=30)
                await answered_before(slack, roots)
                asked = await slack.mention("#research", "ada", f"who benefits, case {n}?")
                roots.append(asked["event"]["ts"])
                await slack.settled()
                if n < UNDISTURBED:
                    took.append(await until_answered(slack, roots[-1]))
                else:
                    await asyncio.sleep(chance.uniform(0, SPAN * median(took)))
                os.kill(child, signal.SIGKILL)
                open_at_kill += roots[-1] not in answers(slack)
                await slack.wait_for(lambda: not slack.connected, timeout=10)
            child = await begun(process)
            await slack.wait_for(lambda: len(answers(slack)) == len(roots), timeout=SOON)
            await asyncio.sleep(1)  # in which a second answer would come
            os.kill(child, signal.SIGKILL)
        return slack, roots, open_at_kill


async def until_answered(slack: Playground, root: str) -> float:
    """Wait for an answer; the seconds that it took."""
    began = time.monotonic()
    await slack.wait_for(lambda: root in answers(slack), timeout=SOON)
    return time.monotonic() - began


async def answered_before(slack: Playground, roots: list[str]) -> None:
    """Give the question before a moment: killed each time, it would be taken for the cause."""
    with suppress(TimeoutError):
        await slack.wait_for(lambda: not roots or roots[-1] in answers(slack), timeout=ANSWER)


def test_each_killed_process_leaves_its_question_to_be_answered_once(
    tmp_path: Path, *, long: bool
) -> None:
    kills = KILLS if long else FEW_KILLS
    database = f"sqlite:///{tmp_path}/tape.db"
    engine = connect(database)
    migrate(engine, "bot")
    engine.dispose()
    began = time.monotonic()
    slack, roots, open_at_kill = asyncio.run(play(database, kills))
    found = answers(slack)
    print(  # noqa: T201  the figures reached
        f"seed {SEED}: {kills} kills, {open_at_kill} with the answer open, "
        f"{sum(found.values())} answers in {time.monotonic() - began:.0f} s"
    )
    assert open_at_kill > kills / 4
    assert found == Counter(roots)
    said = slack.workspace.spoken(CHANNEL)
    whole = [m for m in said if m.metadata]
    assert all("▲ *FCX* Freeport-McMoRan" in str(message.blocks) for message in whole)
    alive = [m for m in said if m.stream and m.stream.state != "done"]
    assert alive == []
