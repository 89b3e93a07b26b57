"""A frozen reply and what is known of it -> its messages in their thread, each once.

The edge around posting.py: makes the calls that it decides on and writes down what they come to.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.delivery import REPLY, Delivery, metadata_of
from bot.inbox import Inbox
from bot.layouts import drawable, laid_out
from bot.looks import Place, find
from bot.posting import (
    Call,
    Close,
    Edit,
    Finish,
    GiveUp,
    Look,
    Outcome,
    PutBack,
    Say,
    Settled,
    Standing,
    after,
    begun,
    next_step,
)
from bot.progress import Chunk
from bot.questions import InboxRow
from bot.replies import notice
from jobs.models import Block
from jobs.outbox import Limited, Refused, Unclear

SHUT_OUT = frozenset({"not_in_channel", "channel_not_found", "is_archived"})
INVITE = "I am not in this channel. Ask a member to type /invite @Tape here, then ask again."
STOPPED = "stopped by the user"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """What a stream still lacks of its message."""

    chunks: Sequence[Chunk] = ()
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Poster:
    """Brings replies to their threads."""

    inbox: Inbox
    delivery: Delivery
    now: Callable[[], datetime]

    async def settle(self, row: InboxRow, known: Standing, ending: Ending) -> None:
        """Take a reply as far as it goes now; `ending` is for the stream that is `known`."""
        place = Place(row.asked.channel, row.asked.thread_ts or None)
        while True:
            step = next_step(known, self.now(), row.lease_until)
            match step:
                case Settled(ts) if ts and row.part + 1 < len(row.messages) and not row.stopped:
                    await self._pictures(row, known)
                    if not await asyncio.to_thread(self.inbox.next_part, row, ts):
                        return None
                    row, known = replace(row, part=row.part + 1), Standing()
                case Settled() | PutBack() | GiveUp():
                    await self._end(row, step)
                    return await self._pictures(row, known)
                case Say():
                    known = begun(known, step, self.now())
                    if not await asyncio.to_thread(self.inbox.stand, row, known):
                        return None
                    known = await self._called(row, place, known, step, ending)
                case _:
                    known = await self._called(row, place, known, step, ending)

    async def _pictures(self, row: InboxRow, known: Standing) -> None:
        """Draw for the thread what Slack would not draw; once, as the lines say it too."""
        if not (known.ts and known.simpler) or row.reader:
            return
        place = Place(row.asked.channel, row.asked.thread_ts or known.ts)
        for chart in drawable(row.messages[row.part]):
            await self.delivery.picture(place, chart)

    async def _called(
        self, row: InboxRow, place: Place, known: Standing, step: Call, ending: Ending
    ) -> Standing:
        try:
            outcome = await self._made(row, place, step, ending)
        except (Refused, Limited, Unclear) as failed:
            log.info("call failed", step=type(step).__name__, detail=failed.args)
            outcome = failed
        known = after(known, step, outcome)
        if known.ts is None:
            await asyncio.to_thread(self.inbox.stand, row, known)
        return known

    async def _made(self, row: InboxRow, place: Place, step: Call, ending: Ending) -> Outcome:
        message, delivery = row.messages[row.part], self.delivery
        metadata = metadata_of(REPLY, row.key, replay_id=row.replay_id or "")
        match step:
            case Look(since):
                return await find(delivery.reads, place, row.key, since)
            case Finish(ts):
                return await delivery.finish(place, ts, ending.chunks, ending.blocks, metadata)
            case Close(ts):
                return await delivery.close(place, ts)
            case Edit(ts, simpler):
                return await delivery.edit(place, ts, laid_out(message, simpler), metadata)
            case Say(simpler):
                return await delivery.post_as_is(place, laid_out(message, simpler), metadata)
            case _:
                raise AssertionError(step)  # a stream begins elsewhere

    async def _end(self, row: InboxRow, step: Settled | PutBack | GiveUp) -> None:
        match step:
            case Settled(str() as ts):
                await asyncio.to_thread(self.inbox.answered, row, ts)
            case Settled():
                await asyncio.to_thread(self.inbox.failed, row, STOPPED)
            case PutBack(wait):
                await asyncio.to_thread(self.inbox.put_back, row, self.now() + later(wait))
            case GiveUp(reason):
                log.error("answer not posted", row=row.id, reason=reason)
                await self.turned_away(row, reason)
                await asyncio.to_thread(self.inbox.failed, row, reason)

    async def turned_away(self, row: InboxRow, reason: str) -> None:
        """Tell who typed a command where we may not write; anybody else sees no answer."""
        if row.asked.respond_to and reason in SHUT_OUT:
            told = row.messages if row.reader else (notice(INVITE, f"q-{row.id}").message,)
            for message in told:
                await self.delivery.respond(row.asked.respond_to, message)


def later(wait: timedelta) -> timedelta:
    """Keep a wait between nothing and an hour: a limit's number comes from outside."""
    return min(max(wait, timedelta()), timedelta(hours=1))
