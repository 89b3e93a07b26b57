"""Thumbs under an answer, and the reason of a thumbs down -> cases for review, and our thanks."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.feedback import REASON, THANKS, given, reason_view
from bot.feedback import REASONS, Case, Feedback, Verdict
from bot.listeners.telling import tell
from bot.looks import Place

VERDICTS: Mapping[str, Verdict] = {"up": "up", "down": "down"}


async def thumb(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    *,
    cases: Feedback,
    now: Callable[[], datetime],
) -> None:
    """Keep a verdict; ask for the reason of a bad one, thank for a good one."""
    await ack()
    word, _, replay_id = str(body["actions"][0].get("value", "")).partition(":")
    verdict = VERDICTS.get(word)
    if verdict is None or not replay_id:
        return
    channel, user = str(body["channel"]["id"]), str(body["user"]["id"])
    carried = {"channel": channel, "thread_ts": _thread(body), "replay_id": replay_id}
    if verdict == "down":  # first: a trigger lives for three seconds
        view = reason_view(REASONS, carried)
        await client.views_open(trigger_id=body["trigger_id"], view=view)
    await asyncio.to_thread(cases.keep, Case(replay_id, user, channel, verdict, now()))
    if verdict == "up":
        await _thank(client, user, carried)


async def reason(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    *,
    cases: Feedback,
    now: Callable[[], datetime],
) -> None:
    """Keep the reason and the note with the verdict."""
    why, note, carried = given(body["view"])
    if why not in REASONS:
        await ack(response_action="errors", errors={REASON: "Choose what was wrong."})
        return
    await ack()
    user = str(body["user"]["id"])
    case = Case(carried["replay_id"], user, carried["channel"], "down", now(), why, note)
    await asyncio.to_thread(cases.keep, case)
    await _thank(client, user, carried)


async def _thank(client: AsyncWebClient, user: str, carried: Mapping[str, str]) -> None:
    """Say to one person what happens with their verdict."""
    place = Place(carried["channel"], carried["thread_ts"])
    await tell(client, place, user, THANKS, carried["replay_id"])


def _thread(body: Mapping[str, Any]) -> str:
    message = body.get("message", {})
    return str(message.get("thread_ts") or message.get("ts", ""))
