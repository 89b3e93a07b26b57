"""The store and a window of ingestion times -> the articles and claims of it. Knows no brief."""

from datetime import datetime, timedelta

from jobs.digest import News
from retrieval.models import Scope
from retrieval.store.store import Store

MAX_ITEMS = 20_000  # of the newest articles, and of claims: what one brief reads at most
INSTANT = timedelta(microseconds=1)  # what databases tell apart


def news_of(store: Store, since: datetime, until: datetime) -> News:
    """Read what was ingested in [since, until), in the versions that were current at its end."""
    scope = Scope(as_of=until - INSTANT, ingested_since=since)
    return News(
        heads=tuple(store.newest(scope, limit=MAX_ITEMS)),
        claims=tuple(store.claims(scope, limit=MAX_ITEMS)),
    )
