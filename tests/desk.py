"""The fake Slack's Web API without its server, for tests of what it refuses."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.playground.manifest import Manifest
from bot.playground.methods import BOT_TOKEN, WebApi, specifications
from bot.playground.parts import Parts
from bot.playground.responses import Responses
from bot.playground.state import Workspace
from bot.playground.stored import Files
from bot.playground.windows import Windows

START = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
RESEARCH = "C0RESEARCH"
EVERY_SCOPE = frozenset(
    scope for spec in specifications().values() for scope in spec["bot_scopes"]
) | {"chat:write.public", "app_mentions:read", "links:read", "im:history", "commands"}


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Desk:
    """A Web API over an empty workspace, called as the bot."""

    def __init__(
        self,
        *,
        scopes: frozenset[str] = EVERY_SCOPE,
        events: frozenset[str] = frozenset(),
        unfurl_domains: tuple[str, ...] = (),
        history_lag: timedelta = timedelta(),
        paced: bool = False,
    ) -> None:
        self.clock = Clock()
        self.workspace = Workspace(self.clock)
        self.windows = Windows(self.workspace)
        manifest = Manifest(scopes, events, unfurl_domains=unfurl_domains)
        self.responses = Responses(self.workspace, lambda: "http://127.0.0.1:1/")
        self.files = Files(self.workspace, lambda: "http://127.0.0.1:1/")
        self.parts = Parts(
            self.workspace,
            self.windows,
            manifest,
            self.responses,
            self.files,
            lambda: "ws://127.0.0.1:1/link/",
            history_lag=history_lag,
        )
        self.api = WebApi(self.parts, paced=paced)

    def call(self, method: str, /, **given: Any) -> Mapping[str, Any]:
        return self.api.call(method, BOT_TOKEN, given).body

    def post(self, text: str = "Miners gain.", **given: Any) -> str:
        return str(self.call("chat.postMessage", channel=RESEARCH, text=text, **given)["ts"])
