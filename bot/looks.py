"""What stands in Slack -> the message, the links or the zone that is looked for. Posts nothing."""

from collections.abc import Mapping
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
THREAD_TOP = 20  # messages of a thread that are read for the article it is about

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, or a thread of it."""

    channel: str
    thread_ts: str | None = None


async def find(reads: AsyncWebClient, place: Place, key: str, since: datetime) -> Found | None:
    """Look for a message of ours: by the key in its metadata, else one that has none.

    Whatever Tape posts carries a key, so one without is a stream that was not finished. Files
    cannot carry one, and are no stream.
    """
    oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
    more: dict[str, Any] = {"oldest": oldest, "include_all_metadata": True, "limit": LOOK_AT}
    if place.thread_ts:
        call = reads.conversations_replies(channel=place.channel, ts=place.thread_ts, **more)
    else:
        call = reads.conversations_history(channel=place.channel, **more)
    seen = (await outcome_of(call)).get("messages", [])
    if ts := next((str(m["ts"]) for m in seen if _key(m) == key), None):
        return Found(ts, whole=True)
    bare = (m for m in seen if m.get("bot_id") and _key(m) is None and not m.get("files"))
    keyless = [m for m in bare if m["ts"] > oldest]
    me = (await outcome_of(reads.auth_test())).get("bot_id") if keyless else None
    ours = (str(m["ts"]) for m in keyless if m["bot_id"] == me)
    return next((Found(ts, whole=False) for ts in ours), None)


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
