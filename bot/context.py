"""A question of the inbox -> the same with what is around it: links, the answer before, the zone.

Reads Slack and the inbox; knows no answer. What cannot be read is left out.
"""

import asyncio
import re
from dataclasses import dataclass, field, replace

from bot.brought import Brought
from bot.delivery import Delivery
from bot.downloads import document_of
from bot.inbox import Inbox
from bot.listeners.asked import MOST_LINKS
from bot.looks import Place, above, zone_of
from bot.questions import Asked, InboxRow
from bot.replies import SUMMARISE

ZONE_WAIT = 2.0  # seconds that an answer waits for the zone of who asks
POINTING = re.compile(r"\b(?:this|that|these|those|it|here)\b", re.IGNORECASE)


@dataclass(slots=True)
class Context:
    """What is around questions; each user's zone is asked for once."""

    inbox: Inbox
    delivery: Delivery
    _zones: dict[str, str | None] = field(default_factory=dict)

    async def of(self, row: InboxRow) -> Asked:
        """Add the links it stands under or points at, its files, the last answer, the user's zone.

        Raises:
            InputError, SourceError: a file cannot be had, and why.
        """
        asked = row.asked
        follows = asked.follows
        if follows is None:
            follows = await asyncio.to_thread(self.inbox.follows, row)
        brought = Brought(asked.article_links, asked.files)
        if brought == Brought() and not asked.words:
            brought = await self._brought(row, follows)
        links, shared = brought.links[:MOST_LINKS], () if brought.links else brought.files
        zone = await self._zone_of(asked.user)
        files = [await document_of(file, self.delivery.reads) for file in shared or asked.files]
        return replace(
            asked,
            text=asked.text or (SUMMARISE if links or files else ""),
            article_links=links,
            files=shared or asked.files,
            documents=tuple(files),
            follows=follows,
            zone=zone,
        )

    async def _brought(self, row: InboxRow, follows: str | None) -> Brought:
        """Find what stands above a question, or in what its asker looks at."""
        asked, found = row.asked, Brought()
        if asked.thread_ts and row.ts != asked.thread_ts:  # there is something above it
            found = await above(self.delivery.reads, Place(asked.channel, asked.thread_ts))
        points = asked.looks_at and follows is None and POINTING.search(asked.text)
        if found == Brought() and asked.looks_at and points:
            found = await above(self.delivery.reads, Place(*asked.looks_at))
        return found

    async def _zone_of(self, user: str) -> str | None:
        """Ask Slack once for each user's zone, also when it does not say."""
        if user not in self._zones:
            try:
                async with asyncio.timeout(ZONE_WAIT):
                    self._zones[user] = await zone_of(self.delivery.reads, user)
            except TimeoutError:
                return None
        return self._zones[user]
