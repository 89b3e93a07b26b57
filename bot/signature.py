"""A request's headers and body -> whether Slack signed it, just now. Pure; knows no HTTP server.

Slack's own verifier fails with a traceback on a timestamp that is no number, one of 5,000 digits,
and a signature that is not ASCII (measured; SLACK.md, section 8). Here all of that is a no.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime

TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
OLDEST = 300  # seconds between a request's own time and ours, either way: Slack's documentation
_SECONDS = re.compile(rb"[0-9]{1,12}")


def genuine(
    secret: str,
    *,
    timestamps: Sequence[bytes],
    signatures: Sequence[bytes],
    body: bytes,
    now: datetime,
) -> bool:
    """Tell whether Slack made the request within the last five minutes.

    Each header must be there exactly once: of two, another reader might have chosen the other.
    """
    if len(timestamps) != 1 or len(signatures) != 1:
        return False
    timestamp = timestamps[0]
    if not _SECONDS.fullmatch(timestamp) or abs(now.timestamp() - int(timestamp)) > OLDEST:
        return False
    return hmac.compare_digest(signature_of(secret, timestamp, body), signatures[0])


def signature_of(secret: str, timestamp: bytes, body: bytes) -> bytes:
    """Sign a body as Slack does; `timestamp` is in seconds since 1970, as digits."""
    made = hmac.new(secret.encode(), b"v0:" + timestamp + b":" + body, hashlib.sha256)
    return f"v0={made.hexdigest()}".encode()
