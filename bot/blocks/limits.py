"""Blocks -> what Slack would refuse about them, as sentences. Knows only the kinds that Tape emits.

The numbers are Slack's published ones; where pages and seen behaviour differ, the smaller one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Block = dict[str, object]
Surface = Literal["message", "modal", "home"]

BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
TOTAL_TEXT = 10_000  # a message of sections was refused at 11,341 characters (bolt-js #2867)
MESSAGE_TEXT = 4_000  # a longer `text` may come out as several posts (bolt-python #764)
SECTION_TEXT = 3_000
FIELDS, FIELD_TEXT = 10, 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTION_ELEMENTS, CONTEXT_ACTIONS = 25, 5
LABEL = 2_000
BUTTON_TEXT, BUTTON_VALUE, BUTTON_URL = 75, 2_000, 3_000
ID = 255
IMAGE_URL, IMAGE_ALT, IMAGE_TITLE = 3_000, 2_000, 2_000
VIEW_TITLE, VIEW_BUTTON, PRIVATE_METADATA = 24, 24, 3_000


def problems(
    blocks: Sequence[Mapping[str, object]], surface: Surface = "message"
) -> tuple[str, ...]:
    """Say what Slack would refuse, each with the JSON pointer of its place; empty is sound."""
    found: list[str] = []
    if len(blocks) > BLOCKS[surface]:
        found.append(f"/blocks: {len(blocks)} blocks, at most {BLOCKS[surface]}")
    for index, block in enumerate(blocks):
        check = CHECKS.get(str(block.get("type")))
        at = f"/blocks/{index}"
        found += check(block, at) if check else [f"{at}/type: unknown block {block.get('type')!r}"]
        found += _length(block.get("block_id", "x"), f"{at}/block_id", ID)
    total = total_text(blocks)
    if surface == "message" and total >= TOTAL_TEXT:
        found.append(f"/blocks: {total} characters of text in all, fewer than {TOTAL_TEXT}")
    return tuple(found)


def view_problems(view: Mapping[str, object]) -> tuple[str, ...]:
    """Say what Slack would refuse about a modal or a home tab."""
    surface: Surface = "home" if view.get("type") == "home" else "modal"
    blocks = view.get("blocks")
    found = list(problems(blocks, surface)) if isinstance(blocks, list) else ["/blocks: missing"]
    if surface == "modal":
        found += _text(view.get("title"), "/title", VIEW_TITLE, plain=True)
    for button in ("close", "submit"):
        if button in view:
            found += _text(view[button], f"/{button}", VIEW_BUTTON, plain=True)
    if len(str(view.get("private_metadata", ""))) > PRIVATE_METADATA:
        found.append(f"/private_metadata: at most {PRIVATE_METADATA} characters")
    return tuple(found)


def total_text(node: object) -> int:
    """Count the characters of every text in blocks, as Slack does when it adds a message up."""
    if isinstance(node, Mapping):
        return sum(
            len(value)
            if key in ("text", "alt_text") and isinstance(value, str)
            else total_text(value)
            for key, value in node.items()
        )
    return sum(map(total_text, node)) if isinstance(node, list | tuple) else 0


def _length(value: object, at: str, most: int, least: int = 1) -> list[str]:
    if not isinstance(value, str):
        return [f"{at}: a string is missing"]
    return (
        [] if least <= len(value) <= most else [f"{at}: {len(value)} characters, {least} to {most}"]
    )


def _items(value: object, at: str, most: int) -> tuple[list[Mapping[str, object]], list[str]]:
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return [], [f"{at}: a list of objects is missing"]
    return value, [] if 1 <= len(value) <= most else [f"{at}: {len(value)} elements, 1 to {most}"]


def _text(value: object, at: str, most: int, *, plain: bool = False) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"{at}: a text object is missing"]
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    wrong = [] if value.get("type") in kinds else [f"{at}/type: must be {' or '.join(kinds)}"]
    return wrong + _length(value.get("text"), f"{at}/text", most)


def _section(block: Mapping[str, object], at: str) -> list[str]:
    found: list[str] = []
    if "text" in block or "fields" not in block:
        found += _text(block.get("text"), f"{at}/text", SECTION_TEXT)
    if "fields" in block:
        fields, found_in = _items(block["fields"], f"{at}/fields", FIELDS)
        found += found_in
        for index, field in enumerate(fields):
            found += _text(field, f"{at}/fields/{index}", FIELD_TEXT)
    if "accessory" in block:
        found += _element(block["accessory"], f"{at}/accessory")
    return found


def _header(block: Mapping[str, object], at: str) -> list[str]:
    return _text(block.get("text"), f"{at}/text", HEADER_TEXT, plain=True)


def _context(block: Mapping[str, object], at: str) -> list[str]:
    elements, found = _items(block.get("elements"), f"{at}/elements", CONTEXT_ELEMENTS)
    for index, element in enumerate(elements):
        place = f"{at}/elements/{index}"
        found += (
            _image(element, place)
            if element.get("type") == "image"
            else _text(element, place, SECTION_TEXT)
        )
    return found


def _actions(block: Mapping[str, object], at: str) -> list[str]:
    elements, found = _items(block.get("elements"), f"{at}/elements", ACTION_ELEMENTS)
    for index, element in enumerate(elements):
        found += _element(element, f"{at}/elements/{index}")
    ids = [element.get("action_id") for element in elements]
    return found + ([f"{at}/elements: an action_id twice"] if len(set(ids)) < len(ids) else [])


def _context_actions(block: Mapping[str, object], at: str) -> list[str]:
    elements, found = _items(block.get("elements"), f"{at}/elements", CONTEXT_ACTIONS)
    for index, element in enumerate(elements):
        place = f"{at}/elements/{index}"
        if element.get("type") != "feedback_buttons":
            found.append(f"{place}/type: only feedback buttons are emitted here")
            continue
        found += _length(element.get("action_id"), f"{place}/action_id", ID)
        for name in ("positive_button", "negative_button"):
            button = element.get(name)
            here = f"{place}/{name}"
            if not isinstance(button, Mapping):
                found.append(f"{here}: a button is missing")
                continue
            found += _text(button.get("text"), f"{here}/text", BUTTON_TEXT, plain=True)
            found += _length(button.get("value"), f"{here}/value", BUTTON_VALUE)
    return found


def _input(block: Mapping[str, object], at: str) -> list[str]:
    found = _text(block.get("label"), f"{at}/label", LABEL, plain=True)
    element = block.get("element")
    if not isinstance(element, Mapping):
        return [*found, f"{at}/element: an element is missing"]
    return found + _length(element.get("action_id"), f"{at}/element/action_id", ID)


def _element(element: object, at: str) -> list[str]:
    if not isinstance(element, Mapping) or element.get("type") != "button":
        return [f"{at}/type: only buttons are emitted here"]
    found = _text(element.get("text"), f"{at}/text", BUTTON_TEXT, plain=True)
    found += _length(element.get("action_id"), f"{at}/action_id", ID)
    found += _length(element.get("value", "x"), f"{at}/value", BUTTON_VALUE)
    found += _length(element.get("url", "x"), f"{at}/url", BUTTON_URL)
    if element.get("style", "primary") not in ("primary", "danger"):
        found.append(f"{at}/style: primary or danger")
    return found


def _image(block: Mapping[str, object], at: str) -> list[str]:
    found = _length(block.get("alt_text"), f"{at}/alt_text", IMAGE_ALT)
    if "slack_file" not in block:
        found += _length(block.get("image_url"), f"{at}/image_url", IMAGE_URL)
    if "title" in block:
        found += _text(block["title"], f"{at}/title", IMAGE_TITLE, plain=True)
    return found


def _rich_text(block: Mapping[str, object], at: str) -> list[str]:
    kinds = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        return [f"{at}/elements: a list of objects is missing"]
    return [
        f"{at}/elements/{index}: not an element of rich text"
        for index, element in enumerate(elements)
        if not isinstance(element, Mapping)
        or element.get("type") not in kinds
        or not element.get("elements")
    ]


def _divider(_block: Mapping[str, object], _at: str) -> list[str]:
    return []


CHECKS: Mapping[str, Callable[[Mapping[str, object], str], list[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "divider": _divider,
    "image": _image,
    "rich_text": _rich_text,
}
