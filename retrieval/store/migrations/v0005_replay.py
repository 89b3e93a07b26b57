"""Which change wrote a version and which replaced it, so that an answer can be made again."""

import sqlalchemy as sa
from alembic import op

revision = "store_0005_replay"
down_revision = "store_0004_chat"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; what is stored already had been written, and replaced, before any change kept."""
    op.add_column(
        "versions", sa.Column("seq", sa.BigInteger, nullable=False, server_default=sa.text("0"))
    )
    op.add_column("versions", sa.Column("superseded_seq", sa.BigInteger))
    op.execute("UPDATE versions SET superseded_seq = 0 WHERE superseded_at IS NOT NULL")
