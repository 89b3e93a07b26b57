"""Rules and the events of articles, in order -> traces. Pure: live and in a dry run the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jobs.alerts.events import events_for, in_scope
from jobs.alerts.past import Past
from jobs.alerts.rules import UNKNOWN, Event, Mute, Rule, Standing, Trace
from jobs.alerts.standing import standing
from retrieval.models import Timed

BASED = frozenset({"change", "reversal", "volume"})
"""Metrics that need to know how it stood before."""

Pair = tuple[Rule, Event]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules that are on, the names of the lists that some look at, by rule, and the mutes."""

    rules: tuple[Rule, ...]
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    mutes: Mapping[str, tuple[Mute, ...]] = field(default_factory=dict)

    def names(self, rule: Rule) -> frozenset[str]:
        """Give the names of a rule's list."""
        return self.listed.get(rule.id, frozenset())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule made of an event, and how it stood before."""

    rule: Rule
    event: Event
    trace: Trace
    standing: Standing


class Index:
    """Rules by what can concern them, so that an article is held against few of many."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._by_ticker: dict[str, list[Rule]] = defaultdict(list)
        self._wide: list[Rule] = []
        for rule in book.rules:
            names = [rule.about] if rule.scope == "ticker" else book.names(rule)
            for name in names:
                self._by_ticker[name].append(rule)
            if rule.scope in ("theme", "any"):
                self._wide.append(rule)

    def pairs(self, events: tuple[Event, ...]) -> Iterator[Pair]:
        """List the rules in whose scope the events of one article lie, with the events."""
        for event in events:
            for rule in (*self._by_ticker.get(event.ticker, ()), *self._wide):
                wanted = (event.ticker == "") == rule.by_article
                if wanted and in_scope(rule, event, self._book.names(rule)):
                    yield rule, event


def pairs_of(rule: Rule, book: Rulebook, articles: Iterable[tuple[Event, ...]]) -> Iterator[Pair]:
    """List the events in the scope of one rule, over articles."""
    for events in articles:
        for event in events_for(rule, events):
            if in_scope(rule, event, book.names(rule)):
                yield rule, event


def names_needed(pairs: Iterable[Pair]) -> frozenset[str]:
    """Say of which tickers the earlier claims are needed."""
    return frozenset(e.ticker for rule, e in pairs if e.ticker and rule.metric in BASED)


def evaluate(
    pairs: Sequence[Pair],
    book: Rulebook,
    timed: Mapping[str, Sequence[Timed]],
    pasts: Mapping[str, Past],
) -> Iterator[Verdict]:
    """Decide on each event in its order; `pasts`, by rule, learn of what is told."""
    known: dict[tuple[str, int], Standing] = {}
    for rule, event in pairs:
        before = UNKNOWN
        if event.ticker and rule.metric in BASED:
            key = (event.ticker, event.change)
            if key not in known:
                known[key] = standing(event, timed.get(event.ticker, ()))
            before = known[key]
        mutes, listed = book.mutes.get(rule.recipient, ()), book.names(rule)
        trace = pasts[rule.id].take(rule, event, standing=before, listed=listed, mutes=mutes)
        yield Verdict(rule, event, trace, before)
