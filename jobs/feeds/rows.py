"""Feeds and who follows them, in SQL. Knows no network: pace.py says what follows a poll.

A feed is one row, however many teams follow it, and is taken by one poller at a time: for the time
of a lease, under a number that grows with each claim, so that who was too slow writes nothing.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from jobs.feeds.models import OPERATOR, Feed, Follow, Followed
from jobs.models import Owner
from retrieval.db import UtcDateTime, insert_new, metadata, reading
from retrieval.sources.fetched import Known
from retrieval.store.records import batches

feeds = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("next_at", UtcDateTime),  # never again: it is gone
    Column("title", Text),
    Column("known_url", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("said", Text, nullable=False),  # {article id: content hash}
    Column("polled_at", UtcDateTime),
    Column("worked_at", UtcDateTime),
    Column("fresh_at", UtcDateTime),
    Column("gap", Float),  # seconds, like the next ones
    Column("failures", Integer, nullable=False),
    Column("failing_since", UtcDateTime),
    Column("cause", Text),
    Column("skew", Float, nullable=False),
    Column("ahead", Float, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("owner", Text),
)
Index("ix_feeds_next_at", feeds.c.next_at)

follows = Table(
    "follows",
    metadata,
    Column("team", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("title", Text),
    Column("folders", Text, nullable=False),  # ["Metals", "Copper"]
    Column("by", Text),
    Column("at", UtcDateTime),
)

_SPANS = ("gap", "skew", "ahead")
_SHORT = tuple(column for column in feeds.c if column.name != "said")


class Feeds:
    """The tables of feeds behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def follow(self, wanted: Iterable[Follow], now: datetime) -> int:
        """Follow feeds from now on; tell how many were not followed by that team before.

        A new one is asked at once, and so is one that was given up.
        """
        with self._engine.begin() as connection:
            return sum(_follow(connection, one, now) for one in wanted)

    def unfollow(self, url: str, team: str | None = None) -> bool:
        """Let a team follow a feed no more, or everybody; False when they did not.

        A feed that nobody follows is forgotten.
        """
        wishes = delete(follows).where(follows.c.url == url)
        with self._engine.begin() as connection:
            theirs = wishes if team is None else wishes.where(follows.c.team == team)
            gone = connection.execute(theirs).rowcount
            _drop_unfollowed(connection)
        return gone > 0

    def forget_team(self, team: str) -> int:
        """Take away what a workspace followed, when it has gone; tell how many rows."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(follows).where(follows.c.team == team)).rowcount
            _drop_unfollowed(connection)
        return gone

    def forget(self, owner: Owner) -> int:
        """Forget who wished for a feed, not the wish: it is the workspace's; tell how many."""
        theirs = and_(follows.c.team == owner.team, follows.c.by == owner.user)
        with self._engine.begin() as connection:
            return connection.execute(update(follows).where(theirs).values(by=None)).rowcount

    def followed(self, team: str | None = None) -> list[Followed]:
        """List what a team follows, with what the operator follows for all; None for everything.

        What a team follows beside the operator is its own.

        They come by folder and name. What each feed `said` is left out: it is long, and only a poll
        needs it.
        """
        theirs = select(follows)
        if team is not None:
            theirs = theirs.where(follows.c.team.in_((OPERATOR, team)))
        with reading(self._engine) as connection:
            rows = connection.execute(select(*_SHORT)).mappings()
            known = {row["url"]: _feed({**row, "said": "{}"}) for row in rows}
            wishes = [_wish(row) for row in connection.execute(theirs).mappings()]
        if team is not None:
            own = {wish.url for wish in wishes if wish.team == team}
            wishes = [wish for wish in wishes if wish.team == team or wish.url not in own]
        return sorted((Followed(wish, known[wish.url]) for wish in wishes), key=_place)

    def hurry(self, now: datetime, url: str | None = None) -> int:
        """Have a feed asked at once, or all that are not gone; tell how many."""
        which = feeds.c.next_at.is_not(None) if url is None else feeds.c.url == url
        with self._engine.begin() as connection:
            return connection.execute(update(feeds).where(which).values(next_at=now)).rowcount

    def claim(self, now: datetime, *, owner: str, lease: timedelta) -> Feed | None:
        """Take the feed that has been due longest and that nobody holds."""
        free = and_(
            feeds.c.next_at <= now,
            or_(feeds.c.lease_until.is_(None), feeds.c.lease_until < now),
        )
        query = (
            select(feeds)
            .where(free)
            .order_by(feeds.c.next_at, feeds.c.url)
            .limit(1)
            .with_for_update(skip_locked=True)  # SQLite ignores it: its transaction is alone
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).mappings().first()
            if found is None:
                return None
            held = {"claims": found["claims"] + 1, "lease_until": now + lease, "owner": owner}
            same = and_(feeds.c.url == found["url"], feeds.c.claims == found["claims"])
            connection.execute(update(feeds).where(same).values(held))
        return _feed({**found, **held})

    def renew(self, held: Feed, until: datetime) -> bool:
        """Hold a claimed feed for longer; False when it has been taken by somebody else."""
        with self._engine.begin() as connection:
            kept = update(feeds).where(_held(held)).values(lease_until=until)
            return connection.execute(kept).rowcount == 1

    def settle(self, held: Feed, after: Feed) -> bool:
        """Write what a poll made of a claimed feed, and let go of it.

        False when it has been taken by somebody else meanwhile, or nobody follows it any more. One
        that has moved to where another feed is followed becomes that one.
        """
        with self._engine.begin() as connection:
            if after.url != held.url and _exists(connection, after.url):
                gone = connection.execute(delete(feeds).where(_held(held))).rowcount
            else:
                values = {**_plain(after), "lease_until": None, "owner": None}
                gone = connection.execute(update(feeds).where(_held(held)).values(values)).rowcount
            if gone and after.url != held.url:
                _move(connection, held.url, after.url)
        return gone == 1


