"""A file of JSON lines -> the rows that can be used, as they come. Knows no row's meaning.

A bad line is told on stderr and stops nothing, unless no line is good.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from bot import console
from retrieval.errors import BadLineError, MissingPathError, UnreadableFileError
from retrieval.sources.reading import path_of

Row = TypeVar("Row")
Parse = Callable[[dict[str, Any]], Row]
"""Raises KeyError, TypeError or ValueError where a field is missing or of another kind."""


def read_rows(path: Path, parse: Parse[Row]) -> Iterator[Row]:
    """Read rows one by one.

    Raises:
        MissingPathError: there is no such file.
        UnreadableFileError: it cannot be opened.
        BadLineError: there are lines, and none of them is good.
    """
    file = path_of(str(path))
    if file is None or not file.is_file():
        raise MissingPathError(str(path))
    good, first_bad = 0, None
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            row = _row(line, f"{path}: line {number}", parse)
        except BadLineError as error:
            console.note(error.sentence)
            first_bad = first_bad or error
            continue
        good += 1
        yield row
    if first_bad is not None and not good:
        raise first_bad


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            yield from opened
    except OSError as error:
        raise UnreadableFileError(str(file)) from error


def _row(line: bytes, where: str, parse: Parse[Row]) -> Row:
    try:
        return parse(_object(json.loads(line.decode("utf-8-sig"))))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadLineError(where) from error


def _object(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise TypeError
    return found
