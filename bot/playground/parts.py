"""What the methods of the fake Slack work on, in one value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.playground.faults import Faults
from bot.playground.manifest import Manifest
from bot.playground.responses import Responses
from bot.playground.state import STREAM_LIFE, Workspace
from bot.playground.stored import Files
from bot.playground.windows import Windows


@dataclass(frozen=True, slots=True)
class Parts:
    """The workspace and its windows, what the app asked for, and where it may answer or connect."""

    workspace: Workspace
    windows: Windows
    manifest: Manifest
    responses: Responses
    files: Files
    socket_url: Callable[[], str]
    stream_life: timedelta = STREAM_LIFE
    history_lag: timedelta = timedelta()
    faults: Faults = field(default_factory=Faults)
