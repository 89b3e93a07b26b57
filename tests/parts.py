"""The working parts behind Slack as flow tests need them, and the app in a fake Slack."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.app import SlackSide
from bot.feedback import Feedback
from bot.inbox import Inbox
from bot.parts import Parts
from bot.playground.server import Playground
from retrieval.db import connect, migrate
from tests.answers import TEXT, benefit


@dataclass
class Clock:
    """Real time, moved ahead at will."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def bot_tables(folder: Path) -> Engine:
    """A database in a folder with the tables of bot."""
    engine = connect(f"sqlite:///{folder}/tape.db")
    migrate(engine, "bot")
    return engine


def parts_over(engine: Engine, **changes: Any) -> Parts:
    """Parts that answer every question at once with `benefit`, but for what is changed."""
    made: dict[str, Any] = {
        "ask": lambda *_: benefit(),
        "text_of": lambda *_: TEXT,
        "inbox": Inbox(engine),
        "feedback": Feedback(engine),
        "now": Clock().now,
        "owner": "test",
    }
    return Parts(**{**made, **changes})


def side_of(slack: Playground, parts: Parts, **more: Any) -> SlackSide:
    """The app, to be connected to a fake Slack."""
    tokens = {"bot_token": slack.bot_token, "app_token": slack.app_token}
    return SlackSide(parts, **tokens, base_url=slack.api_url, **more)
