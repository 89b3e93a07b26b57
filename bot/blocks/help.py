"""What can be typed after /tape -> the words of its help. Knows no listener."""

from bot.blocks.kit import footer, notification, sections
from bot.blocks.limits import Block
from bot.blocks.notice import HELP

HELP_ID = "help"
USAGE = {
    "ask QUESTION": "answer it here; about your own book or list only you see it",
    "watch": "edit the names that you follow; “watch NVDA, Amazon” adds some,"
    " “watch remove NVDA” takes them off, “watch list” shows them",
    "book": "give Tape your holdings, which stay private",
    "digest": "a brief for this channel or for you, before an open or at a time of yours;"
    " “digest preview” shows it, “digest now” sends it, “digest skip” leaves the next one out",
    "alerts": "your alert rules: make, change or explain them",
    "settings": "how Tape behaves in this channel",
    "home": "bring Tape's Home tab up to date",
    "help": "these lines",
}


def help_blocks() -> list[Block]:
    """Draw the help."""
    return [*sections(_lines()), footer(HELP_ID)]


def help_text() -> str:
    """Write the help for notifications."""
    return notification("\n".join([HELP, *_plain()]), HELP_ID)


def _lines() -> list[str]:
    return [HELP, *(f"`/tape {usage}` · {what}" for usage, what in USAGE.items())]


def _plain() -> list[str]:
    return [f"/tape {usage}: {what}" for usage, what in USAGE.items()]
