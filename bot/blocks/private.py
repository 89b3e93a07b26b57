"""A private answer as it is drawn -> what its asker alone sees of it in a channel. Knows no answer.

Whoever sees it can show it to all, or take those buttons away.
"""

from collections.abc import Sequence

from bot.blocks.kit import actions, button, context, footer, sections
from bot.blocks.limits import Block
from bot.mrkdwn import bold, fit

SHARE, KEEP, BOOK_FILE = "answer_share", "answer_keep", "file_book"
CHOICE = "sharing"  # the block that explains it
ONLY_YOU = "Only you see this answer: it speaks of names that you keep with Tape."
SHARING = "“Share” shows all here what the articles say of these names: no weights, no sides."


BOOK_FOUND = "This file looks like a book: it has a column of tickers and one of weights."
LOOK = "Nothing of it is kept until you say so, and then only for you."


def book_found_blocks(name: str, file: str, notice_id: str) -> list[Block]:
    """Offer the preview of a book that was shared as a file."""
    told = sections([f"{bold(fit(name, 80))}: {BOOK_FOUND}", LOOK])
    return [*told, *actions(button("Preview my book", BOOK_FILE, file)), footer(notice_id)]


def whispered(blocks: Sequence[Block], replay_id: str, *, can_share: bool) -> list[Block]:
    """Put Share and Keep in the place of the buttons that would speak to all."""
    kept = [b for b in _elements(blocks) if b.get("action_id") == "answer_evidence"]
    row = [button("Share", SHARE, replay_id)] if can_share else []
    row += [button("Keep to myself", KEEP, replay_id)]
    told = [context(ONLY_YOU)]
    told += [{**context(SHARING), "block_id": CHOICE}] if can_share else []
    *body, close = _still(blocks)
    return [*body, *told, *actions(*kept, *row), close]


def kept_private(blocks: Sequence[Block]) -> list[Block]:
    """The same answer after the choice: with its evidence, and nothing to share."""
    kept = [b for b in _elements(blocks) if b.get("action_id") == "answer_evidence"]
    *body, close = [b for b in _still(blocks) if b.get("block_id") != CHOICE]
    return [*body, *actions(*kept), close]


def _still(blocks: Sequence[Block]) -> list[Block]:
    return [b for b in blocks if b.get("type") not in ("actions", "context_actions")]


def _elements(blocks: Sequence[Block]) -> list[Block]:
    rows = (b.get("elements") for b in blocks if b.get("type") == "actions")
    return [element for row in rows if isinstance(row, list) for element in row]
