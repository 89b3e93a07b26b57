"""What stands in Slack -> the message, the links or the zone that is looked for. Posts nothing."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.brought import Brought, brought_by
from bot.outcomes import outcome_of
from bot.posting import Found
from jobs.outbox import Limited, Refused, Unclear

CLOCK_SKEW = timedelta(seconds=5)  # a look starts this long before the try it looks for
LOOK_AT = 999  # messages: the most that one call gives
PAGES = 5  # calls of one look, in a channel where so much was said since
THREAD_TOP = 20  # messages of a thread that are read for the article it is about

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, or a thread of it."""

    channel: str
    thread_ts: str | None = None


async def direct_channel(client: AsyncWebClient, user: str) -> str:
    """Name the channel in which the direct messages with a user stand.

    Raises:
        Refused, Limited, Unclear: Slack does not say.
    """
    opened = await outcome_of(client.conversations_open(users=user))
    return str(opened["channel"]["id"])


async def find(reads: AsyncWebClient, place: Place, key: str, since: datetime) -> Found | None:
    """Look for a message of ours: by the key in its metadata, else one that has none.

    Whatever Tape posts carries a key, so one without is a stream that was not finished. Files
    cannot carry one, and are no stream.
    """
    oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
    seen: list[Mapping[str, Any]] = []
    async for page in _pages(reads, place, oldest):
        if ts := next((str(m["ts"]) for m in page if _key(m) == key), None):
            return Found(ts, whole=True)
        seen += page
    bare = (m for m in seen if m.get("bot_id") and _key(m) is None and not m.get("files"))
    keyless = [m for m in bare if m["ts"] > oldest]
    me = (await outcome_of(reads.auth_test())).get("bot_id") if keyless else None
    ours = (str(m["ts"]) for m in keyless if m["bot_id"] == me)
    return next((Found(ts, whole=False) for ts in ours), None)


async def _pages(
    reads: AsyncWebClient, place: Place, oldest: str
) -> AsyncIterator[list[Mapping[str, Any]]]:
    """Read what stands in a place since a moment, page by page.

    Raises:
        Unclear: there is more than we read, so that nobody can say what is not there.
    """
    more: dict[str, Any] = {"oldest": oldest, "include_all_metadata": True, "limit": LOOK_AT}
    for _ in range(PAGES):
        if place.thread_ts:
            call = reads.conversations_replies(channel=place.channel, ts=place.thread_ts, **more)
        else:
            call = reads.conversations_history(channel=place.channel, **more)
        answer = await outcome_of(call)
        yield answer.get("messages", [])
        more["cursor"] = answer.get("response_metadata", {}).get("next_cursor")
        if not more["cursor"]:
            return
    raise Unclear


async def above(reads: AsyncWebClient, place: Place) -> Brought:
    """Find the first links or files that people posted in a thread; none if we may not read."""
    if place.thread_ts is None:
        return Brought()
    call = reads.conversations_replies(channel=place.channel, ts=place.thread_ts, limit=THREAD_TOP)
    try:
        found = await outcome_of(call)
    except (Refused, Limited, Unclear) as outcome:
        log.warning("thread not read", outcome=type(outcome).__name__, detail=outcome.args)
        return Brought()
    said = (m for m in found.get("messages", []) if not m.get("bot_id"))
    brought = (brought_by(m) for m in said)
    return next((one for one in brought if one != Brought()), Brought())


async def zone_of(reads: AsyncWebClient, user: str) -> str | None:
    """Name the zone that a user's days are in; None when we may not know it."""
    try:
        found = await outcome_of(reads.users_info(user=user))
    except (Refused, Limited, Unclear) as outcome:
        log.info("zone not known", outcome=type(outcome).__name__, detail=outcome.args)
        return None
    zone = found.get("user", {}).get("tz")
    return str(zone) if zone else None


def _key(message: Mapping[str, Any]) -> str | None:
    payload = message.get("metadata", {}).get("event_payload", {})
    key = payload.get("key")
    return str(key) if key else None
