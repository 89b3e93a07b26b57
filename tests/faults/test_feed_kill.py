"""A poller that is killed in the middle of a fetch loses its feed to another, after its lease."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from jobs.feeds.models import Follow
from jobs.feeds.poller import Poller
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools
from retrieval.db import connect, migrate
from retrieval.library import Library
from retrieval.sources.sandbox import Sandbox
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.site import Site, reply, running

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
LEASE = 3.0  # seconds; on the real clock, as the killed process runs by it
START = 60.0  # seconds that a process may take until it asks, on a busy machine
RSS = (
    b"<rss version='2.0'><channel><item><title>Visa gains</title>"
    b"<link>https://wire.example/1</link></item></channel></rss>"
)


@contextmanager
def worker(url: str, site: Site) -> Iterator[subprocess.Popen[bytes]]:
    words = ["tests.faults.feed_worker", url, str(site.port), "killed", str(LEASE)]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=variables) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def successor(feeds: Feeds, site: Site) -> Iterator[Poller]:
    library = Library.in_memory(HashEmbedder(), builtin())
    with Sandbox() as sandbox:
        tools = Tools(site.poll(), sandbox)
        yield Poller(feeds, tools, library, owner="next", draw=lambda: 0.5)
    library.close()


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_the_feed_of_a_killed_poller_is_taken_over_after_its_lease(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/tape.db"
    if kind == "postgres":
        url = request.getfixturevalue("fresh_postgres_url")
    engine = connect(url)
    migrate(engine, "jobs")
    feeds, inside, over = Feeds(engine), threading.Event(), threading.Event()

    def hanging(handler: BaseHTTPRequestHandler) -> None:
        if not inside.is_set():
            inside.set()
            over.wait(START)
        reply(RSS, Content_Type="application/rss+xml")(handler)

    with running() as site, successor(feeds, site) as poller:
        site.answers["/f"] = hanging
        feeds.follow([Follow(site.url("/f"))], datetime.now(UTC))
        with worker(url, site) as process:
            assert inside.wait(START)
            asked = datetime.now(UTC)
            process.kill()
        assert poller.visit(lambda: asked) is None
        later = asked + timedelta(seconds=LEASE + 0.1)
        visit = poller.visit(lambda: later)
        over.set()
    assert visit is not None
    assert (visit.feed.claims, visit.counts.new) == (2, 1)
    assert feeds.followed()[0].feed.failures == 0
    engine.dispose()
