"""Streams and sessions of the fake Slack as values: how a message grows, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.state import ADA, TEAM, Session, seen_json
from tests.desk import RESEARCH, Desk

DM = "D0ADA00001"
FOR_ADA = {"recipient_user_id": ADA.id, "recipient_team_id": TEAM}
SOURCE = {"type": "url", "url": "https://news.example/a", "text": "Harbor Wire"}
BUTTONS = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "e", "text": {"type": "plain_text", "text": "Evidence"}}
    ],
}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def words(text: str) -> dict[str, Any]:
    return {"type": "markdown_text", "text": text}


def task(state: str = "in_progress", **more: Any) -> dict[str, Any]:
    return {"type": "task_update", "id": "t1", "title": "Reading", "status": state, **more}


def started(desk: Desk, **given: Any) -> str:
    reply = desk.call("chat.startStream", channel=DM, **given)
    assert reply["ok"], reply
    return str(reply["ts"])


def seen(desk: Desk, ts: str, channel: str = DM) -> dict[str, Any]:
    message = desk.workspace.find(channel, ts)
    assert message
    return seen_json(message, (), desk.workspace.now())


def test_text_comes_in_order_and_blocks_land_at_the_bottom(desk: Desk) -> None:
    ts = started(desk, chunks=[words("Miners ")])
    desk.call("chat.appendStream", channel=DM, ts=ts, markdown_text="gain. ")
    before = seen(desk, ts)
    reply = desk.call("chat.stopStream", channel=DM, ts=ts, chunks=[words("[1]")], blocks=[BUTTONS])

    assert reply["ok"]
    assert (before["text"], before["streaming"]) == ("Miners gain. ", True)
    after = seen(desk, ts)
    assert (after["text"], after["streaming"]) == ("Miners gain. [1]", False)
    assert [b["type"] for b in after["blocks"]] == ["markdown", "actions"]
    assert after["blocks"][0]["text"] == "Miners gain. [1]"


def test_a_task_changes_by_its_id_and_keeps_its_sources(desk: Desk) -> None:
    ts = started(desk, chunks=[task(sources=[SOURCE])])
    desk.call("chat.appendStream", channel=DM, ts=ts, chunks=[task("complete", output="3 found")])
    more = {**task("pending"), "id": "t2"}
    desk.call("chat.appendStream", channel=DM, ts=ts, chunks=[more])
    desk.call(
        "chat.appendStream", channel=DM, ts=ts, chunks=[{"type": "plan_update", "title": "P"}]
    )

    told = seen(desk, ts)
    assert [(t["id"], t["status"]) for t in told["tasks"]] == [
        ("t1", "complete"),
        ("t2", "pending"),
    ]
    assert told["tasks"][0]["sources"] == [SOURCE]
    assert told["tasks"][0]["output"] == "3 found"
    assert told["plan"] == "P"


def test_slacks_history_tells_nothing_of_tasks(desk: Desk) -> None:
    started(desk, chunks=[task(), words("x")])

    told = desk.call("conversations.history", channel=DM)["messages"][0]

    assert told["text"] == "x"
    assert not told.keys() & {"tasks", "streaming", "plan"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "missing_recipient_user_id"),
        ({"recipient_user_id": ADA.id}, "missing_recipient_team_id"),
        ({"recipient_user_id": "U0NOBODY01", "recipient_team_id": TEAM}, "user_not_found"),
        ({"recipient_user_id": ADA.id, "recipient_team_id": "T0OTHER001"}, "team_not_found"),
        (FOR_ADA, None),
    ],
)
def test_a_stream_in_a_channel_says_for_whom(
    desk: Desk, given: dict[str, str], error: str | None
) -> None:
    root = desk.post()

    reply = desk.call("chat.startStream", channel=RESEARCH, thread_ts=root, **given)

    assert reply.get("error") == error


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "picture"},
        {},
        {"type": "markdown_text"},
        {"type": "plan_update", "title": ""},
        {"type": "blocks"},
        {"type": "blocks", "blocks": []},
        task("done"),
        {**task(), "id": ""},
        {**task(), "title": 7},
        task(details="x" * 257),
        task(output="x" * 257),
        task(sources="all"),
        task(sources=[{"type": "url", "url": "https://news.example/a"}]),
        task(sources=[{"type": "url", "url": "javascript:alert(1)", "text": "x"}]),
        task(sources=[{"type": "file", "url": "https://news.example/a", "text": "x"}]),
    ],
)
def test_a_chunk_of_another_shape_is_refused_and_changes_nothing(
    desk: Desk, chunk: dict[str, Any]
) -> None:
    ts = started(desk, chunks=[words("Miners")])

    for method in ("chat.appendStream", "chat.stopStream"):
        refused = desk.call(method, channel=DM, ts=ts, chunks=[words(" gain"), chunk])
        assert refused["error"] == "invalid_chunks"
    assert desk.call("chat.startStream", channel=DM, chunks=[chunk])["error"] == "invalid_chunks"
    assert (seen(desk, ts)["text"], seen(desk, ts)["streaming"]) == ("Miners", True)


@pytest.mark.parametrize(
    ("method", "given", "error"),
    [
        ("chat.startStream", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("chat.startStream", {"channel": DM, "task_display_mode": "pie"}, "invalid_arguments"),
        ("chat.startStream", {"channel": DM, "unfurl_links": False}, "invalid_arguments"),
        ("chat.startStream", {"channel": DM, "chunks": "[{"}, "invalid_chunks"),
        (
            "chat.appendStream",
            {"channel": DM, "ts": "1.1", "markdown_text": "x"},
            "message_not_found",
        ),
        ("chat.stopStream", {"channel": DM, "ts": "1.1"}, "message_not_found"),
    ],
)
def test_a_wrong_call_is_refused_with_slacks_code(
    desk: Desk, method: str, given: dict[str, Any], error: str
) -> None:
    assert desk.call(method, **given)["error"] == error


def test_what_is_no_stream_or_says_nothing_is_refused(desk: Desk) -> None:
    plain = str(desk.call("chat.postMessage", channel=DM, text="x")["ts"])
    ts = started(desk)

    append = desk.call("chat.appendStream", channel=DM, ts=plain, markdown_text="x")
    assert append["error"] == "message_not_in_streaming_state"
    assert desk.call("chat.appendStream", channel=DM, ts=ts, chunks=[])["error"] == "no_text"
    assert desk.call("chat.stopStream", channel=DM, ts=ts)["error"] == "no_text"


def test_a_stopped_stream_takes_nothing_more(desk: Desk) -> None:
    ts = started(desk, chunks=[words("x")])
    desk.call("chat.stopStream", channel=DM, ts=ts)

    codes = [
        desk.call(method, channel=DM, ts=ts, markdown_text="y")["error"]
        for method in ("chat.appendStream", "chat.stopStream")
    ]
    assert codes == ["message_not_in_streaming_state"] * 2


def test_a_stream_that_outlives_its_time_is_broken_until_an_edit_heals_it(desk: Desk) -> None:
    ts = started(desk, chunks=[words("Miners")])
    live = desk.call("chat.update", channel=DM, ts=ts, text="Miners gain.")
    desk.clock.later(299)
    late = desk.call("chat.appendStream", channel=DM, ts=ts, markdown_text=" ga")
    desk.clock.later(1)
    dead = [
        desk.call(method, channel=DM, ts=ts, markdown_text="in")["error"]
        for method in ("chat.appendStream", "chat.stopStream")
    ]
    broken = seen(desk, ts)
    healed = desk.call("chat.update", channel=DM, ts=ts, text="Miners gain.")

    assert live["error"] == "streaming_state_conflict"
    assert late["ok"]
    assert dead == ["message_not_in_streaming_state"] * 2
    assert (broken["streaming"], broken["broken"]) == (False, True)
    assert healed["ok"]
    after = seen(desk, ts)
    assert (after["text"], after["broken"], after["streaming"]) == ("Miners gain.", False, False)
    assert "blocks" not in after


def test_the_blocks_are_checked_with_what_was_streamed(desk: Desk) -> None:
    ts = started(desk, chunks=[words("x" * 11_999)])

    longer = desk.call("chat.appendStream", channel=DM, ts=ts, markdown_text="xx")
    bogus = desk.call("chat.stopStream", channel=DM, ts=ts, blocks=[{"type": "bogus"}])
    fine = desk.call("chat.stopStream", channel=DM, ts=ts, markdown_text="x")

    assert (longer["error"], bogus["error"]) == ("msg_blocks_too_long", "invalid_blocks")
    assert fine["ok"]


def test_metadata_and_a_session_status_come_with_the_stop(desk: Desk) -> None:
    root = str(desk.call("chat.postMessage", channel=DM, text="x")["ts"])
    ts = started(desk, thread_ts=root, chunks=[words("x")])
    metadata = {"event_type": "t", "event_payload": {"key": "k1"}}
    wrong = desk.call("chat.stopStream", channel=DM, ts=ts, session_status="idle")
    desk.call("chat.stopStream", channel=DM, ts=ts, metadata=metadata, session_status="active")

    told = desk.call("conversations.replies", channel=DM, ts=root, include_all_metadata=True)
    assert wrong["error"] == "invalid_arguments"
    assert told["messages"][1]["metadata"] == metadata
    assert desk.workspace.sessions[DM, root] == Session("active")


def test_a_stream_clears_the_status_line(desk: Desk) -> None:
    root = str(desk.call("chat.postMessage", channel=DM, text="x")["ts"])
    desk.call("assistant.threads.setStatus", channel_id=DM, thread_ts=root, status="is reading")
    started(desk, thread_ts=root)

    assert desk.workspace.status(DM, root) == ""


@pytest.mark.parametrize(
    ("method", "given", "error"),
    [
        ("setStatus", {"channel_id": DM, "status": "active"}, "thread_ts_required"),
        ("setStatus", {"channel_id": RESEARCH, "status": "active"}, "thread_ts_required"),
        ("setStatus", {"channel_id": DM, "status": "idle", "thread_ts": "1.1"}, "invalid_status"),
        (
            "setStatus",
            {"channel_id": "C0NOWHERE", "status": "active", "thread_ts": "1.1"},
            "channel_not_found",
        ),
        (
            "setStatus",
            {"channel_id": DM, "status": "active", "thread_ts": "1.1", "initiator_user_id": "U0"},
            "user_not_found",
        ),
        (
            "setStatus",
            {"channel_id": DM, "status": "active", "thread_ts": "1.1", "title": "x" * 201},
            "invalid_arguments",
        ),
        ("rename", {"channel_id": DM, "title": "x"}, "thread_ts_required"),
        ("rename", {"channel_id": DM, "title": "x", "thread_ts": "1.1"}, "session_not_found"),
    ],
)
def test_a_wrong_session_call_is_refused(
    desk: Desk, method: str, given: dict[str, Any], error: str
) -> None:
    assert desk.call(f"agents.sessions.{method}", **given)["error"] == error


def test_a_session_is_made_once_and_renamed(desk: Desk) -> None:
    place = {"channel_id": DM, "thread_ts": "1.000001"}
    desk.call("agents.sessions.setStatus", status="processing", title="Copper", **place)
    desk.call("agents.sessions.setStatus", status="active", title="Zinc", **place)
    first = desk.workspace.sessions[DM, "1.000001"]
    desk.call("agents.sessions.rename", title="Copper tariff", **place)
    long = desk.call("agents.sessions.rename", title="x" * 201, **place)

    assert first == Session("active", "Copper")
    assert desk.workspace.sessions[DM, "1.000001"].title == "Copper tariff"
    assert long["error"] == "invalid_name"


def test_a_session_without_the_stop_event_is_warned_of() -> None:
    place = {"channel_id": DM, "thread_ts": "1.000001", "status": "active"}

    deaf = Desk().call("agents.sessions.setStatus", **place)
    told = Desk(events=frozenset({"agent_session_stopped"})).call(
        "agents.sessions.setStatus", **place
    )

    assert deaf["warning"] == "missing_agent_session_stopped_event_subscription"
    assert "warning" not in told


STEPS = st.sampled_from(["words", "task", "junk", "long", "wait", "halt", "stop", "edit"])


@given(st.lists(STEPS, max_size=14))
def test_whatever_is_done_to_a_stream_it_shows_what_was_taken_and_is_one_message(
    steps: list[str],
) -> None:
    desk = Desk()
    ts, text, state, age = started(desk), "", "open", 0
    for step in steps:
        match step:
            case "wait":
                desk.clock.later(100)
                age += 100
            case "halt":
                message = desk.workspace.find(DM, ts)
                assert message is not None
                assert message.stream is not None
                if state == "open" and age < 300:
                    halted = replace(message.stream, state="interrupted")
                    desk.workspace.put(replace(message, stream=halted))
                    state = "interrupted"
            case "stop":
                reply = desk.call("chat.stopStream", channel=DM, ts=ts, markdown_text="!")
                alive = state != "done" and age < 300
                assert reply["ok"] is alive
                text, state = (text + "!", "done") if alive else (text, state)
            case "edit":
                reply = desk.call("chat.update", channel=DM, ts=ts, text="edited")
                alive = state != "done" and age < 300
                assert reply.get("error") == ("streaming_state_conflict" if alive else None)
                text, state = (text, state) if alive else ("edited", "done")
            case _:
                chunk = {
                    "words": words("a"),
                    "task": task(),
                    "junk": {},
                    "long": words("x" * 12_001),
                }
                reply = desk.call("chat.appendStream", channel=DM, ts=ts, chunks=[chunk[step]])
                taken = step in {"words", "task"} and state == "open" and age < 300
                assert reply["ok"] is taken
                text += "a" if taken and step == "words" else ""

    told = seen(desk, ts)
    assert told["text"] == text
    assert told["streaming"] is (state != "done" and age < 300)
    assert told["broken"] is (state != "done" and age >= 300)
    assert len(desk.workspace.spoken(DM)) == 1


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=12))
def test_however_a_text_is_cut_it_arrives_whole(pieces: list[str]) -> None:
    desk = Desk()
    ts = started(desk)
    for piece in pieces:
        desk.call("chat.appendStream", channel=DM, ts=ts, markdown_text=piece)
    desk.call("chat.stopStream", channel=DM, ts=ts)

    told = seen(desk, ts)
    assert told["text"] == told["blocks"][0]["text"] == "".join(pieces)
