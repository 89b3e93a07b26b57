"""A claimed question -> its answer in the thread: worked out in a thread, told while it is made.

What is posted is frozen before the first try, and settling.py brings it to its place. Knows no SQL
and no queue.
"""

import asyncio
import re
from collections.abc import Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import structlog

from bot.aloud import Aloud, Doing, Line
from bot.blocks.notice import BROKEN
from bot.clients import speak_in
from bot.context import Context
from bot.delivery import Delivery
from bot.hands import Hands
from bot.looks import Place
from bot.parts import Parts
from bot.posting import Standing
from bot.progress import READ, SAID
from bot.questions import Asked, InboxRow, Reply
from bot.replies import apology, notice, reply_to
from bot.settling import Ending, Poster
from bot.streaming import Live, Reader, Streams
from bot.whispering import Whisperer
from retrieval.errors import StoppedError

LEASE = timedelta(seconds=60)
RENEW_EVERY = LEASE / 3
MAX_TRIES = 5  # claims of one question: it may be what kills the process
HELLO = 2.0  # seconds that an answer waits for what is only shown before it
READING = "is reading the articles…"

log = structlog.get_logger(__name__)


# Words by which a question speaks of what its asker keeps: its answer may be theirs alone.
OWN = re.compile(
    r"\b(?:my|mine|our|ours|portfolio|book|holdings|positions|watch ?list)\b", re.IGNORECASE
)


def may_be_seen(asked: Asked) -> bool:
    """Tell whether all in a channel may see that an answer is made, before we know what it is.

    A command stands in no thread, and of what nobody asked nothing is shown before it is there.
    """
    own = not asked.private and OWN.search(asked.text)
    return bool(asked.thread_ts) and not asked.unasked and not own


@dataclass(slots=True)
class InHand:
    """A question that somebody works on. `thinking` until its reply is written."""

    row: InboxRow
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    thinking: bool = True

    @property
    def place(self) -> Place:
        """Where the answer goes."""
        return Place(self.row.asked.channel, self.row.asked.thread_ts or None)


