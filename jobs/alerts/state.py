"""Rules, mutes and what was told, as people see and change them, in SQL. Knows no Slack.

Every reading names whose rules it wants: what fires on somebody's list is shown to nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, delete, func, not_, or_, select, update

from jobs.alerts.ledger import IN_FORCE, KEPT, readable
from jobs.alerts.rules import Mute, MuteKind, Outcome, Rule, Trace, plain_rule, rule_from
from jobs.alerts.tables import (
    alert_acks,
    alert_mutes,
    alert_rules,
    alert_traces,
    told_rows,
    trace_of,
)
from jobs.alerts.telling import Alert, Fired
from jobs.errors import UnknownRuleError
from jobs.models import ALERT, OutboxRow, Owner
from jobs.outbox_table import outbox, row_of
from retrieval.db import insert_new, reading

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Ack:
    """Who took notice of an alert, and when."""

    by: str
    at: datetime


class Alerts:
    """The tables of alerts behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def keep(self, rule: Rule, now: datetime) -> Rule:
        """Keep a rule from now on, as a new one or in the place of its last revision.

        Raises:
            UnknownRuleError: the one with its id is somebody else's.
        """
        with self.engine.begin() as connection:
            same = alert_rules.c.id == rule.id
            others = select(alert_rules.c.id).where(same, not_(and_(*_made_by(rule.owner))))
            if connection.scalar(others.limit(1)) is not None:
                raise UnknownRuleError(rule.id)
            last = connection.scalar(select(func.max(alert_rules.c.revision)).where(same))
            kept = replace(rule, revision=(last or 0) + 1, created_at=now, ended_at=None)
            ending = update(alert_rules).where(same, IN_FORCE).values(ended_at=now)
            connection.execute(ending)
            connection.execute(alert_rules.insert().values(plain_rule(kept)))
        return kept

    def switch(self, rule: Rule, now: datetime) -> Rule:
        """Turn a rule off, or on again."""
        return self.keep(replace(rule, active=not rule.active), now)

    def end(self, rule_id: str, now: datetime) -> bool:
        """Take a rule away; what it told can still be explained. False when there was none."""
        which = and_(alert_rules.c.id == rule_id, IN_FORCE)
        with self.engine.begin() as connection:
            ended = connection.execute(update(alert_rules).where(which).values(ended_at=now))
            return ended.rowcount > 0

    def rule(self, rule_id: str) -> Rule:
        """Give a rule as it is now.

        Raises:
            UnknownRuleError: there is none, or it was taken away.
        """
        which = and_(alert_rules.c.id == rule_id, IN_FORCE)
        with reading(self.engine) as connection:
            row = connection.execute(select(alert_rules).where(which)).mappings().first()
        if row is None:
            raise UnknownRuleError(rule_id)
        return rule_from({**row})

    def rules(self, owner: Owner | None = None) -> list[Rule]:
        """List the rules that somebody made, the oldest first; without an owner, all there are."""
        query = select(alert_rules).where(IN_FORCE, *(_made_by(owner) if owner else ()))
        ordered = query.order_by(alert_rules.c.created_at, alert_rules.c.id)
        with reading(self.engine) as connection:
            return readable(connection.execute(ordered).mappings())

    def told(self, rules: Sequence[Rule], *, limit: int = MOST_LISTED) -> list[Fired]:
        """List what rules told last, the newest first."""
        by_id = {rule.id: rule for rule in rules}
        chosen = (told_rows, alert_traces.c.outcome != "update", alert_traces.c.rule_id.in_(by_id))
        newest = (alert_traces.c.change.desc(), alert_traces.c.place)
        query = select(alert_traces).where(*chosen).order_by(*newest).limit(limit)
        with reading(self.engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Fired(by_id[row["rule_id"]], trace_of(row), Alert.from_json(row["alert"]))
            for row in rows
        ]

    def traces(self, rule_id: str) -> list[Trace]:
        """List all that a rule looked at, in its order."""
        query = select(alert_traces).where(alert_traces.c.rule_id == rule_id)
        ordered = query.order_by(alert_traces.c.change, alert_traces.c.place)
        with reading(self.engine) as connection:
            return [trace_of(row) for row in connection.execute(ordered).mappings()]

    def at(self, slot: str) -> Fired | None:
        """Find the alert that stands in a slot, with the revision that told it; None when gone."""
        alone = (alert_traces.c.slot == slot, alert_traces.c.outcome == "fired")
        rule_id = slot.rpartition("-")[0]  # as slot_of_alert writes it: there is an index for that
        with reading(self.engine) as connection:
            found = select(alert_traces).where(alert_traces.c.rule_id == rule_id, told_rows, *alone)
            row = connection.execute(found).mappings().first()
            if row is None:
                return None
            told_it = (
                alert_rules.c.id == row["rule_id"],
                alert_rules.c.revision == row["revision"],
            )
            rule = connection.execute(select(alert_rules).where(*told_it)).mappings().one()
        return Fired(rule_from({**rule}), trace_of(row), Alert.from_json(row["alert"]))

    def posted(self, recipient: str, slot: str) -> OutboxRow | None:
        """Give the outbox row of an alert; None when there is none."""
        which = (
            outbox.c.kind == ALERT,
            outbox.c.recipient == recipient,
            outbox.c.slot == slot,
        )
        with reading(self.engine) as connection:
            row = connection.execute(select(outbox).where(*which)).mappings().first()
        return row_of(row) if row else None

    def acknowledge(self, recipient: str, slot: str, by: str, now: datetime) -> None:
        """Note that somebody took notice; the first who did stays."""
        row = {"recipient": recipient, "slot": slot, "by": by, "at": now}
        with self.engine.begin() as connection:
            insert_new(connection, alert_acks, row, key=("recipient", "slot"))

    def acknowledged(self, recipient: str, slot: str) -> Ack | None:
        """Say who took notice of an alert first; None when nobody did."""
        which = (alert_acks.c.recipient == recipient, alert_acks.c.slot == slot)
        with reading(self.engine) as connection:
            query = select(alert_acks.c.by, alert_acks.c.at).where(*which)
            first = connection.execute(query).first()
        return Ack(first.by, first.at) if first else None

    def mute(self, mute: Mute) -> None:
        """Keep what a recipient does not want to hear."""
        row = {name: getattr(mute, name) for name in Mute.__slots__}
        with self.engine.begin() as connection:
            insert_new(connection, alert_mutes, row, key=("recipient", "kind", "what", "since"))

    def unmute(self, recipient: str, kind: MuteKind, what: str, now: datetime) -> bool:
        """End a mute; False when none held."""
        holds = and_(
            alert_mutes.c.recipient == recipient,
            alert_mutes.c.kind == kind,
            alert_mutes.c.what == what,
            or_(alert_mutes.c.until.is_(None), alert_mutes.c.until > now),
        )
        with self.engine.begin() as connection:
            ended = connection.execute(update(alert_mutes).where(holds).values(until=now))
            return ended.rowcount > 0

    def mutes(self, recipients: Sequence[str], now: datetime) -> list[Mute]:
        """List what recipients do not want to hear now."""
        which = alert_mutes.c.recipient.in_(recipients)
        with reading(self.engine) as connection:
            found = connection.execute(select(alert_mutes).where(which)).mappings().all()
        return [mute for row in found if (mute := Mute(**row)).holds(now)]

    def counts(self) -> dict[Outcome, int]:
        """Count what is kept of events by what came of them."""
        query = select(alert_traces.c.outcome, func.count()).group_by(alert_traces.c.outcome)
        with reading(self.engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def prune(self, now: datetime) -> int:
        """Forget traces that nobody asks for any more; tell how many."""
        old = alert_traces.c.at < now - KEPT
        with self.engine.begin() as connection:
            return connection.execute(delete(alert_traces).where(old)).rowcount

    def forget(self, owner: Owner) -> None:
        """Forget somebody's personal rules, with all that they found and told."""
        mine = select(alert_rules.c.id).where(*_made_by(owner), alert_rules.c.personal)
        places = select(alert_rules.c.recipient).where(*_made_by(owner), alert_rules.c.personal)
        with self.engine.begin() as connection:
            for table in (alert_mutes, alert_acks):
                connection.execute(delete(table).where(table.c.recipient.in_(places)))
            waiting = and_(outbox.c.kind == ALERT, outbox.c.recipient.in_(places))
            connection.execute(delete(outbox).where(waiting))
            connection.execute(delete(alert_traces).where(alert_traces.c.rule_id.in_(mine)))
            connection.execute(delete(alert_rules).where(alert_rules.c.id.in_(mine)))

    def forget_team(self, team: str) -> None:
        """Forget the rules of a workspace, when it has gone, with all that they found."""
        theirs = select(alert_rules.c.id).where(alert_rules.c.team == team)
        places = select(alert_rules.c.recipient).where(alert_rules.c.team == team)
        with self.engine.begin() as connection:
            for table in (alert_mutes, alert_acks):
                connection.execute(delete(table).where(table.c.recipient.in_(places)))
            connection.execute(delete(alert_traces).where(alert_traces.c.rule_id.in_(theirs)))
            connection.execute(delete(alert_rules).where(alert_rules.c.team == team))


def _made_by(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    return (alert_rules.c.owner_team == owner.team, alert_rules.c.owner_user == owner.user)
