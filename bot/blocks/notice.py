"""A sentence of ours that is no answer -> blocks, and the words of its notification."""

from bot.blocks.kit import context, footer, notification, section
from bot.blocks.limits import MESSAGE_TEXT, Block
from bot.mrkdwn import escape, fit, italic

LONGEST = MESSAGE_TEXT // 2
LONGEST_QUESTION = 300

HELP = (
    "Ask about the articles: “which tickers benefit?”, “who loses?”, “what about NVDA?” or "
    "“what would change the view?”. Over all of them: “what changed for NVDA since Friday?”, "
    "“compare NVDA and AMD”, “why is Boeing down?”, “who is exposed to tariffs?”. "
    "Add a link, or ask under one."
)
BROKEN = "Something went wrong on our side. Please ask again; our log knows it by the id below."


def asked_block(question: str) -> Block:
    """Repeat a question that stands nowhere else."""
    return context(italic(f"Asked: {fit(question, LONGEST_QUESTION)}"))


def notice_blocks(sentence: str, notice_id: str) -> list[Block]:
    """Draw a sentence with the footer of every message."""
    return [section(escape(fit(sentence, LONGEST))), footer(notice_id)]


def notice_text(sentence: str, notice_id: str) -> str:
    """Write the sentence for notifications."""
    return notification(fit(sentence, LONGEST), notice_id)
