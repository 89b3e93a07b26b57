"""What people keep with Tape, in SQL: the names they follow, their books, when they last looked.

Everything has one owner, and every reading names them: nothing here gives anybody's book or list
without its owner's id. Knows no Slack.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Row,
    Table,
    Text,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
    update,
)

from jobs.models import MOST_WATCHED, Book, Lot, Owner
from retrieval.answers import Holding
from retrieval.db import UtcDateTime, insert_new, metadata, reading
from retrieval.store.records import batches

VISIT = timedelta(minutes=30)
"""How long after a look the next one belongs to the same visit."""

watchlists = Table(
    "watchlists",
    metadata,
    Column("team", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("ticker", Text, primary_key=True),
    Column("position", Integer, nullable=False),
)

books = Table(
    "books",
    metadata,
    Column("team", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("holdings", Text, nullable=False),  # [[ticker, share of the gross book], ...]
    Column("saved_at", UtcDateTime, primary_key=True),
    Column("lots", Text, nullable=False),  # what a Lot has, an object a row
)

visits = Table(
    "visits",
    metadata,
    Column("team", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("looked_at", UtcDateTime, nullable=False),
    Column("before", UtcDateTime),  # when the visit before this one ended
)


class People:
    """The tables of people behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def watchlist(self, owner: Owner) -> tuple[str, ...]:
        """List the tickers that someone follows, in the order in which they gave them."""
        query = select(watchlists.c.ticker).where(_of(watchlists, owner))
        with reading(self._engine) as connection:
            return tuple(connection.scalars(query.order_by(watchlists.c.position)))

    def follow(self, owner: Owner, tickers: Sequence[str]) -> tuple[str, ...]:
        """Put this list in the place of the old one; give it as it is kept, each name once."""
        kept = tuple(dict.fromkeys(tickers))[:MOST_WATCHED]
        with self._engine.begin() as connection:
            connection.execute(delete(watchlists).where(_of(watchlists, owner)))
            for position, ticker in enumerate(kept):
                row = {**_key(owner), "ticker": ticker, "position": position}
                insert_new(connection, watchlists, row, key=("team", "user", "ticker"))
        return kept

    def watch(self, owner: Owner, tickers: Iterable[str]) -> tuple[str, ...]:
        """Add names to someone's list; give the ones that are new on it."""
        last = select(func.max(watchlists.c.position)).where(_of(watchlists, owner))
        count = select(func.count()).select_from(watchlists).where(_of(watchlists, owner))
        added: list[str] = []
        with self._engine.begin() as connection:
            position = (connection.scalar(last) or 0) + 1
            room = MOST_WATCHED - (connection.scalar(count) or 0)
            for ticker in dict.fromkeys(tickers):
                row = {**_key(owner), "ticker": ticker, "position": position + len(added)}
                if len(added) < room and insert_new(
                    connection, watchlists, row, key=("team", "user", "ticker")
                ):
                    added.append(ticker)
        return tuple(added)

    def unwatch(self, owner: Owner, tickers: Sequence[str]) -> int:
        """Take names off someone's list; tell how many were on it."""
        theirs = and_(_of(watchlists, owner), watchlists.c.ticker.in_(tickers))
        with self._engine.begin() as connection:
            return connection.execute(delete(watchlists).where(theirs)).rowcount

    def book(self, owner: Owner) -> Book | None:
        """Give someone their own book; None when they have given none."""
        kept = self.books(owner)
        return kept[-1] if kept else None

    def books(self, owner: Owner) -> tuple[Book, ...]:
        """List the versions of someone's own book, the oldest first."""
        query = select(books).where(_of(books, owner)).order_by(books.c.saved_at)
        with reading(self._engine) as connection:
            return tuple(map(_book_of, connection.execute(query)))

    def keep_book(
        self, owner: Owner, holdings: Sequence[Holding], now: datetime, lots: Sequence[Lot] = ()
    ) -> None:
        """Keep a book; the owner's earlier ones stay, so that its history can be told."""
        row = {
            **_key(owner),
            "saved_at": now,
            "holdings": json.dumps([[held.ticker, held.weight] for held in holdings]),
            "lots": json.dumps([_given(lot) for lot in lots]),
        }
        same = and_(_of(books, owner), books.c.saved_at == now)
        with self._engine.begin() as connection:
            connection.execute(delete(books).where(same))
            connection.execute(insert(books).values(row))

    def drop_book(self, owner: Owner) -> bool:
        """Forget someone's book with all its versions; False when there was none."""
        with self._engine.begin() as connection:
            return connection.execute(delete(books).where(_of(books, owner))).rowcount > 0

    def last_look(self, owner: Owner) -> datetime | None:
        """Say when someone's visit before this one ended; None when there was none."""
        query = select(visits.c.before).where(_of(visits, owner))
        with reading(self._engine) as connection:
            looked: datetime | None = connection.scalar(query)
        return looked

    def look(self, owner: Owner, now: datetime) -> None:
        """Note that someone looks now: looks a while apart are two visits."""
        row = {**_key(owner), "looked_at": now, "before": None}
        last = visits.c.looked_at
        before = case((last < now - VISIT, last), else_=visits.c.before)
        changed = update(visits).where(_of(visits, owner)).values(looked_at=now, before=before)
        with self._engine.begin() as connection:
            if not insert_new(connection, visits, row, key=("team", "user")):
                connection.execute(changed)

    def forget(self, owner: Owner) -> None:
        """Forget all that someone keeps here."""
        with self._engine.begin() as connection:
            for table in (watchlists, books, visits):
                connection.execute(delete(table).where(_of(table, owner)))

    def forget_team(self, team: str) -> None:
        """Forget all that the people of a workspace keep here, when it has gone."""
        with self._engine.begin() as connection:
            for table in (watchlists, books, visits):
                connection.execute(delete(table).where(table.c.team == team))


