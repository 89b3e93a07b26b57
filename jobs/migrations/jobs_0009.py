"""An index finds what waits for one recipient: it gets a post at a time, and threads in order."""

from alembic import op

revision = "jobs_0009"
down_revision = "jobs_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the outbox by recipient."""
    op.create_index("ix_outbox_recipient", "outbox", ["recipient"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_outbox_recipient", "outbox")
