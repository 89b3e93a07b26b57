"""The parser's own process: documents in, Articles out. Knows no network and no secrets.

It lives until its standard input ends, and dies rather than recover: of its alarm, of its memory
limit, or of any error that a parser was not meant to raise. sandbox.py then starts another one.
"""

import os
import resource
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import BinaryIO

from retrieval.errors import BadLineError, ParseLimitError, SourceError
from retrieval.sources.parsing import parse
from retrieval.sources.wire import dump_reply, load_request, read_frame, write_frame

READY = b"ready"
_PARSERS = ("pages", "feeds", "pdf", "markdown", "vendors", "mail")


def main(seconds: float, memory: int) -> None:
    """Answer each request within the limits."""
    replies = _own_output()
    for name in _PARSERS:
        import_module(f"retrieval.sources.{name}")
    with suppress(ValueError, OSError):  # macOS knows no such limit; the time limit holds there
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    write_frame(replies, READY)
    while (header := read_frame(sys.stdin.buffer)) is not None:
        body = read_frame(sys.stdin.buffer)
        if body is None:
            return
        signal.setitimer(
            signal.ITIMER_REAL, seconds
        )  # ends this process also when its parent is gone
        write_frame(replies, _reply(header, body))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _own_output() -> BinaryIO:
    """Keep the pipe for replies; what a library prints goes where errors go."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def _reply(header: bytes, body: bytes) -> bytes:
    request = load_request(header)
    try:
        articles = parse(
            body,
            kind=request.kind,
            origin=request.origin,
            charset=request.charset,
            now=request.now,
        )
        return dump_reply(articles)
    except (SourceError, BadLineError) as error:
        return dump_reply(error)
    except (MemoryError, RecursionError):
        return dump_reply(ParseLimitError())


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
