"""Alert rules -> their list, what one made of an article, what it would have told.

Of a rule that is somebody's own, the operator sees that it is there and how often it told
something: not whom or what it is about, nor what it found.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta

from bot import console
from bot.alerting import Alerting
from bot.blocks.alert_rules import VERDICTS
from bot.blocks.alerts import alert_lines
from bot.engines import utc_now
from bot.settings import load
from jobs.alerts.replay import dry_run as replayed
from jobs.alerts.rules import Rule, Trace, plain_rule
from jobs.alerts.state import Alerts
from jobs.alerts.telling import Explained
from jobs.errors import SomebodysOwnError
from retrieval.contract import Json, dumps
from retrieval.db import connect, migrate
from retrieval.language.securities import load_securities
from retrieval.store.store import Store


def list_rules(*, as_json: bool) -> None:
    """List every rule that is kept.

    Raises:
        StoreError: the database cannot be used.
    """
    with _alerting() as alerting:
        rules = alerting.alerts.rules()
        told = [Counter(t.outcome for t in alerting.alerts.traces(rule.id)) for rule in rules]
    if as_json:
        for rule, counted in zip(rules, told, strict=True):
            console.write(dumps({**_rule_json(rule), "outcomes": dict(sorted(counted.items()))}))
        return
    table = console.table("Alert rules", "id", "rule", "to", "state", "alerts", "updates", "silent")
    for rule, counted in zip(rules, told, strict=True):
        alerts = counted["fired"] + counted["held"] + counted["folded"]
        counts = map(str, (alerts, counted["update"], counted["silent"]))
        where = f"{rule.owner.user}, directly" if rule.personal else rule.recipient
        state = "on" if rule.active else "off"
        said = f"own: {rule.metric}" if rule.personal else rule.sentence
        console.row(table, rule.id, said, where, state, *counts)
    console.show(table)


def explain(rule_id: str, article: str, *, as_json: bool) -> None:
    """Say what a rule made of an article, or of the newest ones of a name.

    Raises:
        UnknownRuleError, UnseenArticleError: there is no such rule or article.
        SomebodysOwnError: only its owner may read that.
        StoreError: the database cannot be used.
    """
    with _alerting() as alerting:
        _shown(rule_id, alerting)
        found = alerting.why(rule_id, article)
    for one in found:
        if as_json:
            console.write(dumps(_explained_json(one)))
            continue
        about = f"{one.trace.ticker}, " if one.trace.ticker else ""
        title = f"{one.rule.sentence}: {VERDICTS[one.trace.outcome]} · {about}{one.title}"
        table = console.table(console.plain(title), "check", "value", "wanted", "")
        for check in one.trace.checks:
            passed = "passed" if check.passed else "not passed"
            console.row(table, check.name, check.value, check.limit, passed)
        console.show(table)


def dry_run(rule_id: str, *, days: int, as_json: bool) -> None:
    """Replay a rule over the articles that were stored in the last days.

    Raises:
        UnknownRuleError: there is no such rule.
        SomebodysOwnError: only its owner may read that.
        StoreError: the database cannot be used.
    """
    with _alerting() as alerting, console.working("Replaying"):
        since = utc_now() - timedelta(days=days)
        tried = replayed(alerting.alerts.engine, _shown(rule_id, alerting), since)
    if as_json:
        told = [_trace_json(trace) for trace in tried.told]
        head = {"rule": rule_id, "since": since.isoformat(), "looked": tried.looked}
        console.write(dumps({**head, "told": told}))
        return
    counted = ", ".join(f"{tried.count(outcome)} {VERDICTS[outcome]}" for outcome in _TOLD)
    console.say(f"{tried.rule.sentence}, the last {days} days: {tried.looked} articles looked at.")
    console.say(f"Of them {counted}.")
    for fired in reversed(tried.shown):
        console.say(f"  {fired.trace.at:%Y-%m-%d %H:%M} UTC · {alert_lines(fired)[0]}")


_TOLD = ("fired", "held", "folded", "update")


@contextmanager
def _alerting() -> Iterator[Alerting]:
    """Open the tables that are needed, and no index: a running Tape owns those."""
    engine = connect(load().url)
    try:
        migrate(engine, "retrieval.store", "jobs")
        yield Alerting(Alerts(engine), Store(engine), load_securities())
    finally:
        engine.dispose()


def _shown(rule_id: str, alerting: Alerting) -> Rule:
    rule = alerting.alerts.rule(rule_id)
    if rule.personal:
        raise SomebodysOwnError(rule_id)
    return rule


OF_ITS_OWNER = dict.fromkeys(("scope", "about", "words", "sentence"))
"""What of somebody's own rule is not shown."""


def _rule_json(rule: Rule) -> Json:
    values = {key: _iso(value) for key, value in plain_rule(rule).items()}
    return values | {"sentence": rule.sentence} | (OF_ITS_OWNER if rule.personal else {})


def _trace_json(trace: Trace) -> Json:
    return {key: _iso(value) for key, value in asdict(trace).items()}


def _explained_json(one: Explained) -> Json:
    same = one.kept is None or one.kept == one.again
    return {
        "title": one.title,
        "kept": one.kept is not None,
        "same": same,
        **_trace_json(one.trace),
    }


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
