"""Words -> the inputs of a modal, and back from what Slack says was filled in. Knows no noun.

Each input's block and element have the same id: its name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks.kit import label
from bot.blocks.limits import Block

CLIPPED = 75  # characters of an option's text and value
MOST_OPTIONS = 100  # of a list that opens

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What was filled in, by block and element: a view's `state.values`."""


def modal(
    callback: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None = None,
    metadata: str = "",
    external: str | None = None,
) -> Block:
    """A modal; with `submit` it is a form, and `callback` is what hears of it."""
    view: Block = {
        "type": "modal",
        "callback_id": callback,
        "title": label(title),
        "close": label("Cancel" if submit else "Close"),
        "blocks": list(blocks),
        "private_metadata": metadata,
    }
    if submit:
        view["submit"] = label(submit)
    if external:
        view["external_id"] = external
    return view


def text_input(
    name: str, title: str, *, hint: str = "", initial: str = "", lines: bool = False, most: int
) -> Block:
    """Words to type; `most` is how many characters."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": lines,
        "max_length": most,
    }
    if initial:
        element["initial_value"] = initial[:most]
    return _input(name, title, element, hint)


def number_input(name: str, title: str, *, initial: str, most: int) -> Block:
    """A whole number from 0 to `most`; what is none of these is not shown."""
    element: Block = {
        "type": "number_input",
        "action_id": name,
        "is_decimal_allowed": False,
        "min_value": "0",
        "max_value": str(most),
    }
    if initial.isascii() and initial.isdecimal() and int(initial) <= most:
        element["initial_value"] = initial
    return _input(name, title, element, "")


def time_input(name: str, title: str, *, initial: str) -> Block:
    """A time of day, written hh:mm."""
    return _input(
        name, title, {"type": "timepicker", "action_id": name, "initial_time": initial}, ""
    )


def choice(
    name: str,
    title: str,
    options: Mapping[str, str],
    *,
    initial: str,
    hint: str = "",
    tells: bool = False,
) -> Block:
    """One of several; `options` are the values with their words.

    One that `tells` is heard of as soon as another is picked, by the listener of its name.
    """
    shown = {value: _option(value, words) for value, words in options.items()}
    element: Block = {
        "type": "radio_buttons",
        "action_id": name,
        "options": list(shown.values()),
        "initial_option": shown[initial],
    }
    block = _input(name, title, element, hint)
    return {**block, "dispatch_action": True} if tells else block


def menu(name: str, title: str, options: Mapping[str, str], *, initial: str) -> Block:
    """One of many, in a list that unfolds; `options` are the values with their words."""
    shown = {value: _option(value, words) for value, words in options.items()}
    element: Block = {
        "type": "static_select",
        "action_id": name,
        "options": list(shown.values()),
        "initial_option": shown[initial],
    }
    return _input(name, title, element, "")


def choices(
    name: str, title: str, options: Mapping[str, str], *, initial: Sequence[str], hint: str = ""
) -> Block:
    """Any of several."""
    shown = {value: _option(value, words) for value, words in options.items()}
    element: Block = {"type": "checkboxes", "action_id": name, "options": list(shown.values())}
    chosen = [shown[value] for value in initial if value in shown]
    if chosen:
        element["initial_options"] = chosen
    return _input(name, title, element, hint)


def several(name: str, title: str, options: Mapping[str, str], *, hint: str = "") -> Block:
    """Any of many, from a list that opens; none need be picked."""
    shown = [_option(value, words) for value, words in options.items()][:MOST_OPTIONS]
    element: Block = {"type": "multi_static_select", "action_id": name, "options": shown}
    return {**_input(name, title, element, hint), "optional": True}


def place_input(name: str, title: str, *, initial: str | None, hint: str) -> Block:
    """A channel of those that the user sees; it may be left out."""
    element: Block = {
        "type": "conversations_select",
        "action_id": name,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if initial:
        element["initial_conversation"] = initial
    return {**_input(name, title, element, hint), "optional": True}


def typed(values: Values, name: str) -> str:
    """What was typed; empty when nothing was."""
    return str(_element(values, name).get("value") or "")


def timed(values: Values, name: str) -> str:
    """The time that was picked."""
    return str(_element(values, name).get("selected_time") or "")


def chosen(values: Values, name: str) -> str:
    """The value of the option that was picked; empty when none was."""
    option = _element(values, name).get("selected_option") or {}
    return str(option.get("value") or "")


def all_chosen(values: Values, name: str) -> tuple[str, ...]:
    """The values of the options that were picked."""
    options = _element(values, name).get("selected_options") or ()
    return tuple(str(option.get("value")) for option in options)


def placed(values: Values, name: str) -> str | None:
    """The channel that was picked; None when none was."""
    return _element(values, name).get("selected_conversation") or None


def _element(values: Values, name: str) -> Mapping[str, Any]:
    return values.get(name, {}).get(name, {})


def _option(value: str, words: str) -> Block:
    return {"text": label(words[:CLIPPED]), "value": value[:CLIPPED]}


def _input(name: str, title: str, element: Block, hint: str) -> Block:
    block: Block = {"type": "input", "block_id": name, "label": label(title), "element": element}
    return {**block, "hint": label(hint)} if hint else block
