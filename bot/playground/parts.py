"""What the methods of the fake Slack work on, in one value."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.state import Workspace
from bot.playground.windows import Windows


@dataclass(frozen=True, slots=True)
class Parts:
    """The workspace, its windows, the scopes of the app, and where a socket may connect."""

    workspace: Workspace
    windows: Windows
    scopes: frozenset[str]
    socket_url: Callable[[], str]
