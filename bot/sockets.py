"""The Bolt app -> two sockets to Slack, each replaced when it is dead. Knows no listener.

Slack's library reconnects by itself, and closes the old socket first: with two there is always one
open, and a lock between them lets only one reconnect at a time. What the library does not notice,
a socket on which nothing comes any more, the watchdog does.
"""

import asyncio
from dataclasses import dataclass, field

import structlog
from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

HOW_MANY = 2
PING = 10.0  # seconds between pings; an answer to each is a sign of life
DEAD = 35.0  # seconds without a sign of life: three pings went unanswered
LOOK = 1.0  # seconds between looks of the watchdog
CONNECT = 20.0  # seconds that a connection may take to be made
CLOSE = 2.0  # seconds for a socket's farewell: closing can hang (SLACK.md, section 8)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pulse:
    """How often a socket is looked after, in seconds."""

    ping: float = PING
    dead: float = DEAD
    look: float = LOOK


@dataclass(slots=True)
class Link:
    """One socket with the last time that something came over it, by the loop's clock."""

    handler: AsyncSocketModeHandler
    seen: float
    pong: float | None = None

    def look(self, now: float) -> None:
        """Count an answer to a ping since the last look as a sign of life."""
        if (pong := self.handler.client.last_ping_pong_time) != self.pong:
            self.pong, self.seen = pong, now


@dataclass(slots=True)
class Sockets:
    """Two connections to Slack, from `start` to `stop`."""

    app: AsyncApp
    app_token: str = field(repr=False)
    client: AsyncWebClient
    pulse: Pulse = field(default_factory=Pulse)
    replaced: int = 0
    _links: list[Link] = field(default_factory=list)
    _watch: asyncio.Task[None] | None = None
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> None:
        """Connect, and look after the connections from now on."""
        self._links = [await self._connected_at_last() for _ in range(HOW_MANY)]
        self._watch = asyncio.create_task(self._look_after())

    async def stop(self) -> None:
        """Close both; what came over them is in the inbox."""
        if self._watch:
            self._watch.cancel()
        await asyncio.gather(*(_farewell(link.handler) for link in self._links))

    async def open_count(self) -> int:
        """Count the connections that are open."""
        return sum([await link.handler.client.is_connected() for link in self._links])

    def silent_for(self) -> float:
        """Seconds since something last came over any of them."""
        now = asyncio.get_running_loop().time()
        for link in self._links:
            link.look(now)
        return min((now - link.seen for link in self._links), default=0.0)

    async def _look_after(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(self.pulse.look)
            now = loop.time()
            for link in tuple(self._links):
                link.seen += max(now - before - self.pulse.look, 0.0)  # we slept; they may not have
                link.look(now)
            dead = [link for link in self._links if now - link.seen > self.pulse.dead]
            if dead:
                await self._replace(dead[0])  # one at a time: the other may still be good

    async def _replace(self, dead: Link) -> None:
        log.warning("socket replaced", silent=round(self.pulse.dead))
        try:
            fresh = await self._connected()
        except TimeoutError:
            log.warning("slack not reached")
            return
        self._links[self._links.index(dead)] = fresh
        self.replaced += 1
        await _farewell(dead.handler)

    async def _connected(self) -> Link:
        """Open a socket.

        Raises:
            TimeoutError: Slack was not reached in time.
        """
        handler = AsyncSocketModeHandler(
            self.app, self.app_token, web_client=self.client, ping_interval=self.pulse.ping
        )
        loop = asyncio.get_running_loop()
        link = Link(handler, loop.time())

        async def hear(_: WSMessage) -> None:
            link.seen = loop.time()

        handler.client.on_message_listeners.append(hear)
        handler.client.connect_operation_lock = self._one_at_a_time
        try:
            async with asyncio.timeout(CONNECT):
                await handler.connect_async()  # type: ignore[no-untyped-call]
        except TimeoutError:
            await _farewell(handler)
            raise
        return link

    async def _connected_at_last(self) -> Link:
        while True:
            try:
                return await self._connected()
            except TimeoutError:
                log.warning("slack not reached yet")


async def _farewell(handler: AsyncSocketModeHandler) -> None:
    """Close a socket, or let go of it when that hangs."""
    closing = asyncio.ensure_future(handler.close_async())  # type: ignore[no-untyped-call]
    await asyncio.wait({closing}, timeout=CLOSE)
    if not closing.done():
        client = handler.client
        kept = (client.message_processor, client.current_session_monitor, client.message_receiver)
        for task in (closing, *kept):
            if task:
                task.cancel()
        await client.aiohttp_client_session.close()
