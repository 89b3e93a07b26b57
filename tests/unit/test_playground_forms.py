"""What a user picks becomes Slack's words for it, and a form its state."""

from typing import Any

import pytest

from bot.playground.forms import REQUIRED, NoSuchChoiceError, chosen, state_of, unfilled

DAILY = {"text": {"type": "plain_text", "text": "Daily"}, "value": "daily"}
NEVER = {"text": {"type": "plain_text", "text": "Never"}, "value": "never"}


def element(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": "value", **more}


def field(block_id: str, inner: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": block_id, "element": inner, **more}


MENU = element("static_select", options=[DAILY, NEVER])
FEEDBACK = element(
    "feedback_buttons",
    positive_button={"text": {"type": "plain_text", "text": "Good"}, "value": "up:1"},
    negative_button={"text": {"type": "plain_text", "text": "Bad"}, "value": "down:1"},
)


@pytest.mark.parametrize(
    ("inner", "choice", "told"),
    [
        (MENU, "daily", {"selected_option": DAILY}),
        (element("overflow", options=[NEVER]), "never", {"selected_option": NEVER}),
        (
            element("static_select", option_groups=[{"options": [DAILY]}, {"options": [NEVER]}]),
            "never",
            {"selected_option": NEVER},
        ),
        (
            element("checkboxes", options=[DAILY, NEVER]),
            ["never"],
            {"selected_options": [NEVER]},
        ),
        (element("timepicker"), "07:00", {"selected_time": "07:00"}),
        (element("conversations_select"), "C1", {"selected_conversation": "C1"}),
        (FEEDBACK, "negative", {"value": "down:1"}),
        (element("button", value="v"), None, {}),
    ],
)
def test_a_choice_is_told_in_slacks_words(
    inner: dict[str, Any], choice: object, told: dict[str, Any]
) -> None:
    assert chosen(inner, choice) == told


@pytest.mark.parametrize(
    ("inner", "choice"), [(MENU, "weekly"), (FEEDBACK, "sideways"), (FEEDBACK, None)]
)
def test_what_is_not_offered_cannot_be_picked(inner: dict[str, Any], choice: object) -> None:
    with pytest.raises(NoSuchChoiceError):
        chosen(inner, choice)


def test_a_form_tells_what_was_entered_and_what_it_was_drawn_with() -> None:
    blocks = [
        field("tickers", element("plain_text_input", initial_value="NVDA")),
        field("when", MENU),
        field("note", element("plain_text_input")),
        {"type": "actions", "block_id": "row", "elements": [element("button", value="x")]},
    ]
    filled = {"when": {"value": "daily"}, "note": {"value": {"value": "raw"}}}

    assert state_of(blocks, filled) == {
        "tickers": {"value": {"type": "plain_text_input", "value": "NVDA"}},
        "when": {"value": {"type": "static_select", "selected_option": DAILY}},
        "note": {"value": {"type": "plain_text_input", "value": "raw"}},
    }


def test_an_empty_required_input_is_named() -> None:
    blocks = [
        field("tickers", element("plain_text_input")),
        field("note", element("plain_text_input"), optional=True),
        field("when", element("timepicker", initial_time="07:00")),
    ]

    assert unfilled(blocks, state_of(blocks, {})) == {"tickers": REQUIRED}
