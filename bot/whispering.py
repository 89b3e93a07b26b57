"""A frozen private reply -> its messages to its reader alone. Knows no SQL and no answer.

No history keeps such a message, so it cannot be looked for: after a try whose outcome nobody told,
its reader may see it twice. Where a stream had begun before we knew, all there see that the answer
went to who asked, and nothing of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.delivery import Delivery
from bot.inbox import Inbox
from bot.looks import Place
from bot.posting import BACKOFF, MAX_POSTS, Standing
from bot.questions import InboxRow
from bot.replies import notice
from bot.settling import Ending, Poster, later
from jobs.outbox import Limited, Refused, Unclear

TO_ONE = "The answer speaks of names that its asker keeps with Tape, so it went to them alone."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Whisperer:
    """Brings private replies to their readers."""

    inbox: Inbox
    delivery: Delivery
    poster: Poster
    now: Callable[[], datetime]

    async def settle(self, row: InboxRow, known: Standing) -> None:
        """Take a private reply as far as it goes now."""
        try:
            ts = await self._said(row)
        except Refused as refused:
            log.warning("private answer not posted", row=row.id, reason=refused.reason)
            await self.poster.turned_away(row, refused.reason)
            await asyncio.to_thread(self.inbox.failed, row, refused.reason)
        except Limited as limit:
            wait = later(timedelta(seconds=limit.retry_after))
            await asyncio.to_thread(self.inbox.put_back, row, self.now() + wait)
        except Unclear:
            await self._again(row, known)
        else:
            await self._ended(row, known, ts)

    async def _said(self, row: InboxRow) -> str:
        place, ts = Place(row.asked.channel, row.asked.thread_ts or None), ""
        for message in row.messages:
            ts = await self.delivery.whisper(place, str(row.reader), message)
        return ts

    async def _again(self, row: InboxRow, known: Standing) -> None:
        if known.unclear >= MAX_POSTS:
            reason = f"{known.unclear} posts without a clear outcome"
            await asyncio.to_thread(self.inbox.failed, row, reason)
            return
        await asyncio.to_thread(self.inbox.stand, row, replace(known, unclear=known.unclear + 1))
        await asyncio.to_thread(self.inbox.put_back, row, self.now() + BACKOFF)

    async def _ended(self, row: InboxRow, known: Standing, ts: str) -> None:
        if known.stream is None:
            await asyncio.to_thread(self.inbox.answered, row, ts)
            return
        told = replace(row, messages=(notice(TO_ONE, f"q-{row.id}").message,), part=0)
        await self.poster.settle(told, replace(known, fresh=False), Ending())
