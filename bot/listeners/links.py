"""Links that people post -> cards of the stored articles behind them; questions where wanted."""

import asyncio
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.unfurl import card
from bot.listeners.asked import Event, asked_in, workspace_in
from bot.listeners.home import Front
from bot.outcomes import outcome_of
from bot.questions import Asked
from bot.replies import SUMMARISE
from jobs.outbox import Limited, Refused, Unclear

log = structlog.get_logger(__name__)

MOST_CARDS = 5


async def unfurl(body: dict[str, Any], client: AsyncWebClient, *, front: Front) -> None:
    """Lay a card under each link whose article is stored; nothing is read for it."""
    event, now, team = body["event"], front.now(), workspace_in(body)
    wants = await asyncio.to_thread(front.personal.channels.settings, team, event["channel"])
    if wants.links == "off":
        return
    urls = [str(one["url"]) for one in event.get("links", ())][:MOST_CARDS]
    found = {url: await asyncio.to_thread(front.personal.stored, url) for url in urls}
    cards = {
        url: card(stored.head, stored.tickers, now=now) for url, stored in found.items() if stored
    }
    if not cards:
        return
    try:
        await outcome_of(client.chat_unfurl(**_message(event), unfurls=cards))
    except (Refused, Limited, Unclear) as outcome:
        log.info("no card shown", outcome=type(outcome).__name__, detail=outcome.args)


def _message(event: Event) -> dict[str, Any]:
    """Name the message of the links; one that is still being written has no channel."""
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": str(event["unfurl_id"]), "source": str(event["source"])}
    return {"channel": str(event["channel"]), "ts": str(event["message_ts"])}


def posted(event: Event, me: str | None) -> Asked | None:
    """Read the first link of a channel's message that asks us nothing; None for any other."""
    if event.get("channel_type") == "im" or f"<@{me}>" in str(event.get("text") or ""):
        return None
    asked = asked_in(event, me)
    if asked is None or not asked.article_links or event.get("thread_ts"):
        return None
    return Asked(
        text=SUMMARISE,
        channel=asked.channel,
        user=asked.user,
        thread_ts=asked.thread_ts,
        article_links=asked.article_links[:1],
        unasked=True,
    )
