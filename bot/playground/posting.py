"""Turns payloads into signed HTTP requests to the app's address. Knows nothing of what they say.

It stands in the place of the open sockets: the app is reached the other way round.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from bot.playground.sockets import Acknowledgement, Delivery, Sockets
from bot.playground.state import Clock, Json

DELAYS = (0.0, 60.0, 300.0)  # seconds before each retry of an event: Slack's documentation
OK = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where the app listens, and what Slack signs its requests with."""

    url: str
    signing_secret: str
    delays: tuple[float, ...] = DELAYS


def unchanged(payload: Json) -> Json:
    """Send a payload as it is."""
    return payload


@dataclass(slots=True)
class Posting(Sockets):
    """The app at its address. `renamed` writes the payload as another workspace would."""

    address: Address = field(kw_only=True)
    now: Clock = field(kw_only=True)
    renamed: Callable[[Json], Json] = unchanged
    _why: dict[str, str] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session:
            await self._session.close()

    async def asks_for(self, challenge: str) -> bool:
        """Tell whether the app answers for its address, as Slack asks when one is entered."""
        body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
        answer, _ = await self._post(body, "application/json", {})
        return answer is not None and (answer.payload or {}).get("challenge") == challenge

    async def _send(self, kind: str, payload: Json, more: Json) -> Acknowledgement | None:
        told, attempt = self.renamed(payload), int(more.get("retry_attempt", 0))
        event_id = told.get("event_id")
        headers: dict[str, str] = {}
        if attempt:
            await asyncio.sleep(self.address.delays[attempt - 1])
            why = self._why.get(str(event_id), "unknown_error")
            headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": why}
        body, content_type = _written(kind, told)
        answer, why = await self._post(body, content_type, headers)
        if why:
            self._why[str(event_id)] = why
        self._count += 1
        key = f"h-{self._count:06d}"
        self.journal.append(Delivery(key, kind, event_id, attempt, answer is not None))
        return answer

    async def _post(
        self, body: bytes, content_type: str, headers: Mapping[str, str]
    ) -> tuple[Acknowledgement | None, str]:
        stamp = str(int(self.now().timestamp()))
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": self._sign(stamp, body)}
        if self._session is None:
            self._session = aiohttp.ClientSession()
        call = self._session.post(
            self.address.url,
            data=body,
            headers={"Content-Type": content_type, **signed, **headers},
            timeout=aiohttp.ClientTimeout(self.ack_timeout),
        )
        try:
            async with call as reply:
                said = await reply.text()
                return _answer(reply.status, said)
        except TimeoutError:
            return None, "http_timeout"
        except aiohttp.ClientError:
            return None, "connection_failed"

    def _sign(self, stamp: str, body: bytes) -> str:
        secret = self.address.signing_secret.encode()
        return "v0=" + hmac.new(secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def _written(kind: str, payload: Json) -> tuple[bytes, str]:
    """Events are JSON; what a user clicks, fills in or types comes as a form."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _answer(status: int, said: str) -> tuple[Acknowledgement | None, str]:
    if status != OK:
        return None, "http_error"
    try:
        payload = json.loads(said) if said else None
    except ValueError:
        payload = {"text": said}
    return Acknowledgement(payload if isinstance(payload, dict) else None), ""
