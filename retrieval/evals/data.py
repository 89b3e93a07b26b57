"""A folder of evaluation sets to typed rows. Knows the fields of the sets, no measure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from retrieval.errors import BadLineError, MissingPathError
from retrieval.models import Article

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Missing:
    """A set whose file is not in the folder: said on the scoreboard, never skipped in silence."""

    name: str
    file: str


def rows(folder: Path, file: str) -> Iterator[Row]:
    """Read the rows of a set.

    Raises:
        MissingPathError: the file is not there.
        BadLineError: a line is not a JSON object.
    """
    path = folder / file
    if not path.is_file():
        raise MissingPathError(str(path))
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _row(line, f"{path} line {number}")


def _row(line: str, where: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadLineError(where) from error
    if not isinstance(row, dict):
        raise BadLineError(where)
    return row


def article_of(row: Row) -> Article:
    """Make an article of a row of articles.jsonl, passages.jsonl or impact_articles.jsonl."""
    published = row.get("published_at")
    when = datetime.fromisoformat(published) if published else None
    return Article(
        id=str(row["id"]),
        text=row["text"] or "",
        title=row.get("title"),
        url=row.get("url"),
        source=row.get("source"),
        published_at=when if when is None or when.tzinfo else None,
    )
