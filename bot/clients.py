"""The workspace of a question -> the clients that speak there. Knows no listener."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.delivery import SLACK, Delivery, delivery
from bot.renewal import Renewal
from jobs.outbox import Refused

UNINSTALLED = "not_installed"


class Clients(Protocol):
    """Gives the clients of a workspace. There is one workspace, or there are many."""

    async def of(self, workspace: str | None) -> Delivery:
        """Give the clients that speak in a workspace, by its id.

        Raises:
            Refused: Tape is not installed there.
        """
        ...


@dataclass(frozen=True, slots=True)
class OneWorkspace:
    """Whatever the workspace: the one whose token is set."""

    only: Delivery

    async def of(self, workspace: str | None) -> Delivery:  # noqa: ARG002
        """Give the one pair of clients."""
        return self.only


@dataclass(frozen=True, slots=True)
class ManyWorkspaces:
    """The clients of each workspace with its own token, made anew only when that has changed."""

    renewal: Renewal
    base_url: str = SLACK
    _made: dict[str, tuple[str, Delivery]] = field(default_factory=dict)

    async def of(self, workspace: str | None) -> Delivery:
        """Give the clients of an installation.

        Raises:
            Refused: Tape is not installed there (any more).
            Limited, Unclear: there is no good token just now.
        """
        found = await self.renewal.installation(workspace) if workspace else None
        if workspace is None or found is None or not found.bot_token:
            raise Refused(UNINSTALLED)
        token, made = self._made.get(workspace, ("", None))
        if made is None or token != found.bot_token:
            made = delivery(found.bot_token, self.base_url)
            self._made[workspace] = (found.bot_token, made)
        return made
