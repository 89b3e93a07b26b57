"""Many workspaces: the pages of an installation, who may speak, and the end of it.

Knows no question. What the pages say are fixed words; what Slack gave goes into the store sealed.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation

from bot.listeners.asked import workspace_in
from bot.needs import our_needs
from bot.outcomes import outcome_of
from bot.renewal import Renewal
from bot.tokens import Installations, States, workspace_of
from jobs.outbox import Limited, Refused, Unclear

AUTHORIZE = "https://slack.com/oauth/v2/authorize"
INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
DONE = "Tape is installed. Mention it in a channel of your workspace, or write to it."
NOT_DONE = "Tape was not installed"
WHY = {
    "access_denied": "the installation was cancelled in Slack.",
    "invalid_browser": "this browser did not begin it, or its cookies are off.",
    "invalid_state": "it took more than ten minutes, or this page was opened before.",
    "missing_code": "Slack sent no code.",
    "invalid_code": "Slack did not take the code any more.",
}
PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>Tape</title><body><p>{}</p>"
AGAIN = f'{{}}: {{}} <a href="{INSTALL}">Begin again</a>.'

Forget = Callable[[str], object]
"""Deletes what is kept about a workspace, by its id."""

log = structlog.get_logger(__name__)


class Authorize(AsyncAuthorize):
    """Which token speaks for a request: that of its workspace or organisation, or none."""

    def __init__(self, renewal: Renewal) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._renewal = renewal

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,  # noqa: ARG002  Bolt's signature
        **_actor: str | None,
    ) -> AuthorizeResult | None:
        """Find the installation; Bolt refuses the request when there is none."""
        org = context.is_enterprise_install
        workspace = workspace_of(enterprise_id, team_id, is_enterprise_install=org)
        found = await self._renewal.installation(workspace)
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            team=found.team_name,
            bot_user_id=found.bot_user_id,
            bot_id=found.bot_id,
            bot_token=found.bot_token,
            bot_scopes=found.bot_scopes,
        )


class Flow(AsyncOAuthFlow):
    """Slack's flow, with our way to ask for the token: a failure is a page, never a traceback."""

    def __init__(self, renewal: Renewal, settings: AsyncOAuthSettings) -> None:
        super().__init__(client=renewal.client, settings=settings)
        self._renewal = renewal

    async def run_installation(self, code: str) -> Installation | None:
        """Give a code back for a token; None when Slack does not take it."""
        try:
            given = await self._renewal.fetched(code=code)
            me = await outcome_of(self.client.auth_test(token=str(given["access_token"])))
        except (Refused, Limited, Unclear) as outcome:
            log.warning("no token given", why=type(outcome).__name__, detail=outcome.args)
            return None
        return _installation(given, me)


def oauth_flow(
    renewal: Renewal, states: States, *, authorize_url: str = AUTHORIZE
) -> AsyncOAuthFlow:
    """Make the install page and the page that Slack sends the browser back to."""
    settings = AsyncOAuthSettings(
        client_id=renewal.app.client_id,
        client_secret=renewal.app.client_secret,
        scopes=our_needs().scopes,
        user_scopes=[],
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        authorization_url=authorize_url,
        installation_store=renewal.store,
        state_store=states,
        callback_options=AsyncCallbackOptions(success=_done, failure=_not_done),
    )
    return Flow(renewal, settings)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is done when a workspace sends Tape away."""

    store: Installations
    forget: Sequence[Forget] = ()

    async def uninstalled(self, body: dict[str, Any]) -> None:
        """Delete the installation and all that is kept about the workspace."""
        await self._leave(body)

    async def revoked(self, body: dict[str, Any]) -> None:
        """Delete the installation when it is the bot's token that is good no more."""
        if body["event"].get("tokens", {}).get("bot"):
            await self._leave(body)

    async def _leave(self, body: Mapping[str, Any]) -> None:
        workspace = workspace_in(body)
        before = datetime.fromtimestamp(int(body["event_time"]) + 1, UTC)
        gone = await asyncio.to_thread(self.store.remove, workspace, before=before)
        log.info("uninstalled", workspace=workspace, there=gone)
        back = await asyncio.to_thread(self.store.find, workspace)
        if back:
            return  # installed again since: what is kept is the new one's
        for forget in self.forget:
            await asyncio.to_thread(forget, workspace)


def listen(app: AsyncApp, leaving: Leaving) -> None:
    """Hear of the end of an installation; both events come, in either order."""
    app.event("app_uninstalled")(leaving.uninstalled)
    app.event("tokens_revoked")(leaving.revoked)


def _installation(given: Mapping[str, Any], me: Mapping[str, Any]) -> Installation:
    team, org = given.get("team") or {}, given.get("enterprise") or {}
    return Installation(
        app_id=given.get("app_id"),
        enterprise_id=org.get("id"),
        enterprise_name=org.get("name"),
        team_id=team.get("id"),
        team_name=team.get("name"),
        bot_token=given.get("access_token"),
        bot_id=me.get("bot_id"),
        bot_user_id=given.get("bot_user_id"),
        bot_scopes=given.get("scope") or "",
        bot_refresh_token=given.get("refresh_token"),
        bot_token_expires_in=given.get("expires_in"),
        user_id=str((given.get("authed_user") or {}).get("id", "")),
        is_enterprise_install=bool(given.get("is_enterprise_install")),
    )


async def _done(_: AsyncSuccessArgs) -> BoltResponse:
    return _page(200, DONE)


async def _not_done(args: AsyncFailureArgs) -> BoltResponse:
    why = WHY.get(args.reason, "something went wrong.")
    log.info("not installed", reason=args.reason if args.reason in WHY else "other")
    return _page(max(args.suggested_status_code, 400), AGAIN.format(NOT_DONE, why))


def _page(status: int, words: str) -> BoltResponse:
    return BoltResponse(
        status=status,
        body=PAGE.format(words),
        headers={"content-type": "text/html; charset=utf-8"},
    )
