"""Elements of blocks -> what Slack would refuse about them. Knows where each kind may stand."""

import re
from collections.abc import Callable, Mapping, Sequence

from bot.blocks.checks import ID, between, items, length, maybe_length, maybe_text, one_of, text

Element = Mapping[str, object]

BUTTON_TEXT, BUTTON_VALUE, BUTTON_URL = 75, 2_000, 3_000
OPTION_TEXT, OPTION_VALUE, OPTIONS, GROUPS = 75, 150, 100, 100
OVERFLOW, PICKS = 5, 10  # options of an overflow menu; of radio buttons and checkboxes
PLACEHOLDER, INPUT_TEXT = 150, 3_000
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
ICON_READERS, ICONS = 10, ("trash",)
IMAGE_URL, IMAGE_ALT, IMAGE_TITLE = 3_000, 2_000, 2_000
MOST_FILES = 10
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DATE, TIME = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def element_problems(element: object, at: str, allowed: frozenset[str]) -> list[str]:
    """Say what is wrong with an element where only some kinds may stand."""
    kind = str(element.get("type")) if isinstance(element, Mapping) else ""
    if not isinstance(element, Mapping) or kind not in allowed:
        return [f"{at}/type: {kind!r} may not stand here"]
    found = [] if kind == "image" else length(element.get("action_id"), f"{at}/action_id", ID)
    found += maybe_text(element, "placeholder", at, PLACEHOLDER, plain=True)
    if "confirm" in element:
        found += _confirm(element["confirm"], f"{at}/confirm")
    return found + KINDS[kind](element, at)


def image(thing: Element, at: str) -> list[str]:
    """Say what is wrong with an image, as a block or as an element."""
    found = length(thing.get("alt_text"), f"{at}/alt_text", IMAGE_ALT)
    if ("slack_file" in thing) == ("image_url" in thing):
        return [*found, f"{at}: one of image_url and slack_file is needed"]
    if "image_url" in thing:
        found += length(thing["image_url"], f"{at}/image_url", IMAGE_URL)
    else:
        file = thing["slack_file"]
        named = isinstance(file, Mapping) and (file.get("id") or file.get("url"))
        found += [] if named else [f"{at}/slack_file: an id or a url is needed"]
    return found + maybe_text(thing, "title", at, IMAGE_TITLE, plain=True)


def _button(element: Element, at: str) -> list[str]:
    found = text(element.get("text"), f"{at}/text", BUTTON_TEXT, plain=True)
    found += maybe_length(element, "value", at, BUTTON_VALUE)
    found += maybe_length(element, "url", at, BUTTON_URL)
    found += maybe_length(element, "accessibility_label", at, BUTTON_TEXT)
    return found + one_of(element.get("style", "primary"), f"{at}/style", ("primary", "danger"))


def _confirm(confirm: object, at: str) -> list[str]:
    if not isinstance(confirm, Mapping):
        return [f"{at}: an object is missing"]
    return [
        *text(confirm.get("title"), f"{at}/title", CONFIRM_TITLE, plain=True),
        *text(confirm.get("text"), f"{at}/text", CONFIRM_TEXT),
        *text(confirm.get("confirm"), f"{at}/confirm", CONFIRM_BUTTON, plain=True),
        *text(confirm.get("deny"), f"{at}/deny", CONFIRM_BUTTON, plain=True),
    ]


def _feedback(element: Element, at: str) -> list[str]:
    found: list[str] = []
    for name in ("positive_button", "negative_button"):
        button, place = element.get(name), f"{at}/{name}"
        if not isinstance(button, Mapping):
            found.append(f"{place}: an object is missing")
            continue
        found += text(button.get("text"), f"{place}/text", BUTTON_TEXT, plain=True)
        found += length(button.get("value"), f"{place}/value", BUTTON_VALUE)
        found += maybe_length(button, "accessibility_label", place, BUTTON_TEXT)
    return found


def _icon(element: Element, at: str) -> list[str]:
    found = one_of(element.get("icon"), f"{at}/icon", ICONS)
    found += text(element.get("text"), f"{at}/text", BUTTON_TEXT, plain=True)
    found += maybe_length(element, "value", at, BUTTON_VALUE)
    readers = element.get("visible_to_user_ids", [])
    if not isinstance(readers, list) or len(readers) > ICON_READERS:
        found.append(f"{at}/visible_to_user_ids: a list of at most {ICON_READERS} users")
    return found


def _options(value: object, at: str, most: int) -> list[str]:
    options, found = items(value, at, most)
    for index, option in enumerate(options):
        place = f"{at}/{index}"
        found += text(option.get("text"), f"{place}/text", OPTION_TEXT)
        found += length(option.get("value"), f"{place}/value", OPTION_VALUE)
        found += maybe_text(option, "description", place, OPTION_TEXT)
        found += maybe_length(option, "url", place, BUTTON_URL)
    values = [option.get("value") for option in options]
    return found + ([f"{at}: a value twice"] if len(set(map(str, values))) < len(values) else [])


