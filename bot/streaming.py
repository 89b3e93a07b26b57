"""What is told while an answer is made -> one growing message in Slack, as long as all goes well.

It is a view: the frozen message is the truth, and whatever is in doubt about a stream is healed by
whoever settles it (posting.py says how). Knows no store and no answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.aloud import Doing, Line
from bot.delivery import Delivery
from bot.looks import Place
from bot.pacing import APPENDS, STREAMS
from bot.posting import Standing, Start, after, begun
from bot.progress import Chunk, Progress
from jobs.outbox import Limited, Refused, Unclear

FLUSH = 0.3  # seconds between two appends of a stream: a reader's eye needs no more
# What says that a workspace has no streams at all.
NO_STREAMS = frozenset({"unknown_method", "method_deprecated", "feature_disabled"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a stream is for: in channels Slack asks for both ids."""

    user: str
    team: str | None
    private: bool


@dataclass(slots=True)
class Streams:
    """Which workspaces have streams, and how many may still begin this minute."""

    delivery: Delivery
    _without: set[str | None] = field(default_factory=set)

    def may_begin(self, reader: Reader) -> bool:
        """Take one of the minute's streams, where there can be one."""
        if reader.team in self._without or not (reader.private or reader.team):
            return False
        return self.delivery.pace.take(STREAMS)

    def none_for(self, reader: Reader) -> None:
        """Remember that a workspace has no streams."""
        log.warning("streaming switched off", team=reader.team)
        self._without.add(reader.team)


@dataclass(slots=True)
class Live:
    """One stream, from its start until it is settled.

    `known` is what posting.py knows of it; `note` writes that down, and is False when the question
    is not ours any more.
    """

    streams: Streams
    place: Place
    reader: Reader
    now: Callable[[], datetime]
    note: Callable[[Standing], Awaitable[bool]]
    known: Standing
    progress: Progress = field(default_factory=Progress)
    spoken: bool = False
    _pending: list[Chunk] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, word: Doing | Line) -> None:
        """Take in what is told; it is sent when its time comes."""
        self.spoken = self.spoken or isinstance(word, Line)
        self._pending += self.progress.told(word)
        self._news.set()

    async def run(self) -> None:
        """Begin the stream and send what is told until `end`."""
        if not self.streams.may_begin(self.reader):
            return
        await self._begin()
        while self.known.fresh and not self._ended.is_set():
            await self._news.wait()
            self._news.clear()
            await self._flush()

    def end(self) -> None:
        """Tell nothing more; what is pending goes with the stop."""
        self._ended.set()
        self._news.set()

    def rest(self) -> Sequence[Chunk]:
        """Hand over what was told and not sent."""
        pending, self._pending = self._pending, []
        return pending

    async def _begin(self) -> None:
        known = begun(self.known, Start(), self.now())
        if not await self.note(known):
            return
        known = after(known, Start(), await self._started(self.rest()))
        if await self.note(known):
            self.known = known

    async def _started(self, chunks: Sequence[Chunk]) -> str | Refused | Limited | Unclear:
        reader, delivery = self.reader, self.streams.delivery
        try:
            return await delivery.start_stream(self.place, reader.user, reader.team, chunks)
        except (Refused, Limited, Unclear) as outcome:
            if isinstance(outcome, Refused) and outcome.reason in NO_STREAMS:
                self.streams.none_for(reader)
            log.info("no stream", outcome=type(outcome).__name__, detail=outcome.args)
            return outcome

    async def _flush(self) -> None:
        """Send what is pending, and rest a moment; what finds no room waits for the stop."""
        delivery, ts = self.streams.delivery, self.known.stream
        if self._ended.is_set() or not (self._pending and ts and delivery.pace.take(APPENDS)):
            return
        chunks = self.rest()
        try:
            await delivery.append(self.place, ts, chunks)
        except Limited:
            self._pending = [*chunks, *self._pending]
        except (Refused, Unclear) as outcome:  # torn: what it shows is not known any more
            log.info("stream torn", outcome=type(outcome).__name__, detail=outcome.args)
            self.known = replace(self.known, fresh=False)
        try:
            async with asyncio.timeout(FLUSH):
                await self._ended.wait()
        except TimeoutError:
            self._news.set()
