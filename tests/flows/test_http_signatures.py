"""Requests of Slack over HTTP: what Slack signed just now is answered, everything else is 401."""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.signature import OLDEST, SIGNATURE, TIMESTAMP, genuine, signature_of
from bot.web import EVENTS, LARGEST, Server, web_app
from retrieval.errors import PortBusyError

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
CANARY = "canary words of a user"
Headers = list[tuple[bytes, bytes]]
Scenario = Callable[[httpx.AsyncClient, list[str]], Awaitable[None]]


def event(text: str = CANARY) -> bytes:
    said = {"type": "app_mention", "text": text, "channel": "C1", "user": "U1", "ts": "1.0"}
    outer = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": said}
    return json.dumps(outer).encode()


def heads(timestamp: bytes, signature: bytes) -> Headers:
    kind = (b"content-type", b"application/json")
    return [kind, (TIMESTAMP.encode(), timestamp), (SIGNATURE.encode(), signature)]


def signed(body: bytes, at: int = AT, secret: str = SECRET) -> Headers:
    stamp = str(at).encode()
    return heads(stamp, signature_of(secret, stamp, body))


def bolt(heard: list[str]) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

    client = AsyncWebClient(base_url="http://127.0.0.1:9/api/")
    app = AsyncApp(client=client, authorize=authorize, request_verification_enabled=False)

    async def hear(event: dict[str, str]) -> None:
        heard.append(event["text"])

    app.event("app_mention")(hear)
    return app


def play(scenario: Scenario) -> None:
    """Run against the application in this process; `heard` is what Bolt was given."""

    async def run() -> None:
        heard: list[str] = []
        web = web_app(bolt(heard), signing_secret=SECRET, now=lambda: NOW)
        transport = httpx.ASGITransport(web)
        async with httpx.AsyncClient(transport=transport, base_url="https://tape.test") as client:
            await scenario(client, heard)

    asyncio.run(run())


async def post(client: httpx.AsyncClient, body: bytes, headers: Headers) -> int:
    reply = await client.post(EVENTS, content=body, headers=headers)
    return reply.status_code


def forged(draw: random.Random) -> tuple[bytes, Headers]:
    """One request that Slack did not make, or not now; every way gets its turn."""
    body = event(f"{CANARY} {draw.random()}")
    right = signature_of(SECRET, str(AT).encode(), body)
    noise = draw.randbytes(draw.randrange(1, 80)).replace(b"\r", b"").replace(b"\n", b"")
    far = draw.choice((-1, 1)) * draw.randrange(OLDEST + 1, 10**9)
    ways: list[Callable[[], tuple[bytes, Headers]]] = [
        lambda: (body, []),
        lambda: (body, heads(str(AT).encode(), b"")),
        lambda: (body, heads(b"", right)),
        lambda: (body, heads(str(AT).encode(), noise)),
        lambda: (body, heads(noise, right)),
        lambda: (body, heads(b"9" * 5000, right)),
        lambda: (body, heads("٣٣٣".encode(), right)),
        lambda: (body, heads(str(AT).encode() + b".5", right)),
        lambda: (body, heads(b"nan", right)),
        lambda: (body, heads(str(AT).encode(), "v0=é".encode())),
        lambda: (body, heads(str(AT).encode(), b"\xff" * 67)),
        lambda: (body, heads(str(AT).encode(), right[:-1])),
        lambda: (body, heads(str(AT).encode(), right.upper())),
        lambda: (body, heads(str(AT).encode(), right.replace(b"v0=", b"v1="))),
        lambda: (body, signed(body, secret=SECRET[::-1])),
        lambda: (body, signed(body, at=AT + far)),
        lambda: (body + b" ", signed(body)),
        lambda: (body[:-1], signed(body)),
        lambda: (noise, signed(body)),
        lambda: (body, [*signed(body), *signed(body)]),
        lambda: (body, [*signed(body), (SIGNATURE.encode(), noise)]),
        lambda: (b"{" + noise, signed(b"{" + noise)),  # signed, and no JSON
        lambda: (b"[1]", signed(b"[1]")),
        lambda: (b"\xff\xfe", signed(b"\xff\xfe")),
        lambda: (b"[" * 20_000, signed(b"[" * 20_000)),
        lambda: (b'{"team":5}', signed(b'{"team":5}')),
    ]
    return ways[draw.randrange(len(ways))]()


