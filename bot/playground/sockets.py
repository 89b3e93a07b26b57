"""Turns payloads into Socket Mode envelopes, each to one open socket, until one is acknowledged.

Knows nothing of what the payloads say.
"""

import asyncio
import json
from dataclasses import dataclass, field
from random import Random

from aiohttp import WSMessage, WSMsgType, web

from bot.playground.state import APP, Json

RETRIES = 3  # Slack's documentation: up to three retries of an event


@dataclass(frozen=True, slots=True)
class Delivery:
    """One envelope as the journal keeps it. `acknowledged` is False when the time ran out."""

    envelope_id: str
    kind: str
    event_id: str | None
    attempt: int
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The app's answer to an envelope, with what it said, if anything."""

    payload: Json | None


@dataclass(slots=True)
class Sockets:
    """The open sockets of the app. An event goes to any one, and again if unanswered.

    A silent socket died without a sign: it takes what is sent, and answers nothing, not even pings.
    """

    ack_timeout: float
    chance: Random
    journal: list[Delivery] = field(default_factory=list)
    _open: list[web.WebSocketResponse] = field(default_factory=list)
    _silent: set[web.WebSocketResponse] = field(default_factory=set)
    _waiting: dict[str, asyncio.Future[Acknowledgement]] = field(default_factory=dict)
    _tickets: set[str] = field(default_factory=set)
    _any: asyncio.Event = field(default_factory=asyncio.Event)
    _count: int = 0

    @property
    def connected(self) -> int:
        """How many sockets are open."""
        return len(self._open)

    def ticket(self) -> str:
        """Issue the right to open one socket."""
        self._count += 1
        ticket = f"t{self._count}"
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Keep one socket until either side closes it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="unknown or used ticket")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._open.append(socket)
        self._any.set()
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if socket not in self._silent:
                    await self._hear(socket, message)
        finally:
            self._leave(socket)
        return socket

    async def send_event(self, payload: Json) -> bool:
        """Deliver an event: a new envelope each time, until acknowledged or retried in vain."""
        for attempt in range(RETRIES + 1):
            retry = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            more = {"accepts_response_payload": False, **retry}
            if await self._send("events_api", payload, more):
                return True
        return False

    async def send_once(self, kind: str, payload: Json) -> Acknowledgement | None:
        """Deliver an interaction or a slash command: once only, None when it is not answered."""
        return await self._send(kind, payload, {"accepts_response_payload": True})

    async def disconnect(self, reason: str) -> None:
        """Tell every socket that it is to be replaced, as Slack does every few hours."""
        for socket in [s for s in self._open if s not in self._silent]:
            body = {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
            await socket.send_json(body)

    def silence(self, n: int | None = None) -> None:
        """Let the `n` oldest sockets that live, or all, die without a sign."""
        self._silent.update([s for s in self._open if s not in self._silent][:n])

    async def close(self) -> None:
        """Close every socket."""
        for socket in tuple(self._open):
            await socket.close()

    async def _send(self, kind: str, payload: Json, more: Json) -> Acknowledgement | None:
        self._count += 1
        envelope_id = f"e-{self._count:06d}"
        future = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = future
        body = {"envelope_id": envelope_id, "type": kind, "payload": payload, **more}
        try:
            async with asyncio.timeout(self.ack_timeout):
                await self._any.wait()
                socket = self.chance.choice(self._open)
                if socket not in self._silent:
                    await socket.send_json(body)
                answer: Acknowledgement | None = await future
        except (TimeoutError, ConnectionError):
            answer = None
        finally:
            del self._waiting[envelope_id]
        event_id, attempt = payload.get("event_id"), more.get("retry_attempt", 0)
        self.journal.append(Delivery(envelope_id, kind, event_id, attempt, answer is not None))
        return answer

    async def _hear(self, socket: web.WebSocketResponse, message: WSMessage) -> None:
        if message.type == WSMsgType.TEXT:
            self._take(message.data)
        elif message.type == WSMsgType.PING:
            await socket.pong(message.data)

    def _take(self, text: str) -> None:
        said = json.loads(text)
        future = self._waiting.get(said.get("envelope_id", ""))
        if future and not future.done():
            future.set_result(Acknowledgement(said.get("payload")))

    def _leave(self, socket: web.WebSocketResponse) -> None:
        self._open.remove(socket)
        self._silent.discard(socket)
        if not self._open:
            self._any.clear()

    def _hello(self) -> Json:
        info = {"host": "playground", "approximate_connection_time": 3600}
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": APP},
            "debug_info": info,
        }
