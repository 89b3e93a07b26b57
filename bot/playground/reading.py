"""Turns conversations, users, team and bots calls into what is there. Changes nothing."""

from collections.abc import Sequence

from bot.playground.arguments import Arguments, RefusedError
from bot.playground.parts import Parts
from bot.playground.state import (
    APP,
    BOT,
    BOT_USER,
    TAPE,
    TEAM,
    TEAM_NAME,
    Channel,
    Json,
    Message,
    User,
    message_json,
    stamp_key,
)

MOST_PER_PAGE = 999  # Slack's documentation: limit must be an integer below 1,000


def history(parts: Parts, args: Arguments) -> Json:
    """conversations.history: roots only, newest first, metadata only when asked for."""
    channel = _readable(parts, args.text("channel"))
    spoken = _arrived(parts, parts.workspace.spoken(channel.id))
    roots = [m for m in spoken if m.thread_ts is None and m.reader is None]
    return _page(parts, args, _between(roots, args)[::-1], default=100)


def replies(parts: Parts, args: Arguments) -> Json:
    """conversations.replies: the root, then its replies, oldest first."""
    channel = _readable(parts, args.text("channel"))
    named = parts.workspace.find(channel.id, args.text("ts"))
    if named is None or named.reader is not None:
        raise RefusedError("thread_not_found")
    root = parts.workspace.find(channel.id, named.thread_ts) if named.thread_ts else named
    spoken = _arrived(parts, parts.workspace.replies(channel.id, named.thread_ts or named.ts))
    heard = _between(spoken, args)
    return _page(parts, args, [*([root] if root else []), *heard], default=1000)


def info(parts: Parts, args: Arguments) -> Json:
    """conversations.info: one channel."""
    return {"channel": channel_json(_known(parts, args.text("channel")))}


def members(parts: Parts, args: Arguments) -> Json:
    """conversations.members: who is in a channel, by id."""
    channel = parts.workspace.channel(args.text("channel"), seen_by=BOT_USER)
    if channel is None:
        raise RefusedError("channel_not_found")
    found = sorted(channel.members)
    start, stop = _window(args, len(found), default=100)
    return {"members": found[start:stop], **_cursor(stop, len(found))}


def listing(parts: Parts, args: Arguments) -> Json:
    """conversations.list: the channels of the kinds asked for."""
    kinds = frozenset(args.text("types").split(",") if args.maybe("types") else ["public_channel"])
    if kinds - {"public_channel", "private_channel", "im", "mpim"}:
        raise RefusedError("invalid_types")
    named = {"public_channel": "channel", "private_channel": "group", "im": "im"}
    wanted = {named[kind] for kind in kinds if kind in named}
    found = [
        c
        for c in parts.workspace.channels.values()
        if c.kind in wanted and (c.kind == "channel" or BOT_USER in c.members)
    ]
    if args.flag("exclude_archived"):
        found = [c for c in found if not c.archived]
    start, stop = _window(args, len(found), default=100)
    return {"channels": [channel_json(c) for c in found[start:stop]], **_cursor(stop, len(found))}


def open_direct(parts: Parts, args: Arguments) -> Json:
    """conversations.open: the direct messages with one user."""
    reference = args.maybe("channel") or args.text("users")
    if not reference:
        raise RefusedError("users_list_not_supplied")
    channel = parts.workspace.channel(reference, seen_by=BOT_USER)
    if channel is None or channel.kind != "im":
        raise RefusedError("user_not_found")
    return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}


def permalink(parts: Parts, args: Arguments) -> Json:
    """chat.getPermalink: an address in Slack's form; the playground does not serve it."""
    channel = _known(parts, args.text("channel"))
    message = parts.workspace.find(channel.id, args.text("message_ts"))
    if message is None:
        raise RefusedError("message_not_found")
    where = f"https://tape-lab.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": where + thread}


def user_info(parts: Parts, args: Arguments) -> Json:
    """users.info: name and time zone of one user."""
    user = parts.workspace.users.get(args.text("user"))
    if user is None:
        raise RefusedError("user_not_found")
    return {"user": user_json(user)}


