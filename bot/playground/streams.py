"""Turns chat.startStream, appendStream and stopStream into one growing message. Knows no HTTP.

What was streamed is kept as blocks: text that follows text grows one markdown block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.blocks.limits import TASK_STATES, TASK_TEXT, URL
from bot.playground.arguments import Arguments, RefusedError
from bot.playground.content import check_blocks, metadata_of, own_message, place_to_write, root_of
from bot.playground.parts import Parts
from bot.playground.sessions import keep_session
from bot.playground.state import (
    BOT_USER,
    TEAM,
    Channel,
    Json,
    Message,
    Session,
    Stream,
    message_json,
)


def start(parts: Parts, args: Arguments) -> Json:
    """chat.startStream: a reply that grows; in a channel it says for whom."""
    space = parts.workspace
    channel = place_to_write(parts.workspace, args.text("channel"), parts.manifest.scopes)
    _check_recipient(parts, channel, args)
    empty = Message(
        channel.id,
        "",
        BOT_USER,
        "",
        thread_ts=root_of(space, channel, args.maybe("thread_ts")),
        stream=Stream(space.now() + parts.stream_life),
    )
    grown = _grown(empty, _chunks(args))
    check_blocks(grown.blocks)
    stored = space.post(replace(grown, ts=space.stamp()))
    return {"channel": channel.id, "ts": stored.ts}


def append(parts: Parts, args: Arguments) -> Json:
    """chat.appendStream: more text, tasks or blocks, as long as the stream lives."""
    message, stream = _streaming(parts, args)
    if stream.state == "interrupted":
        raise RefusedError("stopped_by_user")
    chunks = _chunks(args)
    if not chunks:
        raise RefusedError("no_text")
    grown = _grown(message, chunks)
    check_blocks(grown.blocks)
    parts.workspace.put(grown)
    return {"channel": message.channel, "ts": message.ts}


def stop(parts: Parts, args: Arguments) -> Json:
    """chat.stopStream: the last words, then `blocks` at the bottom; a refusal changes nothing."""
    message, _ = _streaming(parts, args)
    grown = _grown(message, _chunks(args))
    blocks = (*grown.blocks, *args.items("blocks", "invalid_blocks"))
    check_blocks(blocks)
    metadata = metadata_of(args) or message.metadata
    assert grown.stream
    if not blocks and not grown.stream.tasks:
        raise RefusedError("no_text")
    done = replace(grown.stream, state="done")
    stored = parts.workspace.put(replace(grown, blocks=blocks, metadata=metadata, stream=done))
    if status := args.maybe("session_status"):
        keep_session(parts, (stored.channel, stored.thread_ts or stored.ts), Session(status))
    return {"channel": stored.channel, "ts": stored.ts, "message": message_json(stored)}


def _check_recipient(parts: Parts, channel: Channel, args: Arguments) -> None:
    user, team = args.text("recipient_user_id"), args.text("recipient_team_id")
    if channel.kind != "im":
        if not user:
            raise RefusedError("missing_recipient_user_id")
        if not team:
            raise RefusedError("missing_recipient_team_id")
    if user and user not in parts.workspace.users:
        raise RefusedError("user_not_found")
    if team and team != TEAM:
        raise RefusedError("team_not_found")


def _streaming(parts: Parts, args: Arguments) -> tuple[Message, Stream]:
    message = own_message(parts.workspace, args, "message_not_owned_by_app")
    if message.stream is None or not message.stream.alive(parts.workspace.now()):
        raise RefusedError("message_not_in_streaming_state")
    return message, message.stream


def _chunks(args: Arguments) -> list[Json]:
    chunks = args.items("chunks", "invalid_chunks")
    if wrong := [c for at, chunk in enumerate(chunks) for c in _complaints(chunk, f"/chunks/{at}")]:
        raise RefusedError("invalid_chunks", response_metadata={"messages": wrong})
    if text := args.maybe("markdown_text"):
        return [{"type": "markdown_text", "text": text}, *chunks]
    return chunks


def _complaints(chunk: Json, at: str) -> list[str]:
    match chunk.get("type"):
        case "markdown_text":
            return [] if isinstance(chunk.get("text"), str) else [f"{at}/text: a string is missing"]
        case "plan_update":
            return _short(chunk, "title", at, needed=True)
        case "task_update":
            return _task_complaints(chunk, at)
        case "blocks":
            blocks = chunk.get("blocks")
            whole = isinstance(blocks, list) and all(isinstance(b, Mapping) for b in blocks)
            return [] if whole and blocks else [f"{at}/blocks: a list of objects is missing"]
        case other:
            return [f"{at}/type: unknown chunk {other!r}"]


def _task_complaints(task: Json, at: str) -> list[str]:
    wrong = [c for name in ("id", "title") for c in _short(task, name, at, needed=True)]
    wrong += [c for name in ("details", "output") for c in _short(task, name, at, needed=False)]
    if task.get("status") not in TASK_STATES:
        wrong.append(f"{at}/status: must be one of {', '.join(TASK_STATES)}")
    sources = task.get("sources") or []
    if not isinstance(sources, list):
        return [*wrong, f"{at}/sources: a list is missing"]
    return wrong + [
        f"{at}/sources/{n}: needs type url, an http url and a text"
        for n, source in enumerate(sources)
        if not _is_source(source)
    ]


def _short(chunk: Json, name: str, at: str, *, needed: bool) -> list[str]:
    value = chunk.get(name)
    if value is None and not needed:
        return []
    if isinstance(value, str) and len(value) <= TASK_TEXT and (value or not needed):
        return []
    return [f"{at}/{name}: a string of at most {TASK_TEXT} characters is missing"]


def _is_source(source: object) -> bool:
    if not isinstance(source, Mapping) or source.get("type") != "url":
        return False
    url, text = source.get("url"), source.get("text")
    web = isinstance(url, str) and url.startswith(("http://", "https://"))
    return web and len(str(url)) <= URL and isinstance(text, str) and bool(text)


def _grown(message: Message, chunks: Sequence[Json]) -> Message:
    for chunk in chunks:
        message = _with(message, chunk)
    return message


def _with(message: Message, chunk: Json) -> Message:
    stream = message.stream
    assert stream
    match chunk["type"]:
        case "markdown_text":
            blocks = _told(message.blocks, chunk["text"])
            return replace(message, text=message.text + chunk["text"], blocks=blocks)
        case "blocks":
            return replace(message, blocks=(*message.blocks, *chunk["blocks"]))
        case "plan_update":
            return replace(message, stream=replace(stream, plan=chunk["title"]))
        case _:
            return replace(message, stream=replace(stream, tasks=_tasks(stream.tasks, chunk)))


def _told(blocks: tuple[Json, ...], text: str) -> tuple[Json, ...]:
    last = blocks[-1] if blocks else {}
    if not text:
        return blocks
    if last.get("type") == "markdown":
        return (*blocks[:-1], {**last, "text": last["text"] + text})
    return (*blocks, {"type": "markdown", "text": text})


def _tasks(tasks: tuple[Json, ...], update: Json) -> tuple[Json, ...]:
    """Change the task of that id, keeping what the update does not say; else add it."""
    told = {name: value for name, value in update.items() if name != "type"}
    if all(task["id"] != told["id"] for task in tasks):
        return (*tasks, told)
    return tuple({**task, **told} if task["id"] == told["id"] else task for task in tasks)
