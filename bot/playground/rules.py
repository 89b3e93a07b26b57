"""Turns blocks and views into what Slack would refuse about them. Knows no state."""

from collections.abc import Mapping, Sequence

from bot.blocks.limits import problems
from bot.blocks.limits import view_problems as limit_problems
from bot.playground.arguments import RefusedError
from bot.playground.state import Json

VIEW_KEYS = frozenset(
    {
        "type",
        "title",
        "blocks",
        "close",
        "submit",
        "private_metadata",
        "callback_id",
        "clear_on_close",
        "notify_on_close",
        "external_id",
        "submit_disabled",
    }
)


def block_problems(blocks: Sequence[Json]) -> list[str]:
    """Say what Slack would refuse in the blocks of a message; empty when nothing."""
    return list(problems(blocks))


def sound_view(view: Json | None, kind: str) -> Json:
    """Take a view that Slack would show; raise its refusal of any other."""
    if wrong := view_problems(view or {}, kind):
        raise RefusedError("invalid_arguments", response_metadata={"messages": wrong})
    return view or {}


def view_problems(view: Json, kind: str) -> list[str]:
    """Say what Slack would refuse in a modal or a home; empty when nothing."""
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, Mapping) for block in blocks):
        return ["/view/blocks: a list of objects is missing"]
    wrong = [] if view.get("type") == kind else [f"/view/type: must be {kind}"]
    wrong += [f"/view/{key}: no such field" for key in view if key not in VIEW_KEYS]
    return wrong + [f"/view{complaint}" for complaint in limit_problems(view)]