def _select(element: Element, at: str) -> list[str]:
    if ("options" in element) == ("option_groups" in element):
        return [f"{at}: one of options and option_groups is needed"]
    if "options" in element:
        found = _options(element["options"], f"{at}/options", OPTIONS)
        return found + _initial(element, at, element["options"])
    groups, found = items(element["option_groups"], f"{at}/option_groups", GROUPS)
    offered: list[object] = []
    for index, group in enumerate(groups):
        place = f"{at}/option_groups/{index}"
        found += text(group.get("label"), f"{place}/label", OPTION_TEXT, plain=True)
        found += _options(group.get("options"), f"{place}/options", OPTIONS)
        inside = group.get("options")
        offered += inside if isinstance(inside, list) else []
    return found + _initial(element, at, offered)


def _initial(element: Element, at: str, offered: object) -> list[str]:
    """What is chosen at first must be one of the options, word for word."""
    several = element.get("initial_options", [])
    chosen = [*(several if isinstance(several, list) else [several])]
    chosen += [element["initial_option"]] if "initial_option" in element else []
    known = offered if isinstance(offered, list) else []
    return [f"{at}: an initial option is none of the options" for one in chosen if one not in known]


def _few(most: int) -> Callable[[Element, str], list[str]]:
    def check(element: Element, at: str) -> list[str]:
        found = _options(element.get("options"), f"{at}/options", most)
        return found + _initial(element, at, element.get("options"))

    return check


def _typed(element: Element, at: str) -> list[str]:
    most = element.get("max_length", INPUT_TEXT)
    found = between(most, f"{at}/max_length", 1, INPUT_TEXT)
    if "min_length" in element:
        found += between(element["min_length"], f"{at}/min_length", 0, INPUT_TEXT)
    if "initial_value" in element and not found:
        assert isinstance(most, int)
        found += length(element["initial_value"], f"{at}/initial_value", most, 0)
    return found


def _number(element: Element, at: str) -> list[str]:
    found = [] if isinstance(element.get("is_decimal_allowed"), bool) else [f"{at}: decimal or not"]
    initial = str(element.get("initial_value", "0"))
    return found + ([] if NUMBER.fullmatch(initial) else [f"{at}/initial_value: must be a number"])


def _short(element: Element, at: str) -> list[str]:
    return maybe_length(element, "initial_value", at, INPUT_TEXT)


def _date(element: Element, at: str) -> list[str]:
    return _like(element, "initial_date", at, DATE, "YYYY-MM-DD")


def _time(element: Element, at: str) -> list[str]:
    return _like(element, "initial_time", at, TIME, "HH:mm")


def _like(element: Element, name: str, at: str, form: re.Pattern[str], said: str) -> list[str]:
    value = element.get(name)
    if value is None or (isinstance(value, str) and form.fullmatch(value)):
        return []
    return [f"{at}/{name}: must be {said}"]


def _files(element: Element, at: str) -> list[str]:
    return between(element.get("max_files", 1), f"{at}/max_files", 1, MOST_FILES)


def _any(_element: Element, _at: str) -> list[str]:
    return []


def same_ids(elements: Sequence[Element], at: str) -> list[str]:
    """Say whether two elements of a block answer to one action_id."""
    ids = [str(element.get("action_id")) for element in elements]
    return [f"{at}: an action_id twice"] if len(set(ids)) < len(ids) else []


SELECTS = frozenset(
    """static_select external_select users_select conversations_select channels_select""".split()
)
MULTI_SELECTS = frozenset(f"multi_{kind}" for kind in SELECTS)
PICKERS = frozenset("datepicker timepicker checkboxes radio_buttons".split())
ROW = SELECTS | PICKERS | {"button", "overflow", "datetimepicker", "workflow_button"}
BESIDE = SELECTS | MULTI_SELECTS | PICKERS | {"button", "overflow", "image", "workflow_button"}
UNDER = frozenset({"feedback_buttons", "icon_button"})
BUTTONS = frozenset({"button"})
TYPED = frozenset(
    """plain_text_input number_input email_text_input url_text_input rich_text_input
    file_input""".split()
)
FIELDS = SELECTS | MULTI_SELECTS | PICKERS | TYPED | {"datetimepicker"}
KINDS: Mapping[str, Callable[[Element, str], list[str]]] = {
    **dict.fromkeys(FIELDS | BESIDE | ROW, _any),
    "button": _button,
    "image": image,
    "feedback_buttons": _feedback,
    "icon_button": _icon,
    "static_select": _select,
    "multi_static_select": _select,
    "overflow": _few(OVERFLOW),
    "radio_buttons": _few(PICKS),
    "checkboxes": _few(PICKS),
    "plain_text_input": _typed,
    "number_input": _number,
    "email_text_input": _short,
    "url_text_input": _short,
    "datepicker": _date,
    "timepicker": _time,
    "file_input": _files,
}
