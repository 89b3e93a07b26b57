"""Turns views.* calls into open windows. Knows no messages and no HTTP."""

from bot.playground.arguments import Arguments, RefusedError
from bot.playground.parts import Parts
from bot.playground.rules import sound_view
from bot.playground.state import Json


def open_view(parts: Parts, args: Arguments) -> Json:
    """views.open: a trigger opens one modal within three seconds."""
    view = sound_view(args.table("view"), "modal")
    return {"view": parts.windows.open(args.text("trigger_id"), view).as_json()}


def push_view(parts: Parts, args: Arguments) -> Json:
    """views.push: at most three on one another."""
    view = sound_view(args.table("view"), "modal")
    return {"view": parts.windows.push(args.text("trigger_id"), view).as_json()}


def update_view(parts: Parts, args: Arguments) -> Json:
    """views.update: by id or external id, refused when the hash is an old one."""
    view_id, external_id = args.maybe("view_id"), args.maybe("external_id")
    old = parts.windows.find(view_id, external_id)
    view = sound_view(args.table("view"), str(old.payload["type"]) if old else "modal")
    new = parts.windows.update(view_id, external_id, view, args.maybe("hash"))
    return {"view": new.as_json()}


def publish_view(parts: Parts, args: Arguments) -> Json:
    """views.publish: the App Home of one user."""
    user = args.text("user_id")
    if user not in parts.workspace.users:
        raise RefusedError("invalid_arguments")
    view = sound_view(args.table("view"), "home")
    return {"view": parts.windows.publish(user, view, args.maybe("hash")).as_json()}
