"""Promise 1, small size: a digest is posted exactly once, through kill -9 and a faulty channel."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as local_time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps, loads
from pathlib import Path

import pytest

from jobs.models import WEEKDAYS, Subscription, key_of
from jobs.state import State
from retrieval.db import connect, migrate

ROOT = Path(__file__).parents[2]
WORKER = "tests.faults.outbox_worker"
SEED = 20261127
DIGESTS, KILLS, WORKERS = 30, 20, 2
FAULTY = 0.3  # of the posts
FAULTS = ("dropped", "accepted then dropped", "limited", "error", "slow")
SPLIT = (20, 30, 20, 10, 20)
ACCEPTED = (None, "accepted then dropped", "slow")
DEADLINE = 90.0
AT = local_time(8, 45)  # the moment at which the workers' clock begins
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Channels:
    """The ledger outside the thing under test: what really arrived, which faults were played."""

    random: random.Random
    posts: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    started: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def draw(self) -> str | None:
        """Choose the fault of the next post."""
        with self.lock:
            if self.random.random() >= FAULTY:
                return None
            (fault,) = self.random.choices(FAULTS, SPLIT)
            self.faults[fault] = self.faults.get(fault, 0) + 1
            return fault

    def accept(self, key: str) -> str:
        """Put the message where everybody sees it."""
        with self.lock:
            self.posts.append((key, f"17.{len(self.posts)}"))
            return self.posts[-1][1]

    def find(self, key: str) -> str | None:
        """Look for a key."""
        with self.lock:
            return next((ts for posted, ts in self.posts if posted == key), None)


def posted(channels: Channels, key: str) -> tuple[int, dict[str, str]] | None:
    """Play one post: its status and answer, or None for a connection that drops."""
    channels.started.release()
    fault = channels.draw()
    answer = {"ts": channels.accept(key)} if fault in ACCEPTED else {}
    time.sleep({"slow": 2.0, None: 0.2}.get(fault, 0.05))
    if fault in {"dropped", "accepted then dropped"}:
        return None
    return {"limited": 429, "error": 500}.get(str(fault), 200), answer


def handler_of(channels: Channels) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            key = loads(self.rfile.read(int(self.headers["Content-Length"])))["key"]
            if self.path == "/look":
                self.reply(200, {"ts": channels.find(key)})
            elif (played := posted(channels, key)) is not None:
                self.reply(*played)
            self.close_connection = True

        def reply(self, status: int, answer: Mapping[str, str | None]) -> None:
            content = dumps(answer).encode()
            with suppress(OSError):  # the worker was killed, or did not wait so long
                self.send_response(status)
                self.send_header("Retry-After", "3")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep the test's output for its figures."""

    return Handler


@contextmanager
def serving(channels: Channels) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(channels))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Workers:
    """The worker processes; each that dies is followed by another."""

    def __init__(self, url: str, port: int) -> None:
        self.arguments = [url, str(port)]
        self.began = time.time()
        self.count = 0
        self.processes = [self.start() for _ in range(WORKERS)]

    def start(self) -> subprocess.Popen[bytes]:
        self.count += 1
        command = [sys.executable, "-m", WORKER, *self.arguments, f"w{self.count}"]
        command.append(str(self.began))
        return subprocess.Popen(command, cwd=ROOT)

    def kill(self, at: int) -> None:
        assert self.processes[at].poll() is None, "a worker died by itself"
        self.processes[at].send_signal(signal.SIGKILL)
        self.processes[at].wait()

    def kill_and_replace(self, at: int) -> None:
        self.kill(at)
        self.processes[at] = self.start()


def settled(state: State) -> int:
    counts = state.counts()
    return sum(count for state, count in counts.items() if state not in {"new", "sending"})


def run(state: State, url: str, seed: int) -> tuple[Channels, int]:
    """Post all digests while workers are killed; tell how often they were."""
    chance = random.Random(seed)
    channels = Channels(random.Random(seed + 1))
    for n in range(DIGESTS):
        state.subscribe(Subscription("digest", f"C{n}", AT, WEEKDAYS, "America/New_York", LONG_AGO))
    kills = 0
    end = time.monotonic() + DEADLINE
    with serving(channels) as port:
        workers = Workers(url, port)
        while settled(state) < DIGESTS and time.monotonic() < end:
            if kills < KILLS and channels.started.acquire(timeout=1):
                time.sleep(chance.uniform(0, 0.4))
                workers.kill_and_replace(chance.randrange(WORKERS))
                kills += 1
            else:
                time.sleep(0.1)
        for at in range(WORKERS):
            workers.kill(at)
    return channels, kills


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tape.db'}"
    postgres: str = request.getfixturevalue("fresh_postgres_url")
    return postgres


@pytest.mark.faults
def test_each_digest_is_posted_once_through_kills_and_faulty_replies(url: str) -> None:
    began = time.monotonic()
    engine = connect(url)
    migrate(engine, "jobs")
    channels, kills = run(State(engine), url, SEED)
    rows = State(engine).rows(since=date(2026, 11, 1))
    engine.dispose()
    keys = [key for key, _ in channels.posts]
    due = {key_of("digest", f"C{n}", "2026-11-27") for n in range(DIGESTS)}
    print(  # noqa: T201  the figures reached
        f"seed {SEED}: {len(due)} digests, {kills} kills, faults {channels.faults}, "
        f"{len(due - set(keys))} lost, {len(keys) - len(set(keys))} double, "
        f"{time.monotonic() - began:.0f} s"
    )
    assert sorted(keys) == sorted(due)
    assert {row.key: row.ts for row in rows} == dict(channels.posts)
    assert {row.state for row in rows} == {"sent"}
    assert kills >= KILLS // 2
