"""Turns what a user did into the payloads that Slack sends, field by field. Pure."""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.playground.forms import elements
from bot.playground.state import (
    APP,
    BOT_USER,
    KINDS,
    TEAM,
    Channel,
    Json,
    Message,
    User,
    Workspace,
    message_json,
)
from bot.playground.windows import View

URL = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)'\"]")
MENTION = f"<@{BOT_USER}>"


def typed(text: str, space: Workspace) -> str:
    """Encode words as Slack does with what a user types: entities, links, people and channels."""
    told, end = "", 0
    for found in URL.finditer(text):
        told += _named(text[end : found.start()], space) + f"<{_escape(found[0])}>"
        end = found.end()
    return told + _named(text[end:], space)


def _named(words: str, space: Workspace) -> str:
    encoded = _escape(words)
    names = {f"@{user.name}": f"<@{user.id}>" for user in space.users.values()}
    names |= {
        f"#{channel.name}": f"<#{channel.id}|{channel.name}>"
        for channel in space.channels.values()
        if channel.kind != "im"
    }
    for name, link in names.items():
        alone = rf"(?<![\w@#]){re.escape(name)}(?![\w-])"
        encoded = re.sub(alone, link, encoded, flags=re.IGNORECASE)
    return encoded


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def outer(event: Json, number: int, at: datetime) -> Json:
    """Wrap an event the way the Events API does; `event_id` is what stays over redeliveries."""
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "playground",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{int(at.timestamp()):X}{number:06d}",  # unlike any before a restart
        "event_time": int(at.timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": "4-playground",
    }


def of_message(
    message: Message, channel: Channel, parent: Message | None, context: Json | None
) -> Iterator[tuple[str, Json]]:
    """List the events that a posted message causes, each with the name it is subscribed by.

    A mention in a channel has a twin: the same words come as app_mention and as message.channels.
    Words to the bot alone carry the `context` that the user looks at.
    """
    said: Json = {**message_json(message), "channel": channel.id, "event_ts": message.ts}
    if parent:
        said["parent_user_id"] = parent.user
    by_user = message.user != BOT_USER
    shared: Json = {}
    if by_user:
        said["client_msg_id"] = f"playground-{channel.id}-{message.ts}"
    else:
        said["subtype"] = "bot_message"
    if by_user and message.files:
        shared["subtype"] = "file_share"
    if by_user and channel.kind == "im" and context:
        shared["app_context"] = context
    if by_user and channel.kind != "im" and MENTION in message.text:
        yield "app_mention", {**said, "type": "app_mention"}
    yield f"message.{KINDS[channel.kind]}", {**said, **shared, "channel_type": channel.kind}
    for file in message.files:
        yield "file_shared", of_file(file, message)


def of_file(file: Json, message: Message) -> Json:
    """Tell that a file was shared; who wants to know more asks files.info."""
    return {
        "type": "file_shared",
        "file_id": file["id"],
        "file": {"id": file["id"]},
        "user_id": message.user,
        "channel_id": message.channel,
        "event_ts": message.ts,
    }


def context(channel: str, message_ts: str | None) -> Json:
    """Write what a user looks at: a channel, and one message of it."""
    seen: list[Json] = [
        {"type": "slack#/types/channel_id", "value": channel, "team_id": TEAM},
    ]
    if message_ts:
        place = {"message_ts": message_ts, "channel_id": channel}
        seen.append({"type": "slack#/types/message_context", "value": place, "team_id": TEAM})
    return {"entities": seen}


def of_look(user: str, channel: str, seen: Json | None, at: datetime) -> Json:
    """Tell that a user looks at something else while the app is open beside it."""
    return {
        "type": "app_context_changed",
        "channel": channel,
        "user": user,
        "context": seen or {"entities": []},
        "event_ts": f"{at.timestamp():.6f}",
    }


