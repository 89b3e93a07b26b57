"""Parses what can hang or swell in a child process that is killed at its limits. Knows no format.

One child serves many documents, one at a time, from any thread; it starts at the first document and
again after each kill. It gets no environment: a parser that is taken over finds no token there.
"""

import sys
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from types import TracebackType
from typing import Self

import retrieval
from retrieval.errors import ParseLimitError, TapeError, TooLargeError, UnreadableFileError
from retrieval.models import Article
from retrieval.sources.child import READY
from retrieval.sources.kinds import Kind
from retrieval.sources.limits import BODY_LIMIT
from retrieval.sources.wire import Request, dump_request, load_reply, read_frame, write_frame

# RELIABILITY.md, section 5: what hung or swelled was measured against these
SECONDS = 10.0
MEMORY = 1024**3
START_SECONDS = 60.0  # importing the parsers on a machine that is busy
LAST_WORDS = 2.0
DOCUMENTS = 200  # then a fresh child: what libraries leak never adds up to the memory limit

_ROOT = Path(retrieval.__file__).resolve().parents[1]
_ENVIRONMENT = {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Sandbox:
    """A parser behind limits; close it, or use it in a with statement."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._child: Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if one runs; the next document starts another."""
        with self._lock:
            self._end()

    def parse(
        self,
        body: bytes,
        *,
        kind: Kind,
        origin: str,
        charset: str | None = None,
        now: datetime | None = None,
    ) -> tuple[Article, ...]:
        """Parse as retrieval.sources.parsing does, or raise ParseLimitError at a limit."""
        if len(body) > BODY_LIMIT:
            raise TooLargeError
        header = dump_request(Request(kind, origin, charset, now))
        with self._lock:
            child = self._running()
            self._served += 1
            reply = _exchange(child, (header, body), self._seconds)
            if reply is None:
                raise self._cause_of_death(child)
        return load_reply(reply)

    def _running(self) -> Popen[bytes]:
        """Give the child that serves; a fresh one if there is none, or it has done its share."""
        if self._child and (self._child.poll() is not None or self._served >= DOCUMENTS):
            self._end()
        if self._child is None:
            self._child = _start(self._seconds, self._memory)
            self._served = 0
            if _exchange(self._child, (), START_SECONDS) != READY:
                self._end()
                raise TapeError("the parser's process did not start")
        return self._child

    def _cause_of_death(self, child: Popen[bytes]) -> ParseLimitError | UnreadableFileError:
        """Tell a limit (ended by a signal) from a parser that stumbled (ended by an exit code)."""
        with suppress(TimeoutExpired):  # it closed its pipe; its exit code follows
            child.wait(LAST_WORDS)
        code = self._end()
        return UnreadableFileError() if code > 0 else ParseLimitError()

    def _end(self) -> int:
        child, self._child = self._child, None
        if child is None:
            return 0
        child.kill()
        with suppress(BrokenPipeError), child:  # closes the pipes and waits
            pass
        return child.returncode


def _start(seconds: float, memory: int) -> Popen[bytes]:
    # -P: no module is taken from the folder that the user happens to stand in
    command = [sys.executable, "-P", "-m", "retrieval.sources.child", str(2 * seconds), str(memory)]
    return Popen(  # noqa: S603 our own interpreter and module
        command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, cwd=_ROOT
    )


def _exchange(child: Popen[bytes], frames: tuple[bytes, ...], seconds: float) -> bytes | None:
    """Send frames and wait for one back; a child is killed at its time, which ends the wait."""
    assert child.stdin is not None
    assert child.stdout is not None
    overdue = threading.Event()

    def kill() -> None:
        overdue.set()
        child.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        for frame in frames:
            write_frame(child.stdin, frame)
        reply = read_frame(child.stdout)
    except BrokenPipeError:
        reply = None
    finally:
        timer.cancel()
        timer.join()
    return None if overdue.is_set() else reply
