"""Markdown bytes -> one Article in readable plain text. Knows no HTML page and no feed.

Marks go, words stay: emphasis, headings, list marks and link addresses are dropped, so that
**NVDA** and [NVDA](url) read NVDA. A line break inside a paragraph is a space, as CommonMark has
it; blocks are a blank line apart. A tag like <TSLA> is a ticker, not HTML.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.models import Article
from retrieval.sources.dates import read_date
from retrieval.sources.ids import canonical_url, host_of, id_of_origin, id_of_url
from retrieval.sources.text import clean, decode, require_words

FRONT_LINES = 50  # a front matter that does not end within these is a rule, not a front matter
_FIELD = re.compile(r"([A-Za-z_][\w-]*)\s*:\s*(.*)")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?(?![A-Z]{1,5}>)[a-zA-Z][^<>]*>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ENDS = {"heading_close", "paragraph_close", "tr_close"}


def parse_markdown(
    body: bytes, *, origin: str, charset: str | None = None, now: datetime | None = None
) -> tuple[Article, ...]:
    """Read a Markdown text; its front matter may give id, title, url, source, published_at."""
    fields, rest = front_matter(decode(body, charset))
    title, text = _split_title(plain(rest), fields.get("title"), rest)
    url = canonical_url(fields.get("url")) or canonical_url(origin)
    when = read_date(fields.get("published_at") or fields.get("date"), now=now)
    return (
        Article(
            id=fields.get("id") or (id_of_url(url) if url else id_of_origin(origin)),
            text=require_words(text),
            title=title,
            url=url,
            source=fields.get("source") or host_of(url),
            published_at=when.at,
            published_offset=when.offset,
        ),
    )


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """Split `key: value` lines between two --- lines from the text below them."""
    lines = text.split("\n", FRONT_LINES)
    if lines[0].rstrip() != "---":
        return {}, text
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in {"---", "..."}:
            pairs = (_FIELD.fullmatch(field.strip()) for field in lines[1:number])
            fields = {pair[1].lower(): _unquoted(pair[2]) for pair in pairs if pair}
            return fields, "\n".join(lines[number + 1 :])
    return {}, text


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _split_title(text: str, title: str | None, marked: str) -> tuple[str | None, str]:
    """Take the first heading as the title, and out of the text when the title says it already."""
    first, _, rest = text.partition("\n\n")
    heading = first if marked.lstrip().startswith("#") and "\n" not in first else None
    if heading and rest.strip() and title in {None, "", heading}:
        return heading, rest
    return title or None, text


def plain(marked: str) -> str:
    """Render Markdown as the prose that a reader sees."""
    tokens = MarkdownIt("commonmark").enable("table").parse(marked)
    blocks = (block.strip() for block in _blocks(tokens))
    return clean("\n\n".join(block for block in blocks if block)) + "\n"


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    """Gather the words of each block; the cells of a table row are one block."""
    words: list[str] = []
    for token in tokens:
        if token.type == "inline":
            words.append("".join(_inline(token.children or ())).strip())
        elif token.type in {"fence", "code_block", "html_block"}:
            yield token.content if token.type != "html_block" else _without_tags(token.content)
        elif token.type in _ENDS:
            yield " | ".join(words)
            words = []


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "softbreak":
            yield " "
        elif token.type == "hardbreak":
            yield "\n"
        elif token.type == "html_inline":
            yield _without_tags(token.content)
        else:
            yield token.content


def _without_tags(html: str) -> str:
    return _TAG.sub("", _BREAK.sub("\n", html))
