"""Nothing that the sentiment model is measured on was copied into what it is trained on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sentiment_data import EXAMPLES, MARK

RUNS = {"entity_sentiment.jsonl": 9, "sentence_sentiment.jsonl": 9}
COMMON_RUN = 12
"""So many words in a row are a copy; fewer are phrases that anybody writes, as of a going concern.

It is less in the sets of short texts, where a whole text is a copy too.
"""
SHORTEST = 3  # words of a whole text
FIELDS = ("text", "text_with_rics", "title", "summary", "claim", "question", "answer")


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(text: str, length: int) -> set[int]:
    found = words(text)
    return {hash(tuple(found[at : at + length])) for at in range(len(found) - length + 1)}


def texts(path: Path) -> Iterator[str]:
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        yield from (str(row[field]) for field in FIELDS if row.get(field))


def ours() -> list[str]:
    lines = [line for p in EXAMPLES.glob("*.txt") for line in p.read_text("utf-8").splitlines()]
    return [MARK.sub(lambda found: found[2], line.partition(" | ")[2]) for line in lines]


@pytest.mark.evals
def test_no_text_of_ours_repeats_a_text_of_the_evaluation_sets(shared: Path) -> None:
    copied: list[tuple[str, str]] = []
    for path in sorted((shared / "eval").glob("*.jsonl")):
        length = RUNS.get(path.name, COMMON_RUN)
        theirs = list(texts(path))
        parts = {run for text in theirs for run in runs(text, length)}
        wholes = {tuple(words(text)) for text in theirs if path.name in RUNS}
        copied += [
            (path.name, text)
            for text in ours()
            if runs(text, length) & parts
            or (len(words(text)) >= SHORTEST and tuple(words(text)) in wholes)
        ]
    assert copied == []
