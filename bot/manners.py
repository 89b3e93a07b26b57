"""How Tape behaves in a channel, and what is one. Knows no store."""

from dataclasses import dataclass
from typing import Literal, get_args

Links = Literal["off", "mention", "always"]
LINKS: tuple[Links, ...] = get_args(Links)
DIRECT = ("D", "U", "W")  # what the ids of direct messages and of people begin with


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How Tape behaves in a channel.

    `follow_ups`: a reply in a thread that it answered in is a question without a mention. `links`:
    pages that people post are never read, or when Tape is asked about them, or always.
    """

    follow_ups: bool = True
    links: Links = "mention"


def is_direct(recipient: str) -> bool:
    """Tell what goes to one person from what goes to a channel."""
    return recipient.startswith(DIRECT)
