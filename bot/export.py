"""An answer as the audit kept it -> a table for a spreadsheet. Pure; its words are hostile input.

A cell that a spreadsheet would run begins with an apostrophe, which it shows as words.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from bot.mrkdwn import plain

HEADER = (
    "target",
    "kind",
    "name",
    "sentiment",
    "score",
    "order",
    "origin",
    "mechanism",
    "horizon",
    "confidence",
    "quote",
    "title",
    "source",
    "published_at",
    "url",
)
FORMULA = ("=", "+", "-", "@")

Json = Mapping[str, Any]


def table_of(answer: Json) -> bytes | None:
    """Write a row for each line and each of its quotes, as Excel reads UTF-8; None for no line."""
    rows = list(_rows(answer))
    if not rows:
        return None
    written = io.StringIO()
    table = csv.DictWriter(written, HEADER, lineterminator="\r\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def _rows(answer: Json) -> Iterator[dict[str, object]]:
    cited = {citation["n"]: citation for citation in answer.get("citations", ())}
    for line in answer.get("lines", ()):
        said = {name: _cell(line.get(name)) for name in HEADER if name in line}
        said |= {"target": _cell(line["target"]), "sentiment": line["label"]}
        for n in line.get("citations") or [None]:
            source = cited.get(n, {})
            where = ("quote", "title", "source", "published_at", "url")
            yield said | {name: _cell(source.get(name)) for name in where}


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = plain(value)
    return f"'{words}" if words.startswith(FORMULA) else words
