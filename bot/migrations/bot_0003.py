"""What channels want, and answers that one person alone may see."""

import sqlalchemy as sa
from alembic import op

revision = "bot_0003"
down_revision = "bot_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of settings; give the inbox its asker, its reader and what can be shared."""
    op.create_table(
        "channel_settings",
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("follow_ups", sa.Boolean, nullable=False),
        sa.Column("links", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("team", "channel", name="pk_channel_settings"),
        sa.CheckConstraint("links IN ('off', 'mention', 'always')", name="links"),
    )
    for name in ("asker", "reader", "shareable"):
        op.add_column("inbox", sa.Column(name, sa.Text))


def downgrade() -> None:
    """Drop them."""
    for name in ("shareable", "reader", "asker"):
        op.drop_column("inbox", name)
    op.drop_table("channel_settings")