def of_home(user: str, channel: str, tab: str, view: View | None, at: datetime) -> Json:
    """Tell that a user opened the app: its messages or its home tab."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab}
    if tab == "home" and view:
        event["view"] = view.as_json()
    return event | {"event_ts": f"{at.timestamp():.6f}"}


def of_stop(user: str, channel: str, thread_ts: str, streams: list[str], at: datetime) -> Json:
    """Tell that a user pressed Stop, and which messages were being streamed."""
    return {
        "type": "agent_session_stopped",
        "channel": channel,
        "user": user,
        "thread_ts": thread_ts,
        "streaming_message_ts": streams,
        "event_ts": f"{at.timestamp():.6f}",
    }


def interaction(kind: str, user: User) -> Json:
    """Write what every interaction says: who, in which app and team."""
    who = {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM}
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "tape-lab"},
        "user": who,
        "api_app_id": APP,
        "token": "playground",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def of_click(user: User, action: Json, trigger: str, place: Message | View) -> Json:
    """Tell that a user used an element of a message or of a view (block_actions)."""
    body = interaction("block_actions", user) | {"trigger_id": trigger, "actions": [action]}
    if isinstance(place, View):
        container: Json = {"type": "view", "view_id": place.id}
        return body | {"container": container, "view": place.as_json()}
    ephemeral = place.reader is not None
    container = {"type": "message", "message_ts": place.ts, "channel_id": place.channel}
    if place.thread_ts:
        container["thread_ts"] = place.thread_ts
    body |= {"container": {**container, "is_ephemeral": ephemeral}}
    return body if ephemeral else body | {"message": message_json(place)}


def named(channel: Channel) -> Json:
    """Name a channel the way interactions do."""
    name = "directmessage" if channel.kind == "im" else channel.name
    return {"id": channel.id, "name": name}


def of_command(user: User, channel: Channel, name: str, words: str) -> Json:
    """Tell that a user ran a slash command. It knows no thread: Slack has none there."""
    place = named(channel)
    return {
        "token": "playground",
        "team_id": TEAM,
        "team_domain": "tape-lab",
        "channel_id": place["id"],
        "channel_name": place["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": words,
        "api_app_id": APP,
        "is_enterprise_install": "false",
    }


def of_global_shortcut(user: User, callback_id: str, trigger: str) -> Json:
    """Tell that a user chose a shortcut of the whole workspace."""
    body = interaction("shortcut", user)
    return body | {"callback_id": callback_id, "trigger_id": trigger}


def of_message_shortcut(
    user: User, message: Message, channel: Channel, callback_id: str, trigger: str
) -> Json:
    """Tell that a user chose a shortcut on a message."""
    return interaction("message_action", user) | {
        "callback_id": callback_id,
        "trigger_id": trigger,
        "message_ts": message.ts,
        "channel": named(channel),
        "message": message_json(message),
    }


def of_submission(user: User, view: View, values: Json, trigger: str) -> Json:
    """Tell that a user sent a modal's form; `values` is keyed by block, then by action."""
    body = interaction("view_submission", user)
    return body | {"trigger_id": trigger, "view": view.as_json(values), "response_urls": []}


def of_closing(user: User, view: View) -> Json:
    """Tell that a user closed a modal; sent when the view asks for it."""
    return interaction("view_closed", user) | {"is_cleared": False, "view": view.as_json()}


def element_of(blocks: Sequence[Json], action_id: str) -> tuple[str, Json] | None:
    """Find the element with that action id, and the id of its block."""
    for block in blocks:
        for element in elements(block):
            if element["action_id"] == action_id:
                return str(block["block_id"]), element
    return None


def action_of(block_id: str, element: Json, chosen: Json, at: datetime) -> Json:
    """Write the action that using an element makes; `chosen` is what was picked in it."""
    kept: Json = {
        k: element[k] for k in ("type", "action_id", "text", "value", "style") if k in element
    }
    return {**kept, **chosen, "block_id": block_id, "action_ts": f"{at.timestamp():.6f}"}
