"""Slack's real Python client and socket against the fake: what a test may rely on."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from retrieval.errors import PortBusyError
from tests.socket_app import NOON, Payloads, app, play

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Miners* gain. [1]"}}
BUTTON = {
    "type": "button",
    "action_id": "evidence",
    "text": {"type": "plain_text", "text": "Evidence"},
}
ACTIONS = {"type": "actions", "elements": [BUTTON]}
INPUT = {
    "type": "input",
    "block_id": "b",
    "label": {"type": "plain_text", "text": "Tickers"},
    "element": {"type": "plain_text_input", "action_id": "value", "initial_value": "NVDA"},
}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Evidence"}, "blocks": [SECTION]}


def test_slacks_client_posts_replies_and_looks_metadata_up() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        metadata = {"event_type": "tape", "event_payload": {"key": "k1"}}
        root = await client.chat_postMessage(channel="#research", text="root", metadata=metadata)
        await client.chat_postMessage(
            channel=root["channel"], thread_ts=root["ts"], text="Miners gain.", blocks=[SECTION]
        )
        look = {"channel": root["channel"], "oldest": str(NOON.timestamp() - 5)}
        found = await client.conversations_history(**look, include_all_metadata=True)
        thread = await client.conversations_replies(channel=root["channel"], ts=root["ts"])

        assert found["messages"][0]["metadata"]["event_payload"] == {"key": "k1"}
        assert [m["text"] for m in thread["messages"]] == ["root", "Miners gain."]
        assert slack.messages("#research", root["ts"])[1]["blocks"][0]["text"] == SECTION["text"]

    play(scene)


def test_slacks_client_raises_with_the_fakes_error() -> None:
    async def scene(_slack: Playground, client: AsyncWebClient) -> None:
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await client.chat_postMessage(channel="C0NOWHERE", text="x")
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await client.auth_test(token="xoxb-other")

    play(scene)


def test_a_paced_fake_answers_429_with_a_time_to_wait() -> None:
    async def scene(_slack: Playground, client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel="#research", text="x")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel="#research", text="x")

        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "1"

    play(scene, paced=True)


def test_auth_test_tells_the_scopes_that_bolt_reads() -> None:
    async def scene(_slack: Playground, client: AsyncWebClient) -> None:
        who = await client.auth_test()

        assert who["bot_id"] == "B0TAPEBOT1"
        assert "chat:write" in who.headers["x-oauth-scopes"]

    play(scene)


def test_a_mention_reaches_the_app_once_when_acknowledged() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            sent = await slack.mention("#research", "ada", "which tickers benefit?")
            await slack.settled()

            assert [r.payload["event"]["text"] for r in bot.heard] == [
                "<@U0TAPEBOT1> which tickers benefit?"
            ]
            assert bot.heard[0].payload["event_id"] == sent["event_id"]
            assert bot.heard[0].retry_attempt == 0

    play(scene)


def test_an_event_without_acknowledgement_comes_four_times_in_new_envelopes() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            bot.deaf_to = 99
            await slack.dm("ada", "which tickers benefit?")
            await slack.settled()

            assert [r.retry_attempt for r in bot.heard] == [0, 1, 2, 3]
            assert [r.retry_reason for r in bot.heard] == ["", "timeout", "timeout", "timeout"]
            assert len({r.envelope_id for r in bot.heard}) == 4
            assert len({r.payload["event_id"] for r in bot.heard}) == 1
            assert not any(d.acknowledged for d in slack.deliveries)

    play(scene, ack_timeout=0.05)


def test_an_acknowledged_redelivery_is_the_last() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            bot.deaf_to = 1
            await slack.dm("ada", "hello")
            await slack.settled()

            assert [r.retry_attempt for r in bot.heard] == [0, 1]

    play(scene, ack_timeout=0.2)


def test_one_event_can_be_delivered_many_times() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            sent = await slack.dm("ada", "hello")
            await slack.deliver(sent, times=3)
            await slack.settled()

            assert [r.payload["event_id"] for r in bot.heard] == [sent["event_id"]] * 4
            assert len({r.envelope_id for r in bot.heard}) == 4

    play(scene)


def test_each_event_goes_to_one_of_two_sockets() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with app(slack) as one, app(slack) as two:
            for n in range(10):
                await slack.dm("ada", str(n))
            await slack.settled()

            texts = [r.payload["event"]["text"] for r in (*one.heard, *two.heard)]
            assert sorted(texts) == list("0123456789")
            assert one.heard
            assert two.heard

    play(scene)


def test_only_subscribed_events_are_delivered() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            await slack.say("#research", "ada", "no mention here")
            await slack.mention("#research", "ada", "a mention")
            await slack.settled()

            assert [r.payload["event"]["type"] for r in bot.heard] == ["app_mention"]

    play(scene, subscribed=frozenset({"app_mention"}))


def test_a_mention_has_a_twin_where_channel_messages_are_subscribed() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            await slack.mention("#research", "ada", "a mention")
            await slack.settled()

            events = [r.payload["event"] for r in bot.heard]
            assert {e["type"] for e in events} == {"app_mention", "message"}
            assert len({e["ts"] for e in events}) == len({e["client_msg_id"] for e in events}) == 1

    play(scene, subscribed=frozenset({"app_mention", "message.channels"}))


def test_the_bots_own_words_come_back_marked_as_a_bots() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            await client.chat_postMessage(channel="U0ADA00001", text="Miners gain.")
            await slack.settled()

            event = bot.heard[0].payload["event"]
            assert (event["bot_id"], event["channel_type"]) == ("B0TAPEBOT1", "im")

    play(scene)


def test_an_app_that_connects_late_still_hears_the_question() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        await slack.dm("ada", "anyone there?")
        async with app(slack) as bot:
            await slack.settled()

            assert len(bot.heard) == 1

    play(scene)


def test_a_socket_that_is_asked_to_go_comes_back() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            await slack.disconnect()
            await slack.wait_for(lambda: len(slack.calls) == 2 and slack.connected == 1)
            await slack.dm("ada", "still there?")
            await slack.settled()

            assert [c.method for c in slack.calls] == ["apps.connections.open"] * 2
            assert len(bot.heard) == 1

    play(scene)


def test_a_click_opens_a_window_and_its_form_can_be_refused() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            await client.chat_postMessage(channel="#research", text="x", blocks=[SECTION, ACTIONS])
            clicked = await slack.click(slack.messages("#research")[0], "evidence")
            action = bot.heard[0].payload
            form = {**MODAL, "blocks": [INPUT], "submit": {"type": "plain_text", "text": "Go"}}
            await client.views_open(trigger_id=action["trigger_id"], view=form)
            bot.answers = iter([{"response_action": "errors", "errors": {"b": "Unknown"}}, None])
            refused = await slack.submit_view({"b": {"value": {"value": "XYZQ"}}})
            still_open = slack.windows.top("U0ADA00001")
            taken = await slack.submit_view()

            assert clicked.answered
            assert action["actions"][0]["action_id"] == "evidence"
            assert action["container"]["message_ts"] == action["message"]["ts"]
            assert refused.errors == {"b": "Unknown"}
            assert still_open is not None
            assert taken.answered
            assert slack.windows.top("U0ADA00001") is None
            values = bot.heard[1].payload["view"]["state"]["values"]
            assert values == {"b": {"value": {"type": "plain_text_input", "value": "XYZQ"}}}
            untouched = bot.heard[2].payload["view"]["state"]["values"]["b"]["value"]
            assert untouched == {"type": "plain_text_input", "value": "NVDA"}

    play(scene)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({"response_action": "update", "view": {**MODAL, "callback_id": "new"}}, ["new"]),
        ({"response_action": "push", "view": {**MODAL, "callback_id": "new"}}, ["old", "new"]),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": {"type": "modal"}}, ["old"]),
    ],
    ids=["update", "push", "clear", "an unsound view"],
)
def test_the_apps_answer_to_a_form_decides_what_stays_open(
    answer: Payloads, shown: list[str]
) -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            view = {**MODAL, "callback_id": "old"}
            await client.views_open(trigger_id=slack.windows.trigger("U0ADA00001"), view=view)
            bot.answers = iter([answer])
            outcome = await slack.submit_view()

            stack = slack.windows.stacks["U0ADA00001"]
            assert [view.payload["callback_id"] for view in stack] == shown
            assert outcome.answered is (shown != ["old"])

    play(scene)


def test_an_unanswered_click_is_told_and_never_sent_again() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            bot.deaf_to = 99
            await client.chat_postMessage(channel="#research", text="x", blocks=[ACTIONS])
            outcome = await slack.click(slack.messages("#research")[0], "evidence", user="ben")

            assert not outcome.answered
            assert len(bot.heard) == 1

    play(scene, ack_timeout=0.1)


def test_a_click_on_an_ephemeral_message_carries_no_message() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            await client.chat_postEphemeral(
                channel="C0RESEARCH", user="U0BEN00001", text="x", blocks=[ACTIONS]
            )
            await slack.click(slack.ephemerals("#research", "ben")[0], "evidence", user="ben")

            assert bot.heard[0].payload["container"]["is_ephemeral"] is True
            assert "message" not in bot.heard[0].payload
            assert slack.ephemerals("#research", "ada") == slack.messages("#research") == []

    play(scene)


def test_a_ticket_opens_one_socket() -> None:
    async def scene(_slack: Playground, client: AsyncWebClient) -> None:
        client.token = "xapp-playground"
        url = (await client.apps_connections_open(app_token="xapp-playground"))["url"]
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url) as socket:
                assert (await socket.receive_json())["type"] == "hello"
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)

    play(scene)


def test_a_body_that_is_not_json_is_answered_in_words() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-playground"}
        async with aiohttp.ClientSession(headers=headers) as session:
            errors = []
            for body in ("{", "[]", json.dumps({"channel": "C0RESEARCH"})):
                async with session.post(f"{slack.api_url}chat.postMessage", data=body) as reply:
                    errors.append((await reply.json())["error"])

        assert errors == ["invalid_json", "json_not_object", "no_text"]

    play(scene)


def test_another_site_can_neither_ask_nor_look() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        async with aiohttp.ClientSession() as session:
            statuses = []
            for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
                for path in ("ui/state", "ui/changes", "api/auth.test", "link/"):
                    async with session.get(f"{slack.url}{path}", headers=headers) as reply:
                        statuses.append(reply.status)

        assert set(statuses) == {403}

    play(scene)


def test_the_page_answers_nonsense_with_4xx() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        asked: list[tuple[str, Any]] = [
            ("ui/say", []),
            ("ui/say", {"user": "nobody", "channel": "C0RESEARCH", "text": "x"}),
            ("ui/say", {"user": "tape", "channel": "C0RESEARCH", "text": "x"}),
            ("ui/say", {"user": "ada", "channel": "D0BEN00001", "text": "x"}),
            ("ui/say", {"user": "ada", "channel": "C0RESEARCH", "text": " "}),
            ("ui/say", {"user": "ada", "channel": "C0RESEARCH", "text": "x", "thread_ts": "1.1"}),
            ("ui/click", {"user": "ada", "channel": "C0RESEARCH", "ts": "1.1", "action_id": "x"}),
            ("ui/submit", {"user": "ada", "values": {}}),
            ("ui/close", {"user": "ada"}),
        ]
        async with aiohttp.ClientSession() as session:
            statuses = []
            for path, body in asked:
                async with session.post(f"{slack.url}{path}", json=body) as reply:
                    statuses.append(reply.status)
            for path in ("page/none.js", "page/..%2fserver.py", "samples/none", "ui/state?user=x"):
                async with session.get(f"{slack.url}{path}") as reply:
                    statuses.append(reply.status)

        assert set(statuses) <= {400, 404}
        assert slack.messages("#research") == []

    play(scene)


def test_a_busy_port_is_told_in_words() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        second = Playground(lambda: NOON)
        with pytest.raises(PortBusyError) as refused:
            await second.start(slack.port)

        assert refused.value.sentence.startswith(f"127.0.0.1:{slack.port}: This port")

    play(scene)


def test_slacks_stream_helper_streams_and_is_stopped_by_a_user() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        async with app(slack) as bot:
            asked = await slack.dm("ada", "which tickers benefit?")
            place = {"channel": "D0ADA00001", "thread_ts": asked["event"]["ts"]}
            stream = await client.chat_stream(**place, buffer_size=4)
            await stream.append(markdown_text="Miners ")
            await stream.append(chunks=[TaskUpdateChunk(id="1", title="Read", status="complete")])
            (shown,) = slack.messages("D0ADA00001", place["thread_ts"])[1:]
            stopped = await slack.stop_session("D0ADA00001", "ada", place["thread_ts"])
            await slack.settled()
            with pytest.raises(SlackApiError, match="stopped_by_user"):
                await stream.append(markdown_text="gain for years")
            await stream.stop(blocks=[SECTION], session_status="active")
            (after,) = slack.messages("D0ADA00001", place["thread_ts"])[1:]

            assert (shown["text"], shown["streaming"]) == ("Miners ", True)
            assert [t["title"] for t in shown["tasks"]] == ["Read"]
            assert stopped["event"]["streaming_message_ts"] == [stream.ts]
            heard = [r.payload["event"] for r in bot.heard]
            assert heard[-1]["type"] == "agent_session_stopped"
            assert after["text"] == "Miners gain for years"
            assert not after["streaming"]
            session = slack.session("D0ADA00001", place["thread_ts"])
            assert session is not None
            assert session.status == "active"

    play(scene, subscribed=frozenset({"message.im", "agent_session_stopped"}))


def test_the_life_of_a_stream_can_be_short() -> None:
    async def scene(slack: Playground, client: AsyncWebClient) -> None:
        started = await client.api_call("chat.startStream", json={"channel": "D0ADA00001"})
        with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
            await client.chat_appendStream(
                channel="D0ADA00001", ts=started["ts"], markdown_text="x"
            )

    play(scene, stream_life=timedelta(0))


def test_stopping_in_the_middle_of_a_delivery_takes_no_time() -> None:
    async def scene(slack: Playground, _client: AsyncWebClient) -> None:
        await slack.dm("ada", "nobody hears this")

    began = asyncio.new_event_loop()
    started = began.time()
    play(scene, ack_timeout=60)
    assert began.time() - started < 3
    began.close()
