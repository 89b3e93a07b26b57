"""The questions that wait for a free hand -> who is to be told which place in the row. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.questions import Waiting

MOST = 50  # who is told their place; in a longer row nobody reads theirs before it has changed
AGAIN = 3.0  # seconds between two words to the same asker: their place changes faster


@dataclass(frozen=True, slots=True)
class Heard:
    """What an asker was told last, and when (seconds of some clock)."""

    place: int
    at: float


def to_tell(
    waiting: Sequence[Waiting], heard: Mapping[int, Heard], now: float
) -> list[tuple[Waiting, int]]:
    """List who is to hear their place now: at once at first, then when it has changed."""
    return [
        (asker, place)
        for place, asker in enumerate(waiting, start=1)
        if _is_news(place, heard.get(asker.id), now)
    ]


def busy_text(place: int) -> str:
    """Say it as a status: Slack puts the app's name before it."""
    return f"is busy, you are {ordinal(place)}"


def ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd, 4th, 11th, 21st."""
    teens = 10 < number % 100 < 20  # noqa: PLR2004  eleventh to nineteenth
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _is_news(place: int, heard: Heard | None, now: float) -> bool:
    return heard is None or (heard.place != place and now - heard.at >= AGAIN)
