"""Bytes of a known kind -> Articles, or one of our errors. Knows no files, no network, no clock.

Each parser is imported where it is used: the command line starts in a second, and the heavy ones
only ever run in the child process of sandbox.py.
"""

from collections.abc import Callable
from datetime import datetime

from retrieval.errors import UnreadableFileError
from retrieval.models import Article
from retrieval.sources.kinds import Kind


def parse(
    body: bytes,
    *,
    kind: Kind,
    origin: str,
    charset: str | None = None,
    now: datetime | None = None,
) -> tuple[Article, ...]:
    """Read the bytes of one source; `origin` is its address or its resolved path."""
    if kind == "text":
        from retrieval.sources.text import parse_text

        return parse_text(body, origin=origin, charset=charset)
    if kind == "pdf":
        from retrieval.sources.pdf import parse_pdf

        return parse_pdf(body, origin=origin)
    if kind == "jsonl":
        from retrieval.sources.jsonl import parse_line

        lines = filter(bytes.strip, body.split(b"\n"))
        return tuple(parse_line(line, now=now) for line in lines)
    return _parser(kind)(body, origin=origin, charset=charset, now=now)


def _parser(kind: Kind) -> Callable[..., tuple[Article, ...]]:
    """Give the parser of a kind with dates and a charset of its own."""
    match kind:
        case "markdown":
            from retrieval.sources.markdown import parse_markdown

            return parse_markdown
        case "html":
            from retrieval.sources.pages import parse_page

            return parse_page
        case "mail":
            from retrieval.sources.mail import parse_mail

            return parse_mail
        case "vendor":
            from retrieval.sources.vendors import parse_vendor

            return parse_vendor
        case "feed" | "jsonfeed":
            from retrieval.sources import feeds

            return feeds.parse_feed if kind == "feed" else feeds.parse_json_feed
        case _:  # an mbox: reading.py cuts one message at a time out of it
            raise UnreadableFileError
