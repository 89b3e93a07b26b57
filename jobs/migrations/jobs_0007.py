"""Alerts: rules in their revisions, what they made of articles, mutes, and who took notice."""

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "jobs_0007"
down_revision = "jobs_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the four tables."""
    _rules()
    _traces()
    op.create_table(
        "alert_mutes",
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("recipient", "kind", "what", "since", name="pk_alert_mutes"),
    )
    op.create_table(
        "alert_acks",
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("recipient", "slot", name="pk_alert_acks"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("alert_acks", "alert_mutes", "alert_traces", "alert_rules"):
        op.drop_table(name)


def _rules() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("threshold", sa.Double, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("owner_team", sa.Text, nullable=False),
        sa.Column("owner_user", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("personal", sa.Boolean, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("cooldown", sa.Integer, nullable=False),
        sa.Column("hourly_cap", sa.Integer, nullable=False),
        sa.Column("quiet", sa.Text),
        sa.Column("break_through", sa.Double),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", "revision", name="pk_alert_rules"),
    )


def _traces() -> None:
    op.create_table(
        "alert_traces",
        sa.Column("rule_id", sa.Text, nullable=False),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("ticker", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("checks", sa.JSON, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("due_at", UtcDateTime),
        sa.Column("alert", sa.Text),
        sa.Column("slot", sa.Text),
        sa.PrimaryKeyConstraint(
            "rule_id", "article_id", "version", "ticker", name="pk_alert_traces"
        ),
    )
    op.create_index("ix_alert_traces_article_id", "alert_traces", ["article_id"])
    waiting = sa.text("due_at IS NOT NULL AND slot IS NULL")
    told = sa.text("outcome <> 'silent'")
    for name, columns, where in (
        ("ix_alert_traces_due_at", ["due_at"], waiting),
        ("ix_alert_traces_told", ["rule_id", "at"], told),
        ("ix_alert_traces_story", ["rule_id", "story_id"], told),
        ("ix_alert_traces_thread", ["rule_id", "thread"], told),
    ):
        op.create_index(name, "alert_traces", columns, sqlite_where=where, postgresql_where=where)