def team_info(_parts: Parts, _args: Arguments) -> Json:
    """team.info: the one workspace."""
    return {"team": {"id": TEAM, "name": TEAM_NAME, "domain": "tape-lab"}}


def bot_info(_parts: Parts, args: Arguments) -> Json:
    """bots.info: the one bot."""
    if args.text("bot") not in ("", BOT):
        raise RefusedError("bot_not_found")
    return {
        "bot": {"id": BOT, "app_id": APP, "user_id": BOT_USER, "name": TAPE.name, "deleted": False}
    }


def auth_test(_parts: Parts, _args: Arguments) -> Json:
    """auth.test: who the token is."""
    return {
        "url": "https://tape-lab.slack.com/",
        "team": TEAM_NAME,
        "team_id": TEAM,
        "user": TAPE.name,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def channel_json(channel: Channel) -> Json:
    """Write a channel the way Slack does."""
    told: Json = {
        "id": channel.id,
        "is_im": channel.kind == "im",
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
    }
    if channel.kind == "im":
        return told | {
            "user": next(m for m in channel.members if m != BOT_USER),
            "is_org_shared": False,
        }
    member = BOT_USER in channel.members
    return told | {
        "name": channel.name,
        "is_private": channel.kind == "group",
        "is_member": member,
        "is_archived": channel.archived,
        "topic": {"value": channel.topic},
        "num_members": len(channel.members),
    }


def user_json(user: User) -> Json:
    """Write a user the way Slack does."""
    profile = {"real_name": user.real_name, "display_name": user.name, "title": user.title}
    return {
        "id": user.id,
        "team_id": TEAM,
        "name": user.name,
        "real_name": user.real_name,
        "tz": user.tz,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "deleted": False,
        "profile": profile,
    }


def _known(parts: Parts, reference: str) -> Channel:
    channel = parts.workspace.channels.get(reference)
    if channel is None:
        raise RefusedError("channel_not_found")
    return channel


def _readable(parts: Parts, reference: str) -> Channel:
    channel = _known(parts, reference)
    if BOT_USER not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def _arrived(parts: Parts, messages: Sequence[Message]) -> list[Message]:
    """List what a reading shows already: for a while it does not show what was posted last."""
    edge = (parts.workspace.now() - parts.history_lag).timestamp()
    return [m for m in messages if not parts.history_lag or stamp_key(m.ts)[0] <= edge]


def _between(messages: Sequence[Message], args: Arguments) -> list[Message]:
    oldest, latest = _moment(args, "oldest"), _moment(args, "latest")
    inclusive = args.flag("inclusive")

    def inside(ts: tuple[int, int]) -> bool:
        edge = inclusive and ts in (oldest, latest)
        return edge or ((oldest is None or ts > oldest) and (latest is None or ts < latest))

    return [m for m in messages if inside(stamp_key(m.ts))]


def _moment(args: Arguments, name: str) -> tuple[int, int] | None:
    text = args.text(name)
    if not text.replace(".", "", 1).isdigit():
        if text:
            raise RefusedError(f"invalid_ts_{name}")
        return None
    seconds, _, fraction = text.partition(".")
    return int(seconds or 0), int(fraction[:6].ljust(6, "0"))


def _page(parts: Parts, args: Arguments, found: Sequence[Message], *, default: int) -> Json:
    start, stop = _window(args, len(found), default=default)
    told = [
        message_json(
            m,
            parts.workspace.replies(m.channel, m.ts),
            with_metadata=args.flag("include_all_metadata"),
        )
        for m in found[start:stop]
    ]
    more = _cursor(stop, len(found))
    return {"messages": told, "has_more": stop < len(found), **more}


def _window(args: Arguments, total: int, *, default: int) -> tuple[int, int]:
    cursor = args.text("cursor")
    if cursor and not cursor.isdigit():
        raise RefusedError("invalid_cursor")
    start = int(cursor or 0)
    limit = min(max(args.count("limit", default), 1), MOST_PER_PAGE)
    return start, min(start + limit, total)


def _cursor(stop: int, total: int) -> Json:
    return {"response_metadata": {"next_cursor": str(stop)}} if stop < total else {}
