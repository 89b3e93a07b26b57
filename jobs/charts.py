"""Figures to a picture with words for those who do not see it. Knows no store and no Slack."""

import io
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, DPI = 6.4, 3.6, 150  # inches: 960 x 540 pixels, which a phone shows without a zoom
UP, DOWN, INK, LINE = "#0a7a55", "#b3261e", "#1d1c1d", "#dddde0"
DARK = 0.8  # of a figure from which its cell needs white ink
SERIES = ("#0b6e7d", "#a3622b", "#7a5a9e", "#0a7a55", "#b3261e", "#616061")


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures: a value for each category, or None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures by category. Sentiment scores lie in [-1, 1]; `unit` says what is counted.

    A "heat" is a grid: a row for each series, and each figure in its cell beside its colour.
    """

    title: str
    kind: Literal["bar", "line", "heat"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str

    def whole(self) -> "Chart":
        """Leave out the categories in which a series has no figure."""
        kept = [n for n in range(len(self.categories)) if all(_has(row, n) for row in self.series)]
        rows = (Series(row.name, tuple(row.values[n] for n in kept)) for row in self.series)
        names = tuple(self.categories[n] for n in kept)
        return replace(self, categories=names, series=tuple(rows))


def _has(row: Series, n: int) -> bool:
    return row.values[n] is not None


def alt_text(chart: Chart) -> str:
    """Say a chart in words: every figure that is drawn, in the order of the drawing."""
    rows = []
    for row in chart.series:
        pairs = zip(chart.categories, row.values, strict=True)
        said = ", ".join(f"{name} {_shown(value)}" for name, value in pairs if value is not None)
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


def _shown(value: float) -> str:
    """Write a figure; what rounds to zero has no sign of loss."""
    return f"{round(value, 2) + 0.0:+.2f}"


def png(chart: Chart) -> bytes:
    """Draw a chart. The same chart gives the same bytes.

    Matplotlib is imported when it is needed: it takes a second, and Slack draws most charts itself.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(_plain(chart.title), loc="left", fontweight="bold")
    axes.set_xticks(range(len(chart.categories)), [_plain(name) for name in chart.categories])
    (_heat if chart.kind == "heat" else _plot)(axes, chart)
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": "Tape"})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def _plot(axes: "Axes", chart: Chart) -> None:
    """Draw lines or bars over one axis of figures."""
    for n in range(len(chart.series)):
        (_run if chart.kind == "line" else _bars)(axes, chart, n)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.margins(y=0.15)
    axes.set_ylabel(_plain(chart.unit))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    if len(chart.series) > 1:
        axes.legend(frameon=False)


def _heat(axes: "Axes", chart: Chart) -> None:
    """Draw a grid of cells, each with its figure and coloured by it; one without stays white.

    The darker a colour, the further from zero; nobody has to tell the colours apart, as the sign
    stands in the figure.
    """
    axes.set_yticks(range(len(chart.series)), [_plain(row.name) for row in chart.series])
    axes.set_xlim(-0.5, len(chart.categories) - 0.5)
    axes.set_ylim(len(chart.series) - 0.5, -0.5)
    for y, row in enumerate(chart.series):
        for x, value in enumerate(row.values):
            if value is not None:
                color = UP if value > 0 else DOWN if value < 0 else LINE
                depth = min(1.0, abs(value)) * 0.75 + 0.05 if value else 1.0
                cell = (x - 0.47, x + 0.47)
                axes.fill_between(cell, y - 0.46, y + 0.46, color=color, alpha=depth, linewidth=0)
            said = "–" if value is None else _shown(value)
            axes.text(x, y, said, ha="center", va="center", color=_on(value))
    axes.tick_params(length=0)
    axes.set_xlabel(_plain(chart.unit))
    for side in axes.spines.values():
        side.set_visible(False)


def _on(value: float | None) -> str:
    """The ink that can be read on the colour of a figure."""
    return "white" if value is not None and abs(value) > DARK else INK


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
    """Draw one series as a line, broken where it has no figure."""
    xs = range(len(chart.categories))
    ys = [math.nan if value is None else value for value in chart.series[n].values]
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
