"""Questions of the inbox -> workers, a few at once. Knows no listener, no SQL, no answer.

So many compute at once; those that wait for a model or for Slack do not count. Who waits for a free
hand hears which place in the row they have.
"""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.answering import LEASE, Answering, InHand
from bot.busy import MOST, Heard, busy_text, to_tell
from bot.clients import said_in
from bot.delivery import Delivery
from bot.hands import Hands
from bot.looks import Place
from bot.owner import gone
from bot.parts import Parts
from bot.posting import BACKOFF
from retrieval.errors import TapeError

WAITERS = 28  # questions that wait for a model, beside those that compute
POSTING = 8  # answers on their way to Slack
LIST_EVERY = 0.2  # seconds between two looks at the row of those who wait
YIELD, GLANCE = 0.3, 0.01  # seconds that a question lets deliveries pass, and between two looks
POLL = 1.0  # seconds: leases that ran out and other processes' questions wake nobody
PURGE_EVERY = timedelta(hours=1)

log = structlog.get_logger(__name__)


class Workers:
    """Takes questions from the inbox while there are free hands."""

    def __init__(self, parts: Parts, delivery: Delivery) -> None:
        self._parts = parts
        self._inbox = parts.inbox
        self._delivery = delivery
        self._pool = ThreadPoolExecutor(parts.at_once + WAITERS, thread_name_prefix="ask")
        self._hands = Hands(parts.at_once, self._wake_from_thread)
        self._answering = Answering(parts, delivery, self._hands, self._pool)
        self._waker = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None
        self._home: asyncio.AbstractEventLoop | None = None
        self._in_hand: dict[asyncio.Task[None], InHand] = {}
        self._heard: dict[int, Heard] = {}
        self._listed = float("-inf")
        self._alarm: asyncio.TimerHandle | None = None
        self._purged: datetime | None = None
        self._inherited = False

    def start(self) -> None:
        """Begin with what an earlier process left unanswered."""
        self._home = asyncio.get_running_loop()
        self._loop = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Look into the inbox now."""
        self._waker.set()

    async def halt(self, channel: str, thread_ts: str) -> None:
        """End the work on a thread's questions: the user has stopped them."""
        ids = await asyncio.to_thread(self._inbox.stop, channel, thread_ts, self._parts.now())
        for held in self._in_hand.values():
            if held.row.id in ids:
                held.stopped.set()
        self.wake()

    async def stop(self, seconds: float) -> None:
        """Take nothing more, give what is in hand some time, leave the rest to the next start."""
        self._stopping = True
        self.wake()
        if self._loop:
            await asyncio.wait({self._loop}, timeout=seconds)
        if self._in_hand:
            await asyncio.wait({*self._in_hand}, timeout=seconds)
        left = dict(self._in_hand)
        for task in left:
            task.cancel()
        self._answering.leave()
        for held in left.values():
            await asyncio.to_thread(self._inbox.put_back, held.row, self._parts.now())
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _wake_from_thread(self) -> None:
        if self._home and not self._home.is_closed():
            self._home.call_soon_threadsafe(self.wake)

    async def _run(self) -> None:
        while not self._stopping:
            self._waker.clear()
            try:
                await self._inherit()
                await self._fill()
                await self._tell_waiting()
                await self._tidy()
            except TapeError as error:
                log.warning("inbox not reached", kind=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._waker.wait()

    async def _inherit(self) -> None:
        """Once, before the first claim: nobody waits for the leases of a process that has died."""
        if self._inherited:
            return
        now, me = self._parts.now(), self._parts.owner
        take_over = partial(self._inbox.take_over, partial(gone, me=me), now)
        await asyncio.to_thread(take_over, unclear_until=now + BACKOFF)
        self._inherited = True

    async def _fill(self) -> None:
        claim = partial(self._inbox.claim, owner=self._parts.owner, lease=LEASE)
        while self._is_hand_free() and not self._stopping:
            await self._let_in()
            row = await asyncio.to_thread(claim, self._parts.now())
            if row is None:
                return
            held = InHand(row)
            task = asyncio.create_task(self._answering.handle(held))
            self._in_hand[task] = held
            task.add_done_callback(self._done)

    async def _let_in(self) -> None:
        """Let what arrives be stored first: Slack gives an acknowledgement three seconds.

        Each answer makes several writes, and with them waits for the same lock. A question waits at
        most `YIELD` for it.
        """
        ends = time.monotonic() + YIELD
        while self._inbox.arriving and time.monotonic() < ends:  # noqa: ASYNC110  for a moment only
            await asyncio.sleep(GLANCE)

    def _is_hand_free(self) -> bool:
        thinking = sum(held.thinking for held in self._in_hand.values())
        computing, posting = thinking - self._hands.waiting, len(self._in_hand) - thinking
        room = thinking < self._parts.at_once + WAITERS and posting < POSTING
        return room and computing < self._parts.at_once

    async def _tell_waiting(self) -> None:
        """Tell who waits for a free hand which place they have."""
        if self._is_hand_free():
            self._heard.clear()
            return
        at = time.monotonic()
        if at - self._listed < LIST_EVERY:
            self._wake_later()
            return
        self._listed = at
        waiting = await asyncio.to_thread(self._inbox.waiting, MOST)
        for asker, place in to_tell(waiting, self._heard, at):
            self._heard[asker.id] = Heard(place, at)
            thread = Place(asker.channel, asker.thread_ts)
            saying = self._delivery.show_status(thread, busy_text(place))
            self._answering.aside(said_in(asker.workspace, saying))

    def _wake_later(self) -> None:
        """Look again when the row may be listed; one such alarm is enough."""
        if self._alarm is None or self._alarm.when() <= asyncio.get_running_loop().time():
            self._alarm = asyncio.get_running_loop().call_later(LIST_EVERY, self.wake)

    def _done(self, task: asyncio.Task[None]) -> None:
        held = self._in_hand.pop(task)
        self._waker.set()
        error = None if task.cancelled() else task.exception()
        if error:
            log.error("question left for later", row=held.row.id, kind=type(error).__name__)

    async def _tidy(self) -> None:
        now = self._parts.now()
        if self._purged is None or now - self._purged >= PURGE_EVERY:
            self._purged = now
            await asyncio.to_thread(self._inbox.purge, now)
