"""Posts that are dropped, lost, limited or refused: the user still gets the whole answer once."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.aloud import Aloud
from bot.app import SlackSide
from bot.pacing import Pace
from bot.parts import Parts
from bot.playground.server import Playground
from bot.questions import Arrival, Asked, Reply
from jobs.models import Rendered
from retrieval.answers import Answer
from retrieval.models import Target
from tests.answers import benefit
from tests.parts import Clock, bot_tables, parts_over, side_of

Fault = str
"""drop_before, drop_after, ratelimited, status or none; else the code with which Slack refuses."""

Json = dict[str, Any]

START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"
UPDATE, POST, REPLIES = "chat.update", "chat.postMessage", "conversations.replies"


def spoil(slack: Playground, method: str, faults: list[Fault]) -> None:
    """Plan what becomes of the next calls of a method."""
    well = 0
    for fault in faults:
        match fault:
            case "none":
                well += 1
                continue
            case "drop_before" | "drop_after" | "status":
                slack.fail(method, fault, after=well)
            case "ratelimited":
                slack.fail(method, fault, after=well, seconds=0.1)
            case code:
                slack.fail(method, "error", after=well, code=code)
        well = 0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(tmp_path: Path, clock: Clock) -> Parts:
    return parts_over(bot_tables(tmp_path), now=clock.now)


@dataclass
class Scene:
    """A fake Slack where things go wrong, and the app in it."""

    slack: Playground
    side: SlackSide
    clock: Clock

    def ours(self, event: Json) -> list[Json]:
        """What Tape has in a question's thread, finished or not."""
        asked = event["event"]
        return [m for m in self.slack.messages(asked["channel"], asked["ts"]) if m.get("bot_id")]

    def settled(self, event: Json) -> list[Json]:
        """The messages in a question's thread that carry its answer and are whole."""
        return [m for m in self.ours(event) if m.get("metadata") and not m["streaming"]]

    async def answered(self, event: Json, count: int = 1) -> list[Json]:
        """Let time pass, while nothing is in hand, until the answer is whole."""
        workers = self.side._workers
        assert workers
        for _ in range(2_000):
            if len(self.settled(event)) >= count and not workers._in_hand:
                return self.ours(event)
            if not workers._in_hand:
                self.clock.ahead += timedelta(seconds=6)
                workers.wake()
            await asyncio.sleep(0.005)
        raise AssertionError(self.ours(event))


Scenario = Callable[[Scene], Awaitable[None]]


def hasty(slack: Playground, parts: Parts) -> SlackSide:
    """The app, without the second that Slack wants between two posts."""
    return side_of(slack, parts, pace=Pace(time.monotonic, every=0.01))


def play(parts: Parts, clock: Clock, scenario: Scenario, **slack_is: Any) -> None:
    async def run() -> None:
        async with (
            Playground(parts.now, **slack_is) as slack,
            hasty(slack, parts) as side,
        ):
            await scenario(Scene(slack, side, clock))

    asyncio.run(run())


def whole(message: Json) -> bool:
    """Whether a message carries all of the answer, once."""
    blocks = [str(block) for block in message.get("blocks", ())]
    return (
        not message["streaming"]
        and not message["broken"]
        and "FCX" in message["text"]
        and sum("▲ *FCX* Freeport-McMoRan" in block for block in blocks) == 1
        and sum("Not investment advice · id a-7f3c1234" in block for block in blocks) == 1
    )


# What must have gone wrong before a call is made at all.
BEFORE: dict[str, dict[str, list[Fault]]] = {
    START: {},
    APPEND: {},
    STOP: {},
    UPDATE: {STOP: ["message_not_in_streaming_state"]},
    POST: {START: ["unknown_method"]},
    REPLIES: {START: ["drop_after"]},
}


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "ratelimited", "status"])
@pytest.mark.parametrize("method", BEFORE)
@pytest.mark.parametrize("times", [1, 2])
def test_whatever_call_goes_wrong_the_user_gets_the_whole_answer_once(
    parts: Parts, clock: Clock, method: str, fault: Fault, times: int
) -> None:
    async def scenario(scene: Scene) -> None:
        for needed, faults in BEFORE[method].items():
            spoil(scene.slack, needed, faults)
        spoil(scene.slack, method, [fault] * times)
        event = await scene.slack.mention("#research", "ada", "which tickers benefit?")
        (message,) = await scene.answered(event)
        assert whole(message)

    play(replace(parts, ask=in_steps), clock, scenario)


def in_steps(_: Asked, aloud: Aloud) -> Answer:
    """Answer with a step that takes long enough to be shown."""
    aloud.step("Searching 24 articles")
    aloud.stopped.wait(0.05)
    return benefit()


