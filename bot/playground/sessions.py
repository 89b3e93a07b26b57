"""Turns agents.sessions calls into what the agent is at in each thread. Knows no messages."""

from dataclasses import replace

from bot.playground.arguments import Arguments, RefusedError
from bot.playground.content import channel_of
from bot.playground.parts import Parts
from bot.playground.state import Json, Session

STATUSES = frozenset({"active", "processing", "suspended", "closed"})
LONGEST_TITLE = 200
STOPPED = "agent_session_stopped"
UNHEARD = f"missing_{STOPPED}_event_subscription"


def set_status(parts: Parts, args: Arguments) -> Json:
    """agents.sessions.setStatus: makes the session of a thread when there is none yet."""
    place = _place(parts, args)
    if args.text("status") not in STATUSES:
        raise RefusedError("invalid_status")
    if len(args.text("title")) > LONGEST_TITLE:
        raise RefusedError("invalid_arguments")
    initiator = args.maybe("initiator_user_id")
    if initiator and initiator not in parts.workspace.users:
        raise RefusedError("user_not_found")
    keep_session(parts, place, Session(args.text("status"), args.text("title"), initiator))
    if STOPPED in parts.manifest.events:
        return {}
    return {"warning": UNHEARD, "response_metadata": {"warnings": [UNHEARD]}}


def rename(parts: Parts, args: Arguments) -> Json:
    """agents.sessions.rename: gives the session of a thread another title."""
    place = _place(parts, args)
    session = parts.workspace.sessions.get(place)
    if session is None:
        raise RefusedError("session_not_found")
    if len(args.text("title")) > LONGEST_TITLE:
        raise RefusedError("invalid_name")
    parts.workspace.sessions[place] = replace(session, title=args.text("title"))
    return {}


def keep_session(parts: Parts, place: tuple[str, str], session: Session) -> None:
    """Set a status; title and initiator count only for a session that is new."""
    old = parts.workspace.sessions.get(place)
    new = replace(old, status=session.status) if old else session
    parts.workspace.sessions[place] = new


def _place(parts: Parts, args: Arguments) -> tuple[str, str]:
    channel = channel_of(parts.workspace, args.text("channel_id"))
    if not args.maybe("thread_ts"):
        raise RefusedError("thread_ts_required")
    return channel.id, args.text("thread_ts")
