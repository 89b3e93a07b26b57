"""The tables of alerts, and traces to their rows and back; whose a message of theirs is."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    and_,
    select,
)

from jobs.alerts.rules import Check, Trace
from jobs.models import OutboxRow
from retrieval.db import UtcDateTime, metadata

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("threshold", Double, nullable=False),
    Column("words", JSON, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("owner_team", Text, nullable=False),
    Column("owner_user", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("personal", Boolean, nullable=False),
    Column("zone", Text, nullable=False),  # IANA
    Column("cooldown", Integer, nullable=False),  # minutes
    Column("hourly_cap", Integer, nullable=False),
    Column("quiet", Text),  # hh:mm-hh:mm, local
    Column("break_through", Double),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # none: the revision in force
)

# A row for each event in a rule's scope, also where nothing came of it: that is what explains it.
alert_traces = Table(
    "alert_traces",
    metadata,
    Column("rule_id", Text, primary_key=True),
    Column("article_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("ticker", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("story_id", Text, nullable=False),
    Column("thread", Text, nullable=False),  # the story whose alert it belongs to
    Column("change", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),  # among the events of its article
    Column("at", UtcDateTime, nullable=False),
    Column("checks", JSON, nullable=False),  # [[name, value, limit, passed], ...]
    Column("value", Double),
    Column("outcome", Text, nullable=False),
    Column("due_at", UtcDateTime),
    Column("alert", Text),  # what it says, where something is told
    Column("slot", Text),  # of the outbox row that told it; none while it waits
)
told_rows = alert_traces.c.outcome != "silent"
waiting_rows = alert_traces.c.due_at.is_not(None) & alert_traces.c.slot.is_(None)
for _name, _columns, _where in (
    ("article_id", (alert_traces.c.article_id,), None),
    ("due_at", (alert_traces.c.due_at,), waiting_rows),
    ("told", (alert_traces.c.rule_id, alert_traces.c.at), told_rows),
    ("story", (alert_traces.c.rule_id, alert_traces.c.story_id), told_rows),
    ("thread", (alert_traces.c.rule_id, alert_traces.c.thread), told_rows),
):
    Index(f"ix_alert_traces_{_name}", *_columns, sqlite_where=_where, postgresql_where=_where)

alert_mutes = Table(
    "alert_mutes",
    metadata,
    Column("recipient", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("since", UtcDateTime, primary_key=True),
    Column("until", UtcDateTime),
    Column("by", Text, nullable=False),
)

alert_acks = Table(
    "alert_acks",
    metadata,
    Column("recipient", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

_TRACED = (
    "rule_id revision article_id version ticker story_id thread change at value outcome".split()
)
_TRACED += ["due_at"]


def trace_row(trace: Trace, place: int, alert: str | None, slot: str | None) -> dict[str, object]:
    """Write a trace, with what it says and where that is told."""
    checks = [[c.name, c.value, c.limit, c.passed] for c in trace.checks]
    more = {"place": place, "alert": alert, "slot": slot, "checks": checks}
    return {name: getattr(trace, name) for name in _TRACED} | more


def trace_of(row: RowMapping) -> Trace:
    """Read a trace."""
    checks = tuple(Check(*check) for check in row["checks"])
    return Trace(**{name: row[name] for name in _TRACED}, checks=checks)


def owners_of(connection: Connection, row: OutboxRow) -> tuple[str, ...]:
    """Name the users whose rules told what an outbox row says: several where it was gathered."""
    told_it = and_(
        alert_rules.c.id == alert_traces.c.rule_id,
        alert_rules.c.revision == alert_traces.c.revision,
    )
    here = and_(alert_rules.c.recipient == row.recipient, alert_rules.c.team == row.team)
    owners = select(alert_rules.c.owner_user).join(alert_traces, told_it).distinct()
    its = owners.where(here, told_rows, alert_traces.c.slot == row.slot)
    return tuple(connection.scalars(its.order_by(alert_rules.c.owner_user)))
