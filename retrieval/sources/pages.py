"""An HTML page -> one Article: main text, title, site, time, canonical address. Knows no feed.

The main text is trafilatura's. The time is the one that the page states for machines; failing that,
the day that htmldate finds in its header or address. Nothing is guessed from the text: undated
stays undated.
"""

import json
from collections.abc import Iterator
from datetime import datetime

import trafilatura

from retrieval.errors import UnreadableFileError
from retrieval.models import Article
from retrieval.sources.dates import UNDATED, Printed, read_date
from retrieval.sources.ids import absolute_url, canonical_url, host_of, id_of_origin, id_of_url
from retrieval.sources.markup import Node, serialised, text_of
from retrieval.sources.text import clean, decode, require_words

_TIME_MARKS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//time[@itemprop='datePublished']/@datetime",
    "//meta[@name='date' or @name='pubdate' or @name='publish-date']/@content",
    "//meta[@name='DC.date.issued']/@content",
)
_DATE_SEARCH = {
    "extensive_search": False,
    "original_date": True,
    "outputformat": "%Y-%m-%d",
    "max_date": "2100-01-01",  # else htmldate asks the clock; dates.py knows what lies ahead
}
_DATA = "//script[@type='application/ld+json']/text()"
JSON_DEPTH = 12  # how deep publishers nest an article in their JSON-LD


def parse_page(
    body: bytes, *, origin: str, charset: str | None = None, now: datetime | None = None
) -> tuple[Article, ...]:
    """Read the one article of a page."""
    tree = trafilatura.load_html(decode(body, charset) if charset else body)
    if tree is None:
        raise UnreadableFileError
    when = _stated_time(tree, now)
    meta = trafilatura.extract_metadata(tree, default_url=origin, date_config=dict(_DATE_SEARCH))
    when = when if when.at else read_date(meta.date, now=now)
    title = " ".join(clean(meta.title or "").split())
    url = _address(tree, origin)
    site = meta.sitename if meta.sitename and not meta.sitename.startswith("@") else None
    return (
        Article(
            id=id_of_url(url) if url else id_of_origin(origin),
            text=require_words(_main_text(tree).removeprefix(f"{title}\n")),
            title=title or None,
            url=url,
            source=clean(site) if site else host_of(url),
            published_at=when.at,
            published_offset=when.offset,
        ),
    )


def _main_text(tree: Node) -> str:
    """Take the article without tables and comments; a page too small for that, whole."""
    found: str | None = trafilatura.extract(tree, include_comments=False, include_tables=False)
    return clean(found) if found else text_of(serialised(tree))


def _address(tree: Node, origin: str) -> str | None:
    """Take the address that the page states; a fetched one may only speak for its own site."""
    stated = [
        *tree.xpath("//link[@rel='canonical']/@href"),
        *tree.xpath("//meta[@property='og:url']/@content"),
    ]
    fetched = canonical_url(origin)
    for href in stated:
        url = absolute_url(fetched, str(href))
        if url and (fetched is None or host_of(url) == host_of(fetched)):
            return url
    return fetched


def _stated_time(tree: Node, now: datetime | None) -> Printed:
    """Read the publication time among those written for machines; one with its zone if there is."""
    marked = (str(value) for path in _TIME_MARKS for value in tree.xpath(path))
    stated = [read_date(value, now=now) for value in (*_linked_data_times(tree), *marked)]
    zoned = (when for when in stated if when.offset is not None)
    return next(zoned, next((when for when in stated if when.at), UNDATED))


def _linked_data_times(tree: Node) -> Iterator[str]:
    for script in tree.xpath(_DATA):
        try:
            data = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _dates_in(data, JSON_DEPTH)


def _dates_in(data: object, depth: int) -> Iterator[str]:
    if isinstance(data, dict):
        stated = data.get("datePublished")
        if isinstance(stated, str):
            yield stated
        data = list(data.values())
    if isinstance(data, list) and depth:
        for value in data:
            yield from _dates_in(value, depth - 1)
