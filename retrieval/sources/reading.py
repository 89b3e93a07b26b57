"""A path, a folder or an address -> Articles and Failures, in order. Knows no format and no store.

One bad file, item or line is a Failure in its place and never stops the rest; only a source that is
not there, or that may not be asked, raises. What can hang is parsed in the sandbox; plain text,
JSONL and small Markdown cannot.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import (
    BadLineError,
    EmptySourceError,
    ForbiddenAddressError,
    MissingPathError,
    NotAFeedError,
    SourceError,
    TapeError,
    TooLargeError,
    TooManyItemsError,
    UnreadableFileError,
)
from retrieval.models import Article
from retrieval.sources.fetched import Fetch, Fetched
from retrieval.sources.jsonl import parse_line
from retrieval.sources.kinds import HEAD, Kind, sniff
from retrieval.sources.limits import BODY_LIMIT, ITEM_LIMIT
from retrieval.sources.mailbox import messages
from retrieval.sources.parsing import parse
from retrieval.sources.sandbox import Sandbox

FEEDS: tuple[Kind, ...] = ("feed", "jsonfeed", "vendor")
HARMLESS_MARKDOWN = 20_000  # bytes: at worst (brackets only) they were read in 0.6 s
_TRACES = (
    "~",
    ".swp",
    ".lock",
    ".tmp",
    ".part",
)  # what editors and downloads leave beside the files


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read, and why in one sentence for the user."""

    source: str
    reason: str


Read = Iterator[Article | Failure]


@dataclass(frozen=True, slots=True)
class _Reader:
    sandbox: Sandbox
    now: datetime | None


def read(
    source: str,
    *,
    fetch: Fetch,
    base: Path | None = None,
    sandbox: Sandbox | None = None,
    now: datetime | None = None,
) -> Read:
    """Read everything at a source; a relative path starts from `base`.

    Without a sandbox of the caller's, one lives as long as the iteration. `now` only serves to
    drop dates that lie years ahead of it.

    Raises:
        MissingPathError: There is no such path.
        ForbiddenAddressError: The address is not a public http or https one.
    """
    if "://" in source:
        outcome = _fetched(source, fetch)
        return _within(sandbox, now, lambda reader: _read_answer(outcome, source, reader))
    path = path_of(source, base)
    if path is None:
        raise MissingPathError(source)
    return _within(sandbox, now, lambda reader: _read_path(path, reader))


def read_bytes(
    name: str, body: bytes, *, sandbox: Sandbox | None = None, now: datetime | None = None
) -> Read:
    """Read a document that somebody handed over; `name` is what they called it.

    The same bytes are the same article, whatever their name and whoever shared them.
    """
    key = f"file:{sha256(body).hexdigest()}"
    kind = sniff(body[:BODY_LIMIT], name=name)
    if kind == "jsonl":
        return _lines(body.splitlines(keepends=True), name, now)
    if kind == "mbox":
        return _within(sandbox, now, lambda reader: _mails(BytesIO(body), name, reader))
    return _within(sandbox, now, lambda reader: _parsed(body, kind, (name, key, None), reader))


def read_feed(
    answer: Fetched, *, sandbox: Sandbox, now: datetime | None = None
) -> tuple[Article, ...]:
    """Parse what a feed's address answered; of more than the item limit, the first so many.

    Raises:
        NotAFeedError: it is a page, a text or damaged.
        EmptySourceError, ParseLimitError: as in their own words.
    """
    kind = sniff(answer.body, name=answer.url, content_type=answer.content_type)
    if kind not in FEEDS:
        raise NotAFeedError
    try:
        articles = sandbox.parse(
            answer.body, kind=kind, origin=answer.url, charset=answer.charset, now=now
        )
    except UnreadableFileError as error:
        raise NotAFeedError from error
    return articles[:ITEM_LIMIT]


def path_of(source: str, base: Path | None = None) -> Path | None:
    """The file or folder of a source; None when there is none, as for an address."""
    try:
        path = (base or Path()) / Path(source).expanduser()
        return path if source and path.exists() else None
    except (OSError, RuntimeError, ValueError):  # too long, no such home, a NUL: no path at all
        return None


def read_jsonl(path: Path, *, now: datetime | None = None) -> Read:
    """Read a JSONL file line by line, however long it is; a bad line is a Failure with its number.

    Raises:
        MissingPathError: There is no such file.
    """
    file = path_of(str(path))
    if file is None or not file.is_file():
        raise MissingPathError(str(path))
    return _open_lines(file, now)


