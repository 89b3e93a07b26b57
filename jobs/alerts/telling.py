"""What fired, and the article behind it -> what an alert says, as plain values. Pure."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from jobs.alerts.events import word_in
from jobs.alerts.rules import Event, Rule, Standing, Trace
from jobs.models import Rendered
from retrieval.ask.wording import one_line, shortened
from retrieval.language.sentences import sentences
from retrieval.models import Impact, Quote, Span, StoredArticle, digest_of

WHY = 160


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told of one article and name: the score before and now, one clause, one quote.

    `why` is the clause: None where it would only repeat the quote. Everything in it is the
    article's own or counted; `version` above 1 is a correction.
    """

    article_id: str
    version: int
    ticker: str
    name: str
    before: float | None
    score: float | None
    why: str | None
    quote: str
    title: str | None
    url: str | None
    source: str | None
    outlets: int
    published_at: datetime | None
    seen_at: datetime

    def to_json(self) -> str:
        """Write it down with its trace."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(values, ensure_ascii=False, default=datetime.isoformat)

    @classmethod
    def from_json(cls, written: str) -> "Alert":
        """Read what `to_json` wrote."""
        read: dict[str, Any] = json.loads(written)
        published = read["published_at"]
        dates = {
            "published_at": datetime.fromisoformat(published) if published else None,
            "seen_at": datetime.fromisoformat(read["seen_at"]),
        }
        return cls(**{**read, **dates})


@dataclass(frozen=True, slots=True)
class Fired:
    """An alert with its rule and the trace that says why; `articles` counts its story's so far."""

    rule: Rule
    trace: Trace
    alert: Alert
    articles: int = 1


@dataclass(frozen=True, slots=True)
class Faces:
    """How alerts look, given by who knows: one alert, what joins its thread, what had waited.

    `gathered` is told since when it waited.
    """

    alert: Callable[[Fired], Rendered]
    update: Callable[[Sequence[Fired]], Rendered]
    gathered: Callable[[Sequence[Fired], datetime], Rendered]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a rule would have told over a time: each trace that was not silent, in order.

    `looked` counts the articles in its scope, and `shown` are the first alerts, with their words.
    """

    rule: Rule
    since: datetime
    looked: int
    told: tuple[Trace, ...]
    shown: tuple[Fired, ...]

    def count(self, outcome: str) -> int:
        """Count what would have come out so."""
        return sum(trace.outcome == outcome for trace in self.told)


@dataclass(frozen=True, slots=True)
class Explained:
    """What a rule made of an article: the trace that was kept, and the same made again.

    `kept` is None where the rule did not look: the article was out of its scope, or the rule was
    off or not there yet. `again` then says so.
    """

    rule: Rule
    title: str | None
    kept: Trace | None
    again: Trace

    @property
    def trace(self) -> Trace:
        """The trace that explains it."""
        return self.kept or self.again


def slot_of_alert(rule_id: str, story_id: str, ticker: str) -> str:
    """Write what an alert is there once for: a rule, a story, a name."""
    return f"{rule_id}-{digest_of(story_id, ticker)[:16]}"


def alert_of(
    rule: Rule, event: Event, stored: StoredArticle, standing: Standing, outlets: int
) -> Alert:
    """Choose what to say of an article for a rule that it fired, or whose thread it joins."""
    impact = _strongest(stored.analysis.impacts, event.ticker)
    names = {one.target.id: one.target.name for one in stored.analysis.mentions}
    quote = _quote(rule, event, stored, impact)
    mechanism = one_line(impact.mechanism) if impact and impact.mechanism else None
    said = mechanism and mechanism.casefold() in one_line(quote.text).casefold()
    return Alert(
        article_id=event.article_id,
        version=event.version,
        ticker=event.ticker,
        name=names.get(event.ticker, ""),
        before=standing.score,
        score=event.score,
        why=None if said or mechanism is None else shortened(mechanism, WHY),
        quote=one_line(quote.text),
        title=stored.article.title,
        url=stored.article.url,
        source=stored.article.source,
        outlets=outlets,
        published_at=event.published_at,
        seen_at=event.first_seen_at if event.version == 1 else event.at,
    )


def _strongest(impacts: Sequence[Impact], ticker: str) -> Impact | None:
    on_it = [i for i in impacts if i.quotes and (not ticker or i.target.id == ticker)]
    return max(on_it, key=lambda one: one.confidence * one.relevance, default=None)


def _quote(rule: Rule, event: Event, stored: StoredArticle, impact: Impact | None) -> Quote:
    """Cite the claim; where none is made, the sentence that has the word or the name."""
    text = stored.article.text
    spans = sentences(text) or [Span(0, len(text))]
    if rule.metric == "keyword" and (word := word_in(event, rule.words)):
        held = (s for s in spans if word.casefold() in s.of(text).casefold())
        return _cut(text, next(held, spans[0]))
    if impact:
        return impact.reason
    named = (m for m in stored.analysis.mentions if m.target.id == event.ticker)
    at = next((m.start for m in named), 0)
    return _cut(text, next((s for s in spans if s.start <= at < s.end), spans[0]))


def _cut(text: str, span: Span) -> Quote:
    return Quote(span.of(text), span.start, span.end)
