"""Streams, pages and stops of answers in the inbox; what people thought of answers."""

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "bot_0002"
down_revision = "bot_0001"
branch_labels = None
depends_on = None

COLUMNS = ("as_stream", "stream", "stopped_at", "more", "part")


def upgrade() -> None:
    """Add them."""
    for column in (
        sa.Column("as_stream", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("stream", sa.Text),
        sa.Column("stopped_at", UtcDateTime),
        sa.Column("more", sa.Text),
        sa.Column("part", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("inbox", column)
    # The oldest open question, and whether one of its thread is before it, is asked for each time
    # that a hand comes free: found by its time, not by its number.
    op.drop_index("ix_inbox_open", "inbox")
    _create_open_index("ts")
    op.drop_index("ix_inbox_thread", "inbox")
    op.create_index("ix_inbox_thread", "inbox", ["channel", "thread_ts", "ts"])
    op.create_table(
        "feedback",
        sa.Column("replay_id", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("replay_id", "user", name="pk_feedback"),
        sa.CheckConstraint("verdict IN ('up', 'down')", name="verdict"),
    )
    op.create_index("ix_feedback_at", "feedback", ["at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("feedback")
    op.drop_index("ix_inbox_thread", "inbox")
    op.create_index("ix_inbox_thread", "inbox", ["channel", "thread_ts"])
    op.drop_index("ix_inbox_open", "inbox")
    _create_open_index("id")
    for column in COLUMNS:
        op.drop_column("inbox", column)


def _create_open_index(column: str) -> None:
    still_open = sa.text("state IN ('new', 'sending')")
    op.create_index(
        "ix_inbox_open", "inbox", [column], sqlite_where=still_open, postgresql_where=still_open
    )
