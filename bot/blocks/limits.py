"""Blocks -> what Slack would refuse about them, as sentences. Knows every kind and where it may be.

The numbers are Slack's published ones; where pages and seen behaviour differ, the smaller one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from bot.blocks.checks import ID, between, items, length, maybe_length, maybe_text, one_of, text
from bot.blocks.data import data_table, data_visualization, table
from bot.blocks.elements import (
    BESIDE,
    BUTTONS,
    FIELDS,
    ROW,
    UNDER,
    element_problems,
    image,
    same_ids,
)

Block = dict[str, object]
Surface = Literal["message", "modal", "home"]
Check = Callable[[Mapping[str, object], str], list[str]]

BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
TOTAL_TEXT = 10_000  # a message of sections was refused at 11,341 characters (bolt-js #2867)
MARKDOWN_TEXT = 12_000  # one markdown block, and the sum of a message (bolt-js #2509)
MESSAGE_TEXT = 4_000  # a longer `text` may come out as several posts (bolt-python #764)
SECTION_TEXT = 3_000
FIELDS_BESIDE, FIELD_TEXT = 10, 2_000
HEADER_TEXT = 150
LABEL_TEXT = 2_000
CONTEXT_ELEMENTS, CONTEXT_ACTIONS, ACTION_ELEMENTS = 10, 5, 25
CARD_TITLE, CARD_BODY, CARD_BUTTONS, CARDS = 150, 200, 3, 10
ALERT_TEXT = 200
ALERT_LEVELS = ("default", "info", "warning", "error", "success")
TASKS, TASK_TEXT = 50, 256  # Slack says so of details and output; a longer title is no better
TASK_STATES = ("pending", "in_progress", "complete", "error")
INDENT = 8
CHILDREN = 10
WIDTHS = ("narrow", "standard", "wide", "full")
CHARTS = 2  # of one message: undocumented, seen
TABLES = 1  # plain tables of one message: only_one_table_allowed
VIDEO_TITLE, VIDEO_AUTHOR = 200, 50
URL, ALT = 3_000, 2_000
VIEW_TITLE, VIEW_BUTTON, PRIVATE_METADATA = 24, 24, 3_000


def problems(
    blocks: Sequence[Mapping[str, object]], surface: Surface = "message"
) -> tuple[str, ...]:
    """Say what Slack would refuse, each with the JSON pointer of its place; empty is sound."""
    found: list[str] = []
    if len(blocks) > BLOCKS[surface]:
        found.append(f"/blocks: {len(blocks)} elements, at most {BLOCKS[surface]}")
    for index, block in enumerate(blocks):
        found += _block(block, f"/blocks/{index}", surface)
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(map(str, ids))) < len(ids):
        found.append("/blocks: a block_id twice")
    kinds = [thing.get("type") for thing in _within(blocks)]
    for kind, most in (("data_visualization", CHARTS), ("table", TABLES)):
        if surface == "message" and kinds.count(kind) > most:
            found.append(f"/blocks: {kinds.count(kind)} of {kind}, at most {most}")
    if surface == "message" and too_long(blocks):
        total = total_text(blocks)
        found.append(f"/blocks: {total} characters of text in all, fewer than {TOTAL_TEXT}")
    return tuple(found)


def view_problems(view: Mapping[str, object]) -> tuple[str, ...]:
    """Say what Slack would refuse about a modal or a home tab."""
    surface: Surface = "home" if view.get("type") == "home" else "modal"
    blocks, found = items(view.get("blocks"), "/blocks", BLOCKS[surface], 0)
    found = [*problems(blocks, surface)] if not found or blocks else found
    if surface == "modal":
        found += text(view.get("title"), "/title", VIEW_TITLE, plain=True)
        if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
            found.append("/submit: needed when there are input blocks")
    for button in ("close", "submit"):
        if view.get(button) is not None:
            found += text(view[button], f"/{button}", VIEW_BUTTON, plain=True)
    if len(str(view.get("private_metadata", ""))) > PRIVATE_METADATA:
        found.append(f"/private_metadata: at most {PRIVATE_METADATA} characters")
    return tuple(found + maybe_length(view, "callback_id", "", ID))


def too_long(blocks: Sequence[Mapping[str, object]]) -> bool:
    """Tell whether the texts of a message are more than Slack takes in all."""
    rest = [block for block in blocks if block.get("type") != "markdown"]
    return total_text(rest) >= TOTAL_TEXT or total_text(blocks) > MARKDOWN_TEXT


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


def _block(block: Mapping[str, object], at: str, surface: Surface) -> list[str]:
    kind = str(block.get("type"))
    check = CHECKS.get(kind)
    if check is None:
        return [f"{at}/type: unknown block {block.get('type')!r}"]
    found = [] if surface in SURFACES.get(kind, EVERYWHERE) else [f"{at}/type: not in a {surface}"]
    return found + check(block, at) + maybe_length(block, "block_id", at, ID)


def _within(blocks: Sequence[Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    """List the blocks, and those in containers."""
    for block in blocks:
        yield block
        inner = block.get("child_blocks")
        if isinstance(inner, list):
            yield from _within([child for child in inner if isinstance(child, Mapping)])


def _section(block: Mapping[str, object], at: str) -> list[str]:
    found: list[str] = []
    if "text" in block or "fields" not in block:
        found += text(block.get("text"), f"{at}/text", SECTION_TEXT)
    if "fields" in block:
        fields, wrong = items(block["fields"], f"{at}/fields", FIELDS_BESIDE)
        found += wrong
        for index, field in enumerate(fields):
            found += text(field, f"{at}/fields/{index}", FIELD_TEXT)
    if "accessory" in block:
        found += element_problems(block["accessory"], f"{at}/accessory", BESIDE)
    return found


def _header(block: Mapping[str, object], at: str) -> list[str]:
    return text(block.get("text"), f"{at}/text", HEADER_TEXT, plain=True)


def _markdown(block: Mapping[str, object], at: str) -> list[str]:
    return length(block.get("text"), f"{at}/text", MARKDOWN_TEXT)


def _context(block: Mapping[str, object], at: str) -> list[str]:
    elements, found = items(block.get("elements"), f"{at}/elements", CONTEXT_ELEMENTS)
    for index, element in enumerate(elements):
        place = f"{at}/elements/{index}"
        found += (
            image(element, place)
            if element.get("type") == "image"
            else text(element, place, SECTION_TEXT)
        )
    return found


def _row(allowed: frozenset[str], most: int) -> Check:
    def check(block: Mapping[str, object], at: str) -> list[str]:
        elements, found = items(block.get("elements"), f"{at}/elements", most)
        for index, element in enumerate(elements):
            found += element_problems(element, f"{at}/elements/{index}", allowed)
        return found + same_ids(elements, f"{at}/elements")

    return check


def _input(block: Mapping[str, object], at: str) -> list[str]:
    found = text(block.get("label"), f"{at}/label", LABEL_TEXT, plain=True)
    found += maybe_text(block, "hint", at, LABEL_TEXT, plain=True)
    return found + element_problems(block.get("element"), f"{at}/element", FIELDS)


def _rich_text(block: Mapping[str, object], at: str) -> list[str]:
    kinds = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
    elements, found = items(block.get("elements"), f"{at}/elements", TOTAL_TEXT)
    for index, element in enumerate(elements):
        place = f"{at}/elements/{index}"
        if str(element.get("type")) not in kinds or not element.get("elements"):
            found.append(f"{place}: not an element of rich text")
        if element.get("type") == "rich_text_list":
            found += one_of(element.get("style"), f"{place}/style", ("bullet", "ordered"))
            found += between(element.get("indent", 0), f"{place}/indent", 0, INDENT)
    return found


def _card(block: Mapping[str, object], at: str) -> list[str]:
    found: list[str] = []
    for name, most in (("title", CARD_TITLE), ("subtitle", CARD_TITLE), ("body", CARD_BODY)):
        found += maybe_text(block, name, at, most)
    found += maybe_text(block, "subtext", at, CARD_BODY)
    for name in ("hero_image", "icon"):
        if name in block:
            found += element_problems(block[name], f"{at}/{name}", frozenset({"image"}))
    if "actions" in block:
        buttons, wrong = items(block["actions"], f"{at}/actions", CARD_BUTTONS)
        found += wrong
        for index, button in enumerate(buttons):
            found += element_problems(button, f"{at}/actions/{index}", BUTTONS)
    if not {"title", "body", "hero_image", "actions"} & block.keys():
        found.append(f"{at}: one of title, body, hero_image and actions is needed")
    return found


def _carousel(block: Mapping[str, object], at: str) -> list[str]:
    return _inner(block, "elements", at, CARDS, frozenset({"card"}))


def _container(block: Mapping[str, object], at: str) -> list[str]:
    found = maybe_text(block, "title", at, CARD_TITLE)
    found += maybe_text(block, "subtitle", at, CARD_TITLE)
    found += one_of(block.get("width", "standard"), f"{at}/width", WIDTHS)
    return found + _inner(block, "child_blocks", at, CHILDREN, CONTAINED)


def _plan(block: Mapping[str, object], at: str) -> list[str]:
    found = length(block.get("title"), f"{at}/title", TASK_TEXT)
    tasks, wrong = items(block.get("tasks"), f"{at}/tasks", TASKS)
    for index, task in enumerate(tasks):
        wrong += _task(task, f"{at}/tasks/{index}")
    return found + wrong


def _task_card(block: Mapping[str, object], at: str) -> list[str]:
    alone = [f"{at}/status: pending only in a plan"] if block.get("status") == "pending" else []
    return _task(block, at) + alone


def _task(task: Mapping[str, object], at: str) -> list[str]:
    found = length(task.get("task_id"), f"{at}/task_id", ID)
    found += length(task.get("title"), f"{at}/title", TASK_TEXT)
    return found + one_of(task.get("status"), f"{at}/status", TASK_STATES)


def _inner(
    block: Mapping[str, object], name: str, at: str, most: int, allowed: frozenset[str]
) -> list[str]:
    children, found = items(block.get(name), f"{at}/{name}", most)
    for index, child in enumerate(children):
        place = f"{at}/{name}/{index}"
        kind = str(child.get("type"))
        fits = kind in allowed
        found += CHECKS[kind](child, place) if fits else [f"{place}/type: {kind} not in here"]
    return found


def _alert(block: Mapping[str, object], at: str) -> list[str]:
    found = text(block.get("text"), f"{at}/text", ALERT_TEXT)
    return found + one_of(block.get("level", "default"), f"{at}/level", ALERT_LEVELS)


def _video(block: Mapping[str, object], at: str) -> list[str]:
    found = text(block.get("title"), f"{at}/title", VIDEO_TITLE, plain=True)
    found += length(block.get("alt_text"), f"{at}/alt_text", ALT)
    found += maybe_length(block, "author_name", at, VIDEO_AUTHOR)
    for name in ("video_url", "thumbnail_url"):
        found += length(block.get(name), f"{at}/{name}", URL)
    return found


def _file(block: Mapping[str, object], at: str) -> list[str]:
    found = length(block.get("external_id"), f"{at}/external_id", ID)
    return found + one_of(block.get("source"), f"{at}/source", ("remote",))


def _divider(_block: Mapping[str, object], _at: str) -> list[str]:
    return []


EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})
NO_MODAL: frozenset[Surface] = frozenset({"message", "home"})
MESSAGE: frozenset[Surface] = frozenset({"message"})
# Kinds that are not in this table may be everywhere.
SURFACES: Mapping[str, frozenset[Surface]] = {
    **dict.fromkeys(("markdown", "context_actions", "plan", "task_card", "file"), MESSAGE),
    **dict.fromkeys(
        ("table", "data_table", "data_visualization", "carousel", "container"), NO_MODAL
    ),
    "alert": frozenset({"modal"}),
}
CONTAINED = frozenset(
    """actions context divider file header image input rich_text section table video""".split()
)
CHECKS: Mapping[str, Check] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "context": _context,
    "context_actions": _row(UNDER, CONTEXT_ACTIONS),
    "actions": _row(ROW, ACTION_ELEMENTS),
    "divider": _divider,
    "image": image,
    "rich_text": _rich_text,
    "input": _input,
    "table": table,
    "data_table": data_table,
    "data_visualization": data_visualization,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "plan": _plan,
    "task_card": _task_card,
    "alert": _alert,
    "video": _video,
    "file": _file,
}
