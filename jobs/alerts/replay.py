"""A rule and the store's history -> what it would have told, and why it did or did not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from jobs.alerts import ledger
from jobs.alerts.evaluate import BASED, Rulebook, Verdict, evaluate, names_needed, pairs_of
from jobs.alerts.events import events_for, events_of
from jobs.alerts.past import Past
from jobs.alerts.rules import UNKNOWN, Event, Rule, Standing
from jobs.alerts.standing import REACH, standing
from jobs.alerts.telling import DryRun, Explained, Fired, alert_of
from jobs.errors import UnknownRuleError, UnseenArticleError
from retrieval.db import reading
from retrieval.models import StoredArticle
from retrieval.store.read import story
from retrieval.store.scope import Known
from retrieval.store.timeline import claims_over_time, versions_of, written, written_since

MOST_SHOWN = 10


def dry_run(engine: Engine, rule: Rule, since: datetime) -> DryRun:
    """Replay a rule over all that was stored since a moment, in that order, as if it had been on.

    Nothing is written. Names of a list are those that are on it now.
    """
    always = replace(rule, created_at=since, ended_at=None, active=True)
    with reading(engine) as connection:
        book = ledger.book_of(connection, [always])
        found = written_since(connection, since, _names(always, book))
        articles = (events_of(one.stored, one.change, reread=one.reread) for one in found)
        pairs = list(pairs_of(always, book, articles))
        timed = claims_over_time(connection, names_needed(pairs), since - REACH)
        verdicts = list(evaluate(pairs, book, timed, {always.id: Past()}))
        told = [one for one in verdicts if one.trace.outcome != "silent"]
        alerts = [one for one in told if one.trace.outcome != "update"][-MOST_SHOWN:]
        keys = [(one.event.article_id, one.event.version) for one in alerts]
        stored = {one.change: one.stored for one in written(connection, keys)}
        shown = [_fired(connection, one, stored[one.event.change]) for one in alerts]
    looked = len({event.article_id for _, event in pairs})
    return DryRun(rule, since, looked, tuple(one.trace for one in told), tuple(shown))


def _names(rule: Rule, book: Rulebook) -> Sequence[str] | None:
    """Name the tickers of which articles have to speak; None when any may."""
    if rule.scope in ("any", "theme"):
        return None
    return [rule.about] if rule.scope == "ticker" else sorted(book.names(rule))


def _fired(connection: Connection, one: Verdict, stored: StoredArticle) -> Fired:
    told = story(connection, one.event.story_id, Known(upto=one.event.change))
    outlets = told.outlets if told else 1
    return Fired(one.rule, one.trace, alert_of(one.rule, one.event, stored, one.standing, outlets))


def explain(engine: Engine, rule_id: str, article_id: str) -> list[Explained]:
    """Say what a rule made of each version of an article, and of which of its names.

    Raises:
        UnknownRuleError: there is no such rule, or it is gone.
        UnseenArticleError: no such article was stored.
    """
    with reading(engine) as connection:
        rules = ledger.revisions(connection, rule_id)
        found = versions_of(connection, article_id)
        if not rules:
            raise UnknownRuleError(rule_id)
        if not found:
            raise UnseenArticleError(article_id)
        explained: list[Explained] = []
        for one in found:
            events = events_of(one.stored, one.change, reread=one.reread)
            chosen = tuple(_concerned(rules[-1], events))
            for event in chosen:
                title = one.stored.article.title
                explained.append(_explained(connection, rules, event, events, title))
    return explained


def _concerned(rule: Rule, events: tuple[Event, ...]) -> Sequence[Event]:
    """Choose what of an article a rule looks at; the article as a whole, where that is nothing."""
    of_kind = list(events_for(rule, events))
    named = [e for e in of_kind if rule.scope != "ticker" or e.ticker == rule.about]
    return named or of_kind[:1] or events[:1]


def _explained(
    connection: Connection,
    rules: Sequence[Rule],
    event: Event,
    events: tuple[Event, ...],
    title: str | None,
) -> Explained:
    kept = ledger.kept(connection, rules[0].id, event)
    rule = _in_force(rules, event.at, kept.revision if kept else None)
    past = ledger.past_before(connection, rule.id, event.change, events.index(event))
    listed = ledger.names_of(connection, [rule]).get(rule.id, frozenset())
    if kept:  # what was on the list then is what the trace says
        listed = listed | {event.ticker} if kept.check("scope").passed else listed - {event.ticker}
    elif rule.active and rule.created_at <= event.at:
        listed -= {event.ticker}  # it would have been looked at
    mutes = ledger.mutes_of(connection, [rule.recipient]).get(rule.recipient, ())
    before = _standing(connection, rule, event)
    again = past.take(rule, event, standing=before, listed=listed, mutes=mutes)
    return Explained(rule, title, kept, again)


def _standing(connection: Connection, rule: Rule, event: Event) -> Standing:
    if rule.metric not in BASED or not event.ticker:
        return UNKNOWN
    timed = claims_over_time(connection, [event.ticker], event.at - REACH)
    return standing(event, timed.get(event.ticker, ()))


def _in_force(rules: Sequence[Rule], at: datetime, revision: int | None) -> Rule:
    """Find the revision that decided, else the one of that time, else the first."""
    if revision is not None:
        return next(rule for rule in rules if rule.revision == revision)
    return next((rule for rule in reversed(rules) if rule.created_at <= at), rules[0])
