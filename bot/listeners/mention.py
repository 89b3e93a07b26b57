"""A mention in a channel -> a question for the inbox, answered in its thread."""

from collections.abc import Callable

from bot.listeners.asked import Event, asked_in
from bot.questions import Asked


def question(event: Event, me: str | None) -> Asked | None:
    """Read the question; the mention itself is no part of it."""
    return asked_in(event, me)


async def mention(*, wake: Callable[[], None]) -> None:
    """Let a worker answer: the question is in the inbox already."""
    wake()
