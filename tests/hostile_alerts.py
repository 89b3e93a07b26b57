"""Alerts and their rules whose every word is somebody's attack, from a seed."""

from datetime import UTC, datetime, time, timedelta
from typing import get_args

from bot.blocks.alert_rules import AlertsShown
from jobs.alerts.quiet import Quiet
from jobs.alerts.rules import (
    LISTS,
    LONGEST_ABOUT,
    METRICS,
    MOST_WORDS,
    SCOPES,
    USUAL,
    Check,
    Mute,
    MuteKind,
    Outcome,
    Rule,
    Trace,
)
from jobs.alerts.telling import Alert, DryRun, Explained, Fired
from jobs.models import Owner
from tests.answers import NOW
from tests.hostile import URLS, Hostile

OURS = ("#C0OURS0001", "@U0OURS0001")
"""A channel and a user that Slack named to us: the only ones that a message may link to."""
CHANNEL, USER = "C0OURS0001", "U0OURS0001"
TEAM = "T1"
ZONES = ("America/New_York", "Europe/London", "Asia/Kathmandu", "UTC")
KINDS: tuple[MuteKind, ...] = get_args(MuteKind)


class HostileAlerts(Hostile):
    """Makes what alerts are made of; the same seed makes the same ones."""

    def rule(self) -> Rule:
        """Any rule that is one."""
        dice = self._dice
        scope, metric = dice.choice(SCOPES), dice.choice(METRICS)
        typed = self.words()[:200].split()[:MOST_WORDS]  # as much as a form takes
        return Rule(
            id=f"r{dice.randrange(10**9)}",
            scope=scope,
            metric=metric,
            threshold=USUAL[metric],
            recipient=CHANNEL,
            owner=Owner(TEAM, USER),
            team=TEAM,
            zone=dice.choice(ZONES),
            created_at=self._at(),
            about=f"x{self.words()}"[:LONGEST_ABOUT] if scope in ("ticker", "theme") else "",
            words=tuple(typed) or ("x",) if metric == "keyword" else (),
            personal=scope in LISTS or dice.random() < 0.5,
            quiet=self._maybe(lambda: Quiet(time(22), time(7))),
            break_through=self._maybe(lambda: 0.8),
            active=dice.random() < 0.8,
        )

    def fired(self, rule: Rule | None = None) -> Fired:
        """Any alert, with any trace."""
        of = rule or self.rule()
        return Fired(of, self.trace(of), self._alert(), self._dice.randrange(1, 9))

    def told(self, most: int = 14) -> tuple[Fired, ...]:
        """Alerts that are told together; at least one."""
        return (self.fired(), *self._some(self.fired, most))

    def trace(self, rule: Rule) -> Trace:
        """Any trace of a rule."""
        dice = self._dice
        return Trace(
            rule_id=rule.id,
            revision=1,
            article_id=self.words(),
            version=dice.randrange(1, 4),
            ticker=self._maybe(self.words) or "",
            story_id=self.words(),
            thread=self.words(),
            change=dice.randrange(99),
            at=self._at(),
            checks=tuple(self._check() for _ in range(14)),
            value=self._maybe(lambda: dice.uniform(-20, 20)),
            outcome=dice.choice(get_args(Outcome)),
        )

    def alerts(self) -> AlertsShown:
        """What somebody sees of their alerts."""
        rules = self._some(self.rule, 12)
        return AlertsShown(rules, self._some(self.fired, 7), self._some(self._mute, 7))

    def tried(self) -> DryRun:
        """What a rule would have told."""
        rule, looked = self.rule(), self._dice.randrange(9_999)
        told = self._some(lambda: self.trace(rule), 9)
        return DryRun(rule, NOW, looked, told, self._some(lambda: self.fired(rule), 10))

    def explained(self) -> tuple[Explained, ...]:
        """What a rule made of some articles."""
        rule = self.rule()

        def one() -> Explained:
            kept = self._maybe(lambda: self.trace(rule))
            return Explained(rule, self._maybe(self.words), kept, self.trace(rule))

        return self._some(one, 9)

    def _alert(self) -> Alert:
        dice = self._dice
        scores = [self._maybe(lambda: dice.uniform(-1, 1)) for _ in range(2)]
        return Alert(
            self.words(),
            dice.randrange(1, 3),
            self._maybe(self.words) or "",
            self.words(),
            scores[0],
            scores[1],
            self._maybe(self.words),
            self.words(),
            self._maybe(self.words),
            dice.choice(URLS),
            self._maybe(self.words),
            dice.randrange(1, 20),
            self._maybe(self._at),
            self._at(),
        )

    def _check(self) -> Check:
        return Check("scope", self.words(), self.words(), self._dice.random() < 0.5)

    def _mute(self) -> Mute:
        kind = self._dice.choice(KINDS)
        what = self.words()[:500]
        return Mute(CHANNEL, kind, what, NOW, self._maybe(self._at), USER)

    def _at(self) -> datetime:
        return (NOW - timedelta(minutes=self._dice.randrange(90_000))).astimezone(UTC)
