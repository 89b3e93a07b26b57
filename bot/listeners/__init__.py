"""The contents page of all that Slack can do with Tape."""

import asyncio
import re
from collections.abc import Callable
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.blocks.answer import EVIDENCE, LOSERS, WINNERS
from bot.listeners.actions import evidence, other_side
from bot.listeners.arrivals import once
from bot.listeners.mention import mention
from bot.listeners.message import message
from bot.parts import Parts


def register(app: AsyncApp, parts: Parts, *, wake: Callable[[], None]) -> None:
    """List what we listen to. Injected things are keyword-only: Bolt fills the rest by name."""
    inbox, now = parts.inbox, parts.now
    app.middleware(partial(once, inbox=inbox, now=now, turn=asyncio.Lock()))
    app.event("app_mention")(partial(mention, wake=wake))
    app.event("message")(partial(message, wake=wake))
    app.action(EVIDENCE)(partial(evidence, inbox=inbox))
    app.action(LOSERS)(partial(other_side, inbox=inbox, now=now, wake=wake))
    app.action(WINNERS)(partial(other_side, inbox=inbox, now=now, wake=wake))
    app.event(re.compile(".*"))(ignored)  # last: without a listener, Slack would deliver it again


async def ignored() -> None:
    """Acknowledge an event that means nothing to us."""