class Answering:
    """Takes claimed questions as far as they go now."""

    def __init__(self, parts: Parts, delivery: Delivery, hands: Hands, pool: Executor) -> None:
        self._parts = parts
        self._inbox = parts.inbox
        self._delivery = delivery
        self._hands = hands
        self._pool = pool
        self._streams = Streams(delivery)
        self._poster = Poster(parts.inbox, delivery, parts.now)
        self._whisperer = Whisperer(parts.inbox, delivery, self._poster, parts.now)
        self._context = Context(parts.inbox, delivery)
        self._asides: set[asyncio.Task[None]] = set()

    async def handle(self, held: InHand) -> None:
        """Answer a question, or bring to its thread what was frozen before."""
        row = held.row
        speak_in(row.asked.workspace)
        if row.messages and (row.part or not row.stopped):
            held.thinking = False
            return await self._settled(row, row.standing, Ending())
        live = self._live(held)
        in_view = may_be_seen(row.asked) and not row.stopped
        hello = [self.aside(self._greeted(held))] if in_view else []
        running = asyncio.create_task(self._streamed(hello, live))
        try:
            reply = await self._reply(held, live)
            live.end()
            await running  # its start must have an outcome before anything else is posted
        finally:
            running.cancel()
        frozen = await self._frozen(held, reply) if reply else None
        if frozen and reply:
            await self._settled(frozen, *_ended(live, frozen, reply))
            if hello and not live.known.stream:  # the stop of a stream has said so
                self.aside(self._delivery.set_session(held.place, "active"))
        return None

    async def _settled(self, row: InboxRow, known: Standing, ending: Ending) -> None:
        """Bring a reply to its thread, or to its reader alone."""
        if row.reader:
            await self._whisperer.settle(row, known)
        else:
            await self._poster.settle(row, known, ending)

    def aside(self, saying: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Show something beside the answer, which does not wait for it."""
        task = asyncio.create_task(saying)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
        return task

    def leave(self) -> None:
        """Show nothing more."""
        for task in tuple(self._asides):
            task.cancel()

    def _live(self, held: InHand) -> Live:
        row = held.row
        live = Live(
            self._streams,
            held.place,
            Reader(row.asked.user, row.asked.team, row.asked.private),
            self._parts.now,
            lambda known: asyncio.to_thread(self._inbox.stand, row, known),
            row.standing,
        )
        live.hear(Doing(READ))
        return live

    async def _greeted(self, held: InHand) -> None:
        """Say that somebody is at it: a status, and a session with a title when it is new."""
        row, delivery = held.row, self._delivery
        is_new = row.ts == row.asked.thread_ts
        await delivery.show_status(held.place, READING)
        await delivery.set_session(held.place, "processing", row.asked.user if is_new else None)
        if is_new and row.asked.text:
            await delivery.name_session(held.place, row.asked.text)

    async def _streamed(self, hello: list[asyncio.Task[None]], live: Live) -> None:
        """Stream what there is to tell; not where something may be in the thread already."""
        if hello:
            await asyncio.wait(hello, timeout=HELLO)
        if hello and live.known == Standing():
            await live.run()

    async def _reply(self, held: InHand, live: Live) -> Reply | None:
        """Work a reply out; None when the claim is not ours any more."""
        row, notice_id = held.row, f"q-{held.row.id}"
        if row.stopped:
            return apology(StoppedError(), notice_id)
        if row.tries > MAX_TRIES:
            return notice(BROKEN, notice_id)
        home = asyncio.get_running_loop()

        def tell(word: Doing | Line) -> None:
            home.call_soon_threadsafe(live.hear, word)

        aloud = Aloud(tell, self._hands)
        work = asyncio.create_task(self._work(row, notice_id, aloud))
        if not await self._waited(held, work, aloud):
            return None
        if held.stopped.is_set():
            return apology(StoppedError(), notice_id)
        error = work.exception()
        if error is None:
            return work.result()
        return await self._failed(row, error, notice_id)

    async def _work(self, row: InboxRow, notice_id: str, aloud: Aloud) -> Reply:
        asked = await self._context.of(row)
        home = asyncio.get_running_loop()
        return await home.run_in_executor(self._pool, self._worked_out, asked, notice_id, aloud)

    async def _failed(self, row: InboxRow, error: BaseException, notice_id: str) -> Reply | None:
        """Say what went wrong; where nobody waits for an answer, that would only be noise."""
        log.error("question failed", row=row.id, kind=type(error).__name__)
        if not row.asked.unasked:
            return apology(error, notice_id)
        await asyncio.to_thread(self._inbox.failed, row, type(error).__name__)
        return None

    def _worked_out(self, asked: Asked, notice_id: str, aloud: Aloud) -> Reply:
        with self._hands.computing():
            aloud.check()
            return reply_to(asked, notice_id, self._parts, aloud)

    async def _waited(self, held: InHand, work: asyncio.Future[Reply], aloud: Aloud) -> bool:
        """Wait until the work is done or stopped; False when the claim was lost meanwhile."""
        work.add_done_callback(lambda done: done.cancelled() or done.exception())
        stop = asyncio.create_task(held.stopped.wait())
        either: set[asyncio.Future[Any]] = {work, stop}
        try:
            while not (work.done() or stop.done()):
                await asyncio.wait(
                    either,
                    timeout=RENEW_EVERY.total_seconds(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                until = self._parts.now() + LEASE
                if not (work.done() or await asyncio.to_thread(self._inbox.renew, held.row, until)):
                    return False
        finally:
            stop.cancel()
            if not work.done():
                aloud.stopped.set()  # a thread cannot be interrupted: it stops at its next word
        return True

    async def _frozen(self, held: InHand, reply: Reply) -> InboxRow | None:
        """Keep the reply; None when the claim is not ours any more."""
        held.thinking = False
        until = self._parts.now() + LEASE
        row = replace(held.row, stopped=held.stopped.is_set() or held.row.stopped)
        if not await asyncio.to_thread(self._inbox.freeze, row, reply, until):
            return None
        messages = (reply.message, *reply.more)
        held.row = replace(row, messages=messages, replay_id=reply.replay_id, lease_until=until)
        held.row = replace(held.row, reader=reply.reader)
        return held.row


def _ended(live: Live, row: InboxRow, reply: Reply) -> tuple[Standing, Ending]:
    """Say how a stream ends: with what it lacks, or, where that is in doubt, by an edit."""
    known = replace(live.known, silent=row.stopped)
    said = [{"type": "markdown_text", "text": reply.said}]
    if row.stopped:
        return known, Ending([*live.progress.end((), state="error"), *said], reply.rest or ())
    is_answer = reply.replay_id is not None
    torn = live.spoken and (not is_answer or live.progress.said > SAID)
    if reply.rest is None or torn:
        return replace(known, fresh=False), Ending()
    pending = [*live.rest(), *live.progress.end(reply.cited)]
    return known, Ending(pending if live.spoken else [*pending, *said], reply.rest)
