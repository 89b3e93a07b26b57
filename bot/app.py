"""The parts and an entrance -> a Bolt app that is open to Slack until it is stopped.

Knows nothing of questions: listeners take them in, workers answer them, the clock posts the rest.
"""

import asyncio
from functools import partial
from typing import Any, Self

import structlog

from bot.blocks.alerts import FACES
from bot.clients import speak_in
from bot.delivery import SLACK
from bot.entrances import Door, Entrance, by_sockets
from bot.health import Vitals
from bot.listeners import register
from bot.notes import notes_on
from bot.pacing import Pace
from bot.parts import Parts
from bot.sockets import Sockets
from bot.workers import Workers
from jobs.brief import Desk
from jobs.clock import Clock, Hands
from jobs.models import Backlog, Outgoing
from jobs.outbox import Outbox

DRAIN = 7.0  # seconds for what is in hand; with the door's 2 under the 10 that `docker stop` gives

log = structlog.get_logger(__name__)


async def failed(error: Exception, body: dict[str, Any]) -> None:
    """Note a listener's failure by kind and id: an error's text may hold a user's words."""
    log.error("listener failed", kind=type(error).__name__, event_id=body.get("event_id"))


class Side:
    """Everything that talks to Slack, from `start` to `stop`."""

    def __init__(self, parts: Parts, entrance: Entrance) -> None:
        self._parts = parts
        self._entrance = entrance
        self.delivery = entrance.delivery
        self.door: Door | None = None
        self._workers: Workers | None = None
        self._clock: Clock | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Check the tokens, take up what was left unanswered, open the door, start the clock."""
        await self._entrance.check()
        self._workers = Workers(self._parts, self.delivery)
        app = self._entrance.app()
        app.error(failed)
        register(app, self._parts, wake=self._workers.wake, halt=self._workers.halt)
        self._workers.start()
        self.door = self._entrance.door(app)
        await self.door.start()
        if self._parts.desk:
            self._clock = Clock(self._hands(self._parts.desk))
            self._clock.start()

    def _hands(self, desk: Desk) -> Hands:
        personal = self._parts.personal
        alerts = personal.alerting.alerts if personal else None
        parts = self._parts
        return Hands(desk, self._outbox(), parts.now, parts.poller, alerts, FACES)

    async def stop(self) -> None:
        """Take nothing more in, finish what is in hand, in less than ten seconds."""
        if self._parts.poller:
            self._parts.poller.close()
        if self.door:
            await self.door.stop()
        ends = [self._workers.stop(DRAIN / 2)] if self._workers else []
        ends += [self._clock.stop()] if self._clock else []
        if ends:
            await asyncio.wait({asyncio.ensure_future(end) for end in ends}, timeout=DRAIN)

    async def vitals(self) -> Vitals:
        """Say how it goes: what is open, what waits, when the clock last ticked."""
        sockets = self.door if isinstance(self.door, Sockets) else None
        now = self._parts.now()
        ticked = self._clock.ended_at.get("tick") if self._clock else None
        desk = self._parts.desk
        posts = await asyncio.to_thread(desk.state.backlog, now) if desk else Backlog()
        return Vitals(
            sockets_open=await sockets.open_count() if sockets else None,
            last_frame=sockets.silent_for() if sockets else None,
            sockets_replaced=sockets.replaced if sockets else 0,
            inbox_waiting=await asyncio.to_thread(self._parts.inbox.waits),
            outbox_waiting=posts.waiting,
            outbox_oldest=posts.oldest.total_seconds() if posts.oldest else None,
            outbox_failed=posts.failed,
            outbox_unknown=posts.unknown,
            outbox_late=posts.late,
            clock_tick=(now - ticked).total_seconds() if ticked else None,
        )

    def _outbox(self) -> Outbox:
        assert self._parts.desk
        state = self._parts.desk.state

        async def post(outgoing: Outgoing) -> str:
            speak_in(outgoing.team or None)
            return await self.delivery.post(outgoing)

        async def look(outgoing: Outgoing) -> str | None:
            speak_in(outgoing.team or None)
            return await self.delivery.look(outgoing)

        notes = partial(notes_on, makers=state.makers_of)
        return Outbox(state=state, post=post, look=look, owner=self._parts.owner, notes=notes)


class SlackSide(Side):
    """One workspace over sockets."""

    def __init__(
        self,
        parts: Parts,
        *,
        bot_token: str,
        app_token: str,
        base_url: str = SLACK,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(parts, by_sockets(bot_token, app_token, base_url, pace))
