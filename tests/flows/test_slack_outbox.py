"""A post that cannot be made, in the fake Slack: who set it up hears of it once, privately."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

from bot.app import SlackSide
from bot.blocks.limits import problems
from bot.looks import LOOK_AT
from bot.playground.server import Playground
from bot.playground.state import Message
from jobs.brief import Desk
from jobs.digest import News
from jobs.models import ALERT, NOTE, WRAP, OutboxRow, Outgoing, Rendered, Subscription
from jobs.outbox import outgoing_of
from jobs.schedules import WEEKDAYS, Daily
from jobs.state import State
from retrieval.db import connect, migrate
from tests.parts import parts_over, side_of

FRIDAY = datetime(2026, 11, 27, 13, 45, 30, tzinfo=UTC)
ADA = "U0ADA00001"
CHANNEL = "C0BRIEF001"

Scenario = Callable[[Playground, State, list[SlackSide]], Awaitable[None]]


def play(folder: Path, scenario: Scenario) -> None:
    """Let two processes over one database, and a fake Slack, stand ready; nothing is due."""
    engine = connect(f"sqlite:///{folder}/tape.db")
    migrate(engine, "bot", "jobs")
    state = State(engine)
    desk = Desk(state, lambda *_: News((), ()), lambda _: Rendered("Brief"))
    ahead = Subscription(
        "digest", CHANNEL, Daily(time(23, 0), WEEKDAYS, "UTC"), FRIDAY, made_by=ADA
    )
    state.subscribe(ahead)

    async def run() -> None:
        async with Playground(lambda: FRIDAY) as slack:
            owners = ("one", "two")
            parts = [parts_over(engine, now=lambda: FRIDAY, owner=o, desk=desk) for o in owners]
            await scenario(slack, state, [side_of(slack, one) for one in parts])

    asyncio.run(run())
    engine.dispose()


def brief(recipient: str = CHANNEL, kind: str = "digest") -> OutboxRow:
    content = Rendered("NVDA falls").to_json()
    return OutboxRow(kind, recipient, "2026-11-27", "new", content, FRIDAY)


def test_who_set_up_a_brief_hears_once_that_its_channel_is_archived(tmp_path: Path) -> None:
    async def scenario(slack: Playground, state: State, sides: list[SlackSide]) -> None:
        channels = slack.workspace.channels
        channels[CHANNEL] = replace(channels[CHANNEL], archived=True)
        state.enqueue(brief())
        state.enqueue(replace(brief(), kind=WRAP, deadline=FRIDAY))
        state.enqueue(replace(brief(), slot="of nobody's rule", kind=ALERT, deadline=FRIDAY))
        for side in sides:
            await side.start()
        await slack.wait_for(lambda: state.counts().get("sent") == 2)
        vitals = await sides[0].vitals()
        for side in sides:
            await side.stop()
        assert (vitals.outbox_failed, vitals.outbox_late, vitals.outbox_waiting) == (1, 2, 0)
        failed, late = sorted(slack.messages("D0ADA00001"), key=lambda m: "wrap" in m["text"])
        assert failed["text"].startswith(
            "The brief of Fri 27 Nov 2026 was not posted in its channel. The channel is archived."
        )
        assert f"in &lt;#{CHANNEL}&gt;" not in str(failed["blocks"])
        assert f"in <#{CHANNEL}>" in str(failed["blocks"])
        assert "The weekly wrap of Fri 27 Nov 2026 was not posted" in late["text"]
        for told in (failed, late):
            assert "Not investment advice · id n-" in told["text"]
            assert problems(told["blocks"]) == ()
            assert "NVDA" not in str(told)
        assert slack.messages("D0BEN00001") == []

    play(tmp_path, scenario)


def on_its_way(row: OutboxRow) -> Outgoing:
    return outgoing_of(row, FRIDAY)


def test_a_note_whose_reply_is_lost_is_found_in_the_direct_messages(tmp_path: Path) -> None:
    async def scenario(slack: Playground, state: State, sides: list[SlackSide]) -> None:
        note = replace(brief(ADA, NOTE), state="sending", first_try=FRIDAY, tries=1)
        state.enqueue(note)
        posted = await sides[0].delivery.post(on_its_way(note))
        await sides[0].start()
        await slack.wait_for(lambda: state.counts() == {"sent": 1})
        await sides[0].stop()
        assert [message["ts"] for message in slack.messages("D0ADA00001")] == [posted]

    play(tmp_path, scenario)


def test_a_look_reads_on_where_more_was_said_since_than_one_call_gives(tmp_path: Path) -> None:
    async def scenario(slack: Playground, _: State, sides: list[SlackSide]) -> None:
        look = sides[0].delivery.look
        posted = await sides[0].delivery.post(on_its_way(brief()))
        space = slack.workspace
        for _n in range(LOOK_AT + 1):
            space.post(Message(CHANNEL, space.stamp(), "U0BEN00001", "noise"))
        assert await look(on_its_way(brief())) == posted
        assert await look(on_its_way(replace(brief(), slot="2026-11-26"))) is None

    play(tmp_path, scenario)
