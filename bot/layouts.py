"""A message -> the simpler ones that say the same, for when Slack refuses its layout. Pure."""

from collections.abc import Iterator

from bot.blocks.figures import chart_of
from bot.blocks.kit import context
from jobs.charts import Chart
from jobs.models import Rendered

FIGURES = frozenset({"data_table", "data_visualization"})
NOT_DRAWN = "Slack did not take the tables and charts of this message; its lines say the same."
NOT_LAID_OUT = "\n(Slack did not take the layout of this message; these are its words.)"


def layouts(message: Rendered) -> Iterator[Rendered]:
    """Give a message as it is, then without its figures, then its words alone."""
    yield message
    plain = tuple(b for b in message.blocks if b.get("type") not in FIGURES)
    if len(plain) < len(message.blocks):
        yield Rendered(message.text, (*plain[:-1], context(NOT_DRAWN), *plain[-1:]))
    if message.blocks:
        yield Rendered(message.text + NOT_LAID_OUT)


def laid_out(message: Rendered, refused: int) -> Rendered:
    """Give the layout to try when so many were refused; the last one stays the last."""
    *_, found = (one for _, one in zip(range(refused + 1), layouts(message), strict=False))
    return found


def drawable(message: Rendered) -> tuple[Chart, ...]:
    """List the charts of a message, which can be drawn as pictures instead."""
    return tuple(chart for block in message.blocks if (chart := chart_of(block)))
