"""Tape as an agent: prompts, status, session, title, the Stop button, "this", follow-ups."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.aloud import Aloud
from bot.parts import Parts
from bot.playground.server import Playground
from bot.questions import Asked
from retrieval.answers import Answer
from tests.answers import GAIN, benefit
from tests.parts import Clock, bot_tables, parts_over, side_of

Json = dict[str, Any]
Scenario = Callable[[Playground], Awaitable[None]]
ADA = "D0ADA00001"
LINE = "Freeport-McMoRan stands to gain. [1]"


@dataclass
class SlowDesk:
    """Tells a step and a line, then works until its gate opens or it is stopped."""

    asked: list[Asked] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    ended: list[str] = field(default_factory=list)

    def ask(self, asked: Asked, aloud: Aloud) -> Answer:
        self.asked.append(asked)
        aloud.step("Searching 24 articles")
        aloud.line(LINE, (GAIN,))
        while not self.gate.wait(0.01):
            if aloud.stopped.is_set():
                self.ended.append(asked.text)
            aloud.check()
        return replace(benefit(), sentences=(LINE,))


@pytest.fixture
def desk() -> SlowDesk:
    return SlowDesk()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(tmp_path: Path, desk: SlowDesk, clock: Clock) -> Parts:
    return parts_over(bot_tables(tmp_path), ask=desk.ask, now=clock.now)


def play(parts: Parts, scenario: Scenario, **slack_is: Any) -> None:
    async def run() -> None:
        async with Playground(parts.now, **slack_is) as slack:
            side = side_of(slack, parts)
            async with side:
                await scenario(slack)

    asyncio.run(run())


def ours(slack: Playground, event: Json) -> list[Json]:
    said = event["event"]
    root = said.get("thread_ts") or said["ts"]
    return [m for m in slack.messages(said["channel"], root) if m.get("bot_id")]


async def finished(slack: Playground, event: Json, count: int = 1) -> list[Json]:
    def done() -> list[Json]:
        return [m for m in ours(slack, event) if not m["streaming"]]

    return await slack.wait_for(lambda: len(done()) >= count and done())


def session(slack: Playground, event: Json) -> str | None:
    found = slack.session(event["event"]["channel"], event["event"]["ts"])
    return found.status if found else None


def test_opening_the_messages_tab_pins_a_few_questions_to_it(parts: Parts) -> None:
    async def scenario(slack: Playground) -> None:
        await slack.open_home("ada", "messages")
        told = await slack.wait_for(lambda: slack.workspace.prompts.get((ADA, None)))
        assert 1 <= len(told["prompts"]) <= 4
        assert all(prompt["title"] and prompt["message"] for prompt in told["prompts"])

    play(parts, scenario)


def test_while_it_works_its_steps_and_lines_are_shown_and_the_session_is_busy(
    parts: Parts, desk: SlowDesk
) -> None:
    async def scenario(slack: Playground) -> None:
        event = await slack.dm("ada", "which tickers benefit from the copper tariff?")
        (shown,) = await slack.wait_for(lambda: [m for m in ours(slack, event) if m["text"]])
        assert shown["streaming"]
        assert [(t["title"], t["status"]) for t in shown["tasks"]] == [
            ("Reading the question", "complete"),
            ("Searching 24 articles", "in_progress"),
        ]
        assert shown["text"] == f"{LINE}\n\n"
        assert session(slack, event) == "processing"
        desk.gate.set()
        (answer,) = await finished(slack, event)
        assert session(slack, event) == "active"
        found = slack.session(ADA, event["event"]["ts"])
        assert found is not None
        assert found.title == "which tickers benefit from the copper tariff?"
        (last,) = answer["tasks"][-1]["sources"]
        assert last["url"] == GAIN.url
        assert str(answer["blocks"]).count("stands to gain. [1]") == 1
        assert "▲ *FCX*" in str(answer["blocks"])
        assert not answer.get("edited")

    play(parts, scenario)


def test_a_title_is_cut_to_what_slack_takes(parts: Parts, desk: SlowDesk) -> None:
    desk.gate.set()

    async def scenario(slack: Playground) -> None:
        event = await slack.dm("ada", "which tickers " + "really " * 60 + "benefit?")
        await finished(slack, event)
        await slack.wait_for(lambda: session(slack, event) == "active")
        found = slack.session(ADA, event["event"]["ts"])
        assert found is not None
        assert len(found.title) == 200

    play(parts, scenario)


@pytest.mark.parametrize("kind", ["status", "ratelimited", "error", "drop_before"])
def test_what_is_only_shown_never_stops_the_answer(parts: Parts, desk: SlowDesk, kind: Any) -> None:
    desk.gate.set()

    async def scenario(slack: Playground) -> None:
        for method in (
            "assistant.threads.setStatus",
            "agents.sessions.setStatus",
            "agents.sessions.rename",
        ):
            slack.fail(method, kind, 9)
        event = await slack.dm("ada", "which tickers benefit?")
        (answer,) = await finished(slack, event)
        assert "▲ *FCX*" in str(answer["blocks"])

    play(parts, scenario)


@pytest.mark.parametrize("streams", ["streamed", "posted"])
def test_stop_ends_the_work_and_nothing_more_is_posted(
    parts: Parts, desk: SlowDesk, streams: str
) -> None:
    async def scenario(slack: Playground) -> None:
        if streams == "posted":
            slack.fail("chat.startStream", "error", code="unknown_method")
        event = await slack.dm("ada", "which tickers benefit?")
        await slack.wait_for(lambda: desk.asked)
        if streams == "streamed":
            await slack.wait_for(lambda: [m for m in ours(slack, event) if m["text"]])
        await slack.stop_session(ADA, "ada", event["event"]["ts"])
        await slack.wait_for(lambda: desk.ended)
        await slack.wait_for(lambda: session(slack, event) == "active")
        later = await slack.dm("ada", "and now?")
        desk.gate.set()
        await finished(slack, later)
        said = ours(slack, event)
        if streams == "posted":
            assert said == []
            return
        (message,) = said
        assert not message["streaming"]
        assert message["text"].endswith("Stopped.")
        assert "Not investment advice · id q-1" in str(message["blocks"])
        assert "▲ *FCX*" not in str(message["blocks"])
        assert message["tasks"][-1]["status"] == "error"

    play(parts, scenario)


def test_stop_also_ends_what_waits_in_the_thread(parts: Parts, desk: SlowDesk) -> None:
    async def scenario(slack: Playground) -> None:
        event = await slack.dm("ada", "which tickers benefit?")
        root = event["event"]["ts"]
        await slack.dm("ada", "and the losers?", root)
        await slack.wait_for(lambda: desk.asked)
        await slack.settled()
        await slack.stop_session(ADA, "ada", root)
        await finished(slack, event)
        desk.gate.set()
        await slack.dm("ada", "what about FCX?", root)
        _, answer = await finished(slack, event, 2)
        assert "▲ *FCX*" in str(answer["blocks"])
        assert [asked.text for asked in desk.asked] == ["which tickers benefit?", "what about FCX?"]

    play(parts, scenario)


def test_this_is_the_thread_that_the_user_looks_at(parts: Parts, desk: SlowDesk) -> None:
    desk.gate.set()
    link = "https://news.example.com/a"

    async def scenario(slack: Playground) -> None:
        posted = await slack.say("#research", "ben", f"look: {link}")
        await slack.look_at("ada", "#research", posted["event"]["ts"])
        await slack.settled()
        for question in ("what does this mean for NVDA?", "who benefits from tariffs?"):
            await finished(slack, await slack.dm("ada", question))
        assert [asked.article_links for asked in desk.asked] == [(link,), ()]

    play(parts, scenario)


@pytest.mark.parametrize(
    "context",
    [None, "x", {}, {"entities": None}, {"entities": ["x", {}, {"type": 3, "value": 4}]}]
    + [{"entities": [{"type": "slack#/types/message_context", "value": v}]} for v in ("x", {}, 3)],
)
def test_a_malformed_context_is_ignored(parts: Parts, desk: SlowDesk, context: Any) -> None:
    desk.gate.set()

    async def scenario(slack: Playground) -> None:
        outer = await slack.open_home("ada", "messages")
        changed = {"type": "app_context_changed", "user": "U0ADA00001", "context": context}
        await slack.deliver({**outer, "event_id": "Ev-context", "event": changed})
        event = await slack.dm("ada", "what does this mean?")
        (answer,) = await finished(slack, event)
        assert "▲ *FCX*" in str(answer["blocks"])
        assert desk.asked[0].article_links == ()

    play(parts, scenario)


def test_a_follow_up_in_our_thread_needs_no_mention(parts: Parts, desk: SlowDesk) -> None:
    desk.gate.set()

    async def scenario(slack: Playground) -> None:
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        root = event["event"]["ts"]
        await finished(slack, event)
        await slack.say("#research", "ben", "and the losers?", root)
        await finished(slack, event, 2)
        assert [asked.text for asked in desk.asked] == ["which tickers benefit?", "and the losers?"]

    play(parts, scenario)


@pytest.mark.parametrize(
    "what", ["no thread", "foreign thread", "to ben", "to all", "too late", "switched off"]
)
def test_other_talk_is_not_a_follow_up(
    parts: Parts, desk: SlowDesk, clock: Clock, what: str
) -> None:
    desk.gate.set()

    async def scenario(slack: Playground) -> None:
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        foreign = await slack.say("#research", "ben", "lunch?")
        await finished(slack, event)
        thread: str | None = event["event"]["ts"]
        text = {"to ben": "@ben and you?", "to all": "<!here> and you?"}.get(what, "and you?")
        if what == "no thread":
            thread = None
        if what == "foreign thread":
            thread = foreign["event"]["ts"]
        if what == "too late":
            clock.ahead = timedelta(hours=24, minutes=1)
        said = await slack.say("#research", "ada", text.replace("<!here>", "@here"), thread)
        if what == "to all":
            said["event"]["text"] = text
        await slack.settled()
        later = await slack.dm("ada", "which tickers benefit?")
        await finished(slack, later)
        if what != "to all":  # the fake's users cannot type a live broadcast
            assert len(desk.asked) == 2

    off = replace(parts, follow_ups=lambda _team, _channel: False)
    play(off if what == "switched off" else parts, scenario)


def test_a_question_that_its_asker_deleted_before_its_turn_is_not_answered(
    parts: Parts, desk: SlowDesk
) -> None:
    async def scenario(slack: Playground) -> None:
        first = await slack.dm("ada", "which tickers benefit?")
        root = first["event"]["ts"]
        second = await slack.dm("ada", "oops", root)
        await slack.settled()
        gone = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": ADA,
            "channel_type": "im",
            "deleted_ts": second["event"]["ts"],
            "ts": "1.5",
        }
        await slack.deliver({**first, "event_id": "Ev-deleted", "event": gone})
        await slack.settled()
        desk.gate.set()
        await finished(slack, first)
        await finished(slack, await slack.dm("ada", "and now?"))
        assert [asked.text for asked in desk.asked] == ["which tickers benefit?", "and now?"]

    play(parts, scenario)
