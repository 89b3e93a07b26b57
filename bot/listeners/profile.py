"""A user -> what Slack says of them that matters here. Without the scope, nobody is an admin."""

import asyncio
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.looks import direct_channel
from bot.outcomes import outcome_of
from jobs.models import Owner
from jobs.outbox import Limited, Refused, Unclear

QUICK = 1.5  # seconds: of the three in which a gesture is to be acknowledged

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """The zone of a user's days; whether they run the workspace; whether they are only a guest."""

    zone: str = "UTC"
    admin: bool = False
    guest: bool = False


async def profile_of(client: AsyncWebClient, user: str) -> Profile:
    """Ask Slack who somebody is; the plainest user when it does not say."""
    try:
        async with asyncio.timeout(QUICK):
            found = (await outcome_of(client.users_info(user=user))).get("user", {})
    except (Refused, Limited, Unclear, TimeoutError) as outcome:
        log.info("profile not known", outcome=type(outcome).__name__, detail=outcome.args)
        return Profile()
    return Profile(
        zone=_known(found.get("tz")),
        admin=bool(found.get("is_admin") or found.get("is_owner")),
        guest=bool(found.get("is_restricted") or found.get("is_stranger")),
    )


async def direct_with(owner: Owner, client: AsyncWebClient) -> str:
    """Name the direct messages with somebody.

    Raises:
        Refused, Limited, Unclear, TimeoutError: Slack does not say.
    """
    async with asyncio.timeout(QUICK):
        return await direct_channel(client, owner.user)


def _known(zone: object) -> str:
    try:
        return ZoneInfo(str(zone)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, a path, a folder
        return "UTC"
