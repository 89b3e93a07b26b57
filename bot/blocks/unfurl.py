"""A stored article -> the card under its link in Slack. Knows no client, no store and no clock."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.answer import age
from bot.blocks.citing import SOURCE, TITLE
from bot.blocks.kit import DISCLAIMER, context, section
from bot.blocks.limits import Block
from bot.mrkdwn import bold, escape, fit, link
from retrieval.ask.wording import tone_text
from retrieval.models import ArticleHead, TickerSentiment

MOST_NAMES = 6


def card(head: ArticleHead, tickers: Sequence[TickerSentiment], *, now: datetime) -> Block:
    """Draw title, source, age, tone and the names that it speaks of most."""
    when = age(head.published_at, now)
    source = escape(fit(head.source, SOURCE)) if head.source else "unknown source"
    named = sorted(tickers, key=lambda t: (-t.relevance, t.ticker))[:MOST_NAMES]
    names = " · ".join(
        f"{t.sentiment.arrow} {bold(fit(t.ticker, 20))} {t.sentiment.label}" for t in named
    )
    rows = [link(head.url, fit(head.title or "untitled", TITLE))]
    rows += [f"{source} · {when} · tone {tone_text(head.tone)}"]
    rows += [names] if names else []
    return {"blocks": [section("\n".join(rows)), context(f"{DISCLAIMER} · read by Tape")]}
