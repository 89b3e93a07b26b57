"""The fake Slack's other door: signed posts, retry headers, and the pages of an installation."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Self
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.arguments import RefusedError
from bot.playground.manifest import our_manifest
from bot.playground.oauth import CLIENT_ID, CLIENT_SECRET, inside, outside
from bot.playground.posting import DELAYS, Address, Posting
from bot.playground.server import Playground
from tests.parts import Clock

SECRET = "a-signing-secret"
BACK = "https://tape.test/slack/oauth_redirect"
Json = dict[str, Any]


@dataclass
class Listener:
    """An app that keeps what it is sent, and answers as planned."""

    plan: list[int | float] = field(default_factory=list)
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    reply: str = ""
    port: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/slack/events", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        answer = self.plan.pop(0) if self.plan else 200
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response()
        return web.Response(status=answer, text=self.reply)


def play(
    scenario: Callable[[Playground, Listener], Awaitable[None]],
    listener: Listener | None = None,
    clock: Clock | None = None,
    **options: Any,
) -> None:
    async def run() -> None:
        async with listener or Listener() as app:
            address = Address(f"http://127.0.0.1:{app.port}/slack/events", SECRET, (0.0, 0.0, 0.0))
            now = (clock or Clock()).now
            fake = Playground(now, http=address, ack_timeout=0.3, redirect_url=BACK, **options)
            async with fake as slack:
                await scenario(slack, app)

    asyncio.run(run())


def test_an_event_is_posted_as_signed_json_that_slacks_own_verifier_takes() -> None:
    async def scenario(slack: Playground, app: Listener) -> None:
        event = await slack.mention("#research", "ada", "who benefits?")
        await slack.settled()
        ((headers, body),) = [got for got in app.got if b"app_mention" in got[1]]
        assert json.loads(body) == event
        assert headers["Content-Type"] == "application/json"
        assert SignatureVerifier(SECRET).is_valid_request(body, headers)
        assert not SignatureVerifier("another").is_valid_request(body, headers)
        assert "X-Slack-Retry-Num" not in headers

    play(scenario)


def test_what_is_not_answered_is_posted_three_times_more_and_says_why() -> None:
    async def scenario(slack: Playground, app: Listener) -> None:
        await slack.mention("#research", "ada", "who benefits?")
        await slack.settled()
        retries = [
            (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"))
            for headers, _ in app.got
        ]
        assert retries == [
            (None, None),
            ("1", "http_error"),
            ("2", "http_timeout"),
            ("3", "http_error"),
        ]
        assert len({json.loads(body)["event_id"] for _, body in app.got}) == 1

    play(scenario, Listener(plan=[500, 0.6, 404, 503]), subscribed=frozenset({"app_mention"}))


def test_the_retries_come_at_once_and_after_one_and_five_minutes() -> None:
    assert DELAYS == (0.0, 60.0, 300.0)


def test_a_click_comes_as_a_form_once_and_a_command_as_fields() -> None:
    async def scenario(slack: Playground, app: Listener) -> None:
        line = slack._sockets
        assert isinstance(line, Posting)
        assert await line.send_once("interactive", {"type": "block_actions"}) is None
        answer = await line.send_once("slash_commands", {"command": "/tape", "text": "help me"})
        assert answer
        assert answer.payload == {"response_type": "ephemeral"}
        click, command = (parse_qs(body.decode()) for _, body in app.got)
        assert json.loads(click["payload"][0]) == {"type": "block_actions"}
        assert command == {"command": ["/tape"], "text": ["help me"]}

    play(scenario, Listener(plan=[500], reply='{"response_type": "ephemeral"}'))


def test_an_address_is_taken_when_the_app_answers_the_challenge() -> None:
    async def scenario(slack: Playground, app: Listener) -> None:
        line = slack._sockets
        assert isinstance(line, Posting)
        assert not await line.asks_for("abc")
        app.reply = '{"challenge": "abc"}'
        assert await line.asks_for("abc")

    play(scenario)


def client(slack: Playground, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])


async def access(slack: Playground, **given: str) -> Json:
    app = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    reply = await client(slack).api_call("oauth.v2.access", data={**app, **given})
    assert isinstance(reply.data, dict)
    return reply.data


async def refused(slack: Playground, **given: str) -> str:
    with pytest.raises(SlackApiError) as error:
        await access(slack, **given)
    return str(error.value.response["error"])


def asking(slack: Playground, **more: str) -> str:
    query = "&".join(f"{k}={v}" for k, v in {"client_id": CLIENT_ID, **more}.items())
    return f"{slack.url}oauth/v2/authorize?{query}"


def code_in(url: str) -> str:
    assert url.startswith(BACK)
    return parse_qs(url.partition("?")[2])["code"][0]


def test_a_code_is_good_once_for_ten_minutes_and_for_the_right_secret() -> None:
    clock = Clock()

    async def scenario(slack: Playground, _: Listener) -> None:
        code = code_in(slack.allow(asking(slack, scope="chat:write", state="s")))
        assert await refused(slack, code=code, client_secret="x") == "bad_client_secret"
        assert await refused(slack, code=code, client_id="x") == "invalid_client_id"
        given = await access(slack, code=code)
        assert given["team"]["id"] == slack.team
        assert "refresh_token" not in given
        assert await refused(slack, code=code) == "invalid_code"
        late = code_in(slack.allow(asking(slack, scope="chat:write")))
        clock.ahead += timedelta(minutes=11)
        assert await refused(slack, code=late) == "invalid_code"
        me = await client(slack, given["access_token"]).auth_test()
        assert me["team_id"] == slack.team

    play(scenario, clock=clock)


def test_a_refresh_token_is_good_once_and_gives_a_new_pair() -> None:
    clock = Clock()

    async def scenario(slack: Playground, _: Listener) -> None:
        first = await access(slack, code=code_in(slack.allow(asking(slack, scope="chat:write"))))
        clock.ahead += timedelta(hours=13)
        with pytest.raises(SlackApiError, match="token_expired"):
            await client(slack, first["access_token"]).auth_test()
        again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await access(slack, **again)
        assert second["access_token"] != first["access_token"]
        assert second["refresh_token"] != first["refresh_token"]
        assert await refused(slack, **again) == "invalid_refresh_token"
        assert await refused(slack, grant_type="password") == "invalid_grant_type"
        assert (await client(slack, second["access_token"]).auth_test())["ok"]

    play(scenario, clock=clock, rotating=True)


def test_a_revoked_token_and_an_uninstalled_app_are_told_apart() -> None:
    async def scenario(slack: Playground, app: Listener) -> None:
        tokens = [
            (await access(slack, code=code_in(slack.allow(asking(slack, scope="x")))))[
                "access_token"
            ]
            for _ in range(2)
        ]
        await client(slack, tokens[0]).auth_revoke()
        for token in tokens:
            with pytest.raises(SlackApiError, match="token_revoked"):
                await client(slack, token).auth_test()
        await slack.uninstall()
        await slack.settled()
        with pytest.raises(SlackApiError, match="account_inactive"):
            await client(slack, tokens[0]).auth_test()
        told = [json.loads(body)["event"]["type"] for _, body in app.got]
        assert sorted(told) == ["app_uninstalled", "tokens_revoked"]

    leaving = replace(our_manifest(), events=frozenset({"app_uninstalled", "tokens_revoked"}))
    play(scenario, manifest=leaving)


def test_a_workspace_knows_nothing_of_the_channels_of_another() -> None:
    async def scenario(slack: Playground, app: Listener) -> None:
        other = slack.another()
        code = code_in(other.allow(asking(slack, scope="chat:write")))
        given = await access(slack, code=code)
        assert given["team"]["id"] == other.team == "T1LAB00001"
        spoken = client(slack, given["access_token"])
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await spoken.chat_postMessage(channel="C0RESEARCH", text="hello")
        await spoken.chat_postMessage(channel="C1RESEARCH", text="hello")
        assert [m["text"] for m in other.messages("#research")] == ["hello"]
        assert slack.messages("#research") == []
        event = await other.mention("#research", "ada", "who benefits?")
        await other.settled()
        told = next(json.loads(body) for _, body in app.got if b"app_mention" in body)
        assert (told["team_id"], told["event"]["channel"]) == (other.team, "C1RESEARCH")
        assert told["event_id"] != event["event_id"]

    play(scenario)


def test_ids_of_a_workspace_are_written_and_read_back_and_words_are_left_alone() -> None:
    said = {"channel": "C0RESEARCH", "text": "<@U0ADA00001> A0TAPE0001 C0 COPPER0RES T0"}
    told = outside(said, 3)
    assert told == {"channel": "C3RESEARCH", "text": "<@U3ADA00001> A0TAPE0001 C0 COPPER0RES T0"}
    assert inside(told, 3) == said
    assert inside(said, 3)["channel"] == "CXRESEARCH"


def test_the_authorize_page_shows_what_is_asked_for_and_sends_the_browser_back() -> None:
    async def scenario(slack: Playground, _: Listener) -> None:
        slack.another()
        asked = asking(slack, scope="chat:write,<b>x</b>", state="s-1")
        async with aiohttp.ClientSession() as browser:
            async with browser.get(asked) as page:
                text = await page.text()
            assert "<li>chat:write</li>" in text
            assert "<b>" not in text
            assert "T1LAB00001" in text
            for answer, query in (("allow", "code"), ("cancel", "error")):
                form = {"team": "T1LAB00001", "answer": answer}
                async with browser.post(asked, data=form, allow_redirects=False) as sent:
                    back = parse_qs(sent.headers["Location"].partition("?")[2])
                assert (sent.status, back["state"], query in back) == (303, ["s-1"], True)
            for wrong in ("client_id=other&scope=x", f"client_id={CLIENT_ID}"):
                async with browser.get(f"{slack.url}oauth/v2/authorize?{wrong}") as page:
                    assert page.status == 400

    play(scenario)


def test_an_app_that_is_not_ours_is_not_let_in() -> None:
    async def scenario(slack: Playground, _: Listener) -> None:
        with pytest.raises(RefusedError, match="invalid_client_id"):
            slack.allow(f"{slack.url}oauth/v2/authorize?client_id=other&scope=x")
        with pytest.raises(RefusedError, match="no_scopes"):
            slack.allow(asking(slack))

    play(scenario)
