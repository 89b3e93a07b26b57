"""What a chat model said and took, and why the built-in engine stood in for it."""

import sqlalchemy as sa
from alembic import op

revision = "store_0004_chat"
down_revision = "store_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; what is stored already was read by the engine that it names."""
    op.add_column("versions", sa.Column("fallback", sa.Text))
    op.create_table(
        "replies",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "spending",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("tokens", sa.BigInteger, nullable=False),
    )
