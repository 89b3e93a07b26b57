"""Feeds, and who follows them."""

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "jobs_0006"
down_revision = "jobs_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "feeds",
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("next_at", UtcDateTime),
        sa.Column("title", sa.Text),
        sa.Column("known_url", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("polled_at", UtcDateTime),
        sa.Column("worked_at", UtcDateTime),
        sa.Column("fresh_at", UtcDateTime),
        sa.Column("gap", sa.Float),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", UtcDateTime),
        sa.Column("cause", sa.Text),
        sa.Column("skew", sa.Float, nullable=False),
        sa.Column("ahead", sa.Float, nullable=False),
        sa.Column("claims", sa.Integer, nullable=False),
        sa.Column("lease_until", UtcDateTime),
        sa.Column("owner", sa.Text),
        sa.PrimaryKeyConstraint("url", name="pk_feeds"),
    )
    op.create_index("ix_feeds_next_at", "feeds", ["next_at"])
    op.create_table(
        "follows",
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("folders", sa.Text, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("at", UtcDateTime),
        sa.PrimaryKeyConstraint("team", "url", name="pk_follows"),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("follows")
    op.drop_table("feeds")
