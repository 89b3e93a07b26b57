"""A brief that is owed is posted once in its channel, through the outbox and the real client."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.app import SlackSide
from bot.blocks.digest import digest_message
from bot.blocks.limits import problems
from bot.parts import Parts
from bot.playground.server import Playground
from jobs.brief import Desk
from jobs.digest import News
from jobs.models import DIGEST, Subscription
from jobs.schedules import WEEKDAYS, Daily
from jobs.state import State
from retrieval.db import connect, migrate
from tests.parts import parts_over

FRIDAY = datetime(2026, 11, 27, 13, 45, 30, tzinfo=UTC)


def test_a_brief_is_posted_once_though_two_processes_run_the_clock(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/tape.db")
    migrate(engine, "bot", "jobs")
    state = State(engine)
    state.subscribe(
        Subscription(
            DIGEST, "#daily-brief", Daily(time(13, 45), WEEKDAYS, "UTC"), FRIDAY - timedelta(days=1)
        )
    )

    def parts(owner: str) -> Parts:
        return parts_over(
            engine,
            now=lambda: FRIDAY,
            owner=owner,
            desk=Desk(state, lambda *_: News((), ()), digest_message),
        )

    async def run() -> None:
        async with Playground(lambda: FRIDAY) as slack:
            sides = [
                SlackSide(
                    parts(owner),
                    bot_token=slack.bot_token,
                    app_token=slack.app_token,
                    base_url=slack.api_url,
                )
                for owner in ("one", "two")
            ]
            for side in sides:
                await side.start()
            (brief,) = await slack.wait_for(lambda: slack.messages("#daily-brief"))
            await slack.wait_for(lambda: state.counts().get("sent"))
            for side in sides:
                await side.stop()
            assert len(slack.messages("#daily-brief")) == 1
            assert "Pre-open brief" in brief["text"]
            assert problems(brief["blocks"]) == ()
            assert brief["metadata"]["event_payload"]["key"] == "digest:#daily-brief:2026-11-27"

    asyncio.run(run())
