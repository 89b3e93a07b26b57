"""A message event -> the question in it. Knows the shape of Slack's events, no store."""

from collections.abc import Mapping
from typing import Any

from bot.brought import files_of
from bot.mrkdwn import heard
from bot.questions import Asked

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


def workspace_in(body: Mapping[str, Any]) -> str:
    """Name the installation that a payload is for: a workspace's id, or an organisation's.

    In a channel that two workspaces share, the first authorization says whose it is.
    """
    first = next(iter(body.get("authorizations") or ()), None)
    told = first if isinstance(first, Mapping) else body
    org = told.get("enterprise_id") or _id(body.get("enterprise"))
    team = told.get("team_id") or _id(body.get("team")) or body.get("team_id")
    is_org = told.get("is_enterprise_install") in (True, "true")
    return str((org if is_org else team) or "")


def _id(named: object) -> object:
    return named.get("id") if isinstance(named, Mapping) else None
