"""Turns views.* calls into open windows. Knows no messages and no HTTP."""

from bot.blocks.limits import too_long
from bot.playground.arguments import Arguments, RefusedError
from bot.playground.parts import Parts
from bot.playground.rules import block_problems, sound_view, view_problems
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
    if not parts.manifest.home:
        raise RefusedError("not_enabled")
    user = args.text("user_id")
    if user not in parts.workspace.users:
        raise RefusedError("invalid_arguments")
    view = sound_view(args.table("view"), "home")
    return {"view": parts.windows.publish(user, view, args.maybe("hash")).as_json()}


def validate(_parts: Parts, args: Arguments) -> Json:
    """blocks.validate: says where blocks, a message or a view are at fault; shows nothing."""
    if "view" in args.given:
        view = args.table("view", "invalid_view") or {}
        return _verdict("invalid_view", view_problems(view, str(view.get("type"))))
    if "message" in args.given:
        message = Arguments(args.table("message", "invalid_message") or {})
        return _blocks_verdict(message.items("blocks", "invalid_message"), "invalid_message")
    return _blocks_verdict(args.items("blocks", "invalid_blocks"), "invalid_blocks")


def _blocks_verdict(blocks: list[Json], refusal: str) -> Json:
    longer = ["/blocks: more text than a message takes"] if too_long(blocks) else []
    return _verdict(refusal, [*longer, *block_problems(blocks)])


def _verdict(refusal: str, wrong: list[str]) -> Json:
    if wrong:
        raise RefusedError(refusal, errors=wrong, response_metadata={"messages": wrong})
    return {}
