"""Requests and replies between sandbox.py and its child, as length-prefixed JSON. Knows no process.

JSON and not pickle: what a hostile document makes of the child cannot run code in the parent.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any, cast

from retrieval.errors import (
    BadLineError,
    EmptySourceError,
    ParseLimitError,
    SourceError,
    TapeError,
    UnreadableFileError,
)
from retrieval.models import Article
from retrieval.sources.kinds import Kind

_SIZE = struct.Struct(">Q")
FRAME_LIMIT = 64 * 1024 * 1024  # a reply is text out of 5 MB; more is a child that lost its mind
_CAUSES: dict[str, type[TapeError]] = {
    cause.__name__: cause
    for cause in (BadLineError, EmptySourceError, ParseLimitError, UnreadableFileError)
}


@dataclass(frozen=True, slots=True)
class Request:
    """One document for the child."""

    kind: Kind
    origin: str
    charset: str | None = None
    now: datetime | None = None


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Send one frame."""
    stream.write(_SIZE.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Receive one frame; None when the other side is gone or sends nonsense."""
    head = stream.read(_SIZE.size)
    if len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    if size > FRAME_LIMIT:
        return None
    payload = stream.read(size)
    return payload if len(payload) == size else None


def dump_request(request: Request) -> bytes:
    """Write a request's header; the document follows in a frame of its own."""
    now = request.now.isoformat() if request.now else None
    return json.dumps({**asdict(request), "now": now}).encode()


def load_request(payload: bytes) -> Request:
    """Read what dump_request wrote."""
    row = json.loads(payload)
    now = datetime.fromisoformat(row["now"]) if row["now"] else None
    return Request(row["kind"], row["origin"], row["charset"], now)


def dump_reply(reply: Sequence[Article] | SourceError | BadLineError) -> bytes:
    """Write the articles, or the name of what went wrong."""
    if isinstance(reply, TapeError):
        return json.dumps({"error": type(reply).__name__}).encode()
    return json.dumps({"articles": [_row(article) for article in reply]}).encode()


def load_reply(payload: bytes) -> tuple[Article, ...]:
    """Read what dump_reply wrote: give the articles back, or raise the error."""
    reply = json.loads(payload)
    if "error" in reply:
        raise _CAUSES.get(reply["error"], UnreadableFileError)
    return tuple(_article(row) for row in reply["articles"])


def _row(article: Article) -> dict[str, object]:
    at = article.published_at
    return {**asdict(article), "published_at": at.isoformat() if at else None}


def _article(row: Mapping[str, str | None]) -> Article:
    at = row["published_at"]
    fields = {**row, "published_at": datetime.fromisoformat(at) if at else None}
    return Article(**cast("dict[str, Any]", fields))
