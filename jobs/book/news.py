"""The noun of what the news says of somebody's book: now, day by day, beside its prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jobs.book.closes import Move
from jobs.book.exposure import Exposure


@dataclass(frozen=True, slots=True)
class BookNews:
    """What the news says of a book: now, on each of the last days as known then, and its prices.

    `history` has an Exposure for each day, the oldest first; None on days without a book. `moves`
    are since a name was first in the news of the window, `story_moves` those of the name that a
    story moves most, since that story, by the id of its article. A text of it shows nothing of it.
    """

    now: Exposure
    history: tuple[tuple[datetime, Exposure | None], ...] = ()
    moves: Mapping[str, Move] = field(default_factory=dict)
    story_moves: Mapping[str, Move] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Write what a log may know: how many positions there are."""
        return f"BookNews({len(self.now.contributions)} positions)"
