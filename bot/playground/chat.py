"""Turns chat, reaction and assistant calls into messages and statuses. Knows no HTTP, no events."""

from collections.abc import Sequence
from dataclasses import replace

from bot.playground.arguments import Arguments, RefusedError
from bot.playground.content import (
    LONGEST_TEXT,
    channel_of,
    content_of,
    metadata_of,
    own_message,
    place_to_write,
    root_of,
)
from bot.playground.parts import Parts
from bot.playground.reading import channel_json
from bot.playground.state import BOT_USER, Json, Message, Status, message_json

LONGEST_EDIT = 4_000  # chat.update refuses from there on: seen live, SLACK.md fact 4
MOST_PROMPTS = 4


def post(parts: Parts, args: Arguments) -> Json:
    """chat.postMessage: an unknown thread_ts posts at the root of the channel."""
    channel = place_to_write(parts.workspace, args.text("channel"), parts.manifest.scopes)
    content = content_of(args, longest=LONGEST_TEXT)
    root = root_of(parts.workspace, channel, args.maybe("thread_ts"))
    stored = parts.workspace.post(
        replace(
            content,
            channel=channel.id,
            ts=parts.workspace.stamp(),
            thread_ts=root,
            metadata=metadata_of(args),
        )
    )
    told = {"channel": channel.id, "ts": stored.ts, "message": message_json(stored)}
    if len(args.text("text")) > LONGEST_TEXT:
        told |= {
            "warning": "message_truncated",
            "response_metadata": {"warnings": ["message_truncated"]},
        }
    return told


def post_ephemeral(parts: Parts, args: Arguments) -> Json:
    """chat.postEphemeral: one user sees it, no history keeps it."""
    channel = place_to_write(parts.workspace, args.text("channel"), parts.manifest.scopes)
    reader = args.text("user")
    if reader not in channel.members:
        raise RefusedError("user_not_in_channel")
    root = root_of(parts.workspace, channel, args.maybe("thread_ts"))
    content = content_of(args, longest=LONGEST_TEXT)
    stored = replace(
        content, channel=channel.id, ts=parts.workspace.stamp(), thread_ts=root, reader=reader
    )
    return {"message_ts": parts.workspace.put(stored).ts}


def update(parts: Parts, args: Arguments) -> Json:
    """chat.update: own messages only; blocks not given stay (python-slack-sdk 523).

    An edit heals a stream that was never stopped: it takes the place of all that was streamed.
    """
    old = own_message(parts.workspace, args, "cant_update_message")
    if old.stream and old.stream.alive(parts.workspace.now()):
        raise RefusedError("streaming_state_conflict")
    content = content_of(args, longest=LONGEST_EDIT)
    if len(args.text("text")) > LONGEST_EDIT:
        raise RefusedError("msg_too_long")
    replaced = "blocks" in args.given or args.maybe("markdown_text") or old.stream
    blocks = content.blocks if replaced else old.blocks
    if replaced and not old.stream and _is_rich(old.blocks) and not _is_rich(blocks):
        raise RefusedError("block_mismatch")
    metadata = metadata_of(args) or old.metadata
    new = replace(
        old,
        text=content.text or old.text,
        blocks=blocks,
        metadata=metadata,
        edited=parts.workspace.stamp(),
        stream=replace(old.stream, state="done") if old.stream else None,
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
    message = own_message(parts.workspace, args, "cant_delete_message")
    parts.workspace.drop(message)
    return {"channel": message.channel, "ts": message.ts}


def react(parts: Parts, args: Arguments) -> Json:
    """reactions.add: each name once a user."""
    message, reaction = _reaction(parts, args)
    if reaction in message.reactions:
        raise RefusedError("already_reacted")
    parts.workspace.put(replace(message, reactions=(*message.reactions, reaction)))
    return {}


def take_back(parts: Parts, args: Arguments) -> Json:
    """reactions.remove: only one's own."""
    message, reaction = _reaction(parts, args)
    if reaction not in message.reactions:
        raise RefusedError("no_reaction")
    left = tuple(kept for kept in message.reactions if kept != reaction)
    parts.workspace.put(replace(message, reactions=left))
    return {}


def join(parts: Parts, args: Arguments) -> Json:
    """conversations.join: public channels only; to be in already is no error."""
    channel = channel_of(parts.workspace, args.text("channel"))
    if channel.kind != "channel":
        raise RefusedError("method_not_supported_for_channel_type")
    if channel.archived:
        raise RefusedError("is_archived")
    joined = replace(channel, members=channel.members | {BOT_USER})
    parts.workspace.channels[channel.id] = joined
    told: Json = {"channel": channel_json(joined)}
    if BOT_USER in channel.members:
        warning = "already_in_channel"
        told |= {"warning": warning, "response_metadata": {"warnings": [warning]}}
    return told


def set_status(parts: Parts, args: Arguments) -> Json:
    """assistant.threads.setStatus: shown in the thread until the next post, or for two minutes."""
    channel = channel_of(parts.workspace, args.text("channel_id"))
    thread = args.text("thread_ts")
    if parts.workspace.find(channel.id, thread) is None:
        raise RefusedError("invalid_thread_ts")
    parts.workspace.statuses[channel.id, thread] = Status(
        args.text("status"), parts.workspace.now()
    )
    return {}


def set_prompts(parts: Parts, args: Arguments) -> Json:
    """assistant.threads.setSuggestedPrompts: without a thread they lie on top of the DM."""
    channel = channel_of(parts.workspace, args.text("channel_id"))
    if channel.kind != "im":
        raise RefusedError("not_agent_app")
    prompts = args.items("prompts")
    if len(prompts) > MOST_PROMPTS or not all(p.get("title") and p.get("message") for p in prompts):
        raise RefusedError("invalid_arguments")
    told = {"title": args.text("title"), "prompts": prompts}
    parts.workspace.prompts[channel.id, args.maybe("thread_ts")] = told
    return {}


def _is_rich(blocks: Sequence[Json]) -> bool:
    return any(block.get("type") == "rich_text" for block in blocks)


def _reaction(parts: Parts, args: Arguments) -> tuple[Message, tuple[str, str]]:
    channel = channel_of(parts.workspace, args.text("channel"))
    message = parts.workspace.find(channel.id, args.text("timestamp"))
    if message is None or message.reader:
        raise RefusedError("message_not_found")
    return message, (args.text("name"), BOT_USER)
