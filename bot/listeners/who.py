"""What Slack sends with a gesture -> who made it and where. Knows Slack's shapes only."""

from collections.abc import Mapping
from typing import Any

from jobs.models import Owner

Body = Mapping[str, Any]


def owner_of(body: Body) -> Owner:
    """Name the user and their own workspace, of an event, a command, a click or a form."""
    user, team = body.get("user"), body.get("team") or {}
    if isinstance(user, Mapping):
        ids = user.get("team_id") or (team.get("id") if isinstance(team, Mapping) else team)
        return Owner(str(ids or ""), str(user["id"]))
    event = body.get("event") or {}
    return Owner(str(body.get("team_id") or ""), str(body.get("user_id") or event.get("user")))


def place_of(body: Body) -> tuple[str, str, str | None]:
    """Name the channel, the message and its thread of a click; the thread of an ephemeral too."""
    container, message = body["container"], body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or container["channel_id"])
    ts = str(message.get("ts") or container["message_ts"])
    thread = message.get("thread_ts") or container.get("thread_ts")
    return channel, ts, str(thread) if thread else None