def _follow(connection: Connection, wanted: Follow, now: datetime) -> bool:
    _hold(connection, Feed(wanted.url, now))
    row: dict[str, object] = {
        "team": wanted.team,
        "url": wanted.url,
        "title": wanted.title,
        "folders": json.dumps(wanted.folders),
        "by": wanted.by,
        "at": now,
    }
    return insert_new(connection, follows, row, key=("team", "url"))


def _hold(connection: Connection, new: Feed) -> None:
    """Add a feed, or ask again one that was given up; nobody drops it before we have committed."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(feeds).values(_plain(new))
    asked = {"next_at": func.coalesce(feeds.c.next_at, row.excluded.next_at)}
    connection.execute(row.on_conflict_do_update(index_elements=["url"], set_=asked))


def _move(connection: Connection, old: str, new: str) -> None:
    """Let who followed the old address follow the new one; who follows both loses nothing."""
    there = select(follows.c.team).where(follows.c.url == new)
    twice = and_(follows.c.url == old, follows.c.team.in_(there))
    connection.execute(delete(follows).where(twice))
    connection.execute(update(follows).where(follows.c.url == old).values(url=new))


def _drop_unfollowed(connection: Connection) -> None:
    """Forget what nobody follows: looked at once more when who began to follow has committed."""
    unfollowed = feeds.c.url.not_in(select(follows.c.url))
    alone = [*connection.scalars(select(feeds.c.url).where(unfollowed).with_for_update())]
    for some in batches(alone):
        connection.execute(delete(feeds).where(feeds.c.url.in_(some), unfollowed))


def _exists(connection: Connection, url: str) -> bool:
    same = select(feeds.c.url).where(feeds.c.url == url)
    return connection.execute(same.with_for_update()).first() is not None


def _held(held: Feed) -> ColumnElement[bool]:
    """The feed, while nobody has claimed it since."""
    return and_(feeds.c.url == held.url, feeds.c.claims == held.claims)


def _plain(feed: Feed) -> dict[str, Any]:
    row = {name: getattr(feed, name) for name in Feed.__slots__}
    known = row.pop("known")
    for name in _SPANS:
        row[name] = None if row[name] is None else row[name].total_seconds()
    return {
        **row,
        "said": json.dumps(dict(feed.said)),
        "known_url": known.url if known else None,
        "etag": known.etag if known else None,
        "last_modified": known.last_modified if known else None,
    }


def _feed(row: Mapping[str, Any]) -> Feed:
    values = {name: row[name] for name in Feed.__slots__ if name != "known"}
    for name in _SPANS:
        values[name] = None if values[name] is None else timedelta(seconds=values[name])
    known = Known(row["known_url"], row["etag"], row["last_modified"]) if row["known_url"] else None
    return Feed(**{**values, "said": json.loads(row["said"]), "known": known})


def _place(one: Followed) -> tuple[tuple[str, ...], str, str, str]:
    return one.follow.folders, one.name.casefold(), one.follow.url, one.follow.team


def _wish(row: RowMapping) -> Follow:
    return Follow(
        url=row["url"],
        team=row["team"],
        title=row["title"],
        folders=tuple(json.loads(row["folders"])),
        by=row["by"],
        at=row["at"],
    )
