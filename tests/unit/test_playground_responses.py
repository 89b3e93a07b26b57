"""What an app may post to a response_url, and how often."""

from typing import Any

import pytest

from bot.playground.arguments import RefusedError
from bot.playground.state import ADA, Message
from tests.desk import RESEARCH, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def token(desk: Desk, original: str | None = None) -> str:
    return desk.responses.address(RESEARCH, ADA.id, original).rpartition("/")[2]


def refusal(desk: Desk, right: str, **body: Any) -> tuple[str, int]:
    with pytest.raises(RefusedError) as refused:
        desk.responses.answer(right, body)
    return refused.value.code, refused.value.status


def test_a_right_is_good_for_five_answers(desk: Desk) -> None:
    right = token(desk)
    for n in range(5):
        desk.responses.answer(right, {"text": str(n)})

    assert refusal(desk, right, text="once more") == ("used_url", 404)


def test_a_right_ends_after_half_an_hour(desk: Desk) -> None:
    right = token(desk)
    desk.clock.later(30 * 60)
    desk.responses.answer(right, {"text": "just in time"})
    desk.clock.later(1)

    assert refusal(desk, right, text="late") == ("expired_url", 404)
    assert refusal(desk, "r-other", text="x") == ("expired_url", 404)


def test_an_answer_is_for_one_user_unless_it_is_for_the_channel(desk: Desk) -> None:
    right = token(desk)
    desk.responses.answer(right, {"text": "only you"})
    desk.responses.answer(right, {"text": "everyone", "response_type": "in_channel"})

    said = [(m.text, m.reader) for m in desk.workspace.spoken(RESEARCH)]
    assert said == [("only you", ADA.id), ("everyone", None)]
    assert [m.text for m in desk.workspace.news()] == ["everyone"]


def test_the_message_that_was_clicked_is_replaced_or_deleted(desk: Desk) -> None:
    shown = str(
        desk.call("chat.postEphemeral", channel=RESEARCH, user=ADA.id, text="old")["message_ts"]
    )
    right = token(desk, shown)
    desk.responses.answer(right, {"text": "new", "replace_original": True})
    replaced = desk.workspace.find(RESEARCH, shown)
    desk.responses.answer(right, {"delete_original": True})

    assert replaced is not None
    assert (replaced.text, replaced.reader) == ("new", ADA.id)
    assert desk.workspace.spoken(RESEARCH) == []


def test_nobody_elses_message_is_replaced(desk: Desk) -> None:
    theirs = desk.workspace.put(Message(RESEARCH, "1.000001", ADA.id, "mine")).ts
    right = token(desk, theirs)
    desk.responses.answer(right, {"delete_original": True})
    desk.responses.answer(right, {"text": "note", "replace_original": True})

    assert [m.text for m in desk.workspace.spoken(RESEARCH)] == ["mine", "note"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "no_text"),
        ({"text": "x", "colour": "red"}, "invalid_payload"),
        ({"text": "x", "response_type": "everywhere"}, "invalid_payload"),
        ({"text": "x", "blocks": [{"type": "bogus"}]}, "invalid_blocks"),
    ],
)
def test_an_odd_answer_is_refused_and_costs_no_use(
    desk: Desk, body: dict[str, Any], code: str
) -> None:
    right = token(desk)
    for _ in range(6):
        assert refusal(desk, right, **body) == (code, 400)
    desk.responses.answer(right, {"text": "fine"})

    assert len(desk.workspace.spoken(RESEARCH)) == 1
