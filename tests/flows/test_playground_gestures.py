"""Commands, shortcuts, menus and forms, as Slack's real Bolt app hears and answers them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.interactions import UnknownPlaceError
from bot.playground.manifest import Command, Manifest, Shortcut
from bot.playground.server import Playground
from tests.desk import EVERY_SCOPE

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MANIFEST = Manifest(
    scopes=EVERY_SCOPE,
    events=frozenset({"app_mention", "message.im", "link_shared", "app_context_changed"}),
    commands=(Command("/tape"), Command("/escaped", escaped=True)),
    shortcuts=(Shortcut("analyse", "Analyse", "message"), Shortcut("watch", "Watch", "global")),
    unfurl_domains=("news.example",),
)
DAILY = {"text": {"type": "plain_text", "text": "Daily"}, "value": "daily"}
MENU = {"type": "static_select", "action_id": "when", "options": [DAILY]}
SHARE = {"type": "button", "action_id": "share", "text": {"type": "plain_text", "text": "Share"}}
FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Digest"},
    "submit": {"type": "plain_text", "text": "Save"},
    "callback_id": "digest",
    "blocks": [
        {
            "type": "input",
            "block_id": "tickers",
            "label": {"type": "plain_text", "text": "Tickers"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        },
        {
            "type": "input",
            "block_id": "when",
            "label": {"type": "plain_text", "text": "When"},
            "element": MENU,
        },
    ],
}
Scene = Callable[[Playground, AsyncWebClient], Awaitable[None]]


def play(prepare: Callable[[AsyncApp], object], scene: Scene, **settings: Any) -> None:
    """Connect a real Bolt app with the listeners that `prepare` adds, and act a scene."""

    async def act() -> None:
        async with Playground(lambda: NOON, **{"manifest": MANIFEST, **settings}) as slack:
            client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
            app = AsyncApp(client=client)
            prepare(app)
            socket = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
            await socket.connect_async()  # type: ignore[no-untyped-call]
            try:
                await scene(slack, client)
            finally:
                await socket.close_async()  # type: ignore[no-untyped-call]

    asyncio.run(act())


def test_a_command_is_acknowledged_with_words_and_answered_later() -> None:
    heard: list[dict[str, Any]] = []

    def prepare(app: AsyncApp) -> None:
        @app.command("/tape")
        async def tape(ack: Any, respond: Any, command: dict[str, Any]) -> None:
            heard.append(command)
            await ack("Reading…")
            await respond("Miners gain.", response_type="in_channel")

    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        outcome = await slack.command("#research", "ben", "/tape  who gains? ")
        await slack.wait_for(lambda: slack.messages("#research"))

        assert outcome.answered
        assert outcome.payload == {"text": "Reading…"}
        assert [m["text"] for m in slack.ephemerals("#research", "ben")] == ["Reading…"]
        assert slack.ephemerals("#research", "ada") == []
        assert [m["text"] for m in slack.messages("#research")] == ["Miners gain."]
        assert (heard[0]["text"], heard[0]["channel_name"]) == ("who gains?", "research")

    play(prepare, scene)


def test_a_command_that_the_manifest_does_not_name_does_not_exist() -> None:
    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        with pytest.raises(UnknownPlaceError):
            await slack.command("#research", "ada", "/other help")

    play(lambda _: None, scene)


def test_a_command_that_is_not_acknowledged_in_time_is_never_sent_again() -> None:
    runs: list[int] = []

    def prepare(app: AsyncApp) -> None:
        @app.command("/tape")
        async def tape() -> None:
            runs.append(1)

    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        outcome = await slack.command("#research", "ada", "/tape help")

        assert not outcome.answered
        assert len(runs) == 1

    play(prepare, scene, ack_timeout=0.1)


def test_a_shortcut_on_a_message_carries_it_and_may_open_a_window() -> None:
    heard: list[dict[str, Any]] = []

    def prepare(app: AsyncApp) -> None:
        @app.shortcut("analyse")
        async def analyse(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()
            heard.append(body)
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)

        @app.shortcut("watch")
        async def watch(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            heard.append(body)

    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        said = await slack.say("#research", "ben", "https://news.example/a")
        message = slack.messages("#research")[0]
        assert (await slack.shortcut(message, "analyse", "ada")).answered
        await slack.wait_for(lambda: slack.windows.top("U0ADA00001"))
        assert (await slack.shortcut(None, "watch", "ben")).answered
        for place, name in ((message, "watch"), (None, "analyse"), (message, "other")):
            with pytest.raises(UnknownPlaceError):
                await slack.shortcut(place, name)

        assert heard[0]["message"]["text"] == "<https://news.example/a>"
        assert heard[0]["message_ts"] == said["event"]["ts"]
        assert heard[1]["type"] == "shortcut"

    play(prepare, scene)


def test_a_share_button_of_an_ephemeral_message_posts_once_and_takes_itself_away() -> None:
    def prepare(app: AsyncApp) -> None:
        @app.action("share")
        async def share(ack: Any, respond: Any, body: dict[str, Any]) -> None:
            await ack()
            assert "message" not in body
            await respond(delete_original=True)
            await respond("Shared.", response_type="in_channel")

    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        blocks = [{"type": "actions", "elements": [SHARE]}]
        await client.chat_postEphemeral(
            channel="C0RESEARCH", user="U0BEN00001", text="Yours", blocks=blocks
        )
        await slack.click(slack.ephemerals("#research", "ben")[0], "share", user="ben")
        await slack.wait_for(lambda: slack.messages("#research"))

        assert [m["text"] for m in slack.messages("#research")] == ["Shared."]
        assert slack.ephemerals("#research", "ben") == []

    play(prepare, scene)


def test_a_menu_in_a_message_tells_what_was_picked() -> None:
    heard: list[dict[str, Any]] = []

    def prepare(app: AsyncApp) -> None:
        @app.action("when")
        async def when(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            heard.append(body)

    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        blocks = [{"type": "actions", "block_id": "row", "elements": [MENU]}]
        await client.chat_postMessage(channel="#research", text="When?", blocks=blocks)
        (message,) = slack.messages("#research")
        await slack.click(message, "when", choice="daily")
        with pytest.raises(UnknownPlaceError):
            await slack.click(message, "when", choice="weekly")

        assert heard[0]["actions"][0]["selected_option"] == DAILY
        assert heard[0]["state"]["values"]["row"]["when"]["selected_option"] == DAILY

    play(prepare, scene)


def test_a_form_is_sent_whole_and_not_before_it_is_filled() -> None:
    heard: list[dict[str, Any]] = []

    def prepare(app: AsyncApp) -> None:
        @app.view("digest")
        async def digest(ack: Any, view: dict[str, Any]) -> None:
            heard.append(view["state"]["values"])
            wrong = {"nowhere": "x"} if len(heard) == 1 else {"tickers": "Unknown: XYZQ"}
            await ack(response_action="errors", errors=wrong)

    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=slack.windows.trigger("U0ADA00001"), view=FORM)
        empty = await slack.submit_view({"when": {"when": "daily"}})
        filled = {"tickers": {"value": "XYZQ"}, "when": {"when": "daily"}}
        misplaced = await slack.submit_view(filled)
        refused = await slack.submit_view(filled)

        assert list(empty.errors) == ["tickers"]
        assert not misplaced.answered  # Slack shows a failure: there is no such input
        assert refused.errors == {"tickers": "Unknown: XYZQ"}
        assert len(heard) == 2
        assert heard[0]["tickers"]["value"]["value"] == "XYZQ"
        assert heard[0]["when"]["when"]["selected_option"]["value"] == "daily"

    play(prepare, scene)


def test_a_link_of_ours_and_what_the_user_looks_at_are_told() -> None:
    heard: list[dict[str, Any]] = []

    def prepare(app: AsyncApp) -> None:
        @app.event("link_shared")
        @app.event("app_context_changed")
        @app.event("message")
        async def hear(event: dict[str, Any]) -> None:
            heard.append(event)

    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        said = await slack.say(
            "#research", "ben", "see https://news.example/a and https://x.example"
        )
        await slack.look_at("ben", "#research", said["event"]["ts"])
        await slack.dm("ben", "what about this?")
        await slack.look_at("ben", None)
        await slack.dm("ben", "and now?")
        await slack.settled()

        links = [e for e in heard if e["type"] == "link_shared"]
        assert [link["url"] for link in links[0]["links"]] == ["https://news.example/a"]
        assert links[0]["message_ts"] == said["event"]["ts"]
        looks = [e["context"]["entities"] for e in heard if e["type"] == "app_context_changed"]
        assert [len(entities) for entities in looks] == [2, 0]
        (with_context, without) = [e for e in heard if e["type"] == "message"]
        assert with_context["app_context"]["entities"] == looks[0]
        assert "app_context" not in without

    play(prepare, scene)


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        ("/tape", "tell @ben & #research"),
        ("/escaped", "tell <@U0BEN00001> &amp; <#C0RESEARCH|research>"),
    ],
)
def test_a_command_is_escaped_where_the_manifest_asks_for_it(command: str, sent: str) -> None:
    heard: list[str] = []

    def prepare(app: AsyncApp) -> None:
        @app.command(command)
        async def hear(ack: Any, command: dict[str, Any]) -> None:
            await ack()
            heard.append(command["text"])

    async def scene(slack: Playground, _: AsyncWebClient) -> None:
        await slack.command("#research", "ada", f"{command} tell @ben & #research")

        assert heard == [sent]

    play(prepare, scene)


def test_what_was_not_granted_is_neither_sent_nor_answered() -> None:
    heard: list[str] = []

    def prepare(app: AsyncApp) -> None:
        @app.event("message")
        async def hear(event: dict[str, Any]) -> None:
            heard.append(event["text"])

        @app.action("share")
        async def share(ack: Any) -> None:
            await ack()
            heard.append("click")

    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        blocks = [{"type": "actions", "elements": [SHARE]}]
        await client.chat_postMessage(channel="#research", text="x", blocks=blocks)
        await slack.dm("ada", "not heard")
        outcome = await slack.click(slack.messages("#research")[0], "share")
        await slack.settled()

        assert not outcome.answered
        assert heard == []

    shut = replace(MANIFEST, scopes=frozenset({"chat:write"}), interactive=False)
    play(prepare, scene, manifest=shut)


def test_a_user_renames_a_session() -> None:
    heard: list[dict[str, Any]] = []

    def prepare(app: AsyncApp) -> None:
        @app.event("agent_session_title_changed")
        async def hear(event: dict[str, Any]) -> None:
            heard.append(event)

    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        place = {"channel_id": "D0ADA00001", "thread_ts": "1.1"}
        await client.agents_sessions_setStatus(**place, status="active", title="Copper")
        await slack.rename_session("D0ADA00001", "ada", "1.1", "Copper tariff")
        await slack.settled()

        assert (heard[0]["title"], heard[0]["previous_title"]) == ("Copper tariff", "Copper")
        session = slack.session("D0ADA00001", "1.1")
        assert session is not None
        assert session.title == "Copper tariff"

    events = MANIFEST.events | {"agent_session_title_changed"}
    play(prepare, scene, manifest=replace(MANIFEST, events=events))
