"""Installations in many workspaces, and the workspace that a question came from."""

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "bot_0004"
down_revision = "bot_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; give the inbox its workspace."""
    op.create_table(
        "installations",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("installed_at", UtcDateTime, nullable=False),
        sa.Column("refresher", sa.Text),
        sa.Column("refreshing_until", UtcDateTime),
        sa.PrimaryKeyConstraint("workspace", name="pk_installations"),
    )
    op.create_table(
        "oauth_states",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_oauth_states"),
    )
    op.add_column("inbox", sa.Column("workspace", sa.Text))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("inbox", "workspace")
    op.drop_table("oauth_states")
    op.drop_table("installations")
