"""Turns the files.* calls into files that messages carry. Knows no HTTP.

A file that is completed without a channel stays unseen.
"""

from dataclasses import replace

from bot.playground.arguments import Arguments, RefusedError
from bot.playground.content import LONGEST_TEXT, place_to_write, root_of
from bot.playground.parts import Parts
from bot.playground.state import BOT_USER, Json, Message
from bot.playground.stored import File


def upload_address(parts: Parts, args: Arguments) -> Json:
    """files.getUploadURLExternal: where the bytes go, and the id they will have."""
    file = parts.files.reserve(
        args.text("filename"), args.count("length", 0), BOT_USER, args.text("alt_txt")
    )
    return {"upload_url": parts.files.upload_url(file), "file_id": file.id}


def complete(parts: Parts, args: Arguments) -> Json:
    """files.completeUploadExternal: names the files, and shares them where a channel is given."""
    asked = args.items("files")
    files = [_uploaded(parts, one) for one in asked]
    if not files:
        raise RefusedError("invalid_arguments")
    reference = args.maybe("channel_id") or args.maybe("channels")
    if reference:
        _share(parts, args, reference, files)
    for file in files:
        parts.files.keep(file)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def info(parts: Parts, args: Arguments) -> Json:
    """files.info: one file that was uploaded or shared."""
    file = parts.files.find(args.text("file"))
    if file is None or not file.complete:
        raise RefusedError("file_not_found")
    return {"file": parts.files.as_json(file)}


def _uploaded(parts: Parts, asked: Json) -> File:
    file = parts.files.find(str(asked.get("id", "")))
    if file is None or file.content is None or file.complete:
        raise RefusedError("file_not_found")
    return replace(file, title=str(asked.get("title") or file.name), complete=True)


def _share(parts: Parts, args: Arguments, reference: str, files: list[File]) -> None:
    space = parts.workspace
    if "," in reference:
        raise RefusedError("channels_limit_exceeded")
    channel = place_to_write(space, reference, parts.manifest.scopes)
    space.post(
        Message(
            channel.id,
            space.stamp(),
            BOT_USER,
            args.text("initial_comment")[:LONGEST_TEXT],
            thread_ts=root_of(space, channel, args.maybe("thread_ts")),
            files=tuple(parts.files.as_json(file) for file in files),
        )
    )
