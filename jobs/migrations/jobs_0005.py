"""Names that a channel or person does not want to see in its briefs for some days."""

import sqlalchemy as sa
from alembic import op

revision = "jobs_0005"
down_revision = "jobs_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "mutes",
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("ticker", sa.Text, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("team", "recipient", "ticker", name="pk_mutes"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("mutes")
