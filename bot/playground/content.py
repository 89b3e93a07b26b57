"""Turns a call's arguments into the place and the content of a message, or refuses. Knows no HTTP.

What every method that writes has in common: who may write where, what a message may carry.
"""

from collections.abc import Collection, Sequence

from bot.blocks.limits import MARKDOWN_TEXT, too_long
from bot.playground.arguments import Arguments, RefusedError
from bot.playground.rules import block_problems
from bot.playground.state import BOT_USER, Channel, Json, Message, Workspace

LONGEST_TEXT = 40_000  # Slack cuts a post there, with the warning message_truncated
LARGEST_METADATA = 8_000  # characters; Slack names no number, so a small one


def channel_of(workspace: Workspace, reference: str) -> Channel:
    """Find the channel that a call names, as far as the bot can see it."""
    channel = workspace.channel(reference, seen_by=BOT_USER)
    if channel is None:
        raise RefusedError("channel_not_found")
    return channel


def place_to_write(workspace: Workspace, reference: str, scopes: Collection[str]) -> Channel:
    """Find a channel that the bot may write in."""
    channel = channel_of(workspace, reference)
    if channel.archived:
        raise RefusedError("is_archived")
    if BOT_USER not in channel.members and "chat:write.public" not in scopes:
        raise RefusedError("not_in_channel")
    return channel


def own_message(workspace: Workspace, args: Arguments, refusal: str) -> Message:
    """Find the bot's own message that a call names; `refusal` is for someone else's."""
    channel = workspace.channels.get(args.text("channel"))
    if channel is None:
        raise RefusedError("channel_not_found")
    message = workspace.find(channel.id, args.text("ts"))
    if message is None or message.reader is not None:
        raise RefusedError("message_not_found")
    if message.user != BOT_USER:
        raise RefusedError(refusal)
    return message


def root_of(workspace: Workspace, channel: Channel, thread_ts: str | None) -> str | None:
    """Find the root of the thread; a reply's own ts leads to it, an unknown one to none."""
    named = workspace.find(channel.id, thread_ts) if thread_ts else None
    return (named.thread_ts or named.ts) if named else None


def content_of(args: Arguments, *, longest: int) -> Message:
    """Read text and blocks into a message that has no place yet; `longest` cuts its text."""
    markdown, text = args.text("markdown_text"), args.text("text")
    blocks = args.items("blocks", "invalid_blocks_format")
    if markdown and (text or blocks):
        raise RefusedError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_TEXT:
        raise RefusedError("msg_too_long")
    if not (markdown or text or blocks or args.items("attachments")):
        raise RefusedError("no_text")
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    check_blocks(blocks)
    return Message("", "", BOT_USER, (text or markdown)[:longest], tuple(blocks))


def check_blocks(blocks: Sequence[Json]) -> None:
    """Refuse what Slack would refuse in the blocks of a message."""
    if too_long(blocks):
        raise RefusedError("msg_blocks_too_long")
    if wrong := block_problems(blocks):
        raise RefusedError("invalid_blocks", errors=wrong, response_metadata={"messages": wrong})


def metadata_of(args: Arguments) -> Json | None:
    """Read the metadata of a message."""
    metadata = args.table("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata.get("event_type"), str) or not isinstance(
        metadata.get("event_payload"), dict
    ):
        raise RefusedError("invalid_metadata_format")
    if len(str(metadata)) > LARGEST_METADATA:
        raise RefusedError("metadata_too_large")
    return metadata
