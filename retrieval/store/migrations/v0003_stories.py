"""Stories: each version's place in one, and what tells which articles report one event."""

import sqlalchemy as sa
from alembic import op

revision = "store_0003"
down_revision = "store_0002_inferred"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; each article that is there becomes a story of its own."""
    memberships = op.create_table(
        "memberships",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("outlet", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "version"], ["versions.article_id", "versions.version"]
        ),
    )
    op.create_index("ix_memberships_story_id", "memberships", ["story_id", "position"])
    op.create_table(
        "imprints",
        sa.Column("article_id", sa.Text, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("marks", sa.JSON, nullable=False),
    )
    op.create_table(
        "leads",
        sa.Column("article_id", sa.Text, sa.ForeignKey("imprints.article_id"), primary_key=True),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("dated", sa.BigInteger, nullable=False),
        sa.Column("lead", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_leads_dated", "leads", ["dated"])
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("article_id", sa.Text, sa.ForeignKey("imprints.article_id"), primary_key=True),
    )
    op.create_index("ix_bands_article_id", "bands", ["article_id"])
    _alone(memberships)


def _alone(memberships: sa.Table) -> None:
    """Place what was read before stories were known; the article's own id names its story.

    Nothing tells its event, so a rewrite that comes later opens another story.
    """
    versions = sa.table(
        "versions",
        sa.column("article_id", sa.Text),
        sa.column("version", sa.Integer),
        sa.column("source_key", sa.Text),
    )
    alone = sa.select(
        versions.c.article_id,
        versions.c.version,
        sa.literal("before-stories:", sa.Text) + versions.c.article_id,
        sa.literal(0, sa.Integer),
        sa.func.coalesce(versions.c.source_key, ""),
        sa.literal([], sa.JSON),
    )
    columns = ["article_id", "version", "story_id", "position", "outlet", "facts"]
    op.execute(memberships.insert().from_select(columns, alone))
