"""Turns chat, reaction and assistant calls into messages and statuses. Knows no HTTP, no events."""

from collections.abc import Sequence
from dataclasses import replace

from bot.playground.arguments import Arguments, RefusedError
from bot.playground.parts import Parts
from bot.playground.rules import LONGEST_MARKDOWN, block_problems, too_long
from bot.playground.state import BOT_USER, Channel, Json, Message, Status, Workspace, message_json

LONGEST_TEXT = 40_000  # Slack cuts a post there, with the warning message_truncated
LONGEST_EDIT = 4_000  # chat.update refuses from there on: seen live, SLACK.md fact 4
MOST_PROMPTS = 4


def post(parts: Parts, args: Arguments) -> Json:
    """chat.postMessage: an unknown thread_ts posts at the root of the channel."""
    channel = _place_to_write(parts, args.text("channel"))
    content = _content(args, longest=LONGEST_TEXT)
    root = _root(parts.workspace, channel, args.maybe("thread_ts"))
    stored = parts.workspace.put(
        replace(
            content,
            channel=channel.id,
            ts=parts.workspace.stamp(),
            thread_ts=root,
            metadata=_metadata(args),
        )
    )
    parts.workspace.statuses.pop((channel.id, root or ""), None)
    told = {"channel": channel.id, "ts": stored.ts, "message": message_json(stored)}
    if len(args.text("text")) > LONGEST_TEXT:
        told |= {
            "warning": "message_truncated",
            "response_metadata": {"warnings": ["message_truncated"]},
        }
    return told


def post_ephemeral(parts: Parts, args: Arguments) -> Json:
    """chat.postEphemeral: one user sees it, no history keeps it."""
    channel = _place_to_write(parts, args.text("channel"))
    reader = args.text("user")
    if reader not in channel.members:
        raise RefusedError("user_not_in_channel")
    root = _root(parts.workspace, channel, args.maybe("thread_ts"))
    content = _content(args, longest=LONGEST_TEXT)
    stored = replace(
        content, channel=channel.id, ts=parts.workspace.stamp(), thread_ts=root, reader=reader
    )
    return {"message_ts": parts.workspace.put(stored).ts}


def update(parts: Parts, args: Arguments) -> Json:
    """chat.update: own messages only; blocks not given stay (python-slack-sdk 523)."""
    old = _own_message(parts, args, "cant_update_message")
    content = _content(args, longest=LONGEST_EDIT)
    if len(args.text("text")) > LONGEST_EDIT:
        raise RefusedError("msg_too_long")
    replaced = "blocks" in args.given or args.maybe("markdown_text")
    blocks = content.blocks if replaced else old.blocks
    metadata = _metadata(args) or old.metadata
    new = replace(
        old,
        text=content.text or old.text,
        blocks=blocks,
        metadata=metadata,
        edited=parts.workspace.stamp(),
    )
    stored = parts.workspace.put(new)
    return {
        "channel": stored.channel,
        "ts": stored.ts,
        "text": stored.text,
        "message": message_json(stored),
    }


def delete(parts: Parts, args: Arguments) -> Json:
    """chat.delete: the bot's own messages only."""
    message = _own_message(parts, args, "cant_delete_message")
    parts.workspace.drop(message)
    return {"channel": message.channel, "ts": message.ts}


def react(parts: Parts, args: Arguments) -> Json:
    """reactions.add: each name once a user."""
    channel = _channel(parts.workspace, args.text("channel"))
    message = parts.workspace.find(channel.id, args.text("timestamp"))
    if message is None:
        raise RefusedError("message_not_found")
    reaction = (args.text("name"), BOT_USER)
    if reaction in message.reactions:
        raise RefusedError("already_reacted")
    parts.workspace.put(replace(message, reactions=(*message.reactions, reaction)))
    return {}


def set_status(parts: Parts, args: Arguments) -> Json:
    """assistant.threads.setStatus: shown in the thread until the next post, or for two minutes."""
    channel = _channel(parts.workspace, args.text("channel_id"))
    thread = args.text("thread_ts")
    if parts.workspace.find(channel.id, thread) is None:
        raise RefusedError("invalid_thread_ts")
    parts.workspace.statuses[channel.id, thread] = Status(
        args.text("status"), parts.workspace.now()
    )
    return {}


def set_prompts(parts: Parts, args: Arguments) -> Json:
    """assistant.threads.setSuggestedPrompts: without a thread they lie on top of the DM."""
    channel = _channel(parts.workspace, args.text("channel_id"))
    if channel.kind != "im":
        raise RefusedError("not_agent_app")
    prompts = args.items("prompts")
    if len(prompts) > MOST_PROMPTS or not all(p.get("title") and p.get("message") for p in prompts):
        raise RefusedError("invalid_arguments")
    told = {"title": args.text("title"), "prompts": prompts}
    parts.workspace.prompts[channel.id, args.maybe("thread_ts")] = told
    return {}


def _channel(workspace: Workspace, reference: str) -> Channel:
    channel = workspace.channel(reference, seen_by=BOT_USER)
    if channel is None:
        raise RefusedError("channel_not_found")
    return channel


def _place_to_write(parts: Parts, reference: str) -> Channel:
    channel = _channel(parts.workspace, reference)
    if channel.archived:
        raise RefusedError("is_archived")
    if BOT_USER not in channel.members and "chat:write.public" not in parts.scopes:
        raise RefusedError("not_in_channel")
    return channel


def _own_message(parts: Parts, args: Arguments, refusal: str) -> Message:
    channel = parts.workspace.channels.get(args.text("channel"))
    if channel is None:
        raise RefusedError("channel_not_found")
    message = parts.workspace.find(channel.id, args.text("ts"))
    if message is None or message.reader is not None:
        raise RefusedError("message_not_found")
    if message.user != BOT_USER:
        raise RefusedError(refusal)
    return message


def _root(workspace: Workspace, channel: Channel, thread_ts: str | None) -> str | None:
    """Find the root of the thread; a reply's own ts leads to it, an unknown one to none."""
    named = workspace.find(channel.id, thread_ts) if thread_ts else None
    return (named.thread_ts or named.ts) if named else None


def _content(args: Arguments, *, longest: int) -> Message:
    markdown, text = args.text("markdown_text"), args.text("text")
    blocks = args.items("blocks", "invalid_blocks_format")
    if markdown and (text or blocks):
        raise RefusedError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise RefusedError("msg_too_long")
    if not (markdown or text or blocks or args.items("attachments")):
        raise RefusedError("no_text")
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    _check(blocks)
    return Message("", "", BOT_USER, (text or markdown)[:longest], tuple(blocks))


def _check(blocks: Sequence[Json]) -> None:
    if too_long(blocks):
        raise RefusedError("msg_blocks_too_long")
    if wrong := block_problems(blocks):
        raise RefusedError("invalid_blocks", errors=wrong, response_metadata={"messages": wrong})


def _metadata(args: Arguments) -> Json | None:
    metadata = args.table("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata.get("event_type"), str) or not isinstance(
        metadata.get("event_payload"), dict
    ):
        raise RefusedError("invalid_metadata_format")
    return metadata
