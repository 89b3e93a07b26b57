"""Every kind of block against Slack's limits: at the limit it passes, one more is refused."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.limits import CHECKS, Surface, problems, view_problems

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def words(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(), **more}


def option(n: int = 0, **more: Any) -> Json:
    return {"text": plain(), "value": f"v{n}", **more}


def select(kind: str = "static_select", many: int = 1, **more: Any) -> Json:
    return {"type": kind, "action_id": "a", "options": [option(n) for n in range(many)], **more}


def row(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "a", **more}


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def score(value: Any = 0.5) -> Json:
    return {"type": "raw_number", "value": value, "text": "+0.50"}


def data_table(rows: int = 2, columns: int = 2, **more: Any) -> Json:
    grid = [[cell() for _ in range(columns)] for _ in range(rows)]
    return {"type": "data_table", "caption": "Scores", "rows": grid, **more}


def pie(segments: int = 2, value: Any = 1, label: str = "s") -> Json:
    parts = [{"label": f"{label}{n}", "value": value} for n in range(segments)]
    return chart({"type": "pie", "segments": parts})


def chart(inner: Json, title: str = "Scores") -> Json:
    return {"type": "data_visualization", "title": title, "chart": inner}


def bars(series: int = 1, points: int = 2, value: Any = -0.5, **axis: Any) -> Json:
    names = [f"c{n}" for n in range(points)]
    data = [{"label": name, "value": value} for name in names]
    rows = [{"name": f"s{n}", "data": data} for n in range(series)]
    axis = {"categories": names, **axis}
    return chart({"type": "bar", "series": rows, "axis_config": axis})


def feedback(text: str = "Good", value: str = "up") -> Json:
    one = {"text": plain(text), "value": value}
    thumbs = {"type": "feedback_buttons", "action_id": "f"}
    return {**thumbs, "positive_button": one, "negative_button": one}


def icon(n: int = 0, **more: Any) -> Json:
    return {
        "type": "icon_button",
        "action_id": f"i{n}",
        "icon": "trash",
        "text": plain("Delete"),
        **more,
    }


def under(*elements: Json) -> Json:
    return {"type": "context_actions", "elements": list(elements)}


def card(**more: Any) -> Json:
    return {"type": "card", "title": words(), **more}


def container(*children: Json, **more: Any) -> Json:
    return {"type": "container", "child_blocks": list(children), **more}


def task(**more: Any) -> Json:
    return {"type": "task_card", "task_id": "t", "title": "Read", "status": "complete", **more}


IMAGE = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A chart"}
VIDEO = {
    "type": "video",
    "title": plain(),
    "alt_text": "x",
    "video_url": "https://x.example/v",
    "thumbnail_url": "https://x.example/t",
}
SOUND: dict[str, Json] = {
    "section": {"type": "section", "text": words(), "accessory": button()},
    "header": {"type": "header", "text": plain()},
    "markdown": {"type": "markdown", "text": "**x**"},
    "context": {"type": "context", "elements": [words(), IMAGE]},
    "context_actions": under(feedback(), icon()),
    "actions": row(button(), select(action_id="b"), {"type": "datepicker", "action_id": "c"}),
    "divider": {"type": "divider"},
    "image": IMAGE,
    "rich_text": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    },
    "input": field(typed()),
    "table": {"type": "table", "rows": [[cell(), score()]], "column_settings": [{"align": "left"}]},
    "data_table": data_table(),
    "data_visualization": bars(),
    "card": card(actions=[button()]),
    "carousel": {"type": "carousel", "elements": [card()]},
    "container": container({"type": "divider"}, title=words()),
    "plan": {"type": "plan", "title": "Reading", "tasks": [task(status="pending")]},
    "task_card": task(),
    "alert": {"type": "alert", "text": words(), "level": "warning"},
    "video": VIDEO,
    "file": {"type": "file", "external_id": "x", "source": "remote"},
}
HERE: dict[Surface, str] = {
    "message": "section header markdown rich_text context context_actions actions divider image "
    "video input table data_table data_visualization card carousel container plan task_card file",
    "home": "section header rich_text context actions divider image video input table data_table "
    "data_visualization card carousel container",
    "modal": "section header rich_text context actions divider image video input card alert",
}


def test_every_kind_has_its_example() -> None:
    assert SOUND.keys() == CHECKS.keys()


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
@pytest.mark.parametrize("kind", sorted(SOUND))
def test_a_block_is_taken_where_it_may_stand_and_nowhere_else(kind: str, surface: Surface) -> None:
    found = problems([SOUND[kind]], surface)

    assert (found == ()) is (kind in HERE[surface].split()), found


Maker = Callable[[int], Json]
LIMITS: dict[str, tuple[int, Maker]] = {
    "section text": (3000, lambda n: {"type": "section", "text": words("x" * n)}),
    "fields": (10, lambda n: {"type": "section", "fields": [words()] * n}),
    "field text": (2000, lambda n: {"type": "section", "fields": [words("x" * n)]}),
    "header": (150, lambda n: {"type": "header", "text": plain("x" * n)}),
    "markdown": (12_000, lambda n: {"type": "markdown", "text": "x" * n}),
    "context elements": (10, lambda n: {"type": "context", "elements": [words()] * n}),
    "context actions": (5, lambda n: under(*(icon(i) for i in range(n)))),
    "actions": (25, lambda n: row(*(button(action_id=f"a{i}") for i in range(n)))),
    "button text": (75, lambda n: row(button(text=plain("x" * n)))),
    "button value": (2000, lambda n: row(button(value="x" * n))),
    "button url": (3000, lambda n: row(button(url="x" * n))),
    "action id": (255, lambda n: row(button(action_id="x" * n))),
    "block id": (255, lambda n: {"type": "divider", "block_id": "x" * n}),
    "feedback text": (75, lambda n: under(feedback(text="x" * n))),
    "feedback value": (2000, lambda n: under(feedback(value="x" * n))),
    "icon readers": (10, lambda n: under(icon(visible_to_user_ids=["U1"] * n))),
    "options": (100, lambda n: row(select("static_select", n))),
    "option text": (75, lambda n: row(select(options=[option(text=plain("x" * n))]))),
    "option value": (150, lambda n: row(select(options=[option(value="x" * n)]))),
    "option note": (75, lambda n: row(select(options=[option(description=plain("x" * n))]))),
    "overflow": (5, lambda n: row(select(type="overflow", options=list(map(option, range(n)))))),
    "radio": (10, lambda n: row(select(type="radio_buttons", options=list(map(option, range(n)))))),
    "checkboxes": (
        10,
        lambda n: row(select(type="checkboxes", options=list(map(option, range(n))))),
    ),
    "placeholder": (150, lambda n: row(select(placeholder=plain("x" * n)))),
    "input label": (2000, lambda n: field(typed(), label=plain("x" * n))),
    "input hint": (2000, lambda n: field(typed(), hint=plain("x" * n))),
    "input length": (3000, lambda n: field(typed(max_length=n))),
    "initial value": (7, lambda n: field(typed(max_length=7, initial_value="x" * n))),
    "image alt": (2000, lambda n: {**IMAGE, "alt_text": "x" * n}),
    "image url": (3000, lambda n: {**IMAGE, "image_url": "x" * n}),
    "table rows": (100, lambda n: {"type": "table", "rows": [[cell()]] * n}),
    "table columns": (20, lambda n: {"type": "table", "rows": [[cell()] * n]}),
    "data rows": (101, data_table),
    "data columns": (20, lambda n: data_table(2, n)),
    "data text": (10_000, lambda n: {**data_table(), "rows": [[cell("x" * (n - 1))], [cell()]]}),
    "page size": (100, lambda n: data_table(page_size=n)),
    "row header": (1, lambda n: data_table(row_header_column_index=n)),
    "chart title": (50, lambda n: chart(pie()["chart"], "x" * n)),
    "segments": (6, pie),
    "segment label": (20, lambda n: pie(1, label="x" * (n - 1))),
    "series": (6, bars),
    "points": (20, lambda n: bars(points=n)),
    "axis label": (50, lambda n: bars(x_label="x" * n)),
    "card title": (150, lambda n: card(title=words("x" * n))),
    "card body": (200, lambda n: card(body=words("x" * n))),
    "card buttons": (3, lambda n: card(actions=[button(action_id=f"a{i}") for i in range(n)])),
    "cards": (10, lambda n: {"type": "carousel", "elements": [card()] * n}),
    "children": (10, lambda n: container(*[{"type": "divider"}] * n)),
    "container title": (150, lambda n: container({"type": "divider"}, title=words("x" * n))),
    "tasks": (50, lambda n: {"type": "plan", "title": "x", "tasks": [task()] * n}),
}


@pytest.mark.parametrize("name", LIMITS)
def test_at_the_limit_it_passes_and_one_more_is_refused(name: str) -> None:
    most, make = LIMITS[name]
    # the sum of a message is another rule, and as small as one full data table
    surface: Surface = "home" if name == "data text" else "message"

    assert problems([make(most)], surface) == ()
    assert problems([make(most + 1)], surface) != ()


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (row(typed()), "may not stand here"),
        ({"type": "section", "text": words(), "accessory": feedback()}, "may not stand here"),
        (under(button()), "may not stand here"),
        (field(button()), "may not stand here"),
        (row(button(), button()), "an action_id twice"),
        (row(button(action_id="")), "characters"),
        (row(button(style="blue")), "primary or danger"),
        (row(button(confirm={"title": plain()})), "/confirm/text"),
        (row(select(options=[])), "0 elements"),
        (row(select(options=[option(), option()])), "a value twice"),
        (row(select(option_groups=[])), "one of options and option_groups"),
        (row(select(initial_option=option(9))), "none of the options"),
        (row({"type": "timepicker", "action_id": "a", "initial_time": "25:00"}), "HH:mm"),
        (row({"type": "datepicker", "action_id": "a", "initial_date": "today"}), "YYYY-MM-DD"),
        (field({"type": "number_input", "action_id": "a"}), "decimal"),
        (under(icon(icon="star")), "trash"),
        ({**IMAGE, "slack_file": {"id": "F1"}}, "one of image_url and slack_file"),
        (data_table(1), "2 to 101"),
        (data_table(caption=""), "/caption"),
        ({**data_table(), "rows": [[cell()], [cell(), cell()]]}, "as many cells"),
        ({**data_table(), "rows": [[cell("")], [cell()]]}, "/text"),
        (
            {**data_table(), "rows": [[SOUND["rich_text"]], [cell()]]},
            "must be raw_text or raw_number",
        ),
        ({**data_table(), "rows": [[cell()], [score("1")]]}, "a number is missing"),
        ({**data_table(), "rows": [[cell()], [score(float("nan"))]]}, "a number is missing"),
        (data_table(page_size=0), "/page_size"),
        (pie(value=0), "above zero"),
        (pie(value=-1), "above zero"),
        (pie(0), "0 elements"),
        (bars(value="1"), "a number is missing"),
        (bars(categories=["c0", "other"]), "not the categories"),
        (bars(categories=["c0"]), "not the categories"),
        (bars(categories=["c0", "c0"]), "a category twice"),
        (chart({"type": "donut"}), "unknown chart"),
        ({"type": "card", "subtitle": words()}, "one of title"),
        (container(data_table()), "data_table not in here"),
        (container({"type": "markdown", "text": "x"}), "markdown not in here"),
        (container({"type": "divider"}, width="huge"), "/width"),
        (task(status="pending"), "only in a plan"),
        (task(status="done"), "/status"),
        ({"type": "bogus"}, "unknown block"),
        ({}, "unknown block"),
    ],
)
def test_what_is_wrong_is_said(block: Json, said: str) -> None:
    assert said in " ".join(problems([block]))


def test_a_message_holds_50_blocks_and_a_view_100() -> None:
    divider: Json = {"type": "divider"}
    view = {"type": "home", "blocks": [divider] * 100}

    assert problems([divider] * 50) == view_problems(view) == ()
    assert problems([divider] * 51) != ()
    assert view_problems({**view, "blocks": [divider] * 101}) != ()


def test_a_message_holds_two_charts_one_table_and_each_block_id_once() -> None:
    table = SOUND["table"]

    assert problems([pie(), bars()]) == ()
    assert "data_visualization" in problems([pie(), bars(), pie()])[0]
    assert "of table" in problems([table, container(table)])[0]
    assert "a block_id twice" in problems([{"type": "divider", "block_id": "b"}] * 2)[0]


def test_markdown_and_the_rest_are_summed_up() -> None:
    markdown = {"type": "markdown", "text": "x" * 9_000}
    section = {"type": "section", "text": words("x" * 3_000)}

    assert problems([markdown, section]) == ()
    assert problems([markdown, section, {"type": "header", "text": plain()}]) != ()
    assert problems([section] * 4) != ()


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
JSON = st.recursive(
    JUNK,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the ways to every value inside."""
    inner: list[Any] = []
    if isinstance(node, dict):
        inner = list(node)
    elif isinstance(node, list):
        inner = list(range(len(node)))
    return [path, *(way for key in inner for way in places(node[key], (*path, key)))]


@given(st.data())
def test_nonsense_anywhere_in_a_block_is_told_and_breaks_nothing(data: st.DataObject) -> None:
    block = copy.deepcopy(SOUND[data.draw(st.sampled_from(sorted(SOUND)))])
    *way, last = data.draw(st.sampled_from(places(block)[1:]))
    target: Any = block
    for key in way:
        target = target[key]
    target[last] = data.draw(JSON)

    for surface in ("message", "modal", "home"):
        assert all(isinstance(line, str) for line in problems([block], surface))  # type: ignore[arg-type]
