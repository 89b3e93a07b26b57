"""Articles that are being stored -> alerts in the outbox, in the same transaction or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from jobs.alerts import ledger
from jobs.alerts.evaluate import Index, Pair, Rulebook, Verdict, evaluate, names_needed
from jobs.alerts.events import events_of
from jobs.alerts.ledger import DROPPED, Found, Key
from jobs.alerts.rules import Event
from jobs.alerts.standing import REACH
from jobs.alerts.telling import Alert, Faces, Fired, alert_of, slot_of_alert
from jobs.models import ALERT, OutboxRow, Rendered, key_of
from jobs.outbox_table import put_in
from retrieval.models import StoredArticle
from retrieval.store.read import story
from retrieval.store.scope import Known
from retrieval.store.timeline import claims_over_time, last_change, written

USEFUL = timedelta(hours=6)
"""After so long without reaching Slack an alert is no news any more."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """What runs in each transaction that stores articles: `faces` say how alerts look."""

    faces: Faces

    def __call__(self, connection: Connection, stored: Sequence[StoredArticle]) -> None:
        """Hold what was just stored against the rules that are on."""
        book = ledger.rulebook(connection)
        if not book.rules:
            return
        first = last_change(connection) - len(stored) + 1
        anew = _read_anew(connection, stored)
        events = {
            one.article.id: events_of(one, change, reread=one.article.id in anew)
            for change, one in enumerate(stored, first)
        }
        index = Index(book)
        pairs = [pair for of_one in events.values() for pair in index.pairs(of_one)]
        if pairs:
            verdicts = _verdicts(connection, book, pairs)
            self._keep(connection, verdicts, {one.article.id: one for one in stored}, events)

    def _keep(
        self,
        connection: Connection,
        verdicts: Sequence[Verdict],
        stored: Mapping[str, StoredArticle],
        events: Mapping[str, tuple[Event, ...]],
    ) -> None:
        """Write every trace down, and post what is told at once."""
        posted = _where_alerts_stand(connection, verdicts)
        found: list[Found] = []
        for verdict in verdicts:
            event, trace = verdict.event, verdict.trace
            place = events[event.article_id].index(event)
            if trace.outcome == "silent":
                found.append(Found(verdict, place))
                continue
            alert = _alert(connection, verdict, stored[event.article_id])
            slot = None if trace.due_at else self._post(connection, verdict, alert, posted)
            found.append(Found(verdict, place, alert.to_json(), slot))
        ledger.keep(connection, found)

    def _post(
        self,
        connection: Connection,
        verdict: Verdict,
        alert: Alert,
        posted: dict[Key, str],
    ) -> str:
        """Put an alert, or an addition to its thread, into the outbox; give its slot."""
        trace, key = verdict.trace, _key(verdict)
        fired = Fired(verdict.rule, trace, alert)
        if trace.outcome == "fired":
            slot = slot_of_alert(*key)
            posted[key] = slot
            put_in(connection, row_of(fired, slot, self.faces.alert(fired), trace.at))
            return slot
        above = posted.get(key, DROPPED)
        if above == DROPPED:  # its alert was not wanted any more
            return DROPPED
        slot = f"{above}-c{trace.change}"
        update = self.faces.update([fired])
        put_in(connection, row_of(fired, slot, update, trace.at, above=above))
        return slot


def row_of(
    fired: Fired, slot: str, message: Rendered, now: datetime, *, above: str | None = None
) -> OutboxRow:
    """Make the outbox row of a message of a rule; `above` is the slot in whose thread it stands."""
    rule = fired.rule
    return OutboxRow(
        kind=ALERT,
        recipient=rule.recipient,
        slot=slot,
        state="new",
        content=message.to_json(),
        created_at=now,
        under=key_of(ALERT, rule.recipient, above) if above else None,
        team=rule.team,
        deadline=now + USEFUL,
    )


def _read_anew(connection: Connection, stored: Sequence[StoredArticle]) -> frozenset[str]:
    """Name the articles whose words are the same as before: only their reader is another."""
    keys = [(one.article.id, one.version) for one in stored if one.version > 1]
    found = written(connection, keys) if keys else []
    return frozenset(one.stored.article.id for one in found if one.reread)


def _verdicts(connection: Connection, book: Rulebook, pairs: Sequence[Pair]) -> tuple[Verdict, ...]:
    at = min(event.at for _, event in pairs)
    timed = claims_over_time(connection, names_needed(pairs), at - REACH)
    pasts = ledger.pasts(
        connection,
        {rule.id: rule for rule, _ in pairs}.values(),
        stories={event.story_id for _, event in pairs},
        articles={event.article_id for _, event in pairs},
        at=at,
    )
    return tuple(evaluate(pairs, book, timed, pasts))


def _where_alerts_stand(connection: Connection, verdicts: Sequence[Verdict]) -> dict[Key, str]:
    updates = {_key(one) for one in verdicts if one.trace.outcome == "update"}
    return ledger.slots_of(connection, updates) if updates else {}


def _key(verdict: Verdict) -> Key:
    return verdict.rule.id, verdict.trace.thread, verdict.trace.ticker


def _alert(connection: Connection, verdict: Verdict, stored: StoredArticle) -> Alert:
    event = verdict.event
    told = story(connection, event.story_id, Known(upto=event.change))
    outlets = told.outlets if told else 1
    return alert_of(verdict.rule, event, stored, verdict.standing, outlets)
