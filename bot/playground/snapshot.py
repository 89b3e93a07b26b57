"""Turns the workspace into all that one user sees of it, as JSON for the page. No requests."""

from dataclasses import asdict

from bot.playground.gestures import Gestures
from bot.playground.reading import user_json
from bot.playground.state import BOT_USER, TEAM_NAME, Channel, Json, Message, User, seen_json


def snapshot(gestures: Gestures, user: User) -> Json:
    """Write all that one user sees: their channels with messages, statuses, prompts and windows."""
    space, windows = gestures.parts.workspace, gestures.parts.windows
    top, home = windows.top(user.id), windows.homes.get(user.id)
    return {
        "version": gestures.changes.version,
        "now": space.now().timestamp(),
        "team": TEAM_NAME,
        "me": user.id,
        "bot": BOT_USER,
        "connected": gestures.sockets.connected > 0,
        "users": [user_json(u) for u in space.users.values()],
        "channels": [
            _channel(gestures, c, user) for c in space.channels.values() if user.id in c.members
        ],
        "commands": [asdict(command) for command in gestures.parts.manifest.commands],
        "shortcuts": [asdict(shortcut) for shortcut in gestures.parts.manifest.shortcuts],
        "modal": top.as_json() if top else None,
        "home": home.as_json() if home else None,
    }


def _channel(gestures: Gestures, channel: Channel, user: User) -> Json:
    space = gestures.parts.workspace
    spoken = [m for m in space.spoken(channel.id) if m.reader in (None, user.id)]
    threads = {thread for place, thread in space.statuses if place == channel.id}
    statuses = {thread: space.status(channel.id, thread) for thread in sorted(threads)}
    prompts = space.prompts.get((channel.id, None))
    sessions = {
        t: {"status": s.status, "title": s.title}
        for (c, t), s in space.sessions.items()
        if c == channel.id
    }
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "topic": channel.topic,
        "messages": [_message(gestures, m) for m in spoken],
        "statuses": {thread: text for thread, text in statuses.items() if text},
        "prompts": prompts["prompts"] if prompts else [],
        "sessions": sessions,
    }


def _message(gestures: Gestures, message: Message) -> Json:
    space = gestures.parts.workspace
    replies = () if message.thread_ts else space.replies(message.channel, message.ts)
    told = seen_json(message, replies, space.now())
    return {
        **told,
        "reply": message.thread_ts is not None,
        "ephemeral": message.reader is not None,
        "streamed": message.stream is not None,
    }
