"""What a chat model said before, and the tokens it took today, in SQL. Knows no model, no clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Connection, Engine, select, update

from retrieval.db import connect, insert_new, migrate
from retrieval.store.schema import replies, spending


class Purse:
    """Replies by the hash of what was asked, and tokens by UTC day; both outlive the process.

    A reply takes seconds, so no connection is kept between two of them, and nothing has to be
    closed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> "Purse":
        """Open the database and bring its tables up to date.

        Raises:
            StoreError: the database cannot be used.
        """
        engine = connect(url)
        migrate(engine, "retrieval.store")
        engine.dispose()
        return cls(engine)

    def kept(self, key: str) -> str | None:
        """The reply to what was asked before."""
        with self._writing() as connection:
            reply = select(replies.c.reply).where(replies.c.key == key)
            return connection.execute(reply).scalar_one_or_none()

    def keep(self, key: str, reply: str, *, now: datetime) -> None:
        """Keep a reply; of two to the same question the first stays."""
        with self._writing() as connection:
            insert_new(connection, replies, {"key": key, "reply": reply, "at": now}, key=["key"])

    def reserve(self, day: date, tokens: int, *, limit: int) -> bool:
        """Set tokens aside, unless the day would come to more than `limit` with them."""
        with self._writing() as connection:
            insert_new(connection, spending, {"day": day, "tokens": 0}, key=["day"])
            more = spending.c.tokens + tokens
            some = update(spending).where(spending.c.day == day, more <= limit)
            return connection.execute(some.values(tokens=more)).rowcount == 1

    def settle(self, day: date, reserved: int, paid: int) -> None:
        """Put what was paid in the place of what was set aside."""
        with self._writing() as connection:
            change = spending.c.tokens + (paid - reserved)
            connection.execute(update(spending).where(spending.c.day == day).values(tokens=change))

    def spent(self, day: date) -> int:
        """Tokens of a day, with those that are set aside."""
        with self._writing() as connection:
            tokens = select(spending.c.tokens).where(spending.c.day == day)
            return connection.execute(tokens).scalar_one_or_none() or 0

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection
        self._engine.dispose()
