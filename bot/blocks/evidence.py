"""Answer and the texts it cites -> the modal of its quotes in context. Knows no client, no store.

Quotes stand in rich text: its plain elements are never parsed, so they are shown word for word.
"""

from collections.abc import Mapping

from bot.blocks.citing import SOURCE, left_out, titled
from bot.blocks.kit import footer, label, section, sections
from bot.blocks.limits import Block
from bot.mrkdwn import ELLIPSIS, bold, escape, fit, plain
from retrieval.answers import Answer, Citation
from retrieval.ask.wording import moment

MOST_QUOTES = 40  # two blocks each, of the hundred that a view may have
QUOTE, AROUND = 1_000, 160
HEADLINE = 300

Texts = Mapping[tuple[str, int], str]
"""The text of an article's version, by article id and version."""


def evidence_view(answer: Answer, texts: Texts) -> Block:
    """Draw every quote of an answer with the words around it."""
    blocks = sections([bold(fit(answer.headline, HEADLINE))])
    for citation in answer.citations[:MOST_QUOTES]:
        blocks += [_source(citation), _in_context(citation, texts)]
    left = left_out(answer.citations, answer.citations[:MOST_QUOTES], " not shown")
    return _modal([*blocks, *left, footer(answer.replay_id)])


def gone_view() -> Block:
    """Say that an answer's quotes are not kept any more."""
    return _modal([section("The quotes of this answer are no longer kept. Ask again to see them.")])


def _modal(blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "title": label("Evidence"),
        "close": label("Close"),
        "blocks": blocks,
    }


def _source(citation: Citation) -> Block:
    when = moment(citation.published_at) if citation.published_at else "undated"
    parts = [f"*[{citation.n}]* {titled(citation)}"]
    parts += [escape(fit(citation.source, SOURCE))] if citation.source else []
    return section(" · ".join([*parts, when]))


def _in_context(citation: Citation, texts: Texts) -> Block:
    quote = citation.quote
    text = texts.get((citation.article_id, citation.version), "")
    if text[quote.start : quote.end] != quote.text:
        text = ""
    before = _end(text[: quote.start]) if text else ""
    after = _start(text[quote.end :]) if text else ""
    parts = [(before, {}), (fit(quote.text, QUOTE) or ELLIPSIS, {"bold": True}), (after, {})]
    elements: list[Block] = [
        {"type": "text", "text": words, **({"style": style} if style else {})}
        for words, style in parts
        if words
    ]
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": elements}]}


def _end(text: str) -> str:
    """Keep the last words before a quote, with the space that they end with."""
    whole = plain(text[-4 * AROUND :])
    if len(whole) > AROUND:
        whole = ELLIPSIS + whole[-AROUND:].partition(" ")[2]
    return f"{whole}{' ' if text[-1:].isspace() else ''}" if whole else ""


def _start(text: str) -> str:
    """Keep the first words after a quote, with the space or sign that they begin with."""
    whole = plain(text[: 4 * AROUND])
    if len(whole) > AROUND:
        whole = whole[:AROUND].rpartition(" ")[0] + ELLIPSIS
    return f"{' ' if text[:1].isspace() else ''}{whole}" if whole else ""