def _within(sandbox: Sandbox | None, now: datetime | None, work: Callable[[_Reader], Read]) -> Read:
    if sandbox is not None:
        yield from work(_Reader(sandbox, now))
        return
    with Sandbox() as own:
        yield from work(_Reader(own, now))


def _fetched(source: str, fetch: Fetch) -> Fetched | Failure:
    try:
        return fetch(source)
    except ForbiddenAddressError as error:
        raise ForbiddenAddressError(source) from error
    except SourceError as error:
        return _failure(source, error)


def _read_answer(outcome: Fetched | Failure, source: str, reader: _Reader) -> Read:
    if isinstance(outcome, Failure):
        yield outcome
        return
    kind = sniff(outcome.body, name=outcome.url, content_type=outcome.content_type)
    if kind == "jsonl":
        yield from _lines(outcome.body.splitlines(keepends=True), source, reader.now)
        return
    yield from _parsed(outcome.body, kind, (source, outcome.url, outcome.charset), reader)


def _read_path(path: Path, reader: _Reader) -> Read:
    for file in _files(path) if path.is_dir() else (path,):
        try:
            yield from _read_file(file, reader)
        except OSError:
            yield _failure(str(file), UnreadableFileError())


def _files(folder: Path) -> Iterator[Path]:
    """Walk a folder in sorted order, without what is hidden and what editors leave behind."""
    closed: list[OSError] = []
    for at, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and not name.endswith(_TRACES):
                yield Path(at, name)
    yield from (Path(str(error.filename)) for error in closed)  # reported when they are read


def _read_file(path: Path, reader: _Reader) -> Read:
    if not path.is_file():  # a pipe or a device could keep us waiting for ever
        yield _failure(str(path), UnreadableFileError())
        return
    with path.open("rb") as stream:
        kind = sniff(stream.read(HEAD), name=path.name)
        stream.seek(0)
        if kind == "jsonl":
            yield from _lines(_long_lines(stream), str(path), reader.now)
            return
        if kind == "mbox":
            yield from _mails(stream, str(path), reader)
            return
        body = stream.read(BODY_LIMIT + 1)
    yield from _parsed(body, kind, (str(path), str(path.resolve()), None), reader)


def _mails(stream: BinaryIO, source: str, reader: _Reader) -> Read:
    for number, message in enumerate(messages(stream), start=1):
        yield from _parsed(message, "mail", (f"{source}: message {number}", source, None), reader)


def _parsed(
    body: bytes, kind: Kind | None, origin: tuple[str, str, str | None], reader: _Reader
) -> Read:
    source, key, charset = origin
    try:
        articles = _parse(body, kind, (key, charset), reader)
    except SourceError as error:
        yield _failure(source, error)
        return
    yield from articles[:ITEM_LIMIT]
    if len(articles) > ITEM_LIMIT:
        yield _failure(source, TooManyItemsError())


def _parse(
    body: bytes, kind: Kind | None, origin: tuple[str, str | None], reader: _Reader
) -> tuple[Article, ...]:
    if len(body) > BODY_LIMIT:
        raise TooLargeError
    if not body.strip():
        raise EmptySourceError
    if kind is None:
        raise UnreadableFileError
    harmless = kind == "text" or (kind == "markdown" and len(body) <= HARMLESS_MARKDOWN)
    run = parse if harmless else reader.sandbox.parse
    return run(body, kind=kind, origin=origin[0], charset=origin[1], now=reader.now)


def _open_lines(path: Path, now: datetime | None) -> Read:
    try:
        with path.open("rb") as stream:
            yield from _lines(_long_lines(stream), str(path), now)
    except OSError:
        yield _failure(str(path), UnreadableFileError())


def _long_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Give lines of a stream; of one over the limit only so much that it is seen to be over."""
    while line := stream.readline(BODY_LIMIT + 2):
        yield line
        while len(line) > BODY_LIMIT + 1 and not line.endswith(b"\n"):
            line = stream.readline(BODY_LIMIT + 2)


def _lines(lines: Iterable[bytes], source: str, now: datetime | None) -> Read:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            if len(line) > BODY_LIMIT + 1:
                raise TooLargeError
            yield parse_line(line, now=now)
        except (SourceError, BadLineError) as error:
            yield Failure(source, type(error)(f"line {number}").sentence)


def _failure(source: str, error: TapeError) -> Failure:
    return Failure(source, type(error)().sentence)
