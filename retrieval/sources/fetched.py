"""The noun between the web and the parsers: what an address answered. Knows no HTTP library."""

from collections.abc import Callable
from dataclasses import dataclass


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


Fetch = Callable[[str], Fetched]
