"""The store and a window of its changes -> the articles of it and what bears on them.

Knows no brief: how a window is told is jobs/digest's.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from jobs.digest import News, Reach
from jobs.digest.ahead import REACH as AHEAD
from retrieval.models import ArticleHead, Claim, Scope, Trigger
from retrieval.store.records import Telling, batches
from retrieval.store.store import Store

MAX_ITEMS = 20_000  # of the newest articles, and of claims: what one brief reads at most
MAX_TRIGGERS = 2_000  # with a date, of the newest articles
HISTORY = timedelta(days=40)  # a base of 30 days before a chart of 10


def news_of(store: Store, reach: Reach, most: int = MAX_ITEMS) -> News:
    """Read what was written in the changes (after, upto], in the versions current at its end.

    What is more than `most` articles is counted.
    """
    after, upto = change_at(store, reach.after), change_at(store, reach.upto)
    then = store.at_change(upto)
    heads = then.written_after(after, limit=most)
    unread = _unread(then, after, heads) if len(heads) == most else (0, 0)
    claims = _claims(then, heads)
    if reach.alone:
        return News(tuple(heads), claims, after=after, upto=upto)
    fresh = {head.article_id: head for head in heads if not head.backfilled}
    triggers = then.triggers(list(fresh))
    own = ((fresh[key], one) for key, said in triggers.items() for one in said)
    return News(
        heads=tuple(heads),
        claims=claims,
        known=known(store, heads, sorted(change_at(store, point) for point in reach.heard)),
        history=_history(then, {*reach.names, *_tickers(claims)}, heads),
        triggers=(*own, *_earlier(then, reach.today, fresh)),
        after=after,
        upto=upto,
        unread=unread[0],
        unread_history=unread[1],
    )


def change_at(store: Store, point: int | datetime | None) -> int:
    """The change that a point means: a number itself, the last one before a moment, or the last."""
    if isinstance(point, datetime):
        return store.change_before(point)
    return store.last_change() if point is None else point


def known(store: Store, heads: Iterable[ArticleHead], heard: Sequence[int]) -> frozenset[str]:
    """Those of the articles' stories that somebody was told of in the windows between `heard`."""
    if not heard:
        return frozenset()
    stories = {head.membership.story_id for head in heads}
    versions: defaultdict[str, list[Telling]] = defaultdict(list)
    for one in store.tellings(stories, until=heard[-1]):
        versions[one.article_id].append(one)
    return frozenset(
        one.story_id
        for all_of in versions.values()
        for one in all_of
        if was_told(one, all_of, heard)
    )


def was_told(one: Telling, versions: Iterable[Telling], heard: Sequence[int]) -> bool:
    """Tell whether a version, of all those of its article, was news in a window that was told.

    `heard` are the changes at which the windows begin and end, in order. What was replaced within
    its window was never seen, and what says the same as before it was no news.
    """
    end = bisect_left(heard, one.seq)
    if one.backfilled or end in (0, len(heard)) or not one.stood_at(heard[end]):
        return False
    begin = heard[end - 1]
    return not any(v.content == one.content and v.stood_at(begin) for v in versions)


def _unread(store: Store, after: int, heads: Sequence[ArticleHead]) -> tuple[int, int]:
    """Count the articles of a window that found no room in `heads`: news, and history."""
    fresh, history = store.count_after(after)
    read = sum(not head.backfilled for head in heads)
    return fresh - read, history - (len(heads) - read)


def _claims(store: Store, heads: Sequence[ArticleHead]) -> tuple[Claim, ...]:
    ids = [head.article_id for head in heads]
    scopes = (Scope(article_ids=tuple(some)) for some in batches(ids))
    return tuple(claim for scope in scopes for claim in store.claims(scope, limit=MAX_ITEMS))


def _earlier(
    store: Store, today: date | None, fresh: Collection[str]
) -> list[tuple[ArticleHead, Trigger]]:
    """What articles before the window say would change the view, where it may name a date ahead."""
    if today is None:
        return []
    since = datetime.combine(today - AHEAD, time(), UTC)
    found = store.dated_triggers(since, limit=MAX_TRIGGERS)
    return [(head, one) for head, one in found if head.article_id not in fresh]


def _tickers(claims: Iterable[Claim]) -> set[str]:
    return {c.impact.target.id for c in claims if c.impact.target.kind == "ticker"}


def _history(store: Store, names: set[str], heads: Sequence[ArticleHead]) -> tuple[Claim, ...]:
    """What is said of names since a while before the window's newest article.

    One that is dated after it came has a wrong clock: its arrival counts.
    """
    newest = max((min(head.dated_at, head.ingested_at) for head in heads), default=None)
    if newest is None or not names:
        return ()
    scope = Scope(tickers=tuple(sorted(names)), since=newest - HISTORY)
    return tuple(store.claims(scope, limit=MAX_ITEMS))
