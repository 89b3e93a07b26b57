"""Citations -> links, numbers and quoted lines that find room in a message. Knows no answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from bot.blocks.kit import context
from bot.blocks.limits import Block, problems, total_text
from bot.mrkdwn import at_quote, escape, fit, link, safe_url
from retrieval.answers import Citation
from retrieval.ask.wording import plural

BODY = 7_000  # characters of a message's body with its links; the rest is for quotes
QUOTE, TITLE, SOURCE = 240, 120, 60
QUOTES = 8  # more would push the buttons off a phone's screen
NUMBERS = 6

Urls = Mapping[int, str | None]


def numbers(cited: Iterable[int], urls: Urls) -> str:
    """Write citation numbers, each linked to what it cites."""
    return "".join(link(urls.get(n), f"[{n}]") for n in islice(cited, NUMBERS))


def linked(citations: Sequence[Citation], draft: Callable[[Urls], list[Block]]) -> list[Block]:
    """Draw a body with links to the quotes; if it grows too long to the pages, or without."""
    deep = {c.n: at_quote(c.url, c.quote.text) for c in citations}
    flat = {c.n: safe_url(c.url) for c in citations}
    drawn = (draft(urls) for urls in (deep, flat))
    fitting = (body for body in drawn if total_text(body) <= BODY and not problems(body))
    return next(fitting, None) or draft(dict.fromkeys(flat))


def quotes(
    citations: Sequence[Citation], room: int, more: Callable[[Citation], str]
) -> list[Block]:
    """Show quotes while there is room; `more` is what stands after a source."""
    shown: list[Block] = []
    for citation in citations[:QUOTES]:
        source = f", {escape(fit(citation.source, SOURCE))}" if citation.source else ""
        text = f"{_quoted(citation)}{source}{more(citation)}"
        if len(text) > room:
            break
        shown.append(context(text))
        room -= len(text)
    return shown


def left_out(
    citations: Sequence[Citation], shown: Sequence[object], where: str = ""
) -> list[Block]:
    """Count the quotes that found no room."""
    left = len(citations) - len(shown)
    return [context(f"… {plural(left, 'more quote')}{where}")] if left else []


def titled(citation: Citation) -> str:
    """Write the title, linked so that it opens the page at the quote."""
    page = at_quote(citation.url, citation.quote.text)
    return link(page, fit(citation.title or "untitled", TITLE))


def _quoted(citation: Citation) -> str:
    return f"[{citation.n}] “{escape(fit(citation.quote.text, QUOTE))}” — {titled(citation)}"
