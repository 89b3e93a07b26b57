"""A feed and what a poll of it came to -> the feed afterwards, with its next time. Pure.

A feed is asked twice in the time in which it usually has something new, and less often while it is
silent for longer than that; after a failure at growing distances. Chance spreads them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from jobs.feeds.models import LONGEST_URL, Failed, Feed, Outcome, Same, Worked
from retrieval.sources.ids import canonical_url

SHORTEST, LONGEST = timedelta(minutes=2), timedelta(hours=6)
USUAL_GAP = timedelta(hours=1)  # of a feed whose rhythm is not known yet
SMALLEST_GAP, LARGEST_GAP = timedelta(minutes=1), timedelta(days=7)
PATIENCE = 4  # gaps of silence before a feed is asked less often, and how much less at most
WEIGHT = 0.3  # of the last gap in the usual one
LONGEST_REST = timedelta(days=1)  # a server that asks for more is asked after a day all the same
RECENT_DATES = 20  # of a new feed's items, to learn its rhythm from
FEWEST_DATES = 3


def interval(gap: timedelta | None, quiet: timedelta) -> timedelta:
    """Say how long to wait after a poll that worked: `quiet` is how long nothing new came."""
    usual = gap or USUAL_GAP
    stretch = min(max(quiet / (PATIENCE * usual), 1), PATIENCE)
    return _within(usual / 2 * stretch)


def back_off(failures: int, retry_after: timedelta, draw: float) -> timedelta:
    """Say how long to wait after so many failures in a row (at least 1); `draw` lies in [0, 1)."""
    doubled = min(LONGEST, SHORTEST * float(2 ** min(failures - 1, 20)))
    return max(doubled * (0.75 + 0.5 * draw), min(retry_after, LONGEST_REST))


def rhythm(dates: Sequence[datetime], now: datetime) -> timedelta | None:
    """Read from the dates of its items how far apart they come; None where too few are dated."""
    past = sorted({date for date in dates if date <= now})[-RECENT_DATES:]
    if len(past) < FEWEST_DATES:
        return None
    return _gap(timedelta(seconds=median((b - a).total_seconds() for a, b in pairwise(past))))


def after(feed: Feed, outcome: Outcome, now: datetime, draw: float) -> Feed:
    """Fold the outcome of a poll at `now` into a feed; `draw` lies in [0, 1)."""
    if isinstance(outcome, Failed):
        return _failed(replace(feed, polled_at=now), outcome, now, draw)
    told = _fresh(feed, outcome, now) if isinstance(outcome, Worked) else feed
    quiet = now - (told.fresh_at or now)
    wait = _within(interval(told.gap, quiet) * (0.9 + 0.2 * draw))
    return replace(
        told,
        url=moved(feed.url, outcome),
        next_at=now + wait,
        polled_at=now,
        worked_at=now,
        failures=0,
        failing_since=None,
        cause=None,
        skew=outcome.skew,
    )


def moved(url: str, outcome: Worked | Same) -> str:
    """Say where a feed is from now on; nobody is led from https back to http for good."""
    to = canonical_url(outcome.moved_to)
    if to is None or len(to) > LONGEST_URL:
        return url
    return url if url.startswith("https:") and to.startswith("http:") else to


def _failed(feed: Feed, outcome: Failed, now: datetime, draw: float) -> Feed:
    failures = feed.failures + 1
    wait = back_off(failures, outcome.retry_after, draw)
    return replace(
        feed,
        next_at=None if outcome.cause == "gone" else now + wait,
        failures=failures,
        failing_since=feed.failing_since or now,
        cause=outcome.cause,
    )


def _fresh(feed: Feed, outcome: Worked, now: datetime) -> Feed:
    """Take up what a feed holds now, and learn from how much of it is new."""
    fresh = len(outcome.said.keys() - feed.said.keys())
    gap, fresh_at = feed.gap, feed.fresh_at
    if feed.fresh_at is None:  # all of it was there before anybody followed it
        past = [date for date in outcome.dates if date <= now]
        gap, fresh_at = rhythm(outcome.dates, now), max(past, default=now)
    elif fresh:
        gap, fresh_at = _learnt(feed.gap, (now - feed.fresh_at) / fresh), now
    return replace(
        feed,
        title=outcome.title or feed.title,
        known=outcome.known,
        said=outcome.said,
        gap=gap,
        fresh_at=fresh_at,
        ahead=max((date - now for date in outcome.dates if date > now), default=timedelta()),
    )


def _learnt(gap: timedelta | None, last: timedelta) -> timedelta:
    """Move the usual gap towards the last one; a weekend is not to make a feed a slow one."""
    usual = gap or USUAL_GAP
    return _gap(usual * (1 - WEIGHT) + min(last, usual * PATIENCE) * WEIGHT)


def _gap(gap: timedelta) -> timedelta:
    return min(max(gap, SMALLEST_GAP), LARGEST_GAP)


def _within(wait: timedelta) -> timedelta:
    return min(max(wait, SHORTEST), LONGEST)
