"""Figures of an answer -> Slack's own chart and table blocks, and back to a chart for a picture.

Only tickers, the names of our table and numbers stand in them, never an article's words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks.data import CHART_TITLE, LABEL, POINTS
from bot.blocks.limits import Block
from bot.mrkdwn import fit
from jobs.charts import Chart, Series
from retrieval.answers import Answer, Line, Part
from retrieval.models import Sentiment

ROWS = 20  # of a table under an answer, and PAGE of them at once
PAGE = 10
HEAT = "Theme"  # heads the first column of a heat, by which it is known
FEW = 2  # one figure is no table
UNIT = "sentiment, -1 to 1"

Cell = str | tuple[float, str]
"""Words, or a number by which a column is sorted with the way it is shown."""


def answer_figures(answer: Answer) -> list[Block]:
    """Draw what a person would rather look at than read; nothing when the words are enough."""
    match answer.question.kind:
        case "summary":
            return _summary(answer)
        case "compare":
            return _compared([part for part in answer.parts if part.state == "compared"])
        case "changed":
            return _changed(answer.parts)
    return []


def chart_block(chart: Chart) -> Block:
    """Write a chart as Slack draws it; it takes no gaps, so each series has all its values."""
    rows = [
        {
            "name": row.name[:LABEL],
            "data": [
                {"label": name[:LABEL], "value": round(value, 2)}
                for name, value in zip(chart.categories, row.values, strict=True)
                if value is not None
            ],
        }
        for row in chart.series
    ]
    names = [name[:LABEL] for name in chart.categories]
    axis = {"categories": names, "y_label": chart.unit}
    drawn = {"type": chart.kind, "series": rows, "axis_config": axis}
    return {"type": "data_visualization", "title": fit(chart.title, CHART_TITLE), "chart": drawn}


def heat_block(chart: Chart) -> Block:
    """Write a heat as a table: the arrow says its colour, and the figure stands beside it."""
    rows = [(row.name, *map(_heat_cell, row.values)) for row in chart.series]
    return table_block(f"{chart.title} ({chart.unit})", (HEAT, *chart.categories), rows)


def _heat_cell(value: float | None) -> Cell:
    if value is None:
        return ""
    sign = "▲" if value > 0 else "▼" if value < 0 else "■"
    return round(value, 2), f"{sign} {round(value, 2) + 0.0:+.2f}"


def chart_of(block: Mapping[str, Any]) -> Chart | None:
    """Read a chart back from its block; None for any other block."""
    if block.get("type") == "data_table" and block["rows"][0][0].get("text") == HEAT:
        return _heat_of(block)
    if block.get("type") != "data_visualization":
        return None
    drawn = block["chart"]
    names = tuple(drawn["axis_config"]["categories"])
    series = []
    for row in drawn["series"]:
        values = {point["label"]: point["value"] for point in row["data"]}
        series.append(Series(row["name"], tuple(values.get(name) for name in names)))
    unit = drawn["axis_config"]["y_label"]
    return Chart(block["title"], drawn["type"], names, tuple(series), unit)


def _heat_of(block: Mapping[str, Any]) -> Chart:
    """Read a heat back from its table."""
    head, *rows = block["rows"]
    title, _, unit = block["caption"].removesuffix(")").rpartition(" (")
    series = (
        Series(name["text"], tuple(cell.get("value") for cell in cells)) for name, *cells in rows
    )
    return Chart(title, "heat", tuple(cell["text"] for cell in head[1:]), tuple(series), unit)


def table_block(caption: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Block:
    """Write a table that people can sort; what has no figure is a dash."""
    head = [_cell(name) for name in header]
    body = [[_cell(cell) for cell in row] for row in rows]
    return {"type": "data_table", "caption": caption, "rows": [head, *body], "page_size": PAGE}


def _cell(cell: Cell) -> dict[str, object]:
    if isinstance(cell, str):
        return {"type": "raw_text", "text": cell or "–"}
    return {"type": "raw_number", "value": cell[0], "text": cell[1]}


def _summary(answer: Answer) -> list[Block]:
    """The ticker sentiment of an article: a table, and bars."""
    lines = [line for line in answer.lines if line.target.kind == "ticker"][:ROWS]
    if len(lines) < FEW:
        return []
    header = ("Ticker", "Name", "Sentiment", "Score", "Order")
    table = table_block("Ticker sentiment", header, [_line(line) for line in lines])
    names = tuple(line.target.id for line in lines[:POINTS])
    scores = tuple(line.sentiment.score for line in lines[:POINTS])
    chart = Chart("Ticker sentiment", "bar", names, (Series("Score", scores),), UNIT)
    return [table, chart_block(chart)] if apart(names) else [table]


def _line(line: Line) -> tuple[Cell, ...]:
    order = "1st" if line.order == 1 else "2nd"
    return (line.target.id, line.target.name, *_sentiment(line.sentiment), order)


def _compared(parts: Sequence[Part]) -> list[Block]:
    """The names that were compared, on the same axes."""
    rows = [
        (
            part.target.id,
            *(_sentiment(part.now) if part.now else ("no news", "–")),
            (part.articles, str(part.articles)),
            (part.outlets, str(part.outlets)),
        )
        for part in parts[:ROWS]
        if part.target and part.target.kind == "ticker"
    ]
    header = ("Ticker", "Sentiment", "Score", "Articles", "Outlets")
    return [table_block("Compared", header, rows)] if len(rows) >= FEW else []


def _changed(parts: Sequence[Part]) -> list[Block]:
    """Where each name stood and where it stands."""
    moved = [
        (part.target.id, part.then.score, part.now.score)
        for part in parts
        if part.target and part.target.kind == "ticker" and part.then and part.now
    ][:POINTS]
    names = tuple(name for name, _, _ in moved)
    if len(names) < FEW or not apart(names):
        return []
    then = Series("Then", tuple(score for _, score, _ in moved))
    now = Series("Now", tuple(score for _, _, score in moved))
    return [chart_block(Chart("Sentiment then and now", "bar", names, (then, now), UNIT))]


def _sentiment(sentiment: Sentiment) -> tuple[Cell, Cell]:
    return sentiment.label, (round(sentiment.score, 2), f"{sentiment.score:+.2f}")


def apart(names: Sequence[str]) -> bool:
    """Tell whether each name is a label of its own: Slack takes a chart's labels by their text."""
    return all(names) and len({name[:LABEL] for name in names}) == len(names)
