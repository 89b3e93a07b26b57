"""A private answer as it is drawn -> what its asker alone sees of it in a channel. Knows no answer.

Whoever sees it can show it to all, or take those buttons away.
"""

from collections.abc import Sequence

from bot.blocks.kit import actions, button, context
from bot.blocks.limits import Block

SHARE, KEEP, BOOK_FILE = "answer_share", "answer_keep", "file_book"
ONLY_YOU = "Only you see this answer: it speaks of names that you keep with Tape."
SHARING = "“Share” shows all here what the articles say of these names: no weights, no sides."


def whispered(blocks: Sequence[Block], replay_id: str, *, can_share: bool) -> list[Block]:
    """Put Share and Keep in the place of the buttons that would speak to all."""
    kept = [b for b in _elements(blocks) if b.get("action_id") == "answer_evidence"]
    row = [button("Share", SHARE, replay_id)] if can_share else []
    row += [button("Keep to myself", KEEP, replay_id)]
    told = context(f"{ONLY_YOU} {SHARING}" if can_share else ONLY_YOU)
    *body, footer = _still(blocks)
    return [*body, told, *actions(*kept, *row), footer]


def kept_private(blocks: Sequence[Block]) -> list[Block]:
    """The same answer after the choice: with its evidence, and nothing to share."""
    kept = [b for b in _elements(blocks) if b.get("action_id") == "answer_evidence"]
    *body, footer = _still(blocks)
    return [*body, *actions(*kept), footer]


def _still(blocks: Sequence[Block]) -> list[Block]:
    return [b for b in blocks if b.get("type") not in ("actions", "context_actions")]


def _elements(blocks: Sequence[Block]) -> list[Block]:
    rows = (b.get("elements") for b in blocks if b.get("type") == "actions")
    return [element for row in rows if isinstance(row, list) for element in row]
