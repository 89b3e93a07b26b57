"""The button "CSV" under an answer -> its lines and quotes as a file in the thread."""

import asyncio
from collections.abc import Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.kit import DISCLAIMER
from bot.export import table_of
from bot.inbox import Inbox
from bot.listeners.telling import tell
from bot.listeners.who import place_of
from bot.looks import Place
from bot.outcomes import outcome_of
from jobs.outbox import Limited, Refused, Unclear
from retrieval.contract import Json

GONE = "This answer is no longer kept. Ask again, then take the file."
NO_SCOPE = (
    "I may not send files here. Ask an admin of the workspace to add the scope files:write to"
    " Tape's app, then press CSV again."
)
NOT_NOW = "Slack did not take the file just now. Press CSV again in a minute."


async def export(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    *,
    inbox: Inbox,
    kept: Callable[[str], Json | None],
) -> None:
    """Send the table of an answer to who sees it; or say in words why not."""
    await ack()
    channel, ts, thread = place_of(body)
    replay_id, user = str(body["actions"][0]["value"]), str(body["user"]["id"])
    seen = await asyncio.to_thread(inbox.evidence, channel, replay_id, user)
    answer = await asyncio.to_thread(kept, replay_id) if seen else None
    table = await asyncio.to_thread(table_of, answer) if answer else None
    why = GONE if table is None else await _sent(client, channel, thread or ts, replay_id, table)
    if why:
        await tell(client, Place(channel, thread or ts), user, why, replay_id)


async def _sent(
    client: AsyncWebClient, channel: str, thread_ts: str, replay_id: str, table: bytes
) -> str | None:
    """Send the file; None when Slack took it, else what to tell."""
    try:
        await outcome_of(
            client.files_upload_v2(
                channel=channel,
                thread_ts=thread_ts,
                content=table,
                filename=f"tape-{replay_id}.csv",
                title=f"Lines and quotes of {replay_id}",
                initial_comment=f"{DISCLAIMER} · id {replay_id}",
            )
        )
    except Refused as refused:
        return NO_SCOPE if refused.reason == "missing_scope" else NOT_NOW
    except (Limited, Unclear):
        return NOT_NOW
    return None
