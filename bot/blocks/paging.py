"""Blocks that may be too many for one message -> messages that follow on each other. Pure.

Cut only between blocks; each page ends with the footer, and says which of how many it is.
"""

from collections.abc import Iterator, Sequence

from bot.blocks.kit import closing, context, footer
from bot.blocks.limits import BLOCKS, MESSAGE_TEXT, TOTAL_TEXT, Block, total_text
from bot.mrkdwn import unlinked
from jobs.models import Rendered

ROOM = TOTAL_TEXT - 200  # for the page's number and its footer
MOST = BLOCKS["message"] - 2


def paged(text: str, blocks: Sequence[Block], replay_id: str) -> tuple[Rendered, ...]:
    """Make messages of a body without a footer; `text` is for the notification of the first."""
    pages = list(_cut(blocks))
    if len(pages) == 1:
        return (Rendered(text, (*pages[0], footer(replay_id))),)
    numbered = [
        (*page, context(f"{n} of {len(pages)}"), footer(replay_id))
        for n, page in enumerate(pages, start=1)
    ]
    close = closing(replay_id)
    words = [_words(page, f"({n} of {len(pages)})", close) for n, page in enumerate(pages, start=1)]
    texts = [text, *words[1:]]
    return tuple(Rendered(*page) for page in zip(texts, numbered, strict=True))


def _cut(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    page: list[Block] = []
    for block in blocks:
        if page and (len(page) == MOST or total_text([*page, block]) >= ROOM):
            yield page
            page = []
        page.append(block)
    yield page


def _words(page: Sequence[Block], number: str, close: str) -> str:
    """Take a page's whole lines for its notification, as many as find room, without their links."""
    rows, room = [number], MESSAGE_TEXT - len(number) - len(close) - 2
    for line in (unlinked(line) for block in page for line in _lines(block)):
        room -= len(line) + 1
        if room < 0:
            break
        rows.append(line)
    return "\n".join([*rows, close])


def _lines(block: Block) -> list[str]:
    texts = [block.get("text"), *_elements(block)]
    found = [text.get("text") for text in texts if isinstance(text, dict)]
    return [line for said in found if isinstance(said, str) for line in said.splitlines()]


def _elements(block: Block) -> list[object]:
    elements = block.get("elements")
    return elements if block.get("type") == "context" and isinstance(elements, list) else []
