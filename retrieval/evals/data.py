"""Evaluation sets, of a folder and of our own, to typed rows. Knows their fields, no measure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
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


NEWS = "news.jsonl"
"""Our own labelled news: invented events and people, real companies."""

GOLD = (
    "collisions.tsv",
    "collisions_blind.tsv",
    "collisions_blind2.tsv",
    "collisions_blind3.tsv",
    "collisions_blind4.tsv",
    "collisions_blind5.tsv",
)
"""Our own sentences: those the reader was built on, then those written before it was measured."""


def gold_sentences(file: str) -> list[tuple[str, tuple[str, ...]]]:
    """Read a file of our own gold: each sentence, with the tickers that must be found in it.

    The tickers are in the order of the sentence and each stands once.
    """
    lines = (files("retrieval.evals") / "gold" / file).read_text("utf-8").splitlines()
    split = [line.partition("\t") for line in lines if not line.startswith("#")]
    return [(text, tuple(named.split(", ")) if named else ()) for text, _, named in split]


@dataclass(frozen=True, slots=True)
class OwnNews:
    """One article of ours, and the tickers that it says will gain or lose, or only names.

    `strong` are those of either side that gain or lose much. `first` is the strongest winner, where
    there is one.
    """

    article: Article
    winners: frozenset[str]
    losers: frozenset[str]
    strong: frozenset[str]
    neutral: frozenset[str]
    first: str | None


def own_news() -> list[OwnNews]:
    """Read our own labelled news."""
    text = (files("retrieval.evals") / "gold" / NEWS).read_text("utf-8")
    return [_own(_row(line, NEWS)) for line in text.splitlines()]


def _own(row: Row) -> OwnNews:
    sides = [*row["winners"], *row["losers"]]
    return OwnNews(
        article_of(row),
        winners=frozenset(one["ticker"] for one in row["winners"]),
        losers=frozenset(one["ticker"] for one in row["losers"]),
        strong=frozenset(one["ticker"] for one in sides if one["strength"] == "strong"),
        neutral=frozenset(row["neutral"]),
        first=row["first"],
    )


def article_of(row: Row) -> Article:
    """Make an article of a row of articles.jsonl, passages.jsonl, impact_articles.jsonl or news."""
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
