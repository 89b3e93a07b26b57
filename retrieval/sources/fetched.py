"""The nouns between the web and the parsers: what an address answered. Knows no HTTP library."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """A decoded body and where it came from. `url` is the address after all redirects."""

    url: str
    content_type: str
    body: bytes

    @property
    def charset(self) -> str | None:
        """The charset that the server named, if it named one."""
        for part in self.content_type.split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'") or None
        return None


@dataclass(frozen=True, slots=True)
class Known:
    """What the server at `url` called the body that it gave last: it need not send it again."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Polled:
    """What an address answered that is asked again and again.

    `fetched` is there for a status of 200 only; 304 says that nothing changed since `known`.
    `moved_to` is where all permanent redirects before the first other hop lead. `retry_after` is in
    seconds. `server_time` is the server's own clock.
    """

    status: int
    fetched: Fetched | None = None
    known: Known | None = None
    moved_to: str | None = None
    retry_after: float | None = None
    server_time: datetime | None = None


Fetch = Callable[[str], Fetched]
Poll = Callable[[str, Known | None], Polled]
