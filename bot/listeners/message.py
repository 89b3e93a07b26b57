"""A message -> a question for the inbox: a direct one, or a reply in a thread of ours."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.listeners.agent import Views, spot_in
from bot.listeners.asked import Event, asked_in
from bot.questions import Asked

SOMEBODY = re.compile(r"\s*<[@!]")


def question(event: Event, me: str | None, views: Views) -> Asked | None:
    """Read a direct question, with what its asker looks at."""
    if event.get("channel_type") != "im":
        return None
    asked = asked_in(event, me, private=True)
    if asked is None:
        return None
    return replace(asked, looks_at=spot_in(event.get("app_context")) or views.of(asked.user))


def follow_up(event: Event, me: str | None) -> Asked | None:
    """Read what may be a question without a mention: a reply in a channel's thread.

    None for one that mentions us, since it comes as a mention too, and for one that speaks to
    somebody else first.
    """
    text = str(event.get("text") or "")
    in_thread = event.get("thread_ts") and event.get("thread_ts") != event.get("ts")
    if event.get("channel_type") not in ("channel", "group") or not in_thread:
        return None
    if SOMEBODY.match(text) or f"<@{me}>" in text:
        return None
    asked = asked_in(event, me)
    return asked if asked and asked.text else None


async def message(*, wake: Callable[[], None]) -> None:
    """Let a worker answer: the question, if it was one, is in the inbox already."""
    wake()
