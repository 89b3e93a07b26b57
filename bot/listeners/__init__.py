"""The contents page of all that Slack can do with Tape."""

import re
from collections.abc import Callable
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.blocks.answer import EVIDENCE, FEEDBACK, LOSERS, WINNERS
from bot.blocks.feedback import FORM
from bot.listeners.actions import evidence, other_side
from bot.listeners.agent import Halt, Views, looked, opened, stopped
from bot.listeners.arrivals import Arrivals
from bot.listeners.feedback import reason, thumb
from bot.listeners.mention import mention
from bot.listeners.message import message
from bot.parts import Parts


def register(app: AsyncApp, parts: Parts, *, wake: Callable[[], None], halt: Halt) -> None:
    """List what we listen to. Injected things are keyword-only: Bolt fills the rest by name."""
    inbox, now, views = parts.inbox, parts.now, Views()
    app.middleware(Arrivals(parts, views).once)
    app.event("app_mention")(partial(mention, wake=wake))
    app.event("message")(partial(message, wake=wake))
    app.event("app_home_opened")(partial(opened, views=views))
    app.event("app_context_changed")(partial(looked, views=views))
    app.event("agent_session_stopped")(partial(stopped, halt=halt))
    app.action(EVIDENCE)(partial(evidence, inbox=inbox))
    app.action(LOSERS)(partial(other_side, inbox=inbox, now=now, wake=wake))
    app.action(WINNERS)(partial(other_side, inbox=inbox, now=now, wake=wake))
    app.action(FEEDBACK)(partial(thumb, cases=parts.feedback, now=now))
    app.view(FORM)(partial(reason, cases=parts.feedback, now=now))
    app.event(re.compile(".*"))(ignored)  # last: without a listener, Slack would deliver it again


async def ignored() -> None:
    """Acknowledge an event that means nothing to us."""
