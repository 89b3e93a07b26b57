"""What makes a post happen once becomes a slot: a local date, or what an alert is about."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from retrieval.db import UtcDateTime

revision = "jobs_0003"
down_revision = "jobs_0002"
branch_labels = None
depends_on = None

_STATES = ("new", "sending", "sent", "failed", "unknown")


def upgrade() -> None:
    """Make the outbox anew with its rows, which are few: SQLite alters no key in place."""
    op.add_column("subscriptions", sa.Column("made_by", sa.Text))
    wanted = op.get_bind().execute(sa.text("SELECT recipient, team FROM subscriptions"))
    teams = {row.recipient: row.team for row in wanted}
    kept = [
        {**row, "slot": str(row["local_date"]), "team": teams.get(row["recipient"], "")}
        for row in _taken_out()
    ]
    _outbox(sa.Column("slot", sa.Text, nullable=False), (*_STATES, "late"), *_added())
    _put_in(kept)


def downgrade() -> None:
    """Keep what has a local date; the rest had no place before."""
    dated = [row for row in _taken_out() if row["kind"] == "digest" and not row["under"]]
    was_late = ({**row, "state": "failed"} if row["state"] == "late" else row for row in dated)
    kept = [{**row, "local_date": row["slot"]} for row in was_late]
    _outbox(sa.Column("local_date", sa.Date, nullable=False), _STATES)
    _put_in(kept)
    op.drop_column("subscriptions", "made_by")


def _added() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("under", sa.Text),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("told", sa.Text),
        sa.Column("since_change", sa.BigInteger),
        sa.Column("until_change", sa.BigInteger),
        sa.Column("deadline", UtcDateTime),
    )


def _outbox(key: sa.Column[Any], states: tuple[str, ...], *more: sa.Column[Any]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    op.create_table(
        "outbox",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        key,
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("lease_until", UtcDateTime),
        sa.Column("owner", sa.Text),
        sa.Column("first_try", UtcDateTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("not_before", UtcDateTime),
        sa.Column("ts", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("since", UtcDateTime),
        sa.Column("until", UtcDateTime),
        *more,
        sa.PrimaryKeyConstraint("kind", "recipient", key.name, name="pk_outbox"),
        sa.CheckConstraint(f"state IN ({listed})", name="state"),
    )
    still_open = sa.text("state IN ('new', 'sending')")
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["created_at"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _taken_out() -> list[dict[str, Any]]:
    connection = op.get_bind()
    rows = [dict(row) for row in connection.execute(sa.text("SELECT * FROM outbox")).mappings()]
    op.drop_table("outbox")
    return rows


def _put_in(rows: list[dict[str, Any]]) -> None:
    connection = op.get_bind()
    columns = [column["name"] for column in sa.inspect(connection).get_columns("outbox")]
    if rows:
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(f":{name}" for name in columns)
        text = sa.text(f"INSERT INTO outbox ({names}) VALUES ({values})")  # noqa: S608  our columns
        connection.execute(text, [{name: row.get(name) for name in columns} for row in rows])
