"""An address that somebody gave -> the feed there, or one that its page names. Keeps nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jobs.feeds.answers import cause_of, title_of
from jobs.feeds.health import REMEDIES, WHY
from jobs.feeds.models import LONGEST_URL, Trial
from retrieval.errors import ForbiddenAddressError, NotAFeedError, NothingReadError, SourceError
from retrieval.models import Article
from retrieval.sources.discover import feeds_of
from retrieval.sources.fetched import Fetched, Poll, Polled
from retrieval.sources.ids import canonical_url
from retrieval.sources.kinds import sniff
from retrieval.sources.reading import read_feed
from retrieval.sources.sandbox import Sandbox

MOST_TRIED = 3  # feeds that a page names, looked at until one is a feed
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tools:
    """What feeds are asked and read with."""

    poll: Poll
    sandbox: Sandbox


def feed_url(text: str) -> str:
    """Write what somebody gave as a feed's address the one way.

    Raises:
        ForbiddenAddressError: it is no http or https address, or a very long one.
    """
    url = canonical_url(text)
    if url is None or len(url) > LONGEST_URL:
        raise ForbiddenAddressError(text[:100])
    return url


def try_feed(text: str, tools: Tools, now: datetime) -> Trial:
    """Look at a feed, or at the first one that a page names. Nothing is kept.

    Raises:
        SourceError: as its words say.
    """
    url = feed_url(text)
    answer = _answer(tools.poll(url, None))
    try:
        return _trial(url, read_feed(answer, sandbox=tools.sandbox, now=now))
    except NotAFeedError:
        if sniff(answer.body, name=answer.url, content_type=answer.content_type) != "html":
            raise
    for named in feeds_of(answer.body, origin=answer.url, charset=answer.charset)[:MOST_TRIED]:
        try:
            answer = _answer(tools.poll(feed_url(named), None))
            return _trial(feed_url(named), read_feed(answer, sandbox=tools.sandbox, now=now))
        except SourceError:
            continue
    raise NotAFeedError(url)


def _answer(polled: Polled) -> Fetched:
    if polled.fetched is None:
        cause = cause_of(polled.status)
        raise NothingReadError(f"{WHY[cause][:1].upper()}{WHY[cause][1:]}. {REMEDIES[cause]}")
    return polled.fetched


def _trial(url: str, articles: Sequence[Article]) -> Trial:
    dated = [article for article in articles if article.published_at]
    undated = [article for article in articles if not article.published_at]
    newest = sorted(dated, key=lambda one: one.published_at or LONG_AGO, reverse=True)
    return Trial(url, title_of(articles), (*newest, *undated))
