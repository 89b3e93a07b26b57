"""Turns blocks and views into what Slack would refuse about them. Knows no state."""

from collections.abc import Mapping, Sequence

from bot.blocks.limits import CHECKS, TOTAL_TEXT, problems, total_text
from bot.blocks.limits import view_problems as limit_problems
from bot.playground.arguments import RefusedError
from bot.playground.state import Json

LONGEST_MARKDOWN = 12_000  # one markdown block, and the sum of a message: SLACK.md section 5
# Kinds that Slack takes and Tape does not emit, so that limits.py has no numbers for them.
FOREIGN = frozenset(
    {
        "markdown",
        "table",
        "data_table",
        "data_visualization",
        "input",
        "file",
        "video",
        "context_actions",
        "card",
        "carousel",
        "container",
        "alert",
        "plan",
        "task_card",
    }
) - frozenset(CHECKS)
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
    return list(problems(_familiar(blocks)))


def too_long(blocks: Sequence[Json]) -> bool:
    """Tell whether the texts of a message are more than Slack takes in all."""
    rest = [b for b in blocks if b.get("type") != "markdown"]
    return total_text(rest) >= TOTAL_TEXT or total_text(blocks) > LONGEST_MARKDOWN


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
    wrong += limit_problems({**view, "blocks": _familiar(blocks)})
    if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
        wrong.append("/view/submit: needed when there are input blocks")
    return wrong


def _familiar(blocks: Sequence[Json]) -> list[Json]:
    """Put a divider for each block that is not ours to judge: the others keep their places."""
    return [{"type": "divider"} if block.get("type") in FOREIGN else block for block in blocks]