@pytest.mark.parametrize("seed", range(12))
def test_in_a_storm_the_user_gets_the_whole_answer_once(
    parts: Parts, clock: Clock, seed: int
) -> None:
    """Up to three faults on every method at once, drawn by a seed."""
    chance = random.Random(seed)
    faults = ("drop_before", "drop_after", "ratelimited", "status", "none")
    stream_faults = (*faults, "message_not_in_streaming_state")

    async def scenario(scene: Scene) -> None:
        for method in BEFORE:
            kinds = stream_faults if method in (APPEND, STOP) else faults
            drawn = chance.choices(kinds, k=chance.randint(0, 3))
            spoil(scene.slack, method, drawn)
        event = await scene.slack.dm("ada", "which tickers benefit?")
        (message,) = await scene.answered(event)
        assert whole(message)

    play(replace(parts, ask=in_steps), clock, scenario)


@pytest.mark.parametrize(
    "refusal", ["unknown_method", "missing_recipient_team_id", "channel_type_not_supported"]
)
def test_where_no_stream_can_begin_the_answer_is_one_post(
    parts: Parts, clock: Clock, refusal: str
) -> None:
    async def scenario(scene: Scene) -> None:
        spoil(scene.slack, START, [refusal, "unknown_method"])
        event = await scene.slack.mention("#research", "ada", "which tickers benefit?")
        (message,) = await scene.answered(event)
        assert whole(message)
        (post,) = [call for call in scene.slack.calls if call.method == POST]
        assert post.arguments["unfurl_links"] is False
        assert post.arguments["unfurl_media"] is False
        assert post.arguments["parse"] == "none"
        again = await scene.slack.dm("ada", "which tickers benefit?")
        await scene.answered(again)
        tried_again = not scene.slack.faults.left
        assert tried_again == (refusal != "unknown_method")

    play(parts, clock, scenario)


def test_a_stream_that_slack_gave_up_is_edited_to_the_whole_answer(
    parts: Parts, clock: Clock
) -> None:
    def slow(_: Asked, aloud: Aloud) -> Answer:
        aloud.line("Miners gain. [1]", ())
        aloud.stopped.wait(0.4)
        aloud.line("Smelters gain. [2]", ())
        return replace(benefit(), sentences=("Miners gain. [1]", "Smelters gain. [2]"))

    async def scenario(scene: Scene) -> None:
        event = await scene.slack.mention("#research", "ada", "which tickers benefit?")
        (message,) = await scene.answered(event)
        assert whole(message)
        assert message["edited"]
        assert str(message["blocks"]).count("Miners gain") == 1

    play(replace(parts, ask=slow), clock, scenario, stream_life=timedelta(seconds=0.2))


def test_above_the_ration_of_streams_answers_are_posts(parts: Parts, clock: Clock) -> None:
    async def scenario(scene: Scene) -> None:
        events = [await scene.slack.dm("ada", "which tickers benefit?") for _ in range(22)]
        for event in events:
            (message,) = await scene.answered(event)
            assert whole(message)
        methods = [call.method for call in scene.slack.calls]
        assert (methods.count(START), methods.count(POST)) == (20, 2)

    play(parts, clock, scenario)


@pytest.mark.parametrize("start", [[], ["unknown_method"]])
def test_when_the_blocks_are_refused_the_words_are_there_and_it_is_said(
    parts: Parts, clock: Clock, start: list[Fault]
) -> None:
    async def scenario(scene: Scene) -> None:
        spoil(scene.slack, START, start)
        for method in (STOP, UPDATE, POST):
            spoil(scene.slack, method, ["invalid_blocks"])
        event = await scene.slack.mention("#research", "ada", "which tickers benefit?")
        (message,) = await scene.answered(event)
        assert not message.get("blocks")
        assert "▲ FCX Freeport-McMoRan" in message["text"]
        assert "did not take the layout" in message["text"]

    play(parts, clock, scenario)


