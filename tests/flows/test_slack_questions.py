"""Questions asked in Slack, answered by the real Bolt app over a real socket to the fake Slack."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.aloud import Aloud
from bot.app import SlackSide
from bot.blocks.answer import EVIDENCE, LOSERS
from bot.blocks.limits import problems
from bot.delivery import DOTS
from bot.parts import Parts
from bot.playground.server import Playground
from bot.questions import Asked
from retrieval.answers import Answer
from retrieval.errors import SettingError, UnreachableError
from tests.answers import TEXT, benefit, cite, refusal
from tests.parts import Clock, bot_tables, parts_over, side_of

Json = dict[str, Any]
Scenario = Callable[[Playground, SlackSide], Awaitable[None]]


class BrokenDeskError(Exception):
    """An error whose text must never reach a user."""


@dataclass
class FakeDesk:
    """Answers by the words of a question, and remembers what it was asked."""

    asked: list[Asked] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def ask(self, asked: Asked, aloud: Aloud) -> Answer:
        self.asked.append(asked)
        assert self.gate.wait(10)
        if "unreachable" in asked.text:
            raise UnreachableError("https://news.example.com/gone")
        if "broken" in asked.text:
            raise BrokenDeskError("secret internals")
        return refusal() if "AMD" in asked.text else benefit()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return bot_tables(tmp_path)


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(engine: Engine, desk: FakeDesk, clock: Clock) -> Parts:
    return parts_over(engine, ask=desk.ask, now=clock.now)


def play(parts: Parts, scenario: Scenario) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack, side_of(slack, parts) as side:
            await scenario(slack, side)

    asyncio.run(run())


async def kill(side: SlackSide) -> None:
    """End the side as a dying process does: nothing is put back, nothing is said."""
    workers, door = side._workers, side.door
    assert workers is not None
    assert workers._loop is not None
    assert door is not None
    for task in (workers._loop, *workers._in_hand):
        task.cancel()
    await door.stop()


def replies(slack: Playground, event: Json) -> list[Json]:
    """What Tape has said, without what still streams or was closed only to be edited."""
    asked = event["event"]
    root = asked.get("thread_ts") or asked["ts"]
    said = slack.messages(asked["channel"], root)
    return [m for m in said if m.get("bot_id") and not m["streaming"] and m["text"] != DOTS]


async def answers(slack: Playground, event: Json, count: int = 1) -> list[Json]:
    await slack.wait_for(lambda: len(replies(slack, event)) >= count)
    return replies(slack, event)


def drawn(message: Json) -> str:
    texts = [b.get("text", "") for b in message["blocks"]]
    texts += [e.get("text", "") for b in message["blocks"] for e in b.get("elements", [])]
    return "\n".join(t if isinstance(t, str) else t["text"] for t in texts)


def test_a_mention_is_answered_in_its_thread_with_citations_and_the_footer(parts: Parts) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        (answer,) = await answers(slack, event)
        assert answer["thread_ts"] == event["event"]["ts"]
        assert "▲ *FCX* Freeport-McMoRan · positive" in drawn(answer)
        assert "[1] “Freeport-McMoRan stands to gain the most from the tariff.”" in drawn(answer)
        assert "Not investment advice · id a-7f3c1234" in drawn(answer)
        assert "FCX" in answer["text"]
        said, *rest = answer["blocks"]
        assert said["type"] == "markdown"
        assert problems(rest) == ()

    play(parts, scenario)


def test_the_same_event_delivered_four_times_is_answered_once(parts: Parts, desk: FakeDesk) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        await slack.deliver(event, times=3)
        await answers(slack, event)
        await slack.deliver(event)
        await slack.settled()
        later = await slack.mention("#research", "ada", "does AMD benefit?")
        await answers(slack, later)
        assert len(replies(slack, event)) == 1
        assert len(desk.asked) == 2

    play(parts, scenario)


def test_a_direct_message_is_answered_in_its_own_thread(parts: Parts, desk: FakeDesk) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        event = await slack.dm("ada", "does AMD benefit?")
        (answer,) = await answers(slack, event)
        assert answer["thread_ts"] == event["event"]["ts"]
        assert "*Not in the sources.*" in drawn(answer)
        assert desk.asked[0].private

    play(parts, scenario)


def test_talk_that_is_not_for_us_is_acknowledged_and_left_alone(
    parts: Parts, desk: FakeDesk
) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        await slack.deliver(await slack.open_home("ada"))
        await slack.deliver(await slack.say("#research", "ben", "who benefits?"))
        await slack.settled()
        assert all(delivery.acknowledged for delivery in slack.deliveries)
        assert len({delivery.event_id for delivery in slack.deliveries}) == 2
        assert desk.asked == []

    play(parts, scenario)


def test_a_question_stored_but_not_answered_before_a_crash_is_answered_after_the_restart(
    parts: Parts, desk: FakeDesk, clock: Clock
) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack:
            first = side_of(slack, parts)
            await first.start()
            desk.gate.clear()
            event = await slack.mention("#research", "ada", "which tickers benefit?")
            await slack.settled()
            await slack.wait_for(lambda: desk.asked)
            await kill(first)
            clock.ahead = timedelta(minutes=2)
            desk.gate.set()
            async with side_of(slack, replace(parts, owner="after the restart")):
                (answer,) = await answers(slack, event)
                assert "*FCX*" in drawn(answer)
            assert len(replies(slack, event)) == 1

    asyncio.run(run())


def test_the_questions_of_a_thread_are_answered_in_order(parts: Parts, desk: FakeDesk) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        first = await slack.mention("#research", "ada", "which tickers benefit?")
        root = first["event"]["ts"]
        await slack.settled()
        for text in ("does AMD benefit?", "and the losers?", "does AMD lose?"):
            await slack.mention("#research", "ben", text, thread_ts=root)
        await answers(slack, first, 4)
        assert [a.text for a in desk.asked] == [
            "which tickers benefit?",
            "does AMD benefit?",
            "and the losers?",
            "does AMD lose?",
        ]
        assert [a.follows for a in desk.asked] == [
            None,
            "a-7f3c1234",
            "a-0000beef",
            "a-7f3c1234",
        ]

    play(parts, scenario)


def test_a_question_under_a_link_is_about_that_link(parts: Parts, desk: FakeDesk) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        posted = await slack.say("#research", "ben", "read https://news.example.com/a?b=1&c=2 now")
        root = posted["event"]["ts"]
        event = await slack.mention("#research", "ada", "who benefits?", thread_ts=root)
        await answers(slack, event)
        assert desk.asked[0].article_links == ("https://news.example.com/a?b=1&c=2",)
        assert desk.asked[0].text == "who benefits?"

    play(parts, scenario)


def test_the_links_of_a_thread_are_all_meant_and_the_zone_is_the_askers(
    parts: Parts, desk: FakeDesk
) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        one, two = "https://news.example.com/a", "https://news.example.com/b"
        posted = await slack.say("#research", "ben", f"{one} or {two} ?")
        root = posted["event"]["ts"]
        first = await slack.mention("#research", "ada", "who benefits?", thread_ts=root)
        await answers(slack, first)
        await slack.mention("#research", "ben", f"and here? {two}", thread_ts=root)
        await answers(slack, first, 2)
        assert [a.article_links for a in desk.asked] == [(one, two), (two,)]
        assert [a.zone for a in desk.asked] == ["America/New_York", "Europe/London"]
        assert [call.method for call in slack.calls].count("users.info") == 2

    play(parts, scenario)


def test_evidence_opens_the_quotes_in_their_context(parts: Parts) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        (answer,) = await answers(slack, event)
        outcome = await slack.click(answer, EVIDENCE)
        assert outcome.answered
        view = await slack.wait_for(lambda: slack.windows.top("U0ADA00001"))
        assert view is not None
        quotes = [b for b in view.payload["blocks"] if b["type"] == "rich_text"]
        words = [e["text"] for e in quotes[0]["elements"][0]["elements"]]
        assert (
            words[1]
            == cite(1, "Freeport-McMoRan stands to gain the most from the tariff.").quote.text
        )
        assert "".join(words).rstrip("…") in TEXT

    play(parts, scenario)


def test_losers_asks_for_the_other_side_once_in_the_same_thread(
    parts: Parts, desk: FakeDesk
) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        event = await slack.mention("#research", "ada", "which tickers benefit?")
        (answer,) = await answers(slack, event)
        assert (await slack.click(answer, LOSERS)).answered
        assert (await slack.click(answer, LOSERS, user="ben")).answered
        await answers(slack, event, 2)
        assert [a.text for a in desk.asked] == ["which tickers benefit?", "Who loses?"]
        assert desk.asked[1].follows == "a-7f3c1234"
        assert desk.asked[1].thread_ts == event["event"]["ts"]

    play(parts, scenario)


def test_an_error_is_told_in_our_words_and_never_in_its_own(parts: Parts) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        broken = await slack.dm("ada", "broken?")
        (told,) = await answers(slack, broken)
        assert "Something went wrong on our side." in drawn(told)
        assert "secret" not in str(told)
        gone = await slack.dm("ada", "unreachable?")
        (told,) = await answers(slack, gone)
        assert "//news.example.com/gone: The address did not answer" in drawn(told)

    play(parts, scenario)


def test_a_bare_mention_is_told_what_can_be_asked(parts: Parts, desk: FakeDesk) -> None:
    async def scenario(slack: Playground, _: SlackSide) -> None:
        event = await slack.mention("#research", "ada", "@Tape")
        (told,) = await answers(slack, event)
        assert "which tickers benefit?" in drawn(told)
        assert desk.asked == []

    play(parts, scenario)


def test_a_wrong_token_is_one_clear_sentence_at_the_start(parts: Parts) -> None:
    async def run() -> None:
        async with Playground(parts.now) as slack:
            wrong = SlackSide(
                parts, bot_token="xoxb-wrong", app_token=slack.app_token, base_url=slack.api_url
            )
            with pytest.raises(SettingError, match="SLACK_BOT_TOKEN"):
                await wrong.start()
            wrong = SlackSide(
                parts, bot_token=slack.bot_token, app_token="xapp-wrong", base_url=slack.api_url
            )
            with pytest.raises(SettingError, match="SLACK_APP_TOKEN"):
                await wrong.start()

    asyncio.run(run())
