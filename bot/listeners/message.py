"""A direct message -> a question for the inbox, answered in its thread."""

from collections.abc import Callable

from bot.inbox import Asked
from bot.listeners.asked import Event, asked_in


def question(event: Event, me: str | None) -> Asked | None:
    """Read the question. In channels only a mention is one."""
    return asked_in(event, me, private=True) if event.get("channel_type") == "im" else None


async def message(*, wake: Callable[[], None]) -> None:
    """Let a worker answer: the question, if it was one, is in the inbox already."""
    wake()
