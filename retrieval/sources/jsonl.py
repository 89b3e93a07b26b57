"""JSONL lines -> Articles: {id, text, title?, url?, source?, published_at?}. Knows no other JSON.

The fields are taken as given and the text keeps every character: spans count in the line's text.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from retrieval.errors import BadLineError
from retrieval.models import Article
from retrieval.sources.dates import read_date
from retrieval.sources.ids import article_id, canonical_url, id_of_url
from retrieval.sources.text import clean


def parse_line(line: bytes, *, now: datetime | None = None) -> Article:
    """Read one line."""
    try:
        row = json.loads(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise BadLineError from error
    if not isinstance(row, dict):
        raise BadLineError
    text = _field(row, "text") or ""
    if not text.strip():
        raise BadLineError
    url, title = _field(row, "url"), _field(row, "title")
    when = read_date(_field(row, "published_at"), now=now)
    return Article(
        id=_id(row) or (id_of_url(url) if url else article_id("text", title or "", text)),
        text=text,
        title=title,
        url=url if canonical_url(url) else None,
        source=_field(row, "source"),
        published_at=when.at,
        published_offset=when.offset,
    )


def _id(row: Mapping[str, object]) -> str | None:
    value = row.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _field(row, "id")


def _field(row: Mapping[str, object], name: str) -> str | None:
    """Take a text field; empty or null is absent, any other type is a mistake."""
    value = row.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadLineError
    return clean(value)
