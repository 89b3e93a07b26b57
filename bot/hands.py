"""Threads that answer -> so many that compute at once, however many wait for a model. No Slack.

A thread takes a hand to compute and gives it back while it waits: what holds a core is bounded, and
what only waits is not in the way of the next question.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Hands:
    """A fixed number of hands. `changed` is called, from any thread, when one comes free."""

    def __init__(self, count: int, changed: Callable[[], None]) -> None:
        self._free = threading.Semaphore(count)
        self._changed = changed
        self._lock = threading.Lock()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many threads have given their hand back for a while."""
        return self._waiting

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Hold a hand; waits until one is free."""
        with self._free:
            yield

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """Give the hand back for as long as somebody else works on it."""
        self._count(1)
        self._free.release()
        self._changed()
        try:
            yield
        finally:
            self._count(-1)
            self._free.acquire()

    def _count(self, change: int) -> None:
        with self._lock:
            self._waiting += change
