"""A subscription's schedule becomes one of three kinds; dates of it can be left out."""

import sqlalchemy as sa
from alembic import op

revision = "jobs_0004"
down_revision = "jobs_0003"
branch_labels = None
depends_on = None

_LOCAL = ("at", "weekdays", "zone")


def upgrade() -> None:
    """All that stood so far came at a local time."""
    with op.batch_alter_table("subscriptions") as table:
        table.add_column(sa.Column("schedule", sa.Text, nullable=False, server_default="daily"))
        for name in _LOCAL:
            table.alter_column(name, existing_type=sa.Text, nullable=True)
        table.add_column(sa.Column("exchange", sa.Text))
        table.add_column(sa.Column("minutes", sa.Integer))
        table.add_column(sa.Column("skips", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("subscriptions") as table:
        table.alter_column("schedule", existing_type=sa.Text, server_default=None)
        table.alter_column("skips", existing_type=sa.Text, server_default=None)


def downgrade() -> None:
    """Keep what comes at a local time; the rest had no place before."""
    op.execute("DELETE FROM subscriptions WHERE schedule <> 'daily' OR kind <> 'digest'")
    op.execute("DELETE FROM outbox WHERE kind = 'wrap'")
    with op.batch_alter_table("subscriptions") as table:
        for name in ("skips", "minutes", "exchange", "schedule"):
            table.drop_column(name)
        for name in _LOCAL:
            table.alter_column(name, existing_type=sa.Text, nullable=False)
