"""A question whose process is killed is answered by the next one: once, and without a long wait."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.engines import utc_now
from bot.playground.server import Playground
from bot.workers import LEASE

pytestmark = pytest.mark.faults

Json = dict[str, Any]
Moment = Callable[[Playground, Json], Awaitable[object]]

ROOT = Path(__file__).parents[2]
SEED = 20261122
START = 60.0  # seconds that a process may take until it is connected, on a busy machine
JITTER = 0.2  # seconds; less than an answer takes (slack_worker.THINKING)
QUIET = 2.0  # seconds in which a second answer would come
SOON = LEASE.total_seconds() / 2  # far from waiting for the dead process's lease


@contextmanager
def bot(slack: Playground, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.faults.slack_worker", slack.api_url]
    variables = {**os.environ, "TAPE_DATA_DIR": str(folder)}
    tokens = [slack.bot_token, slack.app_token]
    with subprocess.Popen([*command, *tokens], cwd=ROOT, env=variables) as process:
        try:
            yield process
        finally:
            process.kill()


def replies(slack: Playground, asked: Json) -> list[Json]:
    """What Tape has said, without what is still streaming."""
    event = asked["event"]
    said = slack.messages(event["channel"], event["ts"])
    return [m for m in said if m.get("bot_id") and not m["streaming"]]


async def at_once(_slack: Playground, _asked: Json) -> None:
    """Before Tape can have acknowledged it: Slack delivers it again."""


async def when_acknowledged(slack: Playground, _asked: Json) -> None:
    """In the middle of the answer: nobody but Tape remembers the question."""
    await slack.settled()


async def when_posted(slack: Playground, asked: Json) -> None:
    """The answer is there, and the process may not have learnt of it."""
    await slack.wait_for(lambda: replies(slack, asked), timeout=SOON)


MOMENTS: tuple[Moment, ...] = (at_once, when_acknowledged, when_posted)


async def connected(slack: Playground) -> None:
    await slack.wait_for(lambda: slack.connected > 0, timeout=START)


async def killed(slack: Playground, folder: Path, moment: Moment, wait: float) -> Json:
    """Ask a process and kill it; give the question."""
    with bot(slack, folder) as process:
        await connected(slack)
        asked = await slack.mention("#research", "ada", "which tickers benefit?")
        await moment(slack, asked)
        await asyncio.sleep(wait)
        assert process.poll() is None
        process.kill()
    await slack.wait_for(lambda: slack.connected == 0)
    return asked


async def play(folder: Path, moment: Moment, wait: float) -> tuple[list[Json], int, float]:
    """Kill at a moment and start again: the answers, those before the kill, seconds to the last."""
    async with Playground(utc_now) as slack:
        asked = await killed(slack, folder, moment, wait)
        before = len(replies(slack, asked))
        with bot(slack, folder):
            await connected(slack)
            began = time.monotonic()
            await slack.deliver(asked)  # as Slack does for hours; its own tries may be over
            await slack.wait_for(lambda: replies(slack, asked), timeout=SOON)
            seconds = time.monotonic() - began
            await slack.settled()
            await asyncio.sleep(QUIET)
            return replies(slack, asked), before, seconds


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda m: m.__name__)
def test_a_killed_process_leaves_its_question_to_the_next_one(
    tmp_path: Path, moment: Moment
) -> None:
    wait = random.Random(f"{SEED} {moment.__name__}").uniform(0, JITTER)
    answers, before, seconds = asyncio.run(play(tmp_path, moment, wait))
    print(  # noqa: T201  the figures reached
        f"seed {SEED}: killed {moment.__name__} + {wait:.2f} s with {before} answers posted; "
        f"{len(answers)} in the end, {seconds:.1f} s after the restart"
    )
    assert before == (moment is when_posted)
    assert len(answers) == 1
    assert "benefits" in str(answers[0]["blocks"])
