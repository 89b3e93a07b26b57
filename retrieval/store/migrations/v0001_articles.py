"""The first tables of the store."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "store_0001"
down_revision = None
branch_labels = ("retrieval.store",)
depends_on = None


def upgrade() -> None:
    """Create every table, and the one row of the sequence."""
    _articles()
    _claims()
    _chunks()
    op.create_table(
        "audit",
        sa.Column("replay_id", sa.Text, primary_key=True),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("article_id", sa.Text, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("tone", sa.Double, nullable=False),
        sa.Column("tone_mixed", sa.Boolean, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("source_key", sa.Text),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("published_offset", sa.Integer),
        sa.Column("dated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("ingested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True)),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("dropped", sa.Integer, nullable=False),
    )
    _index_where(
        "uq_versions_current", "versions", ["article_id"], "superseded_at IS NULL", unique=True
    )
    _index_where("ix_versions_current_dated_at", "versions", ["dated_at"], "superseded_at IS NULL")


def _claims() -> None:
    target = ("target_kind", "target_id", "target_name")
    _part_of_a_version(
        "impacts",
        *(sa.Column(name, sa.Text, nullable=False) for name in target),
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
    )
    _part_of_a_version(
        "mentions",
        *(sa.Column(name, sa.Text, nullable=False) for name in (*target, "surface")),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
    )
    for table in ("impacts", "mentions"):
        _index_where(
            f"ix_{table}_ticker",
            table,
            ["target_id", "article_id", "version"],
            "target_kind = 'ticker'",
        )
    _part_of_a_version(
        "triggers",
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("horizon", sa.Text),
    )
    _part_of_a_version(
        "tickers",
        sa.Column("ticker", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("mixed", sa.Boolean, nullable=False),
        sa.Column("relevance", sa.Double, nullable=False),
    )


def _chunks() -> None:
    op.create_table(
        "chunks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        _version_key(),
    )
    op.create_index("ix_chunks_article_id_version", "chunks", ["article_id", "version"])
    op.create_index("ix_chunks_model", "chunks", ["model"])
    sequence = op.create_table(
        "sequence",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(sequence, [{"name": "changes", "value": 0}])
    op.create_table(
        "changes",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("put", sa.JSON, nullable=False),
        sa.Column("dropped", sa.JSON, nullable=False),
    )


def _part_of_a_version(name: str, *columns: SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        *columns,
        _version_key(),
    )


def _version_key() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["article_id", "version"], ["versions.article_id", "versions.version"]
    )


def _index_where(
    name: str, table: str, columns: list[str], condition: str, *, unique: bool = False
) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
