"""What the methods of the fake Slack work on, in one value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.playground.manifest import Manifest
from bot.playground.state import STREAM_LIFE, Workspace
from bot.playground.windows import Windows


@dataclass(frozen=True, slots=True)
class Parts:
    """The workspace, its windows, what the app may do and hears, and where a socket may connect."""

    workspace: Workspace
    windows: Windows
    manifest: Manifest
    socket_url: Callable[[], str]
    stream_life: timedelta = STREAM_LIFE
