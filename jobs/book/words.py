"""What the news says of a book -> sentences of plain words, for a terminal or for Slack. Pure.

They say what is; none of them says what to do.
"""

from collections.abc import Sequence

from jobs.book.exposure import WINDOW, Contribution, Exposure, Hanging, Theme
from retrieval.ask.wording import plural, rated, shortened, signed
from retrieval.language.exposures import written
from retrieval.models import ARROWS, Direction

MOST_SILENT = 12
_TITLE = 80


def headline(exposure: Exposure) -> str:
    """The net sentiment of a book, and how much of it the news covers."""
    told, days = exposure.sentiment, WINDOW.days
    if told is None:
        return f"No news of the last {days} days on any name of the book"
    share = f"news of the last {days} days on {exposure.covered:.0%} of the book"
    return f"Net {told.arrow} {rated(told)} · {share}"


def added(one: Contribution) -> str:
    """What a name adds, and of what that is the product."""
    if one.said is None or one.value is None:
        return "no news"
    held = "short " if one.weight < 0 else ""
    side: Direction = "positive" if one.value > 0 else "negative" if one.value < 0 else "neutral"
    stories = "1 story" if one.said.stories == 1 else f"{one.said.stories} stories"
    dated = f", newest {one.newest.day} {one.newest:%b}" if one.newest else ""
    product = f"{held}{abs(one.weight):.1%} x {rated(one.said.sentiment)}"
    return f"{ARROWS[side]} {_points(one.value)} ({product}, {stories}{dated})"


def hangs(one: Hanging) -> str:
    """How much hangs on a story, without its title."""
    return f"{one.share:.0%} of what moves the book hangs on one story, for {_some(one.tickers)}"


def title_of(one: Hanging) -> str:
    """The title of a story, as its first article has it."""
    return shortened(one.head.title or "untitled", _TITLE)


def themed(one: Theme) -> str:
    """A theme: how much of the book, and what the news says of that part."""
    said = "no news" if one.score is None else f"news {signed(one.score)}"
    return f"{written(one.id)} {one.weight:.0%} of the book ({_some(one.tickers)}; {said})"


def silent(exposure: Exposure) -> str | None:
    """Which names have no news, and that this says nothing of their risk."""
    quiet = exposure.silent
    if not quiet:
        return None
    share = sum(abs(one.weight) for one in quiet)
    names = _some([one.ticker for one in quiet], MOST_SILENT)
    return f"No news on {names} ({share:.0%} of the book): that is not the same as no risk."


def counted(exposure: Exposure) -> str:
    """How many names have news."""
    companies = [one for one in exposure.contributions if not one.cash]
    told = sum(one.said is not None for one in companies)
    return f"News on {told} of {plural(len(companies), 'position')}."


def _points(value: float) -> str:
    """A contribution; three decimals, as those of a small position are small."""
    return f"{value + 0.0:+.3f}"


def _some(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
