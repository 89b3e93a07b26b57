"""What a feed's server answered -> what the poll came to. Pure; knows no feed that is followed."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from jobs.feeds.models import Cause, Failed, Same, Worked
from retrieval.errors import (
    EmptySourceError,
    ForbiddenAddressError,
    NotAFeedError,
    ParseLimitError,
    SourceError,
    TooLargeError,
    UnreachableError,
)
from retrieval.models import Article
from retrieval.sources.fetched import Polled

HASH = 16  # hex digits of a content hash: enough to tell an item from its correction
CAUSES: dict[type[SourceError], Cause] = {
    UnreachableError: "unreachable",
    ForbiddenAddressError: "forbidden",
    TooLargeError: "too large",
    ParseLimitError: "too long",
    EmptySourceError: "empty",
    NotAFeedError: "no feed",
}
STATUSES: dict[int, Cause] = {
    401: "refused", 403: "refused", 407: "refused", 451: "refused",
    404: "missing", 410: "gone", 408: "busy", 425: "busy", 429: "busy",
}  # fmt: skip
NOT_MODIFIED = 304
SERVER_ERRORS = 500


def unread(polled: Polled, now: datetime) -> Same | Failed:
    """Say what an answer without a body means."""
    if polled.status == NOT_MODIFIED:
        return Same(_skew(polled, now), polled.moved_to)
    return Failed(cause_of(polled.status), timedelta(seconds=polled.retry_after or 0))


def cause_of(status: int) -> Cause:
    """Say what an HTTP status that is no success means for a feed."""
    usual: Cause = "server" if status >= SERVER_ERRORS else "unreachable"
    return STATUSES.get(status, usual)


def failed(error: SourceError) -> Failed:
    """Say what went wrong where nothing could be read."""
    return Failed(CAUSES.get(type(error), "unreachable"))


def worked(articles: Sequence[Article], polled: Polled, now: datetime) -> Worked:
    """Say what a feed holds now, without its texts."""
    return Worked(
        said={article.id: article.content_hash[:HASH] for article in articles},
        dates=tuple(article.published_at for article in articles if article.published_at),
        title=title_of(articles),
        known=polled.known,
        skew=_skew(polled, now),
        moved_to=polled.moved_to,
    )


def title_of(articles: Sequence[Article]) -> str | None:
    """Name a feed as most of its items name their source."""
    named = Counter(article.source for article in articles if article.source)
    return named.most_common(1)[0][0] if named else None


def _skew(polled: Polled, now: datetime) -> timedelta:
    return polled.server_time - now if polled.server_time else timedelta()
