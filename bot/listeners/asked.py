"""A message event -> the question in it. Knows the shape of Slack's events, no store."""

from collections.abc import Mapping
from typing import Any

from bot.brought import files_of
from bot.inbox import Asked
from bot.mrkdwn import heard

Event = Mapping[str, Any]

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
