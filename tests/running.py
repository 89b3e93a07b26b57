"""Starts `tape run` as a person does, in a folder of its own, and ends it. Knows no page."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
START = 90.0  # seconds that the first start may take on a busy machine
# Whatever asks for the network by a proxy is sent to a port where nobody listens.
NOWHERE = "http://127.0.0.1:9"


@dataclass
class Running:
    """A started Tape: its page's address and how many seconds it took to be ready."""

    process: subprocess.Popen[str]
    lines: list[str]
    url: str = ""
    seconds: float = 0.0

    @property
    def said(self) -> str:
        """All that it wrote to stderr until now."""
        return "".join(self.lines)

    def end(self, number: signal.Signals) -> tuple[int, float]:
        """Send a signal; its exit code, and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        return code, time.monotonic() - began


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give what a newcomer's shell has, an empty home, and no way to the network."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "TAPE_DATA_DIR": str(folder / "data"),
        "TAPE_PLAYGROUND_PORT": "0",
        **more,
    }


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Running]:
    """Start Tape and wait until it names its page."""
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"],
        cwd=folder,
        env=environment(folder, **more),
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        tape = Running(process, [])
        reader = threading.Thread(target=_read, args=(tape,), daemon=True)
        reader.start()
        try:
            while not (found := ADDRESS.search(tape.said)):
                assert process.poll() is None, tape.said
                assert time.monotonic() - began < START, tape.said
                time.sleep(0.02)
            tape.url, tape.seconds = found[0], time.monotonic() - began
            yield tape
        finally:
            process.kill()
            reader.join(10)


def _read(tape: Running) -> None:
    assert tape.process.stderr
    for line in tape.process.stderr:
        tape.lines.append(line)


def refused(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Start Tape where it cannot run, and wait for its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "run"],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=START,
        check=False,
    )
