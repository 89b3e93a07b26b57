"""Somebody's alert rules -> what they may see and do with them. It blocks; knows no Slack."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.blocks.alert_rules import AlertsShown
from jobs.alerts.replay import dry_run, explain
from jobs.alerts.rules import Rule
from jobs.alerts.state import Alerts
from jobs.alerts.telling import DryRun, Explained, Fired
from jobs.errors import UnknownRuleError, UnseenArticleError
from jobs.models import Owner
from retrieval.language.securities import Securities
from retrieval.language.typed import typed_names
from retrieval.models import Scope
from retrieval.store.store import Store

TRIED = timedelta(days=30)
"""How far back a rule is tried out before it is kept."""

MOST_ARTICLES = 3
"""Of a name, the newest first, that are explained at once."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """The tables of alerts, and the store that rules are tried out on."""

    alerts: Alerts
    store: Store
    securities: Securities

    def shown(self, owner: Owner, now: datetime) -> AlertsShown:
        """Gather what somebody sees of their alerts."""
        rules = self.alerts.rules(owner)
        places = sorted({rule.recipient for rule in rules})
        mutes = self.alerts.mutes(places, now)
        return AlertsShown(tuple(rules), tuple(self.alerts.told(rules)), tuple(mutes))

    def own(self, rule_id: str, owner: Owner) -> Rule:
        """Give a rule to who made it.

        Raises:
            UnknownRuleError: there is none, or it is somebody else's.
        """
        rule = self.alerts.rule(rule_id)
        if rule.owner != owner:
            raise UnknownRuleError(rule_id)
        return rule

    def told_to(self, slot: str, owner: Owner) -> Fired | None:
        """Find the alert behind a button, for who may see it: its owner, or a channel's people."""
        fired = self.alerts.at(slot)
        if fired is None:
            return None
        rule = fired.rule
        may = rule.owner == owner if rule.personal else owner.team in (rule.team, rule.owner.team)
        return fired if may else None

    def try_out(self, rule: Rule, now: datetime) -> DryRun:
        """Replay a rule over the last month."""
        return dry_run(self.alerts.engine, rule, now - TRIED)

    def why(self, rule_id: str, typed: str) -> tuple[Explained, ...]:
        """Say what a rule made of an article, by id or address, or of a name's newest ones.

        Raises:
            UnknownRuleError: there is no such rule.
            UnseenArticleError: no such article is stored, and no article speaks of such a name.
        """
        ids = self._articles(typed.strip())
        return tuple(one for found in ids for one in explain(self.alerts.engine, rule_id, found))

    def _articles(self, typed: str) -> tuple[str, ...]:
        if self.store.hashes([typed]):
            return (typed,)
        if (there := self.store.at(typed)) is not None:
            return (there,)
        named = typed_names(typed, self.securities).tickers
        newest = self.store.newest(Scope(tickers=named[:1]), limit=MOST_ARTICLES) if named else []
        if not newest:
            raise UnseenArticleError(typed)
        return tuple(head.article_id for head in newest)
