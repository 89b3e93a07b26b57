"""Tape's side of Slack as a process that is killed and begun anew a hundred times, for a kill test.

Arguments: the fake Slack's Web API address, its bot token, its app token, the database's address.
Each line that comes in begins a child, whose number is written out: a fork is begun in a moment,
since all that is slow was imported before. An answer takes a moment, so that a kill can come in
the middle of one.
"""

import asyncio
import os
import sys
import time

from bot.aloud import Aloud
from bot.app import SlackSide
from bot.engines import utc_now
from bot.feedback import Feedback
from bot.inbox import Inbox
from bot.owner import own_name
from bot.parts import Parts
from bot.questions import Asked
from retrieval.answers import Answer
from retrieval.db import connect
from tests.answers import TEXT, benefit

THINKING = 0.03  # seconds of each step


def ask(_: Asked, aloud: Aloud) -> Answer:
    aloud.step("Searching 24 articles")
    time.sleep(THINKING)
    aloud.step("Checking the quotes")
    time.sleep(THINKING)
    return benefit()


async def serve(api_url: str, bot_token: str, app_token: str, database: str) -> None:
    engine = connect(database)
    parts = Parts(
        ask=ask,
        text_of=lambda *_: TEXT,
        inbox=Inbox(engine),
        feedback=Feedback(engine),
        now=utc_now,
        owner=own_name(),
    )
    async with SlackSide(parts, bot_token=bot_token, app_token=app_token, base_url=api_url):
        await asyncio.Event().wait()  # until it is killed


def main() -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(serve(*sys.argv[1:]))
        print(child, flush=True)  # noqa: T201  the parent reads it
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
