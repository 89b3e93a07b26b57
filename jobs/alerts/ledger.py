"""What rules need to know, and what they found, in the caller's transaction. Knows no decision."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    RowMapping,
    and_,
    or_,
    select,
    union,
    update,
)

from jobs.alerts.evaluate import Rulebook, Verdict
from jobs.alerts.past import Past, Told
from jobs.alerts.quiet import HOUR
from jobs.alerts.rules import LISTS, Event, Mute, Rule, Trace, rule_from
from jobs.alerts.tables import (
    alert_mutes,
    alert_rules,
    alert_traces,
    told_rows,
    trace_of,
    trace_row,
    waiting_rows,
)
from jobs.people import followed, held
from retrieval.errors import InputError
from retrieval.store.records import batches

log = structlog.get_logger(__name__)

IN_FORCE = alert_rules.c.ended_at.is_(None)

_TOLD = (
    alert_traces.c.rule_id,
    alert_traces.c.article_id,
    alert_traces.c.story_id,
    alert_traces.c.thread,
    alert_traces.c.ticker,
    alert_traces.c.at,
    alert_traces.c.outcome,
    alert_traces.c.due_at,
)
_IN_ORDER = (alert_traces.c.change, alert_traces.c.place)

Key = tuple[str, str, str]
"""A rule, the story of a thread, and a ticker: what an alert is there once for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A verdict as it is kept: its place in the article, what it says, and where it is told."""

    verdict: Verdict
    place: int
    alert: str | None = None
    slot: str | None = None


def rulebook(connection: Connection) -> Rulebook:
    """Read the rules that are on, with the lists and the mutes that they need."""
    on = select(alert_rules).where(IN_FORCE, alert_rules.c.active).order_by(alert_rules.c.id)
    return book_of(connection, readable(connection.execute(on).mappings()))


def readable(rows: Iterable[RowMapping]) -> list[Rule]:
    """Read rules; one that an earlier version or another time zone table allowed is left out.

    It must not keep articles from being stored, nor the other rules from being seen and told of.
    """
    return [rule for row in rows if (rule := _readable(row))]


def _readable(row: RowMapping) -> Rule | None:
    with suppress(InputError):  # its sentence names what somebody follows: none of it is logged
        return rule_from({**row})
    log.error("alert rule cannot be read", rule=row["id"], revision=row["revision"])
    return None


def book_of(connection: Connection, rules: Sequence[Rule]) -> Rulebook:
    """Put rules together with the lists and the mutes that they need."""
    return Rulebook(
        tuple(rules),
        names_of(connection, rules),
        mutes_of(connection, {r.recipient for r in rules}),
    )


def names_of(connection: Connection, rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """Name the tickers on the lists that rules look at, as they are now, by rule."""
    looking = [rule for rule in rules if rule.scope in LISTS]
    lists = {
        "watchlist": followed(connection, {r.owner for r in looking if r.scope == "watchlist"}),
        "portfolio": held(connection, {r.owner for r in looking if r.scope == "portfolio"}),
    }
    return {rule.id: lists[rule.scope][rule.owner] for rule in looking}


def mutes_of(connection: Connection, recipients: Collection[str]) -> dict[str, tuple[Mute, ...]]:
    """List what recipients did or do not want to hear, the latest first."""
    found: dict[str, list[Mute]] = defaultdict(list)
    query = select(alert_mutes).where(alert_mutes.c.recipient.in_(recipients))
    for row in connection.execute(query.order_by(alert_mutes.c.since.desc())).mappings():
        found[row["recipient"]].append(Mute(**row))
    return {recipient: tuple(mutes) for recipient, mutes in found.items()}


def pasts(
    connection: Connection,
    rules: Iterable[Rule],
    *,
    stories: Collection[str],
    articles: Collection[str],
    at: datetime,
) -> dict[str, Past]:
    """Read what rules have told that matters at a moment, to stories and articles or of late."""
    row, by_id = alert_traces.c, {rule.id: rule for rule in rules}
    late = at - max((*(rule.cooldown for rule in by_id.values()), HOUR), default=HOUR) - HOUR
    told: dict[str, list[Told]] = {rule_id: [] for rule_id in by_id}
    for some in batches(sorted(by_id)):
        theirs = and_(told_rows, row.rule_id.in_(some))
        concerned = (row.story_id.in_(stories), row.article_id.in_(articles))
        threads = union(*(select(row.thread).where(theirs, one) for one in concerned))
        for rule_id, *values in connection.execute(
            _each_by_its_index(theirs, row.thread.in_(threads), row.at >= late)
        ):
            told[rule_id].append(Told(*values[: len(_TOLD) - 1]))
    return {rule_id: Past(rows) for rule_id, rows in told.items()}


def _each_by_its_index(
    theirs: ColumnElement[bool], *matters: ColumnElement[bool]
) -> CompoundSelect[Any]:
    """Select what matters for any reason: joined by OR, the whole table would be read."""
    found = union(*(select(*_TOLD, *_IN_ORDER).where(theirs, one) for one in matters))
    return found.order_by(*(found.selected_columns[column.name] for column in _IN_ORDER))


def past_before(connection: Connection, rule_id: str, change: int, place: int) -> Past:
    """Read all that a rule had told before an event."""
    before = or_(
        alert_traces.c.change < change,
        and_(alert_traces.c.change == change, alert_traces.c.place < place),
    )
    query = select(*_TOLD).where(told_rows, alert_traces.c.rule_id == rule_id, before)
    rows = connection.execute(query.order_by(*_IN_ORDER))
    return Past(Told(*values) for _, *values in rows)


def keep(connection: Connection, found: Sequence[Found]) -> None:
    """Write down what rules made of events."""
    written = [trace_row(one.verdict.trace, one.place, one.alert, one.slot) for one in found]
    if written:
        connection.execute(alert_traces.insert(), written)


def slots_of(connection: Connection, keys: Collection[Key]) -> dict[Key, str]:
    """Say where alerts stand that are posted, by rule, the story of their thread, and ticker."""
    rules, threads = {key[0] for key in keys}, {key[1] for key in keys}
    row = alert_traces.c
    posted = and_(told_rows, row.outcome != "update", row.slot != DROPPED)
    which = and_(posted, row.rule_id.in_(rules), row.thread.in_(threads))
    query = select(row.rule_id, row.thread, row.ticker, row.slot).where(which).order_by(row.change)
    return {
        (rule, thread, ticker): slot for rule, thread, ticker, slot in connection.execute(query)
    }


DROPPED = "-"
"""The slot of what was not wanted any more when its time came."""

KEPT = timedelta(days=90)
"""How long a trace explains what was told, and what was not."""


def revisions(connection: Connection, rule_id: str) -> list[Rule]:
    """List the revisions of a rule, the first one first; none for no such rule."""
    query = select(alert_rules).where(alert_rules.c.id == rule_id)
    found = connection.execute(query.order_by(alert_rules.c.revision)).mappings()
    return [rule_from({**row}) for row in found]


def all_revisions(connection: Connection, ids: Collection[str]) -> dict[tuple[str, int], Rule]:
    """Read rules in all their revisions that can be read, by id and revision."""
    found: dict[tuple[str, int], Rule] = {}
    for some in batches(sorted(ids)):
        query = select(alert_rules).where(alert_rules.c.id.in_(some))
        for rule in readable(connection.execute(query).mappings()):
            found[rule.id, rule.revision] = rule
    return found


def kept(connection: Connection, rule_id: str, event: Event) -> Trace | None:
    """Give what a rule made of an event; None where it did not look."""
    query = select(alert_traces).where(
        alert_traces.c.rule_id == rule_id,
        alert_traces.c.article_id == event.article_id,
        alert_traces.c.version == event.version,
        alert_traces.c.ticker == event.ticker,
    )
    row = connection.execute(query).mappings().first()
    return trace_of(row) if row else None


def waiting(connection: Connection, now: datetime) -> Sequence[RowMapping]:
    """Lock what waited until now, in its order: nobody else tells it."""
    due = select(alert_traces).where(waiting_rows, alert_traces.c.due_at <= now)
    return connection.execute(due.order_by(*_IN_ORDER).with_for_update()).mappings().all()


def mark(connection: Connection, rows: Iterable[RowMapping], slot: str) -> None:
    """Note where what waited is told."""
    for row in rows:
        which = (alert_traces.c[name] == row[name] for name in _KEY)
        connection.execute(update(alert_traces).where(*which).values(slot=slot))


_KEY = ("rule_id", "article_id", "version", "ticker")
