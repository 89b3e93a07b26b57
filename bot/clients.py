"""The workspace that is being answered -> a client that speaks with its token. Knows no listener.

Each task answers for one workspace and says so once, with `speak_in`; the tasks that it starts
inherit that. A task that never said so has no token, so a call of it is refused, never misdirected.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.renewal import Renewal
from jobs.outbox import Refused

UNINSTALLED = "not_installed"

TokenOf = Callable[[str], Awaitable[str]]
"""Gives the token of a workspace. Raises Refused where Tape is not installed."""

_workspace: ContextVar[str] = ContextVar("workspace", default="")


def speak_in(workspace: str | None) -> None:
    """Let the running task, and those it starts from now on, speak in a workspace."""
    _workspace.set(workspace or "")


async def said_in(workspace: str | None, saying: Awaitable[None]) -> None:
    """Say something in a workspace, in a task of its own."""
    speak_in(workspace)
    await saying


def token_of(renewal: Renewal) -> TokenOf:
    """Make the way from a workspace's id to its token."""

    async def find(workspace: str) -> str:
        found = await renewal.installation(workspace) if workspace else None
        if found is None or not found.bot_token:
            raise Refused(UNINSTALLED)
        return found.bot_token

    return find


class WorkspaceClient(AsyncWebClient):
    """Speaks with the token of the workspace that the running task answers in."""

    def __init__(self, find: TokenOf, **options: Any) -> None:
        super().__init__(None, **options)
        self._find = find

    async def bearer(self) -> str:
        """Give the token that calls are made with now.

        Raises:
            Refused: Tape is not installed in the workspace, or the task has none.
        """
        return await self._find(_workspace.get())

    async def api_call(
        self, api_method: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> AsyncSlackResponse:
        """Call a method.

        Raises:
            Refused: Tape is not installed in the workspace, or the task has none.
            Limited, Unclear: there is no good token just now.
        """
        token = await self.bearer()
        spoken = {**(headers or {}), "Authorization": f"Bearer {token}"}
        return await super().api_call(api_method, headers=spoken, **more)


async def bearer_of(client: AsyncWebClient) -> str:
    """Give the token that a client speaks with now, for what is fetched beside its calls.

    Raises:
        Refused: it has none here.
    """
    token = await client.bearer() if isinstance(client, WorkspaceClient) else client.token
    if not token:
        raise Refused(UNINSTALLED)
    return token
