"""Questions of the inbox -> answers in their threads, a few at once. Knows no listener, no SQL.

A claim that ran out changes nothing. What is posted is frozen before the first try; after a try
whose outcome nobody told us, the thread is looked at before the next one.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.blocks.notice import BROKEN
from bot.clients import speak_in
from bot.delivery import REPLY, Delivery, Place, metadata_of
from bot.inbox import Asked, InboxRow, Reply
from bot.listeners.asked import MOST_LINKS
from bot.owner import gone
from bot.parts import Parts
from bot.replies import SUMMARISE, apology, notice, reply_to
from jobs.models import Rendered
from jobs.outbox import POST_TIMEOUT, Limited, Refused, Unclear
from retrieval.errors import TapeError

LEASE = timedelta(seconds=60)
RENEW_EVERY = LEASE / 3
POST_ROOM = 2 * POST_TIMEOUT  # a post, and a second one without the refused blocks
MAX_TRIES = 5  # claims of one question: it may be what kills the process
MAX_POSTS = 5  # posts without a clear outcome, before a person has to look
BACKOFF = timedelta(seconds=5)  # gives the thread's history time to show the last post
POLL = 1.0  # seconds: leases that ran out and other processes' questions wake nobody
PURGE_EVERY = timedelta(hours=1)
ZONE_WAIT = 2.0  # seconds that an answer waits for the zone of who asks
READING = "is reading the articles…"

log = structlog.get_logger(__name__)


class Workers:
    """Takes questions from the inbox while there are free hands."""

    def __init__(self, parts: Parts, delivery: Delivery) -> None:
        self._parts = parts
        self._inbox = parts.inbox
        self._delivery = delivery
        self._pool = ThreadPoolExecutor(parts.at_once, thread_name_prefix="ask")
        self._waker = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None
        self._in_hand: dict[asyncio.Task[None], InboxRow] = {}
        self._purged: datetime | None = None
        self._inherited = False
        self._zones: dict[str, str | None] = {}

    def start(self) -> None:
        """Begin with what an earlier process left unanswered."""
        self._loop = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Look into the inbox now."""
        self._waker.set()

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
        for row in left.values():
            await asyncio.to_thread(self._inbox.put_back, row, self._parts.now(), unclear=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        while not self._stopping:
            self._waker.clear()
            try:
                await self._inherit()
                await self._fill()
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
        while len(self._in_hand) < self._parts.at_once and not self._stopping:
            row = await asyncio.to_thread(claim, self._parts.now())
            if row is None:
                return
            task = asyncio.create_task(self._handle(row))
            self._in_hand[task] = row
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        row = self._in_hand.pop(task)
        self._waker.set()
        error = None if task.cancelled() else task.exception()
        if error:
            log.error("question left for later", row=row.id, kind=type(error).__name__)

    async def _tidy(self) -> None:
        now = self._parts.now()
        if self._purged is None or now - self._purged >= PURGE_EVERY:
            self._purged = now
            await asyncio.to_thread(self._inbox.purge, now)

    async def _handle(self, row: InboxRow) -> None:
        speak_in(row.asked.workspace)
        place = Place(row.asked.channel, row.asked.thread_ts)
        frozen = row if row.message else await self._frozen(row, place)
        if frozen is None or frozen.message is None:
            return
        if row.first_post and await self._settled(row, place, row.first_post):
            return
        await self._post(frozen, place, frozen.message)

    async def _frozen(self, row: InboxRow, place: Place) -> InboxRow | None:
        """Write the reply and keep it; None when the claim is not ours any more."""
        reply = await self._reply(row, place)
        until = self._parts.now() + LEASE
        if reply is None or not await asyncio.to_thread(self._inbox.freeze, row, reply, until):
            return None
        return replace(row, message=reply.message, replay_id=reply.replay_id, lease_until=until)

    async def _reply(self, row: InboxRow, place: Place) -> Reply | None:
        notice_id = f"q-{row.id}"
        if row.tries > MAX_TRIES:
            return notice(BROKEN, notice_id)
        status = asyncio.create_task(self._delivery.show_status(place, READING))
        asked = await self._in_context(row, place)
        work = asyncio.get_running_loop().run_in_executor(
            self._pool, reply_to, asked, notice_id, self._parts
        )
        while not (await asyncio.wait({work}, timeout=RENEW_EVERY.total_seconds()))[0]:
            if not await asyncio.to_thread(self._inbox.renew, row, self._parts.now() + LEASE):
                return None
        status.cancel()
        error = work.exception()
        if error is None:
            return work.result()
        log.error("question failed", row=row.id, kind=type(error).__name__)
        return apology(error, notice_id)

    async def _in_context(self, row: InboxRow, place: Place) -> Asked:
        """Add what is around it: the links it stands under, the last answer, the user's zone."""
        asked = row.asked
        links, follows = asked.article_links, asked.follows
        if follows is None:
            follows = await asyncio.to_thread(self._inbox.follows, row)
        if not links and row.ts != asked.thread_ts:  # there is something above it
            links = (await self._delivery.links_above(place))[:MOST_LINKS]
        text = asked.text or (SUMMARISE if links else "")
        zone = await self._zone_of(asked.user)
        return replace(asked, text=text, article_links=links, follows=follows, zone=zone)

    async def _zone_of(self, user: str) -> str | None:
        """Ask Slack once for each user's zone, also when it does not say."""
        if user not in self._zones:
            try:
                async with asyncio.timeout(ZONE_WAIT):
                    self._zones[user] = await self._delivery.zone_of(user)
            except TimeoutError:
                return None
        return self._zones[user]

    async def _settled(self, row: InboxRow, place: Place, since: datetime) -> bool:
        """Look for a post that may have arrived; tell whether nothing is left to do now."""
        try:
            ts = await self._delivery.find(place, _key(row), since)
        except Refused as refused:
            await self._give_up(row, f"cannot look for it: {refused.reason}")
        except (Limited, Unclear) as outcome:
            await self._put_back(row, _wait(outcome, 0), unclear=False)
        else:
            if ts is None:
                return False
            await asyncio.to_thread(self._inbox.answered, row, ts)
        return True

    async def _post(self, row: InboxRow, place: Place, message: Rendered) -> None:
        now = self._parts.now()
        if row.posts >= MAX_POSTS:
            return await self._give_up(row, f"{row.posts} posts without a clear outcome")
        if row.lease_until - now < POST_ROOM:
            return await self._put_back(row, timedelta(), unclear=False)
        if not await asyncio.to_thread(self._inbox.posting, row, now):
            return None
        metadata = metadata_of(REPLY, _key(row), replay_id=row.replay_id or "")
        try:
            ts = await self._delivery.say(place, message, metadata)
        except Refused as refused:
            await self._give_up(row, refused.reason)
        except (Limited, Unclear) as outcome:
            wait, unclear = _wait(outcome, row.posts), isinstance(outcome, Unclear)
            await self._put_back(row, wait, unclear=unclear)
        else:
            await asyncio.to_thread(self._inbox.answered, row, ts)
        return None

    async def _put_back(self, row: InboxRow, wait: timedelta, *, unclear: bool) -> None:
        until = self._parts.now() + wait
        await asyncio.to_thread(self._inbox.put_back, row, until, unclear=unclear)

    async def _give_up(self, row: InboxRow, reason: str) -> None:
        log.error("answer not posted", row=row.id, reason=reason)
        await asyncio.to_thread(self._inbox.failed, row, reason)


def _key(row: InboxRow) -> str:
    return f"answer:{row.event_id}"


def _wait(outcome: Limited | Unclear, posts: int) -> timedelta:
    if isinstance(outcome, Limited):
        return timedelta(seconds=outcome.retry_after)
    return BACKOFF * (1 << posts)
