"""A coroutine or a stream of another thread's event loop to plain calls with deadlines.

Knows no model: what is over its deadline is cut off there, however it drips.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

_END = object()
_opening = threading.Lock()


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds until the first words of a stream, and until its end."""

    first: float
    whole: float


class Loop:
    """A thread with an event loop. Threads may share it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="chat").start()

    def run(self, request: Coroutine[Any, Any, Any], seconds: float) -> Any:
        """Wait for a request.

        Raises:
            TimeoutError: it took longer.
        """
        waiting = asyncio.wait_for(request, seconds)
        return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()

    def stream(
        self, pieces: AsyncGenerator[T], deadlines: Deadlines, tells: Callable[[T], bool]
    ) -> Generator[T]:
        """Give each piece as it comes; who stops asking hangs up.

        Raises:
            TimeoutError: the first piece that `tells` something, or the end, did not come in time.
        """
        told: SimpleQueue[Any] = SimpleQueue()
        pumping = asyncio.run_coroutine_threadsafe(
            _pump(pieces, deadlines, tells, told.put), self._loop
        )
        try:
            while (piece := told.get()) is not _END:
                yield piece
            pumping.result()
        finally:
            pumping.cancel()


async def _pump(
    pieces: AsyncGenerator[T],
    deadlines: Deadlines,
    tells: Callable[[T], bool],
    put: Callable[[object], None],
) -> None:
    try:
        async with (
            aclosing(pieces),
            asyncio.timeout(deadlines.whole),
            asyncio.timeout(deadlines.first) as silence,
        ):
            async for piece in pieces:
                if tells(piece):
                    silence.reschedule(None)
                put(piece)
    finally:
        put(_END)


def the_loop() -> Loop:
    """The one loop of this process: providers' libraries share connections between models."""
    with _opening:
        return _made()


@cache
def _made() -> Loop:
    return Loop()
