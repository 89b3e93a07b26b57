"""Vendors' news JSON (Alpha Vantage, Polygon, Marketaux) -> Articles. Knows no API and no key.

Taken are title, text, source, time and address. A vendor's own sentiment, tickers and relevance
are not: every score in Tape is read from the words, so that it can be quoted. What vendors give is
a summary; an article that is also read from its own page is the same article (its address), in the
version that was read last.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from retrieval.errors import EmptySourceError, UnreadableFileError
from retrieval.models import Article
from retrieval.sources.dates import read_date
from retrieval.sources.ids import article_id, canonical_url, host_of, id_of_url
from retrieval.sources.limits import ITEM_LIMIT
from retrieval.sources.markup import text_of
from retrieval.sources.text import clean

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a vendor writes what; `marks` are fields that its articles have and others' have not.

    `texts` are the fields with words, the fullest first: one says what another begins.
    """

    list_field: str
    marks: frozenset[str]
    url: str
    published: str
    texts: tuple[str, ...]
    own_id: str | None


_SHAPES = (
    # alphavantage.co/documentation, "News & Sentiments": time_published is 20261127T134500, in UTC
    _Shape(
        "feed", frozenset({"time_published", "url"}), "url", "time_published", ("summary",), None
    ),
    # polygon.io/docs, /v2/reference/news: published_utc is RFC 3339
    _Shape(
        "results",
        frozenset({"published_utc", "article_url"}),
        "article_url",
        "published_utc",
        ("description",),
        "id",
    ),
    # marketaux.com/documentation, /v1/news/all: published_at is ISO 8601 with microseconds
    _Shape(
        "data",
        frozenset({"uuid", "published_at"}),
        "url",
        "published_at",
        ("description", "snippet"),
        "uuid",
    ),
)


def parse_vendor(
    body: bytes, *, origin: str, charset: str | None = None, now: datetime | None = None
) -> tuple[Article, ...]:
    """Read one answer of a vendor, as its API gave it; JSON is UTF-8 by definition.

    Raises:
        UnreadableFileError: it is no JSON, or of no shape that is known.
        EmptySourceError: the vendor found nothing, or nothing with words.
    """
    del origin, charset
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError from error
    shape, rows = _shaped(data)
    if shape is None:
        raise EmptySourceError
    found = (_article(row, shape, now) for row in islice(rows, 2 * ITEM_LIMIT))
    kept = {article.id: article for article in found if article}
    if not kept:
        raise EmptySourceError
    return tuple(kept.values())[: ITEM_LIMIT + 1]  # one more shows that there are more


def _shaped(data: object) -> tuple[_Shape | None, Iterable[Row]]:
    """Tell whose answer it is by the fields of its first article; None for one without articles."""
    if not isinstance(data, dict):
        raise UnreadableFileError
    listed = [shape for shape in _SHAPES if isinstance(data.get(shape.list_field), list)]
    for shape in listed:
        rows = [row for row in data[shape.list_field] if isinstance(row, dict)]
        if rows and shape.marks <= rows[0].keys():
            return shape, rows
    if any(not data[shape.list_field] for shape in listed):
        return None, ()
    raise UnreadableFileError


def _article(row: Row, shape: _Shape, now: datetime | None) -> Article | None:
    title = " ".join(text_of(_word(row, "title")).split())
    text = _joined(text_of(_word(row, name)) for name in shape.texts) or title
    if not text:
        return None
    url = canonical_url(_word(row, shape.url))
    own = _word(row, shape.own_id) if shape.own_id else ""
    when = read_date(_word(row, shape.published), now=now)
    return Article(
        id=id_of_url(url) if url else article_id("vendor", own or title, text),
        text=clean(text),
        title=clean(title) or None,
        url=url,
        source=_source(row) or host_of(url),
        published_at=when.at,
        published_offset=when.offset,
    )


def _joined(texts: Iterable[str]) -> str:
    """Put texts one under the other, without those that only begin another ("… said on")."""
    kept: list[str] = []
    for text in sorted(filter(None, texts), key=len, reverse=True):
        start = text.rstrip("….[] ")
        if not any(start in longer for longer in kept):
            kept.append(text)
    return "\n\n".join(kept)


def _source(row: Row) -> str | None:
    publisher = row.get("publisher")
    name = _word(publisher, "name") if isinstance(publisher, dict) else _word(row, "source")
    return clean(" ".join(name.split())) or None


def _word(row: Row, name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""
