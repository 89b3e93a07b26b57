"""What the exposure map infers, apart from what articles say; and what a claim waits for."""

import sqlalchemy as sa
from alembic import op

revision = "store_0002_inferred"
down_revision = "store_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; what is stored already has nothing inferred and waits for nothing."""
    op.add_column(
        "impacts", sa.Column("conditions", sa.JSON, nullable=False, server_default=sa.text("'[]'"))
    )
    texts = ("group_name", "group_id", "map_version", "why")
    op.create_table(
        "inferred",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("target_kind", sa.Text, nullable=False),
        sa.Column("target_id", sa.Text, nullable=False),
        sa.Column("target_name", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("mixed", sa.Boolean, nullable=False),
        sa.Column("relevance", sa.Double, nullable=False),
        sa.Column("order", sa.Integer, nullable=False),
        sa.Column("mechanism", sa.Text),
        sa.Column("horizon", sa.Text),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("quotes", sa.JSON, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("carried_start", sa.Integer),
        sa.Column("carried_end", sa.Integer),
        sa.Column("conditions", sa.JSON, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.ForeignKeyConstraint(
            ["article_id", "version"], ["versions.article_id", "versions.version"]
        ),
    )
