"""What Slack can tell Tape: everything that `register` listens to, by name."""

import re
from collections.abc import Callable
from typing import Any, cast

from slack_bolt.async_app import AsyncApp
from sqlalchemy import create_engine

from bot.feedback import Feedback
from bot.inbox import Inbox
from bot.listeners import register
from bot.parts import Parts
from tests.answers import NOW
from tests.personal import personal_of


class Recorder:
    """Takes the place of a Bolt app in `register` and keeps what it was asked to listen to."""

    def __init__(self) -> None:
        self.events: list[str | re.Pattern[str]] = []
        self.actions: list[str] = []
        self.commands: list[str] = []
        self.shortcuts: list[str] = []
        self.views: list[str] = []
        self.middlewares = 0

    def event(
        self, name: str | re.Pattern[str], matchers: object = None
    ) -> Callable[[object], None]:
        return lambda _: self.events.append(name)

    def action(self, name: str) -> Callable[[object], None]:
        return lambda _: self.actions.append(name)

    def command(self, name: str) -> Callable[[object], None]:
        return lambda _: self.commands.append(name)

    def shortcut(self, name: str) -> Callable[[object], None]:
        return lambda _: self.shortcuts.append(name)

    def view(self, name: str) -> Callable[[object], None]:
        return lambda _: self.views.append(name)

    def middleware(self, _: object) -> None:
        self.middlewares += 1


def recorded() -> Recorder:
    """Register all listeners, and keep what they listen to."""
    recorder, engine = Recorder(), create_engine("sqlite://")
    parts = Parts(
        ask=_nobody,
        text_of=lambda *_: None,
        inbox=Inbox(engine),
        feedback=Feedback(engine),
        now=lambda: NOW,
        owner="test",
        personal=personal_of(engine),
    )
    register(cast("AsyncApp", recorder), parts, wake=lambda: None, halt=_nobody)
    return recorder


def _nobody(*_: object) -> Any:
    raise AssertionError("nothing is asked here")
