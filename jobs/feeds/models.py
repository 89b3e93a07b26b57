"""The nouns of feeds: what is followed, what a poll came to. Knows no store, network or clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qsl, quote, urlsplit

from retrieval.models import Article
from retrieval.sources.fetched import Known

OPERATOR = ""
"""The team of what the operator follows, for all workspaces."""

LONGEST_URL = 2_000  # characters: it is a key, which Postgres bounds to 2,700 bytes
_SECRET = re.compile(r"key|token|secret|auth|sig|pass|code|hash", re.IGNORECASE)

Cause = Literal[
    "unreachable",  # nothing answered, or nothing readable
    "refused",  # 401, 403: it wants to know who asks
    "missing",  # 404
    "gone",  # 410: for ever
    "busy",  # 429
    "server",  # 5xx
    "forbidden",  # an address inside a private network
    "no feed",
    "empty",
    "too large",
    "too long",  # the parser ran into its limit
    "ours",  # Tape stumbled; the log says where
]


@dataclass(frozen=True, slots=True)
class Follow:
    """A team's wish to read a feed, under its own title, in its own folders; `by` is a user id."""

    url: str
    team: str = OPERATOR
    title: str | None = None
    folders: tuple[str, ...] = ()
    by: str | None = None
    at: datetime | None = None

    @property
    def shown(self) -> str:
        """The address as others may see it: what looks like a key in it is left out."""
        return shown_url(self.url)


@dataclass(frozen=True, slots=True)
class Feed:
    """What is known of a feed after its last poll; aware UTC times. A fold of its history.

    `next_at` is None when it is never asked again. `said` has, by article id, the content hash of
    each item that it held last: what it said once is not read again. `worked_at` is when it last
    answered as a feed does, `fresh_at` when it last had something new, `gap` how far apart that
    comes. `skew` is how far its server's clock is ahead of ours, `ahead` how far its newest date
    is. `claims` counts who took it: only the last one may write.
    """

    url: str
    next_at: datetime | None
    title: str | None = None
    known: Known | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    polled_at: datetime | None = None
    worked_at: datetime | None = None
    fresh_at: datetime | None = None
    gap: timedelta | None = None
    failures: int = 0
    failing_since: datetime | None = None
    cause: Cause | None = None
    skew: timedelta = timedelta()
    ahead: timedelta = timedelta()
    claims: int = 0


@dataclass(frozen=True, slots=True)
class Followed:
    """A wish with the feed that it is for."""

    follow: Follow
    feed: Feed

    @property
    def name(self) -> str:
        """What people call it: the title they gave, its own, its site."""
        site = (urlsplit(self.follow.url).hostname or self.follow.url).removeprefix("www.")
        return self.follow.title or self.feed.title or site


@dataclass(frozen=True, slots=True)
class Trial:
    """A feed that was looked at before it is followed: its items, newest first."""

    url: str
    title: str | None
    items: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Worked:
    """It answered with its items; `dates` are when they were published, as far as they say so."""

    said: Mapping[str, str]
    dates: tuple[datetime, ...] = ()
    title: str | None = None
    known: Known | None = None
    skew: timedelta = timedelta()
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Same:
    """It answered that nothing has changed."""

    skew: timedelta = timedelta()
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be read; `retry_after` is how long its server asks for rest."""

    cause: Cause
    retry_after: timedelta = timedelta()


Outcome = Worked | Same | Failed


def shown_url(url: str) -> str:
    """Write an address without what looks like a key to it; other parameters stay."""
    parts = urlsplit(url)
    shown = "&".join(
        f"{quote(name)}={'…' if _SECRET.search(name) else quote(value)}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return f"{bare}?{shown}" if shown else bare