Names = dict[Owner, frozenset[str]]


def followed(connection: Connection, owners: Collection[Owner]) -> Names:
    """Name the tickers that each of some people follows, in the caller's transaction."""
    found: dict[Owner, set[str]] = {owner: set() for owner in owners}
    for some in batches(sorted(owners, key=str)):
        query = select(watchlists.c.team, watchlists.c.user, watchlists.c.ticker)
        for team, user, ticker in connection.execute(query.where(_of_any(watchlists, some))):
            found[Owner(team, user)].add(ticker)
    return {owner: frozenset(tickers) for owner, tickers in found.items()}


def held(connection: Connection, owners: Collection[Owner]) -> Names:
    """Name the tickers that each of some people holds, in the caller's transaction."""
    found: Names = dict.fromkeys(owners, frozenset())
    later = books.alias("later")
    newer = exists().where(
        later.c.team == books.c.team,
        later.c.user == books.c.user,
        later.c.saved_at > books.c.saved_at,
    )
    for some in batches(sorted(owners, key=str)):
        query = select(books.c.team, books.c.user, books.c.holdings)
        for team, user, kept in connection.execute(query.where(_of_any(books, some), ~newer)):
            found[Owner(team, user)] = frozenset(ticker for ticker, _ in json.loads(kept))
    return found


def _given(lot: Lot) -> dict[str, object]:
    """What of a row was given."""
    return {name: value for name, value in asdict(lot).items() if value is not None}


def _book_of(row: Row[Any]) -> Book:
    held = tuple(Holding(ticker, weight) for ticker, weight in json.loads(row.holdings))
    return Book(held, row.saved_at, tuple(Lot(**lot) for lot in json.loads(row.lots)))


def _key(owner: Owner) -> dict[str, object]:
    return {"team": owner.team, "user": owner.user}


def _of(table: Table, owner: Owner) -> ColumnElement[bool]:
    return and_(table.c.team == owner.team, table.c.user == owner.user)


def _of_any(table: Table, owners: Iterable[Owner]) -> ColumnElement[bool]:
    return tuple_(table.c.team, table.c.user).in_([(one.team, one.user) for one in owners])
