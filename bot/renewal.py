"""A workspace's id -> its installation, with a token that is good for hours. Knows no listener.

A refresh token is good for one call. So one process at a time, and in it one task at a time, may
fetch the new pair; the others wait for what that one stores.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.outcomes import outcome_of
from bot.tokens import Installations
from jobs.outbox import Limited, Refused, Unclear

EARLY = timedelta(hours=2)  # before its end a token is renewed; Slack's live for twelve hours
LEASE = timedelta(seconds=30)  # for one refresh, before another process may try
LOOK_AGAIN = 0.1  # seconds between looks for what another process fetches

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who the app is to Slack."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Renewal:
    """The installations, whose tokens are renewed where they are about to end.

    `client` has no token and never tries again by itself: a second call with the same refresh token
    would be refused. `owner` names this process to others.
    """

    store: Installations
    app: Credentials
    client: AsyncWebClient
    now: Callable[[], datetime]
    owner: str
    _turns: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def installation(self, workspace: str) -> Installation | None:
        """Find an installation with a good token; None when there is none, with a line in the log.

        Raises:
            Limited, Unclear: its token has ended, and just now Slack gives no other.
            SealedTokenError: it was sealed with a key that is not set.
            StoreError: the database cannot be used.
        """
        found = await self._found(workspace)
        if found and self._left(found) < EARLY:
            async with self._turns[workspace]:
                found = await self._found(workspace)  # the one before us may have renewed it
                if found and self._left(found) < EARLY:
                    found = await self._renewed(workspace, found)
        if found is None:
            log.warning("tape is not installed in this workspace", workspace=workspace)
        return found

    async def _found(self, workspace: str) -> Installation | None:
        return await asyncio.to_thread(self.store.find, workspace)

    def _left(self, installation: Installation) -> timedelta:
        """How long its token is good for; for ever where tokens do not rotate."""
        until = installation.bot_token_expires_at
        if until is None or not installation.bot_refresh_token:
            return timedelta.max
        return datetime.fromtimestamp(until, UTC) - self.now()

    async def _renewed(self, workspace: str, old: Installation) -> Installation | None:
        now = self.now()
        begin = self.store.begin_refresh
        if not await asyncio.to_thread(begin, workspace, self.owner, now, now + LEASE):
            return await self._of_another_process(workspace, old)
        found = await self._found(workspace)  # who had the claim before us may have renewed it
        if found is None or self._left(found) >= EARLY:
            await asyncio.to_thread(self.store.end_refresh, workspace, self.owner)
            return found
        return await self._fetched_anew(workspace, found)

    async def _fetched_anew(self, workspace: str, old: Installation) -> Installation | None:
        """Fetch a new pair while the claim is ours, and give the claim back."""
        try:
            given = await self.fetched(
                grant_type="refresh_token", refresh_token=old.bot_refresh_token or ""
            )
        except (Refused, Limited, Unclear) as outcome:
            why = type(outcome).__name__
            log.warning("token not renewed", workspace=workspace, why=why, detail=outcome.args)
            await asyncio.to_thread(self.store.end_refresh, workspace, self.owner)
            if self._left(old) > timedelta():
                return old
            if isinstance(outcome, Refused):
                return None
            raise
        new = self._with(old, given)
        kept = await asyncio.to_thread(self.store.renew, new, self.owner)
        return new if kept else await self._found(workspace)

    async def fetched(self, **given: str) -> dict[str, Any]:
        """Ask Slack for a token, with a code or a refresh token. Sent in the body, never in a URL.

        Raises:
            Refused, Limited, Unclear: what came of it instead.
        """
        app = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        # Not oauth_v2_access: its way to sign in warns on aiohttp 3.14 and ends with aiohttp 4.
        call = self.client.api_call("oauth.v2.access", data={**app, **given})
        return dict(await outcome_of(call))

    def _with(self, old: Installation, given: dict[str, Any]) -> Installation:
        until = self.now() + timedelta(seconds=int(given["expires_in"]))
        new = Installation(**old.to_dict_for_copying())
        new.bot_token = str(given["access_token"])
        new.bot_refresh_token = str(given["refresh_token"])
        new.bot_token_expires_at = int(until.timestamp())
        return new

    async def _of_another_process(self, workspace: str, old: Installation) -> Installation | None:
        """Use the old token while it is good; else wait for the new one, or for the lease's end."""
        deadline = asyncio.get_running_loop().time() + LEASE.total_seconds()
        found: Installation | None = old
        while found and self._left(found) <= timedelta():
            if asyncio.get_running_loop().time() > deadline:
                raise Unclear
            await asyncio.sleep(LOOK_AGAIN)
            found = await self._found(workspace)
        return found
