"""The agent's own events -> suggested prompts, what a user looks at, an end of work."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.context.set_suggested_prompts.async_set_suggested_prompts import (
    AsyncSetSuggestedPrompts,
)

Halt = Callable[[str, str], Awaitable[None]]
Spot = tuple[str, str]
"""A message that somebody looks at: its channel and its timestamp."""

MESSAGE = "slack#/types/message_context"
MOST_USERS = 10_000  # whose view is remembered; the oldest is forgotten first

PROMPTS: Sequence[Mapping[str, str]] = (
    {"title": "Who benefits?", "message": "Which tickers benefit?"},
    {"title": "Who loses?", "message": "Who loses?"},
    {"title": "One name", "message": "What about NVDA?"},
    {"title": "The risk", "message": "What would change the view?"},
)


@dataclass(slots=True)
class Views:
    """What each user looks at, as far as Slack has said since the start."""

    _spots: dict[str, Spot] = field(default_factory=dict)

    def remember(self, user: str, spot: Spot | None) -> None:
        """Keep a user's view; None when it is nothing that can be read."""
        self._spots.pop(user, None)
        if spot:
            self._spots[user] = spot
        while len(self._spots) > MOST_USERS:
            del self._spots[next(iter(self._spots))]

    def of(self, user: str) -> Spot | None:
        """Give what a user looked at last."""
        return self._spots.get(user)


def spot_in(context: object) -> Spot | None:
    """Read the message that a user looks at; None for anything else, and for what has no shape."""
    entities = context.get("entities") if isinstance(context, Mapping) else None
    for entity in entities if isinstance(entities, list) else ():
        value = entity.get("value") if isinstance(entity, Mapping) else None
        if not isinstance(value, Mapping) or entity.get("type") != MESSAGE:
            continue
        channel, ts = value.get("channel_id"), value.get("message_ts")
        if isinstance(channel, str) and isinstance(ts, str) and channel and ts:
            return channel, ts
    return None


async def opened(
    event: dict[str, Any], set_suggested_prompts: AsyncSetSuggestedPrompts | None, *, views: Views
) -> None:
    """Offer a few questions on top of the messages tab; the home tab is drawn elsewhere."""
    if event.get("tab") != "messages":
        return
    views.remember(str(event.get("user")), spot_in(event.get("context")))
    if set_suggested_prompts:
        await set_suggested_prompts([dict(prompt) for prompt in PROMPTS])


async def looked(event: dict[str, Any], *, views: Views) -> None:
    """Remember what a user looks at now."""
    views.remember(str(event.get("user")), spot_in(event.get("context")))


async def stopped(event: dict[str, Any], *, halt: Halt) -> None:
    """End the work in a thread: its user has pressed Stop."""
    channel, thread_ts = event.get("channel"), event.get("thread_ts")
    if channel and thread_ts:
        await halt(str(channel), str(thread_ts))
