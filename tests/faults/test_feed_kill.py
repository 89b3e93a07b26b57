"""A poller that is killed in the middle of a fetch loses its feed to another, after its lease."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from jobs.feed_models import Follow
from jobs.feed_rows import Feeds
from jobs.feed_rows import feeds as feeds_table
from retrieval.db import connect, migrate
from tests.site import Site, reply, running

ROOT = Path(__file__).parents[2]
LEASE = 4.0  # seconds: well over what a fetch of the small feed takes on a busy machine
RSS = (
    b"<rss version='2.0'><channel><item><title>Visa gains</title>"
    b"<link>https://wire.example/1</link></item></channel></rss>"
)


def worker(url: str, site: Site, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.feed_worker", url, str(site.port), name]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([*command, str(LEASE)], cwd=ROOT, env=environment)


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_the_feed_of_a_killed_poller_is_taken_over_after_its_lease(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/tape.db"
    if kind == "postgres":
        url = request.getfixturevalue("fresh_postgres_url")
    engine = connect(url)
    migrate(engine, "jobs")
    feeds, asked, first_in = Feeds(engine), list[float](), threading.Event()
    release = threading.Event()

    def hanging(handler: BaseHTTPRequestHandler) -> None:
        asked.append(time.monotonic())
        if len(asked) == 1:
            first_in.set()
            release.wait(60)
        reply(RSS, Content_Type="application/rss+xml")(handler)

    with running() as site:
        site.answers["/f"] = hanging
        feeds.follow([Follow(site.url("/f"))], datetime.now(UTC))
        workers = {name: worker(url, site, name) for name in ("one", "two")}
        try:
            assert first_in.wait(60)
            workers[_owner(engine)].send_signal(signal.SIGKILL)
            _until(lambda: feeds.followed()[0].feed.worked_at is not None)
        finally:
            release.set()
            for one in workers.values():
                one.kill()
                one.wait()
    feed = feeds.followed()[0].feed
    engine.dispose()
    assert len(asked) == 2
    assert asked[1] - asked[0] >= LEASE - 1
    assert (feed.claims, feed.failures) == (2, 0)


def _owner(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(select(feeds_table.c.owner)))


def _until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not there():
        assert time.monotonic() < end, "it was not taken over"
        time.sleep(0.05)
