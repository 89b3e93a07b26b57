"""A feed -> how it goes, in words, and what to do about it. Pure; knows no poll."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from jobs.feeds.models import Cause, Feed
from jobs.feeds.pace import USUAL_GAP, interval
from retrieval.ask.wording import plural

State = Literal["ok", "new", "silent", "skewed", "malformed", "failing", "gone"]

SURE = 2  # failures in a row before a feed that has worked is called failing
SILENT_GAPS = 10  # of a feed's own rhythm without anything new
SHORTEST_SILENCE = timedelta(days=4)  # a weekend with a holiday beside it is none
UNKNOWN_SILENCE = timedelta(days=14)  # of a feed whose rhythm is not known
CLOCK_TOLERANCE = timedelta(minutes=10)  # between our clock and a server's
DATE_TOLERANCE = timedelta(hours=1)  # an item may be dated a little ahead

MALFORMED: frozenset[Cause] = frozenset({"no feed", "empty", "too large", "too long"})
WHY: dict[Cause, str] = {
    "unreachable": "its server does not answer",
    "refused": "its server wants a login (401 or 403)",
    "missing": "there is no such page (404)",
    "gone": "its server says that it is gone for ever (410)",
    "busy": "its server asks to come less often (429)",
    "server": "its server has an error of its own (5xx)",
    "forbidden": "its name leads into a private network",
    "no feed": "what comes is no feed",
    "empty": "its items have no words",
    "too large": "it is larger than 5 MB",
    "too long": "reading it took more time or memory than allowed",
    "ours": "Tape stumbled over it; the log says where",
}
_LOOK = "Open its address in a browser; if it has a new one, add that and remove this."
REMEDIES: dict[Cause, str] = {
    "unreachable": f"Tape tries again by itself. If it lasts: {_LOOK[0].lower()}{_LOOK[1:]}",
    "refused": "Ask the publisher for an address with a key in it, or remove it.",
    "missing": _LOOK,
    "gone": "Remove it, or add its new address.",
    "busy": "Nothing: Tape waits as long as it is asked to.",
    "server": "Nothing yet: Tape tries again by itself. If it lasts, tell the publisher.",
    "forbidden": "Remove it: Tape only reads public addresses.",
    "no feed": _LOOK,
    "empty": "Nothing to do if it stays so for a day only; else remove it.",
    "too large": "Ask the publisher for a shorter feed, such as one section of it.",
    "too long": "Ask the publisher for a shorter feed, such as one section of it.",
    "ours": "Look into Tape's log, and report it.",
}


@dataclass(frozen=True, slots=True)
class Health:
    """A state with what is behind it, and a remedy; the remedy of what is well is empty."""

    state: State
    words: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether nobody has to look."""
        return self.state in {"ok", "new"}


def health(feed: Feed, now: datetime) -> Health:
    """Say how a feed goes: the worst that is true of it."""
    return _failing(feed, now) or _odd(feed, now) or _well(feed, now)


def _failing(feed: Feed, now: datetime) -> Health | None:
    never = feed.worked_at is None
    if feed.cause is None or feed.failing_since is None:
        return None
    why, remedy = WHY[feed.cause], REMEDIES[feed.cause]
    if feed.cause == "gone":
        return Health("gone", f"{why}; not asked any more", remedy)
    if feed.failures < SURE and not never:
        return None
    span = lasting(now - feed.failing_since)
    often = f"for {span}, {feed.failures} times in a row"
    since = often if feed.failures > 1 else f"once, {span} ago"
    state: State = "malformed" if feed.cause in MALFORMED else "failing"
    return Health(state, f"{why}: {since}", remedy)


def _odd(feed: Feed, now: datetime) -> Health | None:
    if abs(feed.skew) > CLOCK_TOLERANCE:
        side = "ahead of" if feed.skew > timedelta() else "behind"
        words = f"its server's clock is {lasting(abs(feed.skew))} {side} ours"
        return Health("skewed", words, "Check the clock here if several feeds say so.")
    if feed.ahead > DATE_TOLERANCE:
        words = f"its newest item is dated {lasting(feed.ahead)} ahead"
        return Health("skewed", words, "Tell the publisher; Tape shows dates as they are printed.")
    quiet = now - feed.fresh_at if feed.fresh_at else timedelta()
    if quiet > patience(feed.gap):
        usual = f"; usually it has something every {lasting(feed.gap)}" if feed.gap else ""
        return Health("silent", f"nothing new for {lasting(quiet)}{usual}", _LOOK)
    return None


def patience(gap: timedelta | None) -> timedelta:
    """Say after how long without anything new a feed is called silent."""
    return max(SILENT_GAPS * gap, SHORTEST_SILENCE) if gap else UNKNOWN_SILENCE


def _well(feed: Feed, now: datetime) -> Health:
    if feed.worked_at is None or feed.fresh_at is None:
        return Health("new", "not asked yet")
    quiet = now - feed.fresh_at
    every = lasting(interval(feed.gap or USUAL_GAP, quiet))
    return Health("ok", f"last new item {lasting(quiet)} ago, asked every {every}")


def lasting(span: timedelta) -> str:
    """Write a length of time in one unit."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 120:  # noqa: PLR2004  two hours
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else plural(round(hours / 24), "day")  # noqa: PLR2004
