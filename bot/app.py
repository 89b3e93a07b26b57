"""The parts and two tokens -> a Bolt app that is connected to Slack until it is stopped.

Knows nothing of questions: listeners take them in, workers answer them, the clock posts the rest.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery import SLACK, Delivery, delivery, outcome_of
from bot.listeners import register
from bot.listeners.agent import Halt
from bot.pacing import Pace
from bot.parts import Parts
from bot.workers import Workers
from jobs.clock import Clock, Hands
from jobs.outbox import Limited, Outbox, Refused, Unclear
from retrieval.errors import SettingError

CLOSE = 2.0  # seconds for the socket's farewell: closing can hang (SLACK.md, section 8)
DRAIN = 7.0  # seconds for what is in hand; with CLOSE under the 10 that `docker stop` gives

log = structlog.get_logger(__name__)


def build_app(
    parts: Parts, *, client: AsyncWebClient, wake: Callable[[], None], halt: Halt
) -> AsyncApp:
    """Make the Bolt app with every listener.

    `wake` says that the inbox may hold a question, `halt` that the questions of a thread are over.
    """
    app = AsyncApp(client=client)
    app.error(failed)
    register(app, parts, wake=wake, halt=halt)
    return app


async def failed(error: Exception, body: dict[str, Any]) -> None:
    """Note a listener's failure by kind and id: an error's text may hold a user's words."""
    log.error("listener failed", kind=type(error).__name__, event_id=body.get("event_id"))


class SlackSide:
    """Everything that talks to Slack, from `start` to `stop`."""

    def __init__(
        self,
        parts: Parts,
        *,
        bot_token: str,
        app_token: str,
        base_url: str = SLACK,
        pace: Pace | None = None,
    ) -> None:
        self._parts = parts
        self._app_token = app_token
        self.delivery: Delivery = delivery(bot_token, base_url, pace)
        self._workers: Workers | None = None
        self._socket: AsyncSocketModeHandler | None = None
        self._clock: Clock | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Check the tokens, take up what was left unanswered, connect, start the clock."""
        await self._check_tokens()
        self._workers = Workers(self._parts, self.delivery)
        app = build_app(
            self._parts,
            client=self.delivery.reads,
            wake=self._workers.wake,
            halt=self._workers.halt,
        )
        self._workers.start()
        self._socket = AsyncSocketModeHandler(app, self._app_token, web_client=self.delivery.reads)
        await self._socket.connect_async()  # type: ignore[no-untyped-call]
        if self._parts.desk:
            self._clock = Clock(Hands(self._parts.desk, self._outbox(), self._parts.now))
            self._clock.start()

    async def stop(self) -> None:
        """Take nothing more in, finish what is in hand, in less than ten seconds."""
        if self._socket:
            closing = self._socket.close_async()  # type: ignore[no-untyped-call]
            await asyncio.wait({asyncio.ensure_future(closing)}, timeout=CLOSE)
        ends = [self._workers.stop(DRAIN / 2)] if self._workers else []
        ends += [self._clock.stop()] if self._clock else []
        if ends:
            await asyncio.wait({asyncio.ensure_future(end) for end in ends}, timeout=DRAIN)

    def _outbox(self) -> Outbox:
        assert self._parts.desk
        return Outbox(
            state=self._parts.desk.state,
            post=self.delivery.post,
            look=self.delivery.look,
            owner=self._parts.owner,
        )

    async def _check_tokens(self) -> None:
        """A refused token would be tried again for ever; say so at once instead."""
        reads, app_token = self.delivery.reads, self._app_token
        await _check("SLACK_BOT_TOKEN", reads.auth_test())
        await _check("SLACK_APP_TOKEN", reads.apps_connections_open(app_token=app_token))


async def _check(setting: str, call: Awaitable[AsyncSlackResponse]) -> None:
    try:
        await outcome_of(call)
    except Refused as refused:
        raise SettingError(setting) from refused
    except (Limited, Unclear):
        log.warning("slack not reached yet", setting=setting)
