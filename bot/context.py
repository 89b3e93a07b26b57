"""A question of the inbox -> the same with what is around it: links, the answer before, the zone.

Reads Slack and the inbox; knows no answer. What cannot be read is left out.
"""

import asyncio
import re
from dataclasses import dataclass, field, replace

from bot.delivery import Delivery, Place
from bot.inbox import Asked, Inbox, InboxRow
from bot.listeners.asked import MOST_LINKS
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
        """Add the links it stands under or points at, the last answer and the user's zone."""
        asked = row.asked
        follows = asked.follows
        if follows is None:
            follows = await asyncio.to_thread(self.inbox.follows, row)
        links = asked.article_links or await self._links(row, follows)
        text = asked.text or (SUMMARISE if links else "")
        zone = await self._zone_of(asked.user)
        return replace(asked, text=text, article_links=links, follows=follows, zone=zone)

    async def _links(self, row: InboxRow, follows: str | None) -> tuple[str, ...]:
        asked = row.asked
        links: tuple[str, ...] = ()
        if row.ts != asked.thread_ts:  # there is something above it
            links = await self._above(Place(asked.channel, asked.thread_ts))
        if not links and asked.looks_at and follows is None and POINTING.search(asked.text):
            links = await self._above(Place(*asked.looks_at))
        return links

    async def _above(self, place: Place) -> tuple[str, ...]:
        return (await self.delivery.links_above(place))[:MOST_LINKS]

    async def _zone_of(self, user: str) -> str | None:
        """Ask Slack once for each user's zone, also when it does not say."""
        if user not in self._zones:
            try:
                async with asyncio.timeout(ZONE_WAIT):
                    self._zones[user] = await self.delivery.zone_of(user)
            except TimeoutError:
                return None
        return self._zones[user]
