"""How Tape behaves in a channel. Knows no store."""

from dataclasses import dataclass
from typing import Literal, get_args

Links = Literal["off", "mention", "always"]
LINKS: tuple[Links, ...] = get_args(Links)


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How Tape behaves in a channel.

    `follow_ups`: a reply in a thread that it answered in is a question without a mention. `links`:
    pages that people post are never read, or when Tape is asked about them, or always.
    """

    follow_ups: bool = True
    links: Links = "mention"
