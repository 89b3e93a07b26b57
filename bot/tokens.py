"""Installations of Tape in workspaces -> SQL and back, their tokens sealed. Knows no HTTP.

One row is one workspace, or one organisation that installed Tape for all of its workspaces; its id
names it. What Slack gave is kept as one sealed text, so a copy of the database opens nothing. The
tokens of people are not kept: Tape asks for none.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from logging import Logger, getLogger

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy import Column, Engine, Table, Text, and_, delete, insert, or_, select, update

from retrieval.db import UtcDateTime, insert_new, metadata, reading
from retrieval.errors import SealedTokenError, TokenKeyError

STATE_LIFE = timedelta(minutes=10)  # between the install page and Slack's answer

installations = Table(
    "installations",
    metadata,
    Column("workspace", Text, primary_key=True),  # T..., or E... for a whole organisation
    Column("sealed", Text, nullable=False),
    Column("installed_at", UtcDateTime, nullable=False),
    # Who fetches new tokens, until when: a refresh token is good for one call of one process.
    Column("refresher", Text),
    Column("refreshing_until", UtcDateTime),
)

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False),
)

KEPT = (
    "app_id",
    "enterprise_id",
    "enterprise_name",
    "team_id",
    "team_name",
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
    "user_id",
    "is_enterprise_install",
    "installed_at",
)


def cipher_of(keys: str) -> MultiFernet:
    """Make what seals and opens tokens from TAPE_TOKEN_KEY: the first key seals, each opens.

    Raises:
        TokenKeyError: there is no key, or one of them is none.
    """
    parts = [key.strip() for key in keys.split(",") if key.strip()]
    if not parts:
        raise TokenKeyError
    try:
        return MultiFernet([Fernet(key) for key in parts])
    except ValueError:
        raise TokenKeyError from None  # the error's text would hold the key


def workspace_of(
    enterprise_id: str | None, team_id: str | None, *, is_enterprise_install: bool | None
) -> str:
    """Name the installation that an event belongs to; empty when the ids do not say."""
    return (enterprise_id if is_enterprise_install else team_id) or ""


class Installations(AsyncInstallationStore):
    """The tables of installations behind an engine whose migrations have run."""

    def __init__(self, engine: Engine, cipher: MultiFernet) -> None:
        self._engine = engine
        self._cipher = cipher
        self._logger = getLogger(__name__)

    @property
    def logger(self) -> Logger:
        """Bolt asks for it; nothing is written to it here."""
        return self._logger

    def save(self, installation: Installation) -> None:
        """Store an installation in place of what was there."""
        row = {
            "sealed": self._seal(installation),
            "installed_at": datetime.fromtimestamp(installation.installed_at, UTC),
            "refresher": None,
            "refreshing_until": None,
        }
        key = {"workspace": _key(installation)}
        with self._engine.begin() as connection:
            if not insert_new(connection, installations, {**key, **row}, key=["workspace"]):
                here = installations.c.workspace == key["workspace"]
                connection.execute(update(installations).where(here).values(row))

    def find(self, workspace: str) -> Installation | None:
        """Find an installation by its workspace's or organisation's id.

        Raises:
            SealedTokenError: it was sealed with a key that is not in TAPE_TOKEN_KEY.
        """
        query = select(installations.c.sealed).where(installations.c.workspace == workspace)
        with reading(self._engine) as connection:
            sealed = connection.scalar(query)
        return self._open(sealed) if sealed else None

    def remove(self, workspace: str, *, before: datetime | None = None) -> bool:
        """Delete an installation that is older than `before`; tell whether there was one.

        Slack may tell of an uninstallation late, when Tape was installed again already.
        """
        here = installations.c.workspace == workspace
        if before:
            here = and_(here, installations.c.installed_at <= before)
        with self._engine.begin() as connection:
            return connection.execute(delete(installations).where(here)).rowcount == 1

    def renew(self, installation: Installation, owner: str) -> bool:
        """Store new tokens and end the refresh; False when it is not ours or all is deleted."""
        ours = and_(
            installations.c.workspace == _key(installation), installations.c.refresher == owner
        )
        fresh = {"sealed": self._seal(installation), "refresher": None, "refreshing_until": None}
        with self._engine.begin() as connection:
            return connection.execute(update(installations).where(ours).values(fresh)).rowcount == 1

    def begin_refresh(self, workspace: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take the right to fetch new tokens; False while another process has it."""
        free = or_(
            installations.c.refreshing_until.is_(None), installations.c.refreshing_until < now
        )
        taken = update(installations).where(installations.c.workspace == workspace, free)
        with self._engine.begin() as connection:
            held = connection.execute(taken.values(refresher=owner, refreshing_until=until))
        return held.rowcount == 1

    def end_refresh(self, workspace: str, owner: str) -> None:
        """Give the right back without new tokens."""
        ours = and_(installations.c.workspace == workspace, installations.c.refresher == owner)
        with self._engine.begin() as connection:
            free = update(installations).where(ours)
            connection.execute(free.values(refresher=None, refreshing_until=None))

    def reseal(self) -> int:
        """Seal every installation with the first key again; tell how many there are.

        Raises:
            SealedTokenError: one was sealed with a key that is not in TAPE_TOKEN_KEY.
        """
        with self._engine.begin() as connection:
            rows = connection.execute(select(installations.c.workspace, installations.c.sealed))
            found = list(rows)
            for workspace, sealed in found:
                here = installations.c.workspace == workspace
                again = self._seal(self._open(sealed))
                connection.execute(update(installations).where(here).values(sealed=again))
        return len(found)

    async def async_save(self, installation: Installation) -> None:
        """Store what Slack gave for an installation."""
        await asyncio.to_thread(self.save, installation)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002  one installation a workspace: the bot's
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Find the installation of a workspace or an organisation."""
        key = workspace_of(enterprise_id, team_id, is_enterprise_install=is_enterprise_install)
        return await asyncio.to_thread(self.find, key)

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Find the bot of an installation."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=is_enterprise_install,
        )
        return found.to_bot() if found else None

    async def async_delete_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
    ) -> None:
        """Delete the installation of a workspace; that of a person alone was never kept."""
        if user_id is None:
            key = workspace_of(enterprise_id, team_id, is_enterprise_install=team_id is None)
            await asyncio.to_thread(self.remove, key)

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete the installation of a workspace: it is the bot's."""
        await self.async_delete_installation(enterprise_id=enterprise_id, team_id=team_id)

    def _seal(self, installation: Installation) -> str:
        kept = {name: getattr(installation, name) for name in KEPT}
        return self._cipher.encrypt(json.dumps(kept).encode()).decode()

    def _open(self, sealed: str) -> Installation:
        try:
            kept = json.loads(self._cipher.decrypt(sealed.encode()))
        except InvalidToken:
            raise SealedTokenError from None
        return Installation(**kept)


