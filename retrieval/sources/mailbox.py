"""An mbox stream -> its messages, one at a time, however long it is. Knows no message's format.

A message begins at a line "From …" after an empty one (RFC 4155); in the message, mail programs
write such a line as ">From …".
"""

from collections.abc import Iterator
from typing import BinaryIO

from retrieval.sources.limits import BODY_LIMIT


def messages(stream: BinaryIO) -> Iterator[bytes]:
    """Give each message; of one over the limit only so much that it is seen to be over."""
    message, empty_before = bytearray(), True
    while line := stream.readline(BODY_LIMIT + 2):
        if empty_before and line.startswith(b"From "):
            if message.strip():
                yield bytes(message)
            message = bytearray()
        elif len(message) <= BODY_LIMIT:
            message += line.removeprefix(b">") if line.startswith(b">From ") else line
        empty_before = not line.strip()
    if message.strip():
        yield bytes(message)
