"""Turns what a user picks in an element into Slack's words for it, forms into their state. Pure.

An element remembers: one that nobody touched sends what it was drawn with.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.playground.state import Json

# Element type -> the field that holds its value, and the one that it is drawn with.
FIELDS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        (
            "plain_text_input",
            "number_input",
            "email_text_input",
            "url_text_input",
        ),
        ("value", "initial_value"),
    ),
    "rich_text_input": ("rich_text_value", "initial_value"),
    **dict.fromkeys(
        ("static_select", "external_select", "radio_buttons"),
        ("selected_option", "initial_option"),
    ),
    **dict.fromkeys(
        ("multi_static_select", "multi_external_select", "checkboxes"),
        ("selected_options", "initial_options"),
    ),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
FEEDBACK = {"positive": "positive_button", "negative": "negative_button"}
REQUIRED = "Please complete this required field."


class NoSuchChoiceError(LookupError):
    """The element has no such option."""


def elements(node: Any) -> Iterator[Json]:
    """List every element of a block or a list of blocks that a user can use, however deep."""
    if isinstance(node, Mapping):
        if isinstance(node.get("action_id"), str):
            yield dict(node)
        for value in node.values():
            yield from elements(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from elements(value)


def chosen(element: Json, choice: Any) -> Json:
    """Write what picking something in an element adds to its action.

    `choice` is the value of an option (or a list of them), what was typed, or "positive" or
    "negative" of feedback buttons; None for a button, which has nothing to pick.
    """
    kind = str(element.get("type"))
    if kind == "feedback_buttons":
        button = element.get(FEEDBACK.get(str(choice), ""))
        if button is None:
            raise NoSuchChoiceError(choice)
        return {"value": button["value"]}
    field = "selected_option" if kind == "overflow" else FIELDS.get(kind, ("", ""))[0]
    if not field or choice is None:
        return {}
    if field == "selected_option" and "options" in _known(element):
        return {field: _option(element, choice)}
    if field == "selected_options" and "options" in _known(element):
        return {field: [_option(element, one) for one in choice]}
    return {field: choice}


def state_of(blocks: Sequence[Json], filled: Mapping[str, Mapping[str, Any]]) -> Json:
    """Write the state of every element with a value, by block and action.

    `filled` is what the user put in: Slack's own words for it, or the plain choice.
    """
    state: dict[str, Json] = {}
    for block in blocks:
        for element in elements(block):
            kind, action = str(element.get("type")), element["action_id"]
            if kind not in FIELDS:
                continue
            field, initial = FIELDS[kind]
            given = filled.get(str(block.get("block_id")), {})
            told = {field: element.get(initial)}
            if action in given:
                told = _told(element, given[action])
            state.setdefault(str(block.get("block_id")), {})[action] = {"type": kind, **told}
    return state


def unfilled(blocks: Sequence[Json], state: Mapping[str, Json]) -> dict[str, str]:
    """Say which required inputs are empty: Slack's client does not send such a form."""
    wrong = {}
    for block in blocks:
        if block.get("type") != "input" or block.get("optional"):
            continue
        values = [
            value
            for field in state.get(str(block.get("block_id")), {}).values()
            for name, value in field.items()
            if name != "type"
        ]
        if not any(values):
            wrong[str(block["block_id"])] = REQUIRED
    return wrong


def _told(element: Json, given: Any) -> Json:
    return dict(given) if isinstance(given, Mapping) else chosen(element, given)


def _known(element: Json) -> Json:
    groups = element.get("option_groups")
    return element if groups is None else {"options": [o for g in groups for o in g["options"]]}


def _option(element: Json, choice: Any) -> Json:
    options: list[Json] = _known(element)["options"]
    found = next((option for option in options if option.get("value") == choice), None)
    if found is None:
        raise NoSuchChoiceError(choice)
    return {"text": found["text"], "value": found["value"]}
