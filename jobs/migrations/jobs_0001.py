"""Subscriptions and the outbox."""

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "jobs_0001"
down_revision = None
branch_labels = ("jobs",)
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "subscriptions",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("weekdays", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("kind", "recipient", name="pk_subscriptions"),
    )
    op.create_table(
        "outbox",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("lease_until", UtcDateTime),
        sa.Column("owner", sa.Text),
        sa.Column("first_try", UtcDateTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("not_before", UtcDateTime),
        sa.Column("ts", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("since", UtcDateTime),
        sa.Column("until", UtcDateTime),
        sa.PrimaryKeyConstraint("kind", "recipient", "local_date", name="pk_outbox"),
        sa.CheckConstraint(
            "state IN ('new', 'sending', 'sent', 'failed', 'unknown')", name="state"
        ),
    )
    still_open = sa.text("state IN ('new', 'sending')")
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["created_at"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("outbox")
    op.drop_table("subscriptions")
