"""Books in versions with the rows that they were read from; prices by ticker and day.

Cash gets a name of its own: CASH is the ticker of a bank.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "jobs_0008"
down_revision = "jobs_0007"
branch_labels = None
depends_on = None


_CASH = {name: f"${name}" for name in ("CASH", "USD", "EUR", "GBP", "CHF", "JPY")}
"""What was taken as cash so far: its name is no ticker from now on."""
_BACK = {new: old for old, new in _CASH.items()}


def upgrade() -> None:
    """Make the table of books anew with its rows, which are few: SQLite alters no key in place."""
    kept = [
        {**row, "lots": "[]", "holdings": _renamed(row["holdings"], _CASH)} for row in _taken_out()
    ]
    books = _books(sa.Column("lots", sa.Text, nullable=False), key=("team", "user", "saved_at"))
    _put_in(books, kept)
    op.create_table(
        "prices",
        sa.Column("ticker", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("close", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("ticker", "day", name="pk_prices"),
    )


def downgrade() -> None:
    """Keep the newest version of each book."""
    op.drop_table("prices")
    rows = ({**row, "holdings": _renamed(row["holdings"], _BACK)} for row in _taken_out())
    newest = {(row["team"], row["user"]): row for row in rows}
    _put_in(_books(key=("team", "user")), list(newest.values()))


def _renamed(holdings: str, names: dict[str, str]) -> str:
    return json.dumps([[names.get(ticker, ticker), w] for ticker, w in json.loads(holdings)])


def _books(*more: sa.Column[Any], key: tuple[str, ...]) -> sa.Table:
    return op.create_table(
        "books",
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("holdings", sa.Text, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        *more,
        sa.PrimaryKeyConstraint(*key, name="pk_books"),
    )


def _taken_out() -> list[dict[str, Any]]:
    """Give all rows, the oldest first, and drop their table."""
    books = sa.table(
        "books",
        *(sa.column(name) for name in ("team", "user", "holdings")),
        sa.column("saved_at", UtcDateTime),
    )
    query = sa.select(books).order_by(books.c.saved_at)
    rows = [dict(row) for row in op.get_bind().execute(query).mappings()]
    op.drop_table("books")
    return rows


def _put_in(books: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(books.insert(), rows)
