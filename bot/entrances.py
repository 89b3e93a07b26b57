"""How Slack reaches Tape: over sockets, over HTTP, or over HTTP for many workspaces.

Each entrance makes a Bolt app without listeners, says whether Slack takes its tokens, and opens a
door for the app once that has its listeners. Knows no question.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clients import WorkspaceClient, token_of
from bot.delivery import SLACK, Delivery, delivery
from bot.oauth import AUTHORIZE, Authorize, Forget, Leaving, listen, oauth_flow
from bot.outcomes import outcome_of
from bot.pacing import Pace
from bot.renewal import Renewal
from bot.sockets import Sockets
from bot.tokens import States
from bot.web import Server, web_app
from jobs.outbox import Limited, Refused, Unclear
from retrieval.errors import SettingError

GONE = "Tape is not installed in this workspace any more. Ask an admin to install it again."

log = structlog.get_logger(__name__)


class Door(Protocol):
    """What is open to Slack between `start` and `stop`."""

    async def start(self) -> None:
        """Open it."""
        ...

    async def stop(self) -> None:
        """Close it: nothing more comes in."""
        ...


class Entrance(Protocol):
    """One way in."""

    @property
    def delivery(self) -> Delivery:
        """The clients that speak for Tape."""
        ...

    def app(self) -> AsyncApp:
        """Make the Bolt app."""
        ...

    async def check(self) -> None:
        """See whether Slack takes the tokens.

        Raises:
            SettingError: it refuses one; names the setting.
        """
        ...

    def door(self, app: AsyncApp) -> Door:
        """Make the door to the app."""
        ...


@dataclass(frozen=True, slots=True)
class BySockets:
    """One workspace, over Socket Mode: nothing of Tape is reachable from outside."""

    delivery: Delivery
    app_token: str = field(repr=False)

    def app(self) -> AsyncApp:
        """Make the Bolt app with the workspace's one token."""
        return AsyncApp(client=self.delivery.reads)

    async def check(self) -> None:
        """A refused token would be tried again for ever; say so at once instead."""
        reads, app_token = self.delivery.reads, self.app_token
        await _check("SLACK_BOT_TOKEN", reads.auth_test())
        await _check("SLACK_APP_TOKEN", reads.apps_connections_open(app_token=app_token))

    def door(self, app: AsyncApp) -> Sockets:
        """Make the sockets."""
        return Sockets(app, self.app_token, self.delivery.reads)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where requests of Slack are taken, and what they are signed with."""

    host: str
    port: int
    signing_secret: str = field(repr=False)
    now: Callable[[], datetime]

    def door(self, app: AsyncApp) -> Server:
        """Make the server for an app."""
        web = web_app(app, signing_secret=self.signing_secret, now=self.now)
        return Server(web, self.host, self.port)


@dataclass(frozen=True, slots=True)
class ByHttp:
    """One workspace, whose events Slack posts to our address."""

    delivery: Delivery
    listening: Listening

    def app(self) -> AsyncApp:
        """Make the Bolt app with the workspace's one token; the door checks signatures."""
        return AsyncApp(client=self.delivery.reads, request_verification_enabled=False)

    async def check(self) -> None:
        """See whether Slack takes the token."""
        await _check("SLACK_BOT_TOKEN", self.delivery.reads.auth_test())

    def door(self, app: AsyncApp) -> Server:
        """Make the server."""
        return self.listening.door(app)


@dataclass(frozen=True, slots=True)
class ForMany:
    """Many workspaces, each with its own token, installed over our pages."""

    renewal: Renewal
    states: States
    listening: Listening
    forget: tuple[Forget, ...] = ()
    base_url: str = SLACK
    authorize_url: str = AUTHORIZE

    @property
    def delivery(self) -> Delivery:
        """The clients that speak with the token of the workspace at hand."""
        return delivery(
            None, self.base_url, client=partial(WorkspaceClient, token_of(self.renewal))
        )

    def app(self) -> AsyncApp:
        """Make the Bolt app: every request is authorised by its workspace."""
        app = AsyncApp(
            client=self.renewal.client,
            authorize=Authorize(self.renewal),  # type: ignore[arg-type]  # it may give none
            oauth_flow=oauth_flow(self.renewal, self.states, authorize_url=self.authorize_url),
            request_verification_enabled=False,
            user_facing_authorize_error_message=GONE,
        )
        listen(app, Leaving(self.renewal.store, self.forget))
        return app

    async def check(self) -> None:
        """Nothing to ask Slack before somebody installs Tape."""

    def door(self, app: AsyncApp) -> Server:
        """Make the server."""
        return self.listening.door(app)


def by_sockets(
    bot_token: str, app_token: str, base_url: str = SLACK, pace: Pace | None = None
) -> BySockets:
    """Reach Slack over sockets."""
    return BySockets(delivery(bot_token, base_url, pace), app_token)


async def _check(setting: str, call: Awaitable[AsyncSlackResponse]) -> None:
    try:
        await outcome_of(call)
    except Refused as refused:
        raise SettingError(setting) from refused
    except (Limited, Unclear):
        log.warning("slack not reached yet", setting=setting)
