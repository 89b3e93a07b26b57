"""Which versions were brought in as history: they are no news to anybody."""

import sqlalchemy as sa
from alembic import op

revision = "store_0006_backfilled"
down_revision = "store_0005_replay"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; what is stored already came as news."""
    op.add_column(
        "versions",
        sa.Column("backfilled", sa.Boolean, nullable=False, server_default=sa.false()),
    )