@pytest.mark.parametrize("start", [[], ["unknown_method"]])
def test_where_the_charts_are_refused_the_layout_stays_and_pictures_follow_once(
    parts: Parts, clock: Clock, start: list[Fault]
) -> None:
    answer = benefit()
    other = replace(answer.lines[0], target=Target("ticker", "SCCO", "Southern Copper"))
    question = replace(answer.question, kind="summary")
    summary = replace(answer, question=question, lines=(answer.lines[0], other))

    async def scenario(scene: Scene) -> None:
        spoil(scene.slack, START, start)
        for method in (STOP, UPDATE, POST):
            spoil(scene.slack, method, ["invalid_blocks"])
        event = await scene.slack.mention("#research", "ada", "summarise it")
        await scene.slack.wait_for(lambda: len(scene.ours(event)) == 2)
        message, picture = scene.ours(event)
        kinds = {block["type"] for block in message["blocks"]}
        assert not kinds & {"data_table", "data_visualization"}
        assert "did not take the tables and charts" in str(message["blocks"])
        assert "Not investment advice" in str(message["blocks"][-1])
        (file,) = picture["files"]
        assert (file["title"], file["mimetype"]) == ("Ticker sentiment", "image/png")
        assert file["alt_txt"].startswith("Ticker sentiment (sentiment, -1 to 1). FCX +0.50")

        # A file of ours carries no key; it is not taken for a stream that was not finished.
        spoil(scene.slack, START if not start else POST, ["drop_before"])
        again = await scene.slack.mention("#research", "ada", "and now?", event["event"]["ts"])
        thread = again["event"]["thread_ts"]
        await scene.slack.wait_for(lambda: "dropped" in str([c.reply for c in scene.slack.calls]))
        for _ in range(1_000):
            said = [m for m in scene.slack.messages("#research", thread) if m.get("bot_id")]
            if sum(1 for m in said if m.get("metadata")) == 2:
                break
            scene.clock.ahead += timedelta(seconds=1)
            await asyncio.sleep(0.01)
        assert [bool(m.get("files")) for m in said] == [False, True, False]
        assert said[1]["text"] == picture["text"]
        assert not said[1].get("edited")

    play(replace(parts, ask=lambda *_: summary), clock, scenario)


@pytest.mark.parametrize("fault", ["drop_after", "ratelimited", "invalid_blocks"])
def test_a_long_answer_goes_on_in_the_thread_and_no_page_is_lost_or_doubled(
    parts: Parts, clock: Clock, fault: Fault
) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack:
            event = await slack.say("#research", "ada", "which tickers benefit?")
            frozen(parts, event["event"])
            spoil(slack, POST, ["drop_before", fault, "none", fault])
            async with hasty(slack, parts) as side:
                pages = await Scene(slack, side, clock).answered(event, 3)
        assert [page["metadata"]["event_payload"]["key"] for page in pages] == [
            f"answer:Ev1{end}" for end in ("", ":2", ":3")
        ]
        assert [page["text"].split()[:2] for page in pages] == [["page", n] for n in "123"]

    asyncio.run(run())


def frozen(parts: Parts, event: Json) -> None:
    """A question whose answer of three pages was written by a process that has died."""
    asked = Asked("which tickers benefit?", event["channel"], event["user"], event["ts"])
    parts.inbox.take(Arrival("Ev1", None, event["ts"], asked), parts.now())
    row = parts.inbox.claim(parts.now(), owner="gone", lease=timedelta())
    assert row
    pages = [Rendered(f"page {n}", ({"type": "divider"},)) for n in (1, 2, 3)]
    parts.inbox.freeze(row, Reply(pages[0], more=tuple(pages[1:])), parts.now())


def test_what_an_article_says_is_never_a_live_link_or_ping(parts: Parts, clock: Clock) -> None:
    trap = "<!channel> <@U0ADA00001> <https://evil.example|Apple> https://evil.example/?q=1 [a](b)"

    def hostile(_: Asked, aloud: Aloud) -> Answer:
        answer = benefit()
        lines = tuple(replace(line, why=trap) for line in answer.lines)
        cites = tuple(replace(c, title=trap, source=trap) for c in answer.citations)
        aloud.step(trap)
        if "model" in _.text:
            aloud.line(trap, cites)
        said = (trap,) if "model" in _.text else ()
        made = replace(answer, headline=trap, lines=lines, citations=cites, text=trap)
        return replace(made, sentences=said)

    async def scenario(scene: Scene) -> None:
        for question in ("which tickers benefit?", "what does the model say?"):
            event = await scene.slack.mention("#research", "ada", question)
            (message,) = await scene.answered(event)
            said, *blocks = message["blocks"]
            shown = str(message)
            assert "<!channel>" not in shown
            assert "<@U0ADA00001>" not in shown
            assert "<https://evil" not in shown
            assert "&lt;!channel&gt;" in said["text"]
            assert "://evil" not in said["text"]
            assert "](" not in said["text"]
            chips = [s["url"] for task in message["tasks"] for s in task.get("sources", ())]
            assert chips == ["https://news.example.com/copper"]
            assert "&lt;!channel&gt;" in str(blocks)

    play(replace(parts, ask=hostile), clock, scenario)
