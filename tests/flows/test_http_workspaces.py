"""Tape over HTTP: in one workspace, and in many that install it, renew their tokens and leave."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from bot.app import Side
from bot.blocks.answer import EVIDENCE
from bot.blocks.digest import digest_message
from bot.inbox_rows import inbox
from bot.oauth import DONE, REDIRECT
from bot.parts import Parts
from bot.playground.server import Playground
from bot.tokens import Installations, cipher_of
from jobs.brief import Desk, tick
from jobs.digest import News
from jobs.models import DIGEST, Subscription
from jobs.outbox import Refused
from jobs.schedules import WEEKDAYS, Daily
from jobs.state import State
from retrieval.db import migrate
from tests.http_side import KEY, Many, many, play_http
from tests.parts import Clock, bot_tables, parts_over

Json = dict[str, Any]
ASK = "which tickers benefit?"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return bot_tables(tmp_path)


@pytest.fixture
def parts(engine: Engine, clock: Clock) -> Parts:
    return parts_over(engine, now=clock.now)


def play(
    parts: Parts,
    engine: Engine,
    scenario: Callable[[Many], Awaitable[None]],
    *,
    rotating: bool = False,
) -> None:
    async def run() -> None:
        async with many(parts, engine, rotating=rotating) as running:
            await scenario(running)

    asyncio.run(run())


def ours(slack: Playground, event: Json) -> list[Json]:
    """What Tape answered to a question, once it is whole."""
    asked = event["event"]
    said = slack.messages(asked["channel"], asked["ts"])
    return [m for m in said if m.get("metadata") and not m["streaming"]]


async def answered(slack: Playground, text: str = ASK) -> list[Json]:
    event = await slack.mention("#research", "ada", text)
    return await slack.wait_for(lambda: ours(slack, event))


def test_a_question_that_comes_over_http_is_answered_in_its_thread(parts: Parts) -> None:
    async def scenario(slack: Playground, _: Side) -> None:
        (message,) = await answered(slack)
        assert "FCX" in message["text"]
        (first,) = [d for d in slack.deliveries if d.kind == "events_api"][:1]
        assert (first.acknowledged, first.attempt) == (True, 0)

    play_http(parts, scenario)


def test_what_is_delivered_again_over_http_is_answered_once(parts: Parts) -> None:
    async def scenario(slack: Playground, _: Side) -> None:
        event = await slack.mention("#research", "ada", ASK)
        await slack.deliver(event, times=3)
        await slack.settled()
        await slack.wait_for(lambda: ours(slack, event))
        assert len(ours(slack, event)) == 1

    play_http(parts, scenario)


def test_events_of_the_time_when_tape_was_away_are_posted_again(parts: Parts) -> None:
    async def scenario(slack: Playground, side: Side) -> None:
        assert side.door
        await side.door.stop()
        event = await slack.mention("#research", "ada", ASK)
        await slack.settled()
        mine = [d for d in slack.deliveries if d.event_id == event["event_id"]]
        assert [d.attempt for d in mine] == [0, 1, 2, 3]
        assert not any(d.acknowledged for d in mine)

    play_http(parts, scenario)


def test_the_buttons_of_an_answer_work_over_http(parts: Parts) -> None:
    async def scenario(slack: Playground, _: Side) -> None:
        (message,) = await answered(slack)
        outcome = await slack.click(message, EVIDENCE)
        assert outcome.answered
        view = await slack.wait_for(lambda: slack.windows.top("U0ADA00001"))
        assert view.payload["type"] == "modal"

    play_http(parts, scenario)


def test_each_workspace_is_answered_with_its_own_token(parts: Parts, engine: Engine) -> None:
    async def scenario(running: Many) -> None:
        first, second = running.slack, running.slack.another()
        for workspace in (first, second):
            page = await running.install(workspace)
            assert (page.status_code, DONE in page.text) == (200, True)
        for workspace in (first, second):
            (message,) = await answered(workspace)
            assert "FCX" in message["text"]
        assert len(ours_in(first)) == len(ours_in(second)) == 1
        assert asked_from(engine) == {first.team, second.team}

    play(parts, engine, scenario)


def asked_from(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        asked = select(inbox.c.workspace).where(inbox.c.asked.is_not(None))
        return {str(workspace) for workspace in connection.scalars(asked)}


def ours_in(slack: Playground) -> list[Json]:
    roots = slack.messages("#research")
    return [m for root in roots for m in slack.messages("#research", root["ts"]) if m.get("bot_id")]


def test_a_workspace_without_an_installation_is_not_answered(parts: Parts, engine: Engine) -> None:
    async def scenario(running: Many) -> None:
        stranger = running.slack.another()
        event = await stranger.mention("#research", "ada", ASK)
        await stranger.settled()
        assert ours(stranger, event) == []
        assert asked_from(engine) == set()

    with capture_logs() as logs:
        play(parts, engine, scenario)
    assert {
        "event": "tape is not installed in this workspace",
        "workspace": "T1LAB00001",
    }.items() <= (next(line for line in logs if "workspace" in line).items())


def test_a_task_that_named_no_workspace_speaks_in_none(parts: Parts, engine: Engine) -> None:
    async def scenario(running: Many) -> None:
        await running.install(running.slack)
        with pytest.raises(Refused, match="not_installed"):
            await running.side.delivery.posts.chat_postMessage(channel="C0RESEARCH", text="hello")

    play(parts, engine, scenario)


def test_the_install_page_is_good_once_in_one_browser_and_for_ten_minutes(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    async def scenario(running: Many) -> None:
        browser, slack, begin = running.browser, running.slack, running.begin
        back = httpx.URL(slack.allow(await begin())).raw_path.decode()
        assert (await browser.get(back)).status_code == 200
        again = await browser.get(back)
        assert (again.status_code, "Begin again" in again.text) == (401, True)
        stolen = httpx.URL(slack.allow(await begin())).raw_path.decode()
        browser.cookies.clear()
        assert (await browser.get(stolen)).status_code == 400
        late = httpx.URL(slack.allow(await begin())).raw_path.decode()
        clock.ahead += timedelta(minutes=11)
        assert (await browser.get(late)).status_code == 401

    play(parts, engine, scenario)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("error=access_denied", "cancelled"),
        ("error=<script>alert(1)</script>", "something went wrong"),
        ("code=x", "cookies"),
    ],
)
def test_what_the_page_says_is_ours_whatever_the_address_says(
    parts: Parts, engine: Engine, query: str, words: str
) -> None:
    async def scenario(running: Many) -> None:
        page = await running.browser.get(f"{REDIRECT}?{query}")
        assert page.status_code == 400
        assert words in page.text
        assert "script" not in page.text

    play(parts, engine, scenario)


def test_a_code_that_slack_does_not_take_installs_nothing(parts: Parts, engine: Engine) -> None:
    async def scenario(running: Many) -> None:
        state = httpx.URL(await running.begin()).params["state"]
        reply = await running.browser.get(f"{REDIRECT}?code=made-up&state={state}")
        assert (reply.status_code, "did not take the code" in reply.text) == (401, True)
        assert running.entrance.renewal.store.find(running.slack.team) is None

    play(parts, engine, scenario)


def test_five_events_on_an_expired_token_are_one_refresh(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    async def scenario(running: Many) -> None:
        slack = running.slack
        await running.install(slack)
        clock.ahead += timedelta(hours=13)
        events = [await slack.mention("#research", "ada", f"{ASK} {n}") for n in range(5)]
        for event in events:
            (message,) = await slack.wait_for(lambda event=event: ours(slack, event))
            assert "FCX" in message["text"]
        assert len(refreshes(slack)) == 1
        clock.ahead += timedelta(hours=13)
        await answered(slack)
        assert [call.ok for call in refreshes(slack)] == [True, True]

    play(parts, engine, scenario, rotating=True)


def refreshes(slack: Playground) -> list[Any]:
    asked = [call for call in slack.calls if call.method == "oauth.v2.access"]
    return [call for call in asked if call.arguments.get("grant_type") == "refresh_token"]


def test_two_processes_renew_a_token_once(parts: Parts, engine: Engine, clock: Clock) -> None:
    async def scenario(running: Many) -> None:
        from tests.http_side import entrance_of

        await running.install(running.slack)
        clock.ahead += timedelta(hours=13)
        other = replace(parts, owner="another process")
        both = [
            running.entrance.renewal,
            entrance_of(other, engine, running.slack, 1).renewal,
        ]
        found = await asyncio.gather(
            *(renewal.installation(running.slack.team) for renewal in both for _ in range(3))
        )
        assert len({one.bot_token for one in found if one}) == 1
        assert all(found)
        assert len(refreshes(running.slack)) == 1

    play(parts, engine, scenario, rotating=True)


@dataclass
class Late:
    """Holds back a claim to refresh until another process has renewed the token."""

    claiming: threading.Event = field(default_factory=threading.Event)
    renewed: threading.Event = field(default_factory=threading.Event)

    def store(self, engine: Engine) -> Installations:
        late = self

        class Store(Installations):
            def begin_refresh(
                self, workspace: str, owner: str, now: datetime, until: datetime
            ) -> bool:
                late.claiming.set()
                assert late.renewed.wait(20)
                return super().begin_refresh(workspace, owner, now, until)

        return Store(engine, cipher_of(KEY))


def test_a_process_that_claims_after_another_has_renewed_takes_what_is_there(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    async def scenario(running: Many) -> None:
        from tests.http_side import entrance_of

        team, late = running.slack.team, Late()
        await running.install(running.slack)
        clock.ahead += timedelta(hours=13)
        quick = entrance_of(replace(parts, owner="another"), engine, running.slack, 1).renewal
        slow = replace(running.entrance.renewal, store=late.store(engine))
        waiting = asyncio.create_task(slow.installation(team))
        assert await asyncio.to_thread(late.claiming.wait, 20)
        renewed = await quick.installation(team)
        late.renewed.set()
        found = await waiting
        assert renewed
        assert found
        assert found.bot_token == renewed.bot_token
        assert len(refreshes(running.slack)) == 1
        clock.ahead += timedelta(hours=13)
        later = await quick.installation(team)  # at once: the claim was given back
        assert later
        assert later.bot_token != renewed.bot_token

    play(parts, engine, scenario, rotating=True)


def test_a_refresh_that_slack_refuses_leaves_the_token_while_it_is_good(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    async def scenario(running: Many) -> None:
        slack, store = running.slack, running.entrance.renewal.store
        await running.install(slack)
        installed = store.find(slack.team)
        assert installed
        installed.bot_refresh_token = "xoxe-1-used"
        store.save(installed)
        clock.ahead += timedelta(hours=11)
        await answered(slack)
        clock.ahead += timedelta(hours=2)
        event = await slack.mention("#research", "ada", ASK)
        await slack.settled()
        assert ours(slack, event) == []

    with capture_logs() as logs:
        play(parts, engine, scenario, rotating=True)
    (first, *_) = [line for line in logs if line["event"] == "token not renewed"]
    assert first["detail"] == ("invalid_refresh_token",)
    assert "xoxe" not in str(logs)


def test_while_no_token_can_be_had_slack_posts_again_and_the_question_is_answered(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    async def scenario(running: Many) -> None:
        slack = running.slack
        await running.install(slack)
        clock.ahead += timedelta(hours=13)
        slack.fail("oauth.v2.access", "status", 2)
        event = await slack.mention("#research", "ada", ASK)
        (message,) = await slack.wait_for(lambda: ours(slack, event))
        assert "FCX" in message["text"]
        mine = [d for d in slack.deliveries if d.event_id == event["event_id"]]
        assert not mine[0].acknowledged
        assert mine[-1].acknowledged

    play(parts, engine, scenario, rotating=True)


def test_a_workspace_that_sends_tape_away_leaves_nothing_behind(
    parts: Parts, engine: Engine
) -> None:
    async def scenario(running: Many) -> None:
        first, second = running.slack, running.slack.another()
        for workspace in (first, second):
            await running.install(workspace)
            await answered(workspace)
        await second.uninstall()
        await second.settled()
        await running.slack.wait_for(lambda: asked_from(engine) == {first.team})
        assert running.entrance.renewal.store.find(second.team) is None
        assert running.entrance.renewal.store.find(first.team)
        await answered(first)
        await running.install(second)
        await answered(second, "which tickers benefit now?")

    play(parts, engine, scenario)


def test_a_brief_is_posted_in_the_workspace_that_wants_it(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    migrate(engine, "jobs")
    state = State(engine)
    desk = Desk(state, lambda *_: News((), ()), digest_message)

    async def scenario(running: Many) -> None:
        first, second = running.slack, running.slack.another()
        for workspace in (first, second):
            await running.install(workspace)
        at = parts.now() - timedelta(minutes=1)
        state.subscribe(
            Subscription(
                DIGEST,
                "C1BRIEF001",
                Daily(at.time().replace(second=0, microsecond=0), WEEKDAYS, "UTC"),
                at - timedelta(days=1),
                team=second.team,
            )
        )
        await asyncio.to_thread(tick, parts.now(), desk)  # the clock's own is due in half a minute
        (brief,) = await second.wait_for(lambda: second.messages("#daily-brief"))
        assert "brief" in brief["text"]
        assert first.messages("#daily-brief") == []

    clock.ahead = datetime(2026, 11, 27, 13, 45, 30, tzinfo=UTC) - datetime.now(UTC)  # a Friday
    play(replace(parts, desk=desk), engine, scenario)


def test_a_late_word_of_leaving_does_not_end_a_new_installation(
    parts: Parts, engine: Engine
) -> None:
    async def scenario(running: Many) -> None:
        slack = running.slack
        await running.install(slack)
        outer = {
            "type": "event_callback",
            "team_id": slack.team,
            "event_id": "EvLATE",
            "event_time": int((parts.now() - timedelta(minutes=5)).timestamp()),
            "event": {"type": "app_uninstalled"},
        }
        await answered(slack)
        await slack.deliver(outer)
        await slack.settled()
        assert running.entrance.renewal.store.find(slack.team)
        await answered(slack)

    play(parts, engine, scenario)


def test_no_token_and_no_secret_is_ever_logged(
    parts: Parts, engine: Engine, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(running: Many) -> None:
        await running.install(running.slack)
        await answered(running.slack)
        clock.ahead += timedelta(hours=13)
        await answered(running.slack)
        await running.browser.get(f"{REDIRECT}?code=c&state=s")

    with capture_logs() as logs, caplog.at_level("INFO"):
        play(parts, engine, scenario, rotating=True)
    told = caplog.text + str(logs)
    for secret in ("xoxb-", "xoxe", "playground-client-secret", "a-signing-secret", ASK):
        assert secret not in told


@pytest.mark.parametrize("token", ["", "made-up"])
def test_the_fake_takes_no_token_that_it_did_not_give(
    parts: Parts, engine: Engine, token: str
) -> None:
    async def scenario(running: Many) -> None:
        client = AsyncWebClient(token, base_url=running.slack.api_url)
        with pytest.raises(Exception, match=r"not_authed|invalid_auth"):
            await client.auth_test()

    play(parts, engine, scenario)
