"""Watchlists, books and visits, and whose a subscription is: what people keep."""

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "jobs_0002"
down_revision = "jobs_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables, and name the owners of subscriptions."""
    op.add_column("subscriptions", sa.Column("team", sa.Text, nullable=False, server_default=""))
    op.add_column("subscriptions", sa.Column("user", sa.Text))
    op.create_table(
        "watchlists",
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("ticker", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("team", "user", "ticker", name="pk_watchlists"),
    )
    op.create_table(
        "books",
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("holdings", sa.Text, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("team", "user", name="pk_books"),
    )
    op.create_table(
        "visits",
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("looked_at", UtcDateTime, nullable=False),
        sa.Column("before", UtcDateTime),
        sa.PrimaryKeyConstraint("team", "user", name="pk_visits"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("visits", "books", "watchlists"):
        op.drop_table(name)
    for name in ("user", "team"):
        op.drop_column("subscriptions", name)
