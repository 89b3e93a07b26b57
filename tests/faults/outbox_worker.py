"""A worker process for the kill test: ticks and delivers over HTTP until it is killed.

Arguments: database URL, port of the fake channel server, owner, the real time at which the test
began. Its clock runs SPEED times faster from there, so leases of seconds end in a test's time.
"""

import asyncio
import http.client
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from jobs.brief import Desk, tick
from jobs.digest import Digest, News, Reach, brief_text
from jobs.models import Outgoing, Rendered
from jobs.outbox import Limited, Outbox, Refused, Unclear
from jobs.state import State
from retrieval.db import connect

SPEED = 10
EPOCH = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
CLIENT_TIMEOUT = 0.9  # real; below the outbox's ten seconds of the fast clock
LEASE = timedelta(seconds=25)


def call(port: int, method: str, body: dict[str, Any]) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=CLIENT_TIMEOUT)
    try:
        connection.request("POST", f"/{method}", json.dumps(body))
        reply = connection.getresponse()
        content = reply.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unclear from error
    finally:
        connection.close()
    if reply.status == 429:
        raise Limited(float(reply.headers["Retry-After"]))
    if reply.status != 200:
        raise Unclear
    answer: dict[str, Any] = json.loads(content)
    if "error" in answer:
        raise Refused(answer["error"])
    return answer


async def main(url: str, port: int, owner: str, began: float) -> None:
    def now() -> datetime:
        return EPOCH + timedelta(seconds=(time.time() - began) * SPEED)

    async def post(outgoing: Outgoing) -> str:
        body = {"channel": outgoing.recipient, "key": outgoing.key, "text": outgoing.message.text}
        return str((await asyncio.to_thread(call, port, "post", body))["ts"])

    async def look(outgoing: Outgoing) -> str | None:
        body = {"channel": outgoing.recipient, "key": outgoing.key}
        ts: str | None = (await asyncio.to_thread(call, port, "look", body))["ts"]
        return ts

    def read(_: Reach) -> News:
        return News((), ())

    def render(digest: Digest) -> Rendered:
        return Rendered(brief_text(digest))

    state = State(connect(url))
    desk = Desk(state, read, render)
    outbox = Outbox(state, post, look, owner, lease=LEASE)
    while True:
        tick(now(), desk)
        await outbox.drain(now)
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
