"""Calls to Slack -> when each may go. Knows no client: time comes from a clock of seconds."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping

EVERY = 1.0  # seconds between posts in a channel: Slack's documentation of chat.postMessage
MINUTE = 60.0
STREAMS, APPENDS = "streams", "appends"
RATIONS: Mapping[str, int] = {STREAMS: 20, APPENDS: 100}  # a minute and workspace: tiers 2 and 4


class Pace:
    """The turns of one workspace: in each channel, of each ration, after each "come back later"."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        every: float = EVERY,
        rations: Mapping[str, int] = RATIONS,
    ) -> None:
        self._now = now
        self._every = every
        self._rations = rations
        self._next: dict[str, float] = {}
        self._until: dict[str, float] = {}
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)

    def turn(self, channel: str, patience: float) -> float:
        """Give the seconds until a post's turn in a channel; it is taken if that is not too long.

        Who finds it longer than `patience` has no turn, and asks again.
        """
        now = self._now()
        at = max(now, self._next.get(channel, now))
        if at - now <= patience:
            self._next[channel] = at + self._every
        self._next = {c: then for c, then in self._next.items() if then > now}
        return at - now

    def take(self, ration: str) -> bool:
        """Take one of a minute's ration; False when they are used up."""
        now, taken = self._now(), self._taken[ration]
        while taken and now - taken[0] >= MINUTE:
            taken.popleft()
        if len(taken) >= self._rations[ration]:
            return False
        taken.append(now)
        return True

    def hold(self, key: str, seconds: float) -> None:
        """Let no call of a kind go for so long: Slack has asked for it."""
        self._until[key] = max(self._until.get(key, 0.0), self._now() + seconds)

    def held(self, key: str) -> float:
        """Give the seconds for which calls of a kind are held; 0 when they may go."""
        left = self._until.get(key, 0.0) - self._now()
        if left <= 0:
            self._until.pop(key, None)
        return max(left, 0.0)
