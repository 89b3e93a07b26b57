"""Figures to a picture with words for those who do not see it. Knows no store and no Slack."""

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, DPI = 6.4, 3.6, 150  # inches: 960 x 540 pixels, which a phone shows without a zoom
UP, DOWN, INK, LINE = "#0a7a55", "#b3261e", "#1d1c1d", "#dddde0"
SERIES = ("#0b6e7d", "#a3622b", "#7a5a9e", "#0a7a55", "#b3261e", "#616061")


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures: a value for each category, or None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures by category. Sentiment scores lie in [-1, 1]; `unit` says what is counted."""

    title: str
    kind: Literal["bar", "line"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str


def alt_text(chart: Chart) -> str:
    """Say a chart in words: every figure that is drawn, in the order of the drawing."""
    rows = []
    for row in chart.series:
        pairs = zip(chart.categories, row.values, strict=True)
        said = ", ".join(f"{name} {value:+.2f}" for name, value in pairs if value is not None)
        rows.append(f"{row.name}: {said}" if len(chart.series) > 1 else said)
    return f"{chart.title} ({chart.unit}). {'; '.join(rows)}."


def spans_text(chart: Chart) -> str:
    """Say lines in short: for each its first and last figure, and how many days are gaps."""
    return "; ".join(map(_span, chart.series))


def gapless(chart: Chart) -> Chart | None:
    """Keep the days in a row, and the lines without a gap in them, that show most.

    None where no line has two days in a row. What has a gap is left out, never bridged.
    """
    days = range(len(chart.categories))
    cuts = [_cut(chart, first, last) for first in days for last in days if first < last]
    return max((cut for cut in cuts if cut.series), key=_shows, default=None)


def png(chart: Chart) -> bytes:
    """Draw a chart. The same chart gives the same bytes.

    Matplotlib is imported when it is needed: it takes a second, and Slack draws most charts itself.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    for n in range(len(chart.series)):
        (_run if chart.kind == "line" else _bars)(axes, chart, n)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.margins(y=0.15)
    axes.set_xticks(range(len(chart.categories)), [_plain(name) for name in chart.categories])
    axes.set_title(_plain(chart.title), loc="left", fontweight="bold")
    axes.set_ylabel(_plain(chart.unit))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    if len(chart.series) > 1:
        axes.legend(frameon=False)
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": "Tape"})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def _cut(chart: Chart, first: int, last: int) -> Chart:
    """Keep the days from `first` to `last`, and the lines that have a figure on each."""
    rows = (Series(row.name, row.values[first : last + 1]) for row in chart.series)
    whole = tuple(row for row in rows if None not in row.values)
    return replace(chart, categories=chart.categories[first : last + 1], series=whole)


def _span(row: Series) -> str:
    drawn = [value for value in row.values if value is not None]
    gaps = len(row.values) - len(drawn)
    if not drawn:
        return f"{row.name}: no news"
    quiet = f" ({gaps} quiet {'day' if gaps == 1 else 'days'})" if gaps else ""
    first, last = f"{drawn[0]:+.2f}", f"{drawn[-1]:+.2f}"
    return f"{row.name} {first if first == last else f'{first} to {last}'}{quiet}"


def _shows(chart: Chart) -> int:
    """Weigh what a chart shows: a longer line says more than another short one."""
    return len(chart.series) * len(chart.categories) ** 2


def _run(axes: "Axes", chart: Chart, n: int) -> None:
    """Draw one series as a line through what it has."""
    xs, ys = _points(chart.series[n])
    axes.plot(xs, ys, marker="o", color=SERIES[n % len(SERIES)], label=_plain(chart.series[n].name))


def _bars(axes: "Axes", chart: Chart, n: int) -> None:
    """Draw one series as bars beside those of the others; one alone is coloured by its sign."""
    count = len(chart.series)
    xs, ys = _points(chart.series[n])
    width = 0.8 / count
    shifted = [x + (n - (count - 1) / 2) * width for x in xs]
    color = SERIES[n % len(SERIES)] if count > 1 else [UP if y >= 0 else DOWN for y in ys]
    axes.bar(shifted, ys, width, color=color, label=_plain(chart.series[n].name))
    for x, y in zip(shifted, ys, strict=True):
        axes.annotate(f"{y:+.2f}", (x, y), ha="center", va="bottom" if y >= 0 else "top")


def _points(row: Series) -> tuple[list[int], list[float]]:
    drawn = [(x, value) for x, value in enumerate(row.values) if value is not None]
    return [x for x, _ in drawn], [value for _, value in drawn]


def _plain(text: str) -> str:
    """Keep matplotlib from reading a dollar sign as mathematics."""
    return text.replace("$", r"\$")
