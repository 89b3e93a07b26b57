"""The fake Slack's Web API as values: what it refuses, and how."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.methods import APP_TOKEN, BOT_TOKEN, METHODS, specifications
from bot.playground.oauth import ANSWERED
from bot.playground.pacing import Pacing
from bot.playground.state import ADA, Channel, Message
from tests.desk import RESEARCH, START, Clock, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def modal(**more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Evidence"},
        "blocks": [],
        **more,
    }


def test_every_method_answered_has_its_arguments_on_file() -> None:
    assert METHODS.keys() | ANSWERED == specifications().keys()


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        (None, "auth.test", "not_authed"),
        ("xoxb-other", "auth.test", "invalid_auth"),
        (APP_TOKEN, "auth.test", "not_allowed_token_type"),
        (BOT_TOKEN, "apps.connections.open", "not_allowed_token_type"),
        (BOT_TOKEN, "chat.shout", "unknown_method"),
    ],
)
def test_a_wrong_token_or_method_is_refused(
    desk: Desk, token: str | None, method: str, error: str
) -> None:
    reply = desk.api.call(method, token, {})

    assert reply.body["ok"] is False
    assert reply.body["error"] == error


@pytest.mark.parametrize(
    ("method", "given", "error"),
    [
        ("chat.postMessage", {"channel": RESEARCH}, "no_text"),
        ("chat.postMessage", {"text": "hi"}, "invalid_arguments"),
        (
            "chat.postMessage",
            {"channel": RESEARCH, "text": "hi", "colour": "red"},
            "invalid_arguments",
        ),
        ("chat.postMessage", {"channel": RESEARCH, "text": 7}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "hi"}, "channel_not_found"),
        (
            "chat.postMessage",
            {"channel": RESEARCH, "blocks": [section("x" * 3001)]},
            "invalid_blocks",
        ),
        (
            "chat.postMessage",
            {"channel": RESEARCH, "blocks": [{"type": "bogus"}]},
            "invalid_blocks",
        ),
        (
            "chat.postMessage",
            {"channel": RESEARCH, "blocks": [section("x")] * 51},
            "invalid_blocks",
        ),
        ("chat.postMessage", {"channel": RESEARCH, "blocks": "[{"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": RESEARCH, "blocks": ["x"]}, "invalid_blocks_format"),
        (
            "chat.postMessage",
            {"channel": RESEARCH, "blocks": [section("x" * 2999)] * 4},
            "msg_blocks_too_long",
        ),
        ("chat.postMessage", {"channel": RESEARCH, "markdown_text": "x" * 12_001}, "msg_too_long"),
        (
            "chat.postMessage",
            {"channel": RESEARCH, "markdown_text": "x", "text": "y"},
            "markdown_text_conflict",
        ),
        (
            "chat.postMessage",
            {"channel": RESEARCH, "text": "x", "metadata": {"event_type": "t"}},
            "invalid_metadata_format",
        ),
        ("chat.update", {"channel": RESEARCH, "ts": "1.1", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": RESEARCH, "ts": "1.1"}, "message_not_found"),
        (
            "chat.postEphemeral",
            {"channel": "D0BEN00001", "user": ADA.id, "text": "x"},
            "user_not_in_channel",
        ),
        ("conversations.replies", {"channel": RESEARCH, "ts": "1.1"}, "thread_not_found"),
        ("conversations.history", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.history", {"channel": RESEARCH, "oldest": "soon"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": RESEARCH, "cursor": "soon"}, "invalid_cursor"),
        ("conversations.list", {"types": "planet"}, "invalid_types"),
        ("users.info", {"user": "U0NOBODY01"}, "user_not_found"),
        ("bots.info", {"bot": "B0NOBODY01"}, "bot_not_found"),
        ("chat.getPermalink", {"channel": RESEARCH, "message_ts": "1.1"}, "message_not_found"),
        ("views.open", {"view": modal()}, "invalid_arguments"),
        ("views.open", {"view": modal(), "trigger_id": "1.1.x"}, "invalid_trigger_id"),
        (
            "views.open",
            {"view": modal(blocks=[{"type": "bogus"}]), "trigger_id": "1.1.x"},
            "invalid_arguments",
        ),
        ("views.update", {"view": modal(), "view_id": "V0"}, "not_found"),
        ("views.publish", {"user_id": ADA.id, "view": modal()}, "invalid_arguments"),
        (
            "assistant.threads.setStatus",
            {"channel_id": RESEARCH, "thread_ts": "1.1", "status": "reads"},
            "invalid_thread_ts",
        ),
        (
            "assistant.threads.setSuggestedPrompts",
            {"channel_id": RESEARCH, "prompts": [{"title": "a", "message": "b"}]},
            "not_agent_app",
        ),
        (
            "assistant.threads.setSuggestedPrompts",
            {"channel_id": "D0ADA00001", "prompts": [{"title": "a", "message": "b"}] * 5},
            "invalid_arguments",
        ),
        (
            "reactions.add",
            {"channel": RESEARCH, "timestamp": "1.1", "name": "eyes"},
            "message_not_found",
        ),
    ],
)
def test_a_wrong_call_is_refused_with_slacks_code(
    desk: Desk, method: str, given: dict[str, Any], error: str
) -> None:
    assert desk.call(method, **given)["error"] == error


def test_a_missing_scope_says_what_is_needed_and_what_is_there() -> None:
    desk = Desk(scopes=frozenset({"chat:write", "im:history"}))

    refused = desk.call("conversations.history", channel=RESEARCH)

    assert refused == {
        "ok": False,
        "error": "missing_scope",
        "needed": "channels:history",
        "provided": "chat:write,im:history",
    }
    assert desk.call("conversations.history", channel="D0ADA00001")["ok"]


def test_a_channel_without_the_bot_needs_an_invitation_or_the_public_scope() -> None:
    shut = Channel("C0SHUT0001", "shut", "channel", frozenset({ADA.id}))
    past = Channel("C0PAST0001", "past", "channel", frozenset({ADA.id}), archived=True)
    desks = Desk(), Desk(scopes=frozenset({"chat:write"}))
    for desk in desks:
        desk.workspace.channels |= {shut.id: shut, past.id: past}

    replies = [desk.call("chat.postMessage", channel=shut.id, text="hi") for desk in desks]

    assert [reply.get("error") for reply in replies] == [None, "not_in_channel"]
    archived = desks[0].call("chat.postMessage", channel=past.id, text="hi")
    assert archived["error"] == "is_archived"


def test_a_form_and_a_json_body_are_read_the_same(desk: Desk) -> None:
    plain = desk.call("chat.postMessage", channel=RESEARCH, text="x", blocks=[section("*x*")])
    form = desk.call(
        "chat.postMessage",
        channel=RESEARCH,
        text="x",
        unfurl_links="false",
        blocks='[{"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}}]',
    )

    texts = [reply["message"]["blocks"][0]["text"] for reply in (plain, form)]
    assert texts[0] == texts[1] == {"type": "mrkdwn", "text": "*x*"}


def test_every_block_gets_an_id(desk: Desk) -> None:
    reply = desk.call(
        "chat.postMessage", channel=RESEARCH, text="x", blocks=[section("x"), section("y")]
    )

    ids = [block["block_id"] for block in reply["message"]["blocks"]]
    assert len(set(ids)) == 2


def test_a_reply_goes_to_its_thread_and_an_unknown_thread_to_the_root(desk: Desk) -> None:
    root = desk.post("root")
    reply = desk.post("reply", thread_ts=root)
    nested = desk.post("nested", thread_ts=reply)
    stray = desk.post("stray", thread_ts="1.000001")

    thread = desk.call("conversations.replies", channel=RESEARCH, ts=root)["messages"]
    roots = desk.call("conversations.history", channel=RESEARCH)["messages"]

    assert [m["ts"] for m in thread] == [root, reply, nested]
    assert thread[0]["reply_count"] == 2
    assert [m["ts"] for m in roots] == [stray, root]


def test_metadata_is_read_back_only_when_asked_for(desk: Desk) -> None:
    metadata = {"event_type": "tape_outbox", "event_payload": {"key": "digest-1"}}
    desk.post(metadata=metadata)

    without = desk.call("conversations.history", channel=RESEARCH)["messages"][0]
    asked = desk.call("conversations.history", channel=RESEARCH, include_all_metadata="1")

    assert "metadata" not in without
    assert asked["messages"][0]["metadata"] == metadata


def test_history_comes_in_pages_newest_first(desk: Desk) -> None:
    stamps = [desk.post(str(n)) for n in range(5)]

    first = desk.call("conversations.history", channel=RESEARCH, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = desk.call("conversations.history", channel=RESEARCH, limit=3, cursor=cursor)

    assert first["has_more"]
    assert not second["has_more"]
    pages = [*first["messages"], *second["messages"]]
    assert [m["ts"] for m in pages] == stamps[::-1]


def test_history_is_bounded_by_time(desk: Desk) -> None:
    stamps = []
    for n in range(3):
        stamps.append(desk.post(str(n)))
        desk.clock.later(10)
    moment = f"{START.timestamp() + 5:.6f}"

    later = desk.call("conversations.history", channel=RESEARCH, oldest=moment)["messages"]
    one = desk.call(
        "conversations.history",
        channel=RESEARCH,
        oldest=stamps[1],
        latest=stamps[1],
        inclusive=True,
    )

    assert [m["ts"] for m in later] == [stamps[2], stamps[1]]
    assert [m["ts"] for m in one["messages"]] == [stamps[1]]


def test_an_ephemeral_message_is_in_no_history(desk: Desk) -> None:
    shown = desk.call("chat.postEphemeral", channel=RESEARCH, user=ADA.id, text="only you")

    assert shown["message_ts"]
    assert desk.call("conversations.history", channel=RESEARCH)["messages"] == []
    edit = desk.call("chat.update", channel=RESEARCH, ts=shown["message_ts"], text="x")
    assert edit["error"] == "message_not_found"


def test_an_edit_keeps_the_blocks_unless_others_are_given(desk: Desk) -> None:
    stamp = desk.post(blocks=[section("old")])

    text_only = desk.call("chat.update", channel=RESEARCH, ts=stamp, text="new")
    emptied = desk.call("chat.update", channel=RESEARCH, ts=stamp, text="new", blocks=[])

    assert text_only["message"]["blocks"][0]["text"]["text"] == "old"
    assert "blocks" not in emptied["message"]
    assert emptied["message"]["edited"]


def test_an_edit_of_more_than_4000_characters_is_refused(desk: Desk) -> None:
    stamp = desk.post()

    assert desk.call("chat.update", channel=RESEARCH, ts=stamp, text="x" * 4000)["ok"]
    refused = desk.call("chat.update", channel=RESEARCH, ts=stamp, text="x" * 4001)
    assert refused["error"] == "msg_too_long"


def test_only_own_messages_are_edited_or_deleted(desk: Desk) -> None:
    stamp = desk.workspace.put(Message(RESEARCH, "1.000001", ADA.id, "mine")).ts

    edit = desk.call("chat.update", channel=RESEARCH, ts=stamp, text="x")
    deletion = desk.call("chat.delete", channel=RESEARCH, ts=stamp)

    assert (edit["error"], deletion["error"]) == ("cant_update_message", "cant_delete_message")


def test_a_deleted_message_is_gone(desk: Desk) -> None:
    stamp = desk.post()

    assert desk.call("chat.delete", channel=RESEARCH, ts=stamp)["ok"]
    assert desk.call("conversations.history", channel=RESEARCH)["messages"] == []


def test_a_post_over_40000_characters_is_cut_with_a_warning(desk: Desk) -> None:
    reply = desk.call("chat.postMessage", channel=RESEARCH, text="x" * 40_001)

    assert reply["warning"] == "message_truncated"
    assert len(reply["message"]["text"]) == 40_000


def test_rich_text_is_not_edited_into_something_else(desk: Desk) -> None:
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    }
    stamp = desk.post(blocks=[rich])
    edit = {"channel": RESEARCH, "ts": stamp, "text": "y"}

    assert desk.call("chat.update", **edit, blocks=[section("y")])["error"] == "block_mismatch"
    assert desk.call("chat.update", **edit, blocks=[rich, section("y")])["ok"]
    assert desk.call("chat.update", **edit)["ok"]


def test_a_history_may_lag_behind_what_was_posted() -> None:
    desk = Desk(history_lag=timedelta(seconds=5))
    root = desk.post("root")
    desk.clock.later(5)
    desk.post("reply", thread_ts=root)

    def read() -> list[list[str]]:
        history = desk.call("conversations.history", channel=RESEARCH)["messages"]
        replies = desk.call("conversations.replies", channel=RESEARCH, ts=root)["messages"]
        return [[m["text"] for m in told] for told in (history, replies)]

    before = read()
    desk.clock.later(5)
    assert before == [["root"], ["root"]]
    assert read() == [["root"], ["root", "reply"]]


def test_a_private_channel_is_there_for_its_members_only(desk: Desk) -> None:
    with_bot = Channel("G0DESK0001", "desk", "group", frozenset({ADA.id, "U0TAPEBOT1"}))
    without = Channel("G0SHUT0001", "shut", "group", frozenset({ADA.id}))
    desk.workspace.channels |= {with_bot.id: with_bot, without.id: without}

    listed = desk.call("conversations.list", types="private_channel")["channels"]
    assert [c["id"] for c in listed] == [with_bot.id]
    assert listed[0]["is_private"]
    assert desk.call("chat.postMessage", channel=with_bot.id, text="x")["ok"]
    shut = desk.call("chat.postMessage", channel=without.id, text="x")
    assert shut["error"] == "channel_not_found"


def test_without_a_home_tab_in_the_manifest_no_home_is_published(desk: Desk) -> None:
    desk.api.parts = replace(desk.parts, manifest=replace(desk.parts.manifest, home=False))
    home = {"type": "home", "blocks": [section("x")]}

    assert desk.call("views.publish", user_id=ADA.id, view=home)["error"] == "not_enabled"


def test_a_channel_is_found_by_id_name_and_a_user_by_their_direct_messages(desk: Desk) -> None:
    places = ("C0BRIEF001", "#daily-brief", "daily-brief", ADA.id)

    posted = [desk.call("chat.postMessage", channel=place, text="x")["channel"] for place in places]

    assert posted == ["C0BRIEF001"] * 3 + ["D0ADA00001"]


def test_a_reaction_is_added_once() -> None:
    desk = Desk()
    stamp = desk.post()
    added = [
        desk.call("reactions.add", channel=RESEARCH, timestamp=stamp, name="eyes") for _ in range(2)
    ]

    assert added[0]["ok"]
    assert added[1]["error"] == "already_reacted"
    message = desk.call("conversations.history", channel=RESEARCH)["messages"][0]
    assert message["reactions"] == [{"name": "eyes", "users": ["U0TAPEBOT1"], "count": 1}]


def test_a_paced_workspace_takes_one_post_a_second_and_channel() -> None:
    desk = Desk(paced=True)
    desk.post()
    at_once = desk.api.call("chat.postMessage", BOT_TOKEN, {"channel": RESEARCH, "text": "x"})
    elsewhere = desk.call("chat.postMessage", channel="C0BRIEF001", text="x")
    desk.clock.later(1)

    assert (at_once.status, at_once.headers["Retry-After"]) == (429, "1")
    assert at_once.body["error"] == "ratelimited"
    assert elsewhere["ok"]
    assert desk.call("chat.postMessage", channel=RESEARCH, text="x")["ok"]


@pytest.mark.parametrize(
    ("method", "given", "calls"),
    [
        ("chat.startStream", {"channel": "D0ADA00001"}, 20),
        ("conversations.info", {"channel": RESEARCH}, 50),
        ("users.info", {"user": ADA.id}, 100),
    ],
)
def test_a_paced_workspace_takes_as_many_calls_a_minute_as_the_tier_says(
    method: str, given: dict[str, Any], calls: int
) -> None:
    desk = Desk(paced=True)
    taken = [desk.call(method, **given)["ok"] for _ in range(calls)]
    refused = desk.api.call(method, BOT_TOKEN, given)
    wait = int(refused.headers["Retry-After"])
    elsewhere = desk.call("auth.test")
    desk.clock.later(wait)

    assert all(taken)
    assert (refused.status, refused.body["error"]) == (429, "ratelimited")
    assert wait == math.ceil(60 / calls)
    assert elsewhere["ok"]
    assert desk.call(method, **given)["ok"]


@given(st.lists(st.floats(0, 90), max_size=300))
def test_no_minute_holds_more_than_a_bucket_and_its_refill(pauses: list[float]) -> None:
    clock = Clock()
    pacing = Pacing(clock)
    taken = []
    for pause in pauses:
        clock.later(pause)
        if pacing.wait("chat.startStream", "t2", "") == 0:
            taken.append(clock.at)

    for start in taken:
        inside = [at for at in taken if start <= at < start + timedelta(minutes=1)]
        assert len(inside) <= 2 * 20


def test_a_status_lasts_until_the_next_post_or_two_minutes(desk: Desk) -> None:
    root = desk.post()
    say = {"channel_id": RESEARCH, "thread_ts": root, "status": "is reading"}
    desk.call("assistant.threads.setStatus", **say)
    at_first = desk.workspace.status(RESEARCH, root)
    desk.post(thread_ts=root)
    after_post = desk.workspace.status(RESEARCH, root)
    desk.call("assistant.threads.setStatus", **say)
    desk.clock.later(121)

    assert (at_first, after_post) == ("is reading", "")
    assert desk.workspace.status(RESEARCH, root) == ""


def test_a_trigger_opens_one_window_within_three_seconds(desk: Desk) -> None:
    first, late = desk.windows.trigger(ADA.id), desk.windows.trigger(ADA.id)

    opened = desk.call("views.open", trigger_id=first, view=modal())
    again = desk.call("views.open", trigger_id=first, view=modal())
    desk.clock.later(3.1)
    expired = desk.call("views.open", trigger_id=late, view=modal())

    assert opened["view"]["root_view_id"] == opened["view"]["id"]
    assert (again["error"], expired["error"]) == ("exchanged_trigger_id", "expired_trigger_id")


def test_three_windows_lie_on_one_another_and_no_more(desk: Desk) -> None:
    desk.call("views.open", trigger_id=desk.windows.trigger(ADA.id), view=modal())
    pushed = [
        desk.call("views.push", trigger_id=desk.windows.trigger(ADA.id), view=modal())
        for _ in range(3)
    ]

    assert [reply.get("error") for reply in pushed] == [None, None, "push_limit_reached"]
    assert pushed[1]["view"]["previous_view_id"] == pushed[0]["view"]["id"]


def test_a_window_is_updated_unless_it_has_changed_meanwhile(desk: Desk) -> None:
    view = desk.call("views.open", trigger_id=desk.windows.trigger(ADA.id), view=modal())["view"]
    old = {"view_id": view["id"], "hash": view["hash"]}

    updated = desk.call("views.update", view=modal(blocks=[section("x")]), **old)
    conflict = desk.call("views.update", view=modal(), **old)

    assert updated["view"]["blocks"][0]["text"]["text"] == "x"
    assert updated["view"]["hash"] != view["hash"]
    assert conflict["error"] == "hash_conflict"


def test_a_published_home_is_what_the_user_sees(desk: Desk) -> None:
    home = {"type": "home", "blocks": [section("Index: healthy")]}

    reply = desk.call("views.publish", user_id=ADA.id, view=home)

    assert reply["view"]["blocks"][0]["text"]["text"] == "Index: healthy"
    assert desk.windows.homes[ADA.id].id == reply["view"]["id"]


def test_a_form_needs_a_submit_button(desk: Desk) -> None:
    field = {
        "type": "input",
        "label": {"type": "plain_text", "text": "Tickers"},
        "element": {"type": "plain_text_input", "action_id": "value"},
    }

    refused = desk.call(
        "views.open", trigger_id=desk.windows.trigger(ADA.id), view=modal(blocks=[field])
    )

    assert refused["error"] == "invalid_arguments"
    assert "submit" in refused["response_metadata"]["messages"][0]


def test_the_same_calls_make_the_same_ids_and_stamps() -> None:
    def run() -> list[Mapping[str, Any]]:
        desk = Desk()
        stamp = desk.post(blocks=[section("x")])
        desk.post(thread_ts=stamp)
        desk.call("views.open", trigger_id=desk.windows.trigger(ADA.id), view=modal())
        return [call.reply for call in desk.api.journal]

    assert run() == run()


def test_a_clock_that_goes_back_makes_no_older_stamp(desk: Desk) -> None:
    first = desk.post()
    desk.clock.later(-60)

    assert desk.post() > first


def test_the_journal_keeps_what_was_asked_and_answered(desk: Desk) -> None:
    blocks = [section("x")]
    desk.post(blocks=blocks)
    blocks.clear()
    desk.call("chat.postMessage", channel="C0NOWHERE", text="x")

    told = [(c.method, c.ok, len(c.arguments.get("blocks", ()))) for c in desk.api.journal]
    assert told == [("chat.postMessage", True, 1), ("chat.postMessage", False, 0)]


@pytest.mark.parametrize(
    ("method", "given", "field", "value"),
    [
        ("auth.test", {}, "user_id", "U0TAPEBOT1"),
        ("users.info", {"user": ADA.id}, "user", "America/New_York"),
        ("bots.info", {"bot": "B0TAPEBOT1"}, "bot", "U0TAPEBOT1"),
        ("conversations.info", {"channel": RESEARCH}, "channel", "research"),
        ("conversations.list", {}, "channels", "daily-brief"),
        ("conversations.list", {"types": "im"}, "channels", "D0BEN00001"),
    ],
)
def test_what_is_there_can_be_looked_up(
    desk: Desk, method: str, given: dict[str, Any], field: str, value: str
) -> None:
    assert value in str(desk.call(method, **given)[field])


def test_bolts_team_id_is_taken_everywhere(desk: Desk) -> None:
    assert desk.call("conversations.info", channel=RESEARCH, team_id="T0LAB00001")["ok"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just(RESEARCH),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
BLOCKS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["section", "actions", "input", "table"])})
)
VIEWS = st.fixed_dictionaries(
    {"type": st.sampled_from(["modal", "home", "tab"])},
    optional={"blocks": BLOCKS | JSON, "title": JSON, "external_id": JSON, "submit": JSON},
)


CHUNKS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["markdown_text", "task_update", "plan_update", "blocks"])},
        optional={"text": JSON, "id": JSON, "title": JSON, "blocks": BLOCKS, "sources": JSON},
    ),
    max_size=3,
)
SHAPED: dict[str, st.SearchStrategy[Any]] = {
    "view": VIEWS | JSON,
    "blocks": BLOCKS | JSON,
    "chunks": CHUNKS | JSON,
    "channel": st.just(RESEARCH) | JSON,
    "channel_id": st.just(RESEARCH) | JSON,
    "text": st.text() | JSON,
}


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw a call with what it needs, or without, and a few of the other arguments."""
    method = draw(st.sampled_from(sorted(METHODS)))
    spec = specifications()[method]
    names = [*spec["required"], *spec["optional"]] or ["team_id"]
    chosen = draw(st.lists(st.sampled_from(names), max_size=4))
    needed = list(spec["required"]) if draw(st.booleans()) else []
    return method, {name: draw(SHAPED.get(name, JSON)) for name in dict.fromkeys(needed + chosen)}


@given(calls())
def test_no_call_whatever_it_carries_breaks_the_server(call: tuple[str, dict[str, Any]]) -> None:
    method, arguments = call
    desk = Desk()
    token = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN

    reply = desk.api.call(method, token, arguments)

    assert reply.body["ok"] or reply.body["error"]
