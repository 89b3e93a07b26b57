"""A message event -> the question in it. Knows the shape of Slack's events, no store."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.inbox import Asked, SharedFile
from bot.mrkdwn import heard

Event = Mapping[str, Any]

MOST_FILES = 3  # that are read for one question
MOST_LINKS = 5  # that a question can be about: each may have to be read first


def asked_in(event: Event, me: str | None, *, private: bool = False) -> Asked | None:
    """Read a person's question; None for what bots say, edits and system notes."""
    if event.get("bot_id") or event.get("hidden"):
        return None
    if event.get("subtype") not in (None, "file_share"):
        return None
    user, channel, ts = event.get("user"), event.get("channel"), event.get("ts")
    if not (user and channel and ts) or user == me:
        return None
    text, links = heard(str(event.get("text") or ""), me)
    return Asked(
        text=text,
        channel=str(channel),
        user=str(user),
        thread_ts=str(event.get("thread_ts") or ts),
        article_links=links[:MOST_LINKS],
        private=private,
        team=event.get("user_team") or event.get("team"),
        files=files_of(event),
    )


def files_of(event: Event) -> tuple[SharedFile, ...]:
    """List the first files of a message."""
    return tuple(_files(event.get("files")))


def _files(files: object) -> Iterator[SharedFile]:
    for file in (files if isinstance(files, list) else [])[:MOST_FILES]:
        if isinstance(file, Mapping) and file.get("id"):
            yield SharedFile(str(file["id"]), str(file.get("name") or "file"))
