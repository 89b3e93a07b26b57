"""Tables and charts -> what Slack would refuse about them. Knows no other block.

slack_sdk has no models of data_table and data_visualization, so nothing else looks at them.
"""

from collections.abc import Mapping, Sequence

from bot.blocks.checks import between, items, length, number, one_of

Block = Mapping[str, object]

TABLE_ROWS, COLUMNS = 100, 20
DATA_ROWS, DATA_TEXT, PAGE_SIZE = 101, 10_000, 100  # rows with the header; some sources say 201
CHART_TITLE, SEGMENTS, POINTS = 50, 6, 20  # some sources say 12 segments
LABEL, AXIS_LABEL = 20, 50
ALIGNS = ("left", "center", "right")
CELLS = ("raw_text", "raw_number", "rich_text")


def table(block: Block, at: str) -> list[str]:
    """Say what is wrong with a plain table."""
    rows, found = _rows(block, at, 1, TABLE_ROWS)
    for index, row in enumerate(rows):
        found += _cells(row, f"{at}/rows/{index}", CELLS)
    if "column_settings" in block:
        settings, wrong = items(block["column_settings"], f"{at}/column_settings", COLUMNS, 0)
        found += wrong
        for index, setting in enumerate(settings):
            place = f"{at}/column_settings/{index}/align"
            found += one_of(setting.get("align", "left"), place, ALIGNS)
    return found


def data_table(block: Block, at: str) -> list[str]:
    """Say what is wrong with a table that sorts and turns pages: its first row is the header."""
    rows, found = _rows(block, at, 2, DATA_ROWS)
    caption = block.get("caption")
    if not isinstance(caption, str) or not caption:
        found.append(f"{at}/caption: a string is missing")
    for index, row in enumerate(rows):
        kinds = CELLS if index else ("raw_text", "raw_number")
        found += _cells(row, f"{at}/rows/{index}", kinds)
    if len({len(row) for row in rows}) > 1:
        found.append(f"{at}/rows: not all rows have as many cells")
    if (size := sum(_said(cell) for row in rows for cell in row)) > DATA_TEXT:
        found.append(f"{at}/rows: {size} characters in all, at most {DATA_TEXT}")
    found += between(block.get("page_size", 5), f"{at}/page_size", 1, PAGE_SIZE)
    last = max((len(row) for row in rows), default=1) - 1
    place = f"{at}/row_header_column_index"
    return found + between(block.get("row_header_column_index", 0), place, 0, max(last, 0))


def data_visualization(block: Block, at: str) -> list[str]:
    """Say what is wrong with a chart."""
    found = length(block.get("title"), f"{at}/title", CHART_TITLE)
    chart, place = block.get("chart"), f"{at}/chart"
    if not isinstance(chart, Mapping):
        return [*found, f"{place}: an object is missing"]
    match chart.get("type"):
        case "pie":
            return found + _pie(chart, place)
        case "bar" | "line" | "area":
            return found + _plot(chart, place)
        case other:
            return [*found, f"{place}/type: unknown chart {other!r}"]


def _rows(block: Block, at: str, least: int, most: int) -> tuple[list[Sequence[object]], list[str]]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return [], [f"{at}/rows: a list of lists is missing"]
    found = [] if least <= len(rows) <= most else [f"{at}/rows: {len(rows)}, {least} to {most}"]
    found += [
        f"{at}/rows/{index}: {len(row)} cells, 1 to {COLUMNS}"
        for index, row in enumerate(rows)
        if not 1 <= len(row) <= COLUMNS
    ]
    return rows, found


def _cells(row: Sequence[object], at: str, kinds: Sequence[str]) -> list[str]:
    return [
        complaint
        for index, cell in enumerate(row)
        for complaint in _cell(cell, f"{at}/{index}", kinds)
    ]


def _cell(cell: object, at: str, kinds: Sequence[str]) -> list[str]:
    kind = cell.get("type") if isinstance(cell, Mapping) else None
    if not isinstance(cell, Mapping) or kind not in kinds:
        return [f"{at}/type: must be {' or '.join(kinds)}"]
    match kind:
        case "raw_text":
            said = cell.get("text")
            return [] if isinstance(said, str) and said else [f"{at}/text: a string is missing"]
        case "raw_number":
            wrong = [] if number(cell.get("value")) else [f"{at}/value: a number is missing"]
            said = cell.get("text", "x")
            whole = isinstance(said, str) and said
            return wrong if whole else [*wrong, f"{at}/text: must not be empty"]
        case _:
            return [] if cell.get("elements") else [f"{at}/elements: missing"]


def _said(node: object) -> int:
    """Count the characters of a cell, also of one of rich text."""
    if isinstance(node, Mapping):
        own = node.get("text")
        inner = sum(_said(value) for name, value in node.items() if name != "text")
        return inner + (len(own) if isinstance(own, str) else len(str(node.get("value", ""))))
    return sum(map(_said, node)) if isinstance(node, list) else 0


def _pie(chart: Block, at: str) -> list[str]:
    segments, found = items(chart.get("segments"), f"{at}/segments", SEGMENTS)
    for index, segment in enumerate(segments):
        place, value = f"{at}/segments/{index}", segment.get("value")
        found += length(segment.get("label"), f"{place}/label", LABEL)
        if not number(value) or not isinstance(value, int | float) or value <= 0:
            found.append(f"{place}/value: a number above zero is missing")
    return found + _twice([s.get("label") for s in segments], f"{at}/segments", "label")


def _plot(chart: Block, at: str) -> list[str]:
    categories, found = _axis(chart.get("axis_config"), f"{at}/axis_config")
    series, wrong = items(chart.get("series"), f"{at}/series", SEGMENTS)
    found += wrong + _twice([one.get("name") for one in series], f"{at}/series", "name")
    for index, one in enumerate(series):
        place = f"{at}/series/{index}"
        found += length(one.get("name"), f"{place}/name", LABEL)
        found += _points(one.get("data"), f"{place}/data", categories)
    return found


def _axis(axis: object, at: str) -> tuple[list[object], list[str]]:
    if not isinstance(axis, Mapping):
        return [], [f"{at}: an object is missing"]
    categories = axis.get("categories")
    if not isinstance(categories, list) or not 1 <= len(categories) <= POINTS:
        return [], [f"{at}/categories: a list of 1 to {POINTS} is missing"]
    found = [
        complaint
        for index, name in enumerate(categories)
        for complaint in length(name, f"{at}/categories/{index}", LABEL)
    ]
    for name in ("x_label", "y_label"):
        if name in axis:
            found += length(axis[name], f"{at}/{name}", AXIS_LABEL)
    return categories, found + _twice(categories, f"{at}/categories", "category")


def _points(data: object, at: str, categories: Sequence[object]) -> list[str]:
    points, found = items(data, at, POINTS)
    found += [
        f"{at}/{index}/value: a number is missing"
        for index, point in enumerate(points)
        if not number(point.get("value"))
    ]
    labels = [str(point.get("label")) for point in points]
    if sorted(labels) != sorted(map(str, categories)):
        found.append(f"{at}: the labels are not the categories of axis_config, each once")
    return found


def _twice(values: Sequence[object], at: str, what: str) -> list[str]:
    return [f"{at}: a {what} twice"] if len(set(map(str, values))) < len(values) else []
