"""The button under a shared table -> the private preview of a book. Reads the file again each time.

What is in the file is kept nowhere until its owner says so.
"""

import asyncio
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import modals
from bot.downloads import document_of
from bot.listeners.home import Front
from bot.listeners.who import owner_of
from bot.listeners.windows import redraw
from bot.questions import SharedFile
from jobs.book.preview import preview_of
from jobs.book.saved import table_text
from retrieval.errors import InputError, SourceError


async def table_of(file: str, user: str, client: AsyncWebClient) -> str:
    """Read the text of a table that a user has shared: Tape can read everybody's files.

    Raises:
        InputError, SourceError: it cannot be read, and why.
    """
    document = await document_of(SharedFile(file, "the file"), client, of=user)
    return table_text(document.body)


async def file_book(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Show what of a shared table would be kept, to who clicks; a trigger lives three seconds."""
    await ack()
    file = str(body["actions"][0]["value"])
    external = f"book-{body['trigger_id']}"
    waiting = modals.notice_view("My book", "Reading the file…", external)
    await client.views_open(trigger_id=body["trigger_id"], view=waiting)
    try:
        text = await table_of(file, owner_of(body).user, client)
        preview = await asyncio.to_thread(preview_of, text, front.personal.securities)
        view = modals.book_preview_view(preview, _source(text, file))
    except (InputError, SourceError) as error:
        view = modals.notice_view("My book", error.sentence)
    await redraw(client, external, view)


def _source(text: str, file: str) -> str:
    """Say where the book can be read again: in the view itself if it fits, else in the file."""
    small = len(text) <= modals.LONGEST_TABLE
    return modals.PASTED + text if small else modals.FILE + file
