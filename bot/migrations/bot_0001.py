"""The inbox."""

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "bot_0001"
down_revision = None
branch_labels = ("bot",)
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("client_msg_id", sa.Text),
        sa.Column("channel", sa.Text),
        sa.Column("ts", sa.Text),
        sa.Column("thread_ts", sa.Text),
        sa.Column("asked", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("lease_until", UtcDateTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("first_post", UtcDateTime),
        sa.Column("posts", sa.Integer, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("evidence", sa.Text),
        sa.Column("replay_id", sa.Text),
        sa.Column("reply_ts", sa.Text),
        sa.Column("reason", sa.Text),
        sa.UniqueConstraint("event_id", name="uq_inbox_event_id"),
        sa.UniqueConstraint("client_msg_id", name="uq_inbox_client_msg_id"),
        sa.UniqueConstraint("channel", "ts", name="uq_inbox_channel_ts"),
        sa.CheckConstraint(
            "state IN ('seen', 'new', 'sending', 'answered', 'failed')", name="state"
        ),
    )
    still_open = sa.text("state IN ('new', 'sending')")
    op.create_index(
        "ix_inbox_open", "inbox", ["id"], sqlite_where=still_open, postgresql_where=still_open
    )
    op.create_index("ix_inbox_thread", "inbox", ["channel", "thread_ts"])
    op.create_index("ix_inbox_replay", "inbox", ["channel", "replay_id"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("inbox")
