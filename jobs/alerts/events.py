"""A stored article -> the events that rules look at, and whom and which words they meet. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from jobs.alerts.rules import Event, Rule
from retrieval.ask.concepts import concepts
from retrieval.models import Impact, StoredArticle

_WORD = re.compile(r"[^\W_]+(?:[.&'’-][^\W_]+)*")

_BETWEEN = r"[\W_]{1,3}"  # a space, a dash, the end of a line


def events_of(stored: StoredArticle, change: int, *, reread: bool = False) -> tuple[Event, ...]:
    """List the events of a version: it as a whole first, then by ticker, most relevant first.

    A ticker that is named without a claim has an event too, without a score.
    """
    scores = {one.ticker: one.sentiment.score for one in stored.analysis.tickers}
    named = [m.target.id for m in stored.analysis.mentions if m.target.kind == "ticker"]
    tickers = dict.fromkeys(("", *scores, *named))
    return tuple(_event(stored, change, one, scores.get(one), reread=reread) for one in tickers)


def events_for(rule: Rule, events: tuple[Event, ...]) -> Iterator[Event]:
    """Choose those that a rule looks at: the article as a whole, or each of its tickers."""
    return (event for event in events if (event.ticker == "") == rule.by_article)


def in_scope(rule: Rule, event: Event, listed: frozenset[str]) -> bool:
    """Tell whether an event is about whom the rule is; `listed` are the names of its list."""
    match rule.scope:
        case "ticker":
            return event.ticker == rule.about
        case "theme":
            wanted = theme_of(rule.about)
            return bool(wanted) and wanted <= event.topics
        case "watchlist" | "portfolio":
            return event.ticker in listed
        case "any":
            return True


@lru_cache(maxsize=1024)
def theme_of(words: str) -> frozenset[str]:
    """Read a theme: each word as what it says ("duties" is "tariff"); all of them are wanted."""
    return frozenset(concepts(words))


def word_in(event: Event, words: tuple[str, ...]) -> str | None:
    """Find the first of the words or phrases that stands in the article, whole, in any case."""
    return next((one for one in words if (like := _phrase(one)) and like.search(event.text)), None)


@lru_cache(maxsize=1024)
def _phrase(words: str) -> re.Pattern[str] | None:
    """Find a phrase word by word; what was typed is words, never a pattern."""
    parts = [re.escape(part) for part in _WORD.findall(words)]
    if not parts:
        return None
    return re.compile(rf"(?<!\w){_BETWEEN.join(parts)}(?!\w)", re.IGNORECASE)


def _event(
    stored: StoredArticle, change: int, ticker: str, score: float | None, *, reread: bool
) -> Event:
    article = stored.article
    title = article.title or ""
    claims = [i for i in stored.analysis.impacts if not ticker or i.target.id == ticker]
    said = " ".join([title, *(_said(impact) for impact in claims)])
    return Event(
        article_id=article.id,
        version=stored.version,
        change=change,
        ticker=ticker,
        story_id=stored.membership.story_id,
        at=stored.ingested_at,
        first_seen_at=stored.first_seen_at,
        published_at=article.published_at,
        score=score,
        novelty=stored.membership.novelty,
        topics=frozenset(concepts(said)),
        text=f"{title}\n{article.text}",
        backfilled=stored.backfilled,
        reread=reread,
    )


def _said(impact: Impact) -> str:
    group = impact.target.name if impact.target.kind == "group" else ""
    quotes = (quote.text for quote in impact.quotes)
    return " ".join([*quotes, impact.mechanism or "", group, *impact.conditions])