def test_ten_thousand_forged_requests_are_refused_and_the_genuine_ones_between_them_pass(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(client: httpx.AsyncClient, heard: list[str]) -> None:
        draw = random.Random(20261127)
        for n in range(10_000):
            body, headers = forged(draw)
            assert await post(client, body, headers) == 401, (n, headers)
            if n % 100 == 0:
                good = event(f"good {n}")
                assert await post(client, good, signed(good, AT + draw.randint(-300, 300))) == 200
        await asyncio.sleep(0)
        assert heard == [f"good {n}" for n in range(0, 10_000, 100)]

    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        play(scenario)
    assert len([line for line in logs if line["event"] == "request refused"]) == 10_000
    assert CANARY not in caplog.text + str(logs)


@given(timestamp=st.binary(max_size=40), signature=st.binary(max_size=90), body=st.binary())
@settings(deadline=None)
def test_no_bytes_are_genuine_or_an_error(timestamp: bytes, signature: bytes, body: bytes) -> None:
    found = genuine(SECRET, timestamps=[timestamp], signatures=[signature], body=body, now=NOW)
    assert found is False


@pytest.mark.parametrize(
    ("off", "passes"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_a_request_is_good_for_five_minutes(off: int, passes: bool) -> None:  # noqa: FBT001
    stamp = str(AT + off).encode()
    made = signature_of(SECRET, stamp, b"x")
    found = genuine(SECRET, timestamps=[stamp], signatures=[made], body=b"x", now=NOW)
    assert found is passes


def test_slacks_own_example_is_genuine() -> None:
    form = {
        "token": "xyzz0WbapA4vBCDEFasx0q6G",
        "team_id": "T1DC2JH3J",
        "team_domain": "testteamnow",
        "channel_id": "G8PSS9T3V",
        "channel_name": "foobar",
        "user_id": "U2CERLKJA",
        "user_name": "roadrunner",
        "command": "/webhook-collect",
        "text": "",
        "response_url": "https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN",
        "trigger_id": "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    }
    signature = b"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signature_of(SECRET, b"1531420618", urlencode(form).encode()) == signature


def test_slack_may_ask_whether_the_address_is_ours() -> None:
    async def scenario(client: httpx.AsyncClient, _: list[str]) -> None:
        body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
        reply = await client.post(EVENTS, content=body, headers=signed(body))
        assert (reply.status_code, reply.json()) == (200, {"challenge": "3eZbrw1a"})
        assert await post(client, body, heads(b"1", b"v0=1")) == 401

    play(scenario)


def test_an_unsigned_certificate_check_is_refused_too() -> None:
    async def scenario(client: httpx.AsyncClient, _: list[str]) -> None:
        assert await post(client, b"ssl_check=1&token=x", []) == 401

    play(scenario)


def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    async def scenario(client: httpx.AsyncClient, heard: list[str]) -> None:
        body = event("x" * LARGEST)
        assert await post(client, body, signed(body)) == 413
        assert heard == []

    play(scenario)


def test_there_is_nothing_else_to_find() -> None:
    async def scenario(client: httpx.AsyncClient, _: list[str]) -> None:
        for path in (EVENTS, "/", "/slack/install", "/slack/events/", "/healthz", "/metrics"):
            assert (await client.get(path)).status_code == 404, path
        for method in ("PUT", "DELETE", "OPTIONS", "HEAD"):
            assert (await client.request(method, EVENTS)).status_code == 404, method
        body = event()
        reply = await client.post("/slack/events/", content=body, headers=signed(body))
        assert reply.status_code == 404

    play(scenario)


def test_the_server_listens_where_it_is_told_and_stops(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        heard: list[str] = []
        server = Server(
            web_app(bolt(heard), signing_secret=SECRET, now=lambda: NOW), "127.0.0.1", 0
        )
        await server.start()
        other = Server(
            web_app(bolt([]), signing_secret=SECRET, now=lambda: NOW), "127.0.0.1", server.port
        )
        with pytest.raises(PortBusyError):
            await other.start()
        body = event("over a socket")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
            assert await post(client, body, signed(body)) == 200
            assert await post(client, body, heads(b"9" * 5000, b"v0=1")) == 401
        _, cut = await asyncio.open_connection("127.0.0.1", server.port)
        cut.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
        await cut.drain()
        await asyncio.sleep(0.05)
        cut.close()
        await cut.wait_closed()
        await server.stop()
        async with httpx.AsyncClient() as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(f"http://127.0.0.1:{server.port}/")
        assert heard == ["over a socket"]

    asyncio.run(run())
    assert "Traceback" not in caplog.text
