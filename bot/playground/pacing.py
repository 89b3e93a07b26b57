"""Turns calls over time into whether one more may be made now, as Slack's tiers do. Knows no calls.

A method has a bucket of its tier's calls a minute, which fills again evenly; a channel takes one
post a second.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.playground.state import Clock

# Calls a minute: what Slack's documentation promises for each tier at the least.
TIERS: Mapping[str, int] = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
BURST = 10  # at once, however low the tier: an app may open ten sockets when it starts
POSTS = 60  # a minute and channel, one at a time: about one a second


@dataclass(slots=True)
class Bucket:
    """So many calls at once at most, and how many are left of them."""

    most: float
    a_second: float
    left: float
    at: datetime

    def take(self, now: datetime) -> int:
        """Take a call and give 0; else the whole seconds until there is one again."""
        since = max(0.0, (now - self.at).total_seconds())
        self.left, self.at = min(self.most, self.left + since * self.a_second), now
        if self.left >= 1:
            self.left -= 1
            return 0
        return max(1, math.ceil((1 - self.left) / self.a_second))


@dataclass(slots=True)
class Pacing:
    """The buckets of one workspace and app."""

    now: Clock
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def wait(self, method: str, tier: str | None, channel: str) -> int:
        """Count a call; give the seconds to wait before it may be made, 0 when it may now."""
        if method == "chat.postMessage":
            return self._bucket(f"posts in {channel}", 1, POSTS).take(self.now())
        if tier is None or tier not in TIERS:
            return 0
        return self._bucket(method, max(BURST, TIERS[tier]), TIERS[tier]).take(self.now())

    def _bucket(self, name: str, most: int, a_minute: int) -> Bucket:
        fresh = Bucket(most, a_minute / 60, most, self.now())
        return self._buckets.setdefault(name, fresh)
