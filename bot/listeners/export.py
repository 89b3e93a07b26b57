"""The button "Export" under an answer -> a table and a PDF of it in the thread."""

import asyncio
from collections.abc import Callable, Sequence
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
from bot.paper import paper_of
from jobs.outbox import Limited, Refused, Unclear
from retrieval.contract import Json

GONE = "This answer is no longer kept. Ask again, then export it."
NO_SCOPE = (
    "I may not send files here. Ask an admin of the workspace to add the scope files:write to"
    " Tape's app, then press Export again."
)
NOT_NOW = "Slack did not take the files just now. Press Export again in a minute."


async def export(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    *,
    inbox: Inbox,
    kept: Callable[[str], Json | None],
) -> None:
    """Send an answer as files to who sees it; or say in words why not."""
    await ack()
    channel, ts, thread = place_of(body)
    replay_id, user = str(body["actions"][0]["value"]), str(body["user"]["id"])
    seen = await asyncio.to_thread(inbox.evidence, channel, replay_id, user)
    answer = await asyncio.to_thread(kept, replay_id) if seen else None
    files = await asyncio.to_thread(files_of, answer, replay_id) if answer else []
    why = await _sent(client, channel, thread or ts, replay_id, files) if files else GONE
    if why:
        await tell(client, Place(channel, thread or ts), user, why, replay_id)


def files_of(answer: Json, replay_id: str) -> list[dict[str, Any]]:
    """Write the files of an answer, as the upload takes them; none for one without lines."""
    table, name = table_of(answer), f"tape-{replay_id}"
    if table is None:
        return []
    made = ((table, "csv", "Lines"), (paper_of(answer), "pdf", "All"))
    return [
        {
            "content": content,
            "filename": f"{name}.{kind}",
            "title": f"{what} of {replay_id} ({kind})",
        }
        for content, kind, what in made
    ]


async def _sent(
    client: AsyncWebClient,
    channel: str,
    thread_ts: str,
    replay_id: str,
    files: Sequence[dict[str, Any]],
) -> str | None:
    """Send the files in one message; None when Slack took them, else what to tell."""
    try:
        await outcome_of(
            client.files_upload_v2(
                channel=channel,
                thread_ts=thread_ts,
                file_uploads=[*files],
                initial_comment=f"{DISCLAIMER} · id {replay_id}",
            )
        )
    except Refused as refused:
        return NO_SCOPE if refused.reason == "missing_scope" else NOT_NOW
    except (Limited, Unclear):
        return NOT_NOW
    return None
