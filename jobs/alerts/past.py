"""What a rule has told so far -> the state before the next event, and the trace of it. Pure.

Live this is filled from the database, in a dry run it begins empty: the rest is the same.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jobs.alerts.decide import State, decide
from jobs.alerts.quiet import hour_of
from jobs.alerts.rules import Event, Mute, Outcome, Rule, Standing, Trace


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a rule did not keep to itself."""

    article_id: str
    story_id: str
    thread: str
    ticker: str
    at: datetime
    outcome: Outcome
    due_at: datetime | None = None


@dataclass(slots=True)
class _Thread:
    """What was told of one story and name."""

    story_id: str
    first: datetime
    due: datetime | None
    updates: int = 0


class Past:
    """What one rule has told until now, in the order in which it did."""

    def __init__(self, told: Iterable[Told] = ()) -> None:
        self._threads: dict[tuple[str, str], _Thread] = {}
        self._of: dict[tuple[str, str, str], _Thread] = {}  # by story or article, and ticker
        self._last: dict[str, datetime] = {}
        self._hours: Counter[datetime] = Counter()
        for one in told:
            self._add(one)

    def take(
        self,
        rule: Rule,
        event: Event,
        *,
        standing: Standing,
        listed: frozenset[str] = frozenset(),
        mutes: tuple[Mute, ...] = (),
    ) -> Trace:
        """Decide on the next event, and remember what came of it."""
        trace = decide(rule, event, self.state(event, standing, listed, mutes), event.at)
        if trace.outcome != "silent":
            self._add(told_of(trace))
        return trace

    def state(
        self,
        event: Event,
        standing: Standing,
        listed: frozenset[str] = frozenset(),
        mutes: tuple[Mute, ...] = (),
    ) -> State:
        """Say how things stand before an event."""
        thread = self._thread(event.story_id, event.article_id, event.ticker)
        return State(
            listed=listed,
            standing=standing,
            told=thread.first if thread else None,
            thread=thread.story_id if thread else None,
            waits=thread.due if thread else None,
            updates=thread.updates if thread else 0,
            last=self._last.get(event.ticker) if event.ticker else None,
            this_hour=self._hours[hour_of(event.at)],
            mutes=mutes,
        )

    def _thread(self, story_id: str, article_id: str, ticker: str) -> _Thread | None:
        """Find what was told of the story, or of the article when a correction moved it."""
        by_story = self._of.get(("story", story_id, ticker))
        return by_story or self._of.get(("article", article_id, ticker))

    def _add(self, told: Told) -> None:
        key = (told.thread, told.ticker)
        begun = _Thread(told.thread, told.at, told.due_at)
        thread = self._threads.setdefault(key, begun)
        if told.outcome == "update":
            thread.updates += 1
        else:
            self._last[told.ticker] = told.at
            self._hours[hour_of(told.at)] += told.outcome == "fired"
        self._of.setdefault(("story", told.story_id, told.ticker), thread)
        self._of.setdefault(("article", told.article_id, told.ticker), thread)


def told_of(trace: Trace) -> Told:
    """Keep of a trace what the next events are held against."""
    return Told(
        article_id=trace.article_id,
        story_id=trace.story_id,
        thread=trace.thread,
        ticker=trace.ticker,
        at=trace.at,
        outcome=trace.outcome,
        due_at=trace.due_at,
    )