class States(AsyncOAuthStateStore):
    """What the install page hands out, so that Slack's answer is taken once and in time.

    Only digests are kept: who reads the table cannot finish somebody's installation.
    """

    def __init__(
        self, engine: Engine, *, now: Callable[[], datetime], draw: Callable[[], str]
    ) -> None:
        self._engine = engine
        self._now = now
        self._draw = draw
        self._logger = getLogger(__name__)

    @property
    def logger(self) -> Logger:
        """Bolt asks for it; nothing is written to it here."""
        return self._logger

    def issue(self) -> str:
        """Hand out a new state, and forget those whose time is over."""
        state, now = self._draw(), self._now()
        row = {"digest": _digest(state), "expires_at": now + STATE_LIFE}
        with self._engine.begin() as connection:
            connection.execute(delete(oauth_states).where(oauth_states.c.expires_at <= now))
            connection.execute(insert(oauth_states).values(row))
        return state

    def consume(self, state: str) -> bool:
        """Take a state back; False when it is unknown, late, or was taken before."""
        in_time = oauth_states.c.expires_at > self._now()
        this = and_(oauth_states.c.digest == _digest(state), in_time)
        with self._engine.begin() as connection:
            return connection.execute(delete(oauth_states).where(this)).rowcount == 1

    async def async_issue(self, *args: object, **kwargs: object) -> str:  # noqa: ARG002  Bolt's
        """Hand out a new state."""
        return await asyncio.to_thread(self.issue)

    async def async_consume(self, state: str) -> bool:
        """Take a state back."""
        return await asyncio.to_thread(self.consume, state)


def _key(installation: Installation) -> str:
    return workspace_of(
        installation.enterprise_id,
        installation.team_id,
        is_enterprise_install=installation.is_enterprise_install,
    )


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()
