"""RSS (0.9x, 1.0, 2.0), Atom and JSON Feed bytes -> Articles, one an item. Follows no link.

An item is named by its link; by its guid where the link is not its own (none, the feed's home page,
or shared with another item). An item without any words is no article.
"""

import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from time import struct_time
from typing import Any

import feedparser

from retrieval.errors import EmptySourceError, UnreadableFileError
from retrieval.models import Article
from retrieval.sources.dates import Printed, printed, read_date
from retrieval.sources.ids import absolute_url, article_id, canonical_url, host_of, id_of_url
from retrieval.sources.limits import ITEM_LIMIT
from retrieval.sources.markup import text_of
from retrieval.sources.text import clean


@dataclass(frozen=True, slots=True)
class _Item:
    link: str | None
    guid: str | None
    title: str
    text: str
    when: Printed
    source: str | None


@dataclass(frozen=True, slots=True)
class _Feed:
    origin: str
    title: str | None
    home: str | None


def parse_feed(
    body: bytes, *, origin: str, charset: str | None = None, now: datetime | None = None
) -> tuple[Article, ...]:
    """Read an XML feed; what has no feed's root element is not one."""
    base = canonical_url(origin)
    headers = {"content-location": base or ""}
    if charset:
        headers["content-type"] = f"application/xml; charset={charset}"
    # a stream, since feedparser would open bytes that look like a path
    found = feedparser.parse(io.BytesIO(body), response_headers=headers)
    if not found.get("version") and not found.entries:
        raise UnreadableFileError
    title = _heading(text_of(found.feed.get("title", "")))
    home = canonical_url(found.feed.get("link"))
    feed, base = _Feed(origin, title or None, home), base or home
    return _articles((_xml_item(entry, base, now) for entry in found.entries), feed)


def parse_json_feed(
    body: bytes, *, origin: str, charset: str | None = None, now: datetime | None = None
) -> tuple[Article, ...]:
    """Read a JSON Feed, version 1 or 1.1; it is UTF-8 by definition."""
    del charset
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise UnreadableFileError
    title, home = _heading(_word(data, "title")), canonical_url(_word(data, "home_page_url"))
    feed, base = _Feed(origin, title or None, home), canonical_url(origin) or home
    rows = (row for row in data["items"] if isinstance(row, dict))
    return _articles((_json_item(row, base, now) for row in rows), feed)


def _articles(items: Iterable[_Item], feed: _Feed) -> tuple[Article, ...]:
    found = list(islice(items, 2 * ITEM_LIMIT))
    worded = [item for item in found if item.text]
    if found and not worded:
        raise EmptySourceError
    shared = Counter(link for link, _ in {(item.link, item.guid) for item in worded})
    kept: dict[str, Article] = {}
    for item in worded:
        own_link = item.link if item.link != feed.home and shared[item.link] == 1 else None
        article = _article(item, own_link, feed)
        kept.setdefault(article.id, article)
    return tuple(kept.values())[: ITEM_LIMIT + 1]  # one more shows that there are more


def _article(item: _Item, own_link: str | None, feed: _Feed) -> Article:
    own_key = (item.guid,) if item.guid else (item.title, item.text)
    source = item.source or feed.title or host_of(item.link) or host_of(feed.origin)
    return Article(
        id=id_of_url(own_link) if own_link else article_id("item", feed.origin, *own_key),
        text=clean(item.text),
        title=clean(item.title) or None,
        url=item.link,
        source=clean(source) if source else None,
        published_at=item.when.at,
        published_offset=item.when.offset,
    )


def _xml_item(entry: Mapping[str, Any], base: str | None, now: datetime | None) -> _Item:
    title = _heading(text_of(entry.get("title", "")))
    source = entry.get("source")
    return _Item(
        link=absolute_url(base, entry.get("link", "")),
        guid=entry.get("id") or None,
        title=title,
        text=_longest(_bodies(entry)) or title,
        when=_entry_time(entry, now),
        source=text_of(source.get("title", "")) or None if isinstance(source, Mapping) else None,
    )


def _bodies(entry: Mapping[str, Any]) -> Iterator[str]:
    """Give every text that an item carries about itself: full contents, and the summary."""
    for detail in (*entry.get("content", ()), entry.get("summary_detail", {})):
        value = detail.get("value") or ""
        is_plain = detail.get("type") == "text/plain" and "<" not in value
        yield _unwrapped(value) if is_plain else text_of(value)


def _unwrapped(text: str) -> str:
    """Join the lines of plain paragraphs: XML is often wrapped and indented by machines."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _heading(text: str) -> str:
    """Write a title on one line; many generators escape it once too often."""
    return " ".join(html.unescape(text).split())


def _longest(texts: Iterable[str]) -> str:
    return max(texts, key=len, default="")


def _entry_time(entry: Mapping[str, Any], now: datetime | None) -> Printed:
    """Read the printed time; feedparser knows older and foreign notations besides ours, in UTC."""
    for name in filter(entry.__contains__, ("published", "updated", "created")):
        when = read_date(entry.get(name), now=now)
        parsed = entry.get(f"{name}_parsed")
        if not when.at and isinstance(parsed, struct_time):
            known = printed(datetime(*parsed[:6], tzinfo=UTC), now=now)
            when = Printed(known.at, None)
        if when.at:
            return when
    return Printed()


def _json_item(row: Mapping[str, object], base: str | None, now: datetime | None) -> _Item:
    title = _heading(_word(row, "title"))
    rich, plain = text_of(_word(row, "content_html")), _word(row, "content_text").strip()
    return _Item(
        link=absolute_url(base, _word(row, "url") or _word(row, "external_url")),
        guid=_word(row, "id") or None,
        title=title,
        text=_longest((rich, plain)) or _word(row, "summary").strip() or title,
        when=read_date(_word(row, "date_published") or _word(row, "date_modified"), now=now),
        source=None,
    )


def _word(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""
