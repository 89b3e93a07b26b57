"""What had to wait -> one message when its time comes: after quiet hours, at the end of an hour.

What waited is told once: its rows are locked, and carry the slot of the message from then on.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, Engine, RowMapping

from jobs.alerts import ledger
from jobs.alerts.ledger import DROPPED, Key
from jobs.alerts.live import row_of
from jobs.alerts.quiet import hour_of
from jobs.alerts.rules import Mute, Rule
from jobs.alerts.tables import trace_of
from jobs.alerts.telling import Alert, Faces, Fired
from jobs.models import OutboxRow
from jobs.outbox_table import put_in

Rows = Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A row that waited, as it is told."""

    row: RowMapping
    fired: Fired

    @property
    def thread(self) -> Key:
        """What its thread is found by."""
        trace = self.fired.trace
        return trace.rule_id, trace.thread, trace.ticker


def flush(engine: Engine, faces: Faces, now: datetime) -> int:
    """Put into the outbox what waited until now; tell how many messages."""
    with engine.begin() as connection:
        rows = ledger.waiting(connection, now)
        if not rows:
            return 0
        waiting = _wanted(connection, rows, now)
        alerts = [one for one in waiting if one.fired.trace.outcome != "update"]
        updates = [one for one in waiting if one.fired.trace.outcome == "update"]
        told = _tell_alerts(connection, alerts, updates, faces, now)
        return told + _tell_updates(connection, updates, faces, now)


def _wanted(connection: Connection, rows: Rows, now: datetime) -> list[_Waiting]:
    """Keep what is still wanted, with its rule; the rest is told never."""
    rules = ledger.all_revisions(connection, {row["rule_id"] for row in rows})
    on = {rule.id for rule in rules.values() if rule.active and rule.ended_at is None}
    mutes = ledger.mutes_of(connection, {rule.recipient for rule in rules.values()})
    wanted, gone = [], []
    for row in rows:
        rule = rules.get((row["rule_id"], row["revision"]))
        if rule and rule.id in on and not _muted(row, rule, mutes.get(rule.recipient, ()), now):
            alert = Alert.from_json(row["alert"])
            wanted.append(_Waiting(row, Fired(rule, trace_of(row), alert)))
        else:
            gone.append(row)
    ledger.mark(connection, gone, DROPPED)
    return wanted


def _muted(row: RowMapping, rule: Rule, mutes: Sequence[Mute], now: datetime) -> bool:
    unwanted = {("story", row["story_id"]), ("name", row["ticker"]), ("rule", rule.id)}
    held = (mute for mute in mutes if mute.what and mute.holds(now))
    return any((mute.kind, mute.what) in unwanted for mute in held)


def _tell_alerts(
    connection: Connection,
    alerts: Sequence[_Waiting],
    updates: list[_Waiting],
    faces: Faces,
    now: datetime,
) -> int:
    """Gather the alerts of a recipient that became due together, with what followed them."""
    groups: dict[tuple[str, datetime], list[_Waiting]] = defaultdict(list)
    for one in alerts:
        groups[one.fired.rule.recipient, one.row["due_at"]].append(one)
    for (_, due_at), group in groups.items():
        followed = _followed(group, updates)
        shown = [_counted(one, followed) for one in group]
        since = min(_began(one) for one in group)
        message = faces.gathered(shown, since)
        rule = group[0].fired
        base = f"waited-{due_at:%Y-%m-%dT%H:%MZ}"
        slots = (base if n == 0 else f"{base}-{n}" for n in count())
        slot = next(s for s in slots if put_in(connection, row_of(rule, s, message, now)))
        rows = [one.row for one in (*group, *(u for us in followed.values() for u in us))]
        ledger.mark(connection, rows, slot)
    return len(groups)


def _followed(group: Sequence[_Waiting], updates: list[_Waiting]) -> dict[Key, list[_Waiting]]:
    """Take the updates of a group's own stories out of `updates`: they are counted with them."""
    own = {one.thread for one in group}
    found: dict[Key, list[_Waiting]] = defaultdict(list)
    for one in [one for one in updates if one.thread in own]:
        found[one.thread].append(one)
        updates.remove(one)
    return found


def _counted(one: _Waiting, followed: Mapping[Key, Sequence[_Waiting]]) -> Fired:
    return replace(one.fired, articles=1 + len(followed.get(one.thread, ())))


def _began(one: _Waiting) -> datetime:
    """Say since when it is told of: an hour from its beginning, a night from its first alert."""
    trace = one.fired.trace
    return hour_of(trace.at) if trace.outcome == "folded" else trace.at


def _tell_updates(
    connection: Connection, updates: Sequence[_Waiting], faces: Faces, now: datetime
) -> int:
    """Put what followed alerts that are posted into their threads, one message for each."""
    stands = ledger.slots_of(connection, {one.thread for one in updates})
    threads: dict[tuple[str, str, datetime], list[_Waiting]] = defaultdict(list)
    for one in updates:
        above = stands.get(one.thread, DROPPED)
        threads[one.fired.rule.recipient, above, one.row["due_at"]].append(one)
    for (_, above, due_at), group in threads.items():
        rows, fired = [one.row for one in group], [one.fired for one in group]
        if above == DROPPED:  # its alert was not wanted any more
            ledger.mark(connection, rows, DROPPED)
            continue
        row = _under(fired, above, due_at, faces, now)
        put_in(connection, row)
        ledger.mark(connection, rows, row.slot)
    return sum(above != DROPPED for _, above, _ in threads)


def _under(
    fired: Sequence[Fired], above: str, due_at: datetime, faces: Faces, now: datetime
) -> OutboxRow:
    slot = f"{above}-w{due_at:%Y%m%dT%H%M}-c{fired[-1].trace.change}"
    return row_of(fired[0], slot, faces.update(fired), now, above=above)
