"""A message as Slack sends it -> what its author brought with it: links and files. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.mrkdwn import heard
from bot.questions import SharedFile

MOST_FILES = 3  # that are read for one question


@dataclass(frozen=True, slots=True)
class Brought:
    """The addresses and the files of a message, in their order."""

    links: tuple[str, ...] = ()
    files: tuple[SharedFile, ...] = ()


def brought_by(message: Mapping[str, Any]) -> Brought:
    """Read what a message brings."""
    return Brought(heard(str(message.get("text") or ""), None)[1], files_of(message))


def files_of(message: Mapping[str, Any]) -> tuple[SharedFile, ...]:
    """List the first files of a message."""
    return tuple(_files(message.get("files")))


def _files(files: object) -> Iterator[SharedFile]:
    for file in (files if isinstance(files, list) else [])[:MOST_FILES]:
        if isinstance(file, Mapping) and file.get("id"):
            yield SharedFile(str(file["id"]), str(file.get("name") or "file"))
