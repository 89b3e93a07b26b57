"""Turns "something changed" into a number that pages can wait for. Knows not what changed."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Changes:
    """A counter: each change raises it and wakes everyone who waits."""

    version: int = 0
    closed: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def bump(self) -> None:
        """Tell everyone that something changed."""
        self.version += 1
        self._news.set()
        self._news = asyncio.Event()

    def close(self) -> None:
        """Let everyone who waits go home."""
        self.closed = True
        self.bump()

    async def after(self, version: int) -> int:
        """Wait until there is a newer version than the given one."""
        while self.version <= version and not self.closed:
            await self._news.wait()
        return self.version
