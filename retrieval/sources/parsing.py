"""Bytes of a known kind -> Articles, or one of our errors. Knows no files, no network, no clock.

Each parser is imported where it is used: the command line starts in a second, and the heavy ones
only ever run in the child process of sandbox.py.
"""

from datetime import datetime

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
    if kind == "markdown":
        from retrieval.sources.markdown import parse_markdown

        return parse_markdown(body, origin=origin, charset=charset, now=now)
    if kind == "html":
        from retrieval.sources.pages import parse_page

        return parse_page(body, origin=origin, charset=charset, now=now)
    if kind == "jsonl":
        from retrieval.sources.jsonl import parse_line

        lines = filter(bytes.strip, body.split(b"\n"))
        return tuple(parse_line(line, now=now) for line in lines)
    from retrieval.sources.feeds import parse_feed, parse_json_feed

    read = parse_feed if kind == "feed" else parse_json_feed
    return read(body, origin=origin, charset=charset, now=now)
