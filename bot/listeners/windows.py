"""A view that is being opened -> the same view, drawn anew. Knows Slack's timing only."""

import asyncio

from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.limits import Block
from bot.outcomes import outcome_of
from jobs.outbox import Refused

WAITS = (0.05, 0.2, 0.5, 1.0, 2.0)
"""Seconds: a view that an acknowledgement asks for is there a moment after it."""


async def redraw(client: AsyncWebClient, external: str, view: Block) -> None:
    """Draw a view anew by our own id of it; one that the user has closed meanwhile is left."""
    for wait in (*WAITS, None):
        try:
            await outcome_of(client.views_update(external_id=external, view=view))
        except Refused as refused:
            if refused.reason != "not_found":
                raise
            if wait is None:
                return
            await asyncio.sleep(wait)
        else:
            return
