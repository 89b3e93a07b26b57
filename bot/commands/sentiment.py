"""Lines of texts and targets to lines of sentiment. Opens no database."""

from itertools import islice
from pathlib import Path
from typing import Any

from bot import console
from bot.engines import judge_of
from bot.lines import read_rows
from retrieval.contract import dumps, sentiment_json
from retrieval.language.securities import load_securities
from retrieval.language.targets import Asked, sentiments_of

BATCH = 512
"""Lines read for at once: passages of like length share a batch of the model."""


def sentiment(path: Path) -> bool:
    """Write {id, score, label} for each line. False when there was none.

    Raises:
        MissingPathError: the file is not there.
        UnreadableFileError: the file cannot be opened.
        BadLineError: there are lines, and not one is {id, text}.
    """
    judge, securities = judge_of(), load_securities()
    rows, done = read_rows(path, _asked), 0
    with console.progress("Reading") as advance:
        while batch := list(islice(rows, BATCH)):
            for asked, said in zip(batch, sentiments_of(batch, judge, securities), strict=True):
                console.write(dumps(sentiment_json(asked.id, said)))
            done += len(batch)
            advance(len(batch))
    return done > 0


def _asked(row: dict[str, Any]) -> Asked:
    """Read {id, text, target?, start?, end?}; the places must lie in the text."""
    key, text, target = row["id"], row["text"], row.get("target")
    start, end = row.get("start"), row.get("end")
    if not isinstance(key, str | int) or not isinstance(text, str):
        raise TypeError
    if not (target is None or isinstance(target, str)):
        raise TypeError
    if (start is None) != (end is None):
        raise ValueError
    if start is not None and end is not None and not 0 <= start < end <= len(text):
        raise ValueError
    return Asked(str(key), text, target or None, start, end)
