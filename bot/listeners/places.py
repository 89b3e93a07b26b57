"""What was picked in a form -> where the posts go, and of which workspace that is.

Nothing in a form makes a place somebody's: without a channel it is their own direct messages, and
those are asked for each time.
"""

from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.asked import workspace_in
from bot.listeners.profile import direct_with
from bot.listeners.who import owner_of
from bot.manners import is_direct
from jobs.outbox import Limited, Refused, Unclear
from retrieval.errors import InputError


class NoPlaceError(InputError):
    """Nothing can be posted there."""


class NoDirectError(NoPlaceError):
    """Tape may not open a direct message with you.

    Ask an admin to add the scope im:write and to install Tape again. A channel can be chosen
    meanwhile.
    """


class SlowSlackError(NoPlaceError):
    """Slack did not answer in time. Please send the form again."""


class NoChannelError(NoPlaceError):
    """Choose a channel, or none for your own direct messages."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel, or somebody's own direct messages, and its workspace."""

    recipient: str
    team: str


async def destination(
    channel: str | None, body: dict[str, Any], client: AsyncWebClient
) -> Destination:
    """Say where what a form asks for goes; without a channel, to its sender.

    Raises:
        NoPlaceError: that is no channel, or Slack does not say which messages are theirs.
    """
    owner = owner_of(body)
    if channel is not None:
        if is_direct(channel):
            raise NoChannelError
        return Destination(channel, workspace_in(body) or owner.team)
    try:
        return Destination(await direct_with(owner, client), owner.team)
    except Refused as refused:
        raise NoDirectError from refused
    except (Limited, Unclear, TimeoutError) as outcome:
        raise SlowSlackError from outcome
