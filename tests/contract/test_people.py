"""What people keep behaves the same on every database, and is nobody else's."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import inspect, text

from jobs.models import MOST_WATCHED, Lot, Owner
from jobs.people import People
from retrieval.answers import Holding
from retrieval.db import connect, metadata, migrate

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
ADA, BEN, ELSEWHERE = Owner("T1", "U1"), Owner("T1", "U2"), Owner("T2", "U1")
BOOK = (Holding("NVDA", 0.75), Holding("KO", -0.25))


@pytest.fixture
def people(url: str) -> Iterator[People]:
    engine = connect(url)
    migrate(engine, "jobs")
    yield People(engine)
    engine.dispose()


def test_the_migration_makes_the_tables_that_the_code_describes(url: str) -> None:
    engine = connect(url)
    migrate(engine, "jobs")
    made = inspect(engine)
    for name in ("watchlists", "books", "visits"):
        columns = {(c["name"], c["nullable"]) for c in made.get_columns(name)}
        assert columns == {(c.name, c.nullable) for c in metadata.tables[name].columns}
        key = [c.name for c in metadata.tables[name].primary_key.columns]
        assert made.get_pk_constraint(name)["constrained_columns"] == key
    engine.dispose()


def test_a_list_keeps_its_order_and_each_name_once(people: People) -> None:
    assert people.watchlist(ADA) == ()
    assert people.follow(ADA, ["NVDA", "AMZN", "NVDA"]) == ("NVDA", "AMZN")
    assert people.watch(ADA, ["KO", "AMZN", "KO"]) == ("KO",)
    assert people.watchlist(ADA) == ("NVDA", "AMZN", "KO")
    assert people.unwatch(ADA, ["AMZN", "MSFT"]) == 1
    assert people.follow(ADA, ["KO"]) == ("KO",)
    assert people.watchlist(ADA) == ("KO",)


def test_a_list_has_its_limit(people: People) -> None:
    many = [f"T{n}" for n in range(MOST_WATCHED + 5)]
    assert len(people.follow(ADA, many)) == MOST_WATCHED
    assert people.watch(ADA, ["KO"]) == ()
    people.unwatch(ADA, ["T0"])
    assert people.watch(ADA, ["KO", "PEP"]) == ("KO",)


def test_a_book_comes_back_to_its_owner_alone_as_it_was_given(people: People) -> None:
    people.keep_book(ADA, BOOK, NOW)
    book = people.book(ADA)
    assert book is not None
    assert (book.holdings, book.saved_at) == (BOOK, NOW)
    assert people.book(BEN) is None
    assert people.book(ELSEWHERE) is None
    assert "NVDA" not in repr(book)


def test_a_later_book_takes_the_place_of_the_earlier_one(people: People) -> None:
    people.keep_book(ADA, BOOK, NOW)
    people.keep_book(ADA, BOOK[:1], NOW + timedelta(days=1))
    book = people.book(ADA)
    assert book is not None
    assert (book.holdings, book.saved_at) == (BOOK[:1], NOW + timedelta(days=1))
    assert [(one.holdings, one.saved_at) for one in people.books(ADA)] == [
        (BOOK, NOW),
        (BOOK[:1], NOW + timedelta(days=1)),
    ]
    assert people.books(BEN) == ()
    people.keep_book(ADA, BOOK, NOW + timedelta(days=1))  # the same moment again
    assert len(people.books(ADA)) == 2
    assert people.drop_book(ADA)
    assert people.books(ADA) == ()
    assert not people.drop_book(ADA)


def test_what_was_given_of_a_position_comes_back_and_is_in_no_text(people: People) -> None:
    lots = (
        Lot("NVDA", 10.0, 1200.0, 12_000.0, 4_000.0, "Roth IRA ...456", "USD"),
        Lot("KO", -3.0),
    )
    people.keep_book(ADA, BOOK, NOW, lots)
    book = people.book(ADA)
    assert book is not None
    assert book.lots == lots
    assert repr(book) == "Book(2 positions)"
    assert repr(lots) == "(Lot(), Lot())"


def test_the_last_look_is_that_of_the_visit_before_this_one(people: People) -> None:
    minute = timedelta(minutes=1)
    people.look(ADA, NOW)
    assert people.last_look(ADA) is None
    people.look(ADA, NOW + 5 * minute)
    assert people.last_look(ADA) is None
    people.look(ADA, NOW + 65 * minute)
    people.look(ADA, NOW + 70 * minute)
    assert people.last_look(ADA) == NOW + 5 * minute
    assert people.last_look(BEN) is None


def test_who_is_forgotten_leaves_nothing_and_takes_nothing_of_others(people: People) -> None:
    for owner in (ADA, BEN, ELSEWHERE):
        people.follow(owner, ["NVDA"])
        people.keep_book(owner, BOOK, NOW)
        people.look(owner, NOW)
    people.forget(ADA)
    assert (people.watchlist(ADA), people.book(ADA), people.last_look(ADA)) == ((), None, None)
    assert people.watchlist(BEN) == people.watchlist(ELSEWHERE) == ("NVDA",)
    people.forget_team("T1")
    assert (people.watchlist(BEN), people.book(BEN), people.last_look(BEN)) == ((), None, None)
    assert people.book(ELSEWHERE) is not None


def test_books_of_before_are_kept_and_their_cash_is_no_bank(url: str) -> None:
    engine = connect(url)
    migrate(engine, "jobs")
    older = importlib.import_module("jobs.migrations.jobs_0008")
    people = People(engine)
    people.keep_book(ADA, (Holding("NVDA", 0.9), Holding("$CASH", 0.1)), NOW)
    people.keep_book(ADA, (Holding("NVDA", 0.8), Holding("$USD", 0.2)), NOW + timedelta(days=1))
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with Operations.context(operations.migration_context):
            older.downgrade()
            query = text('SELECT holdings FROM books WHERE "user" = :user')
            assert connection.execute(query, {"user": ADA.user}).scalar_one() == (
                '[["NVDA", 0.8], ["USD", 0.2]]'
            )
            older.upgrade()
    (book,) = people.books(ADA)
    assert book.holdings == (Holding("NVDA", 0.8), Holding("$USD", 0.2))
    assert (book.saved_at, book.lots) == (NOW + timedelta(days=1), ())
    engine.dispose()
