"""Nouns to the JSON that other programs rely on (`--json`, the audit). Pure.

The field names are a contract.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from retrieval.answers import Answer, Citation, Line, Part
from retrieval.models import (
    Analysis,
    Article,
    Impact,
    Inferred,
    Sentiment,
    TickerSentiment,
    Trigger,
)

Json = dict[str, Any]


def dumps(value: Json) -> str:
    """One line of JSON.

    Readable characters, keys in the order of the contract, so equal values are equal bytes.
    """
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def analysis_json(article: Article, analysis: Analysis) -> Json:
    """What `tape analyse --json` writes for an article.

    `impacts` holds what the article says, each of origin "source". `inferred` holds what it does
    not say: impacts of origin "inferred" on tickers that the exposure map lists under a group of
    the article. They have the fields of an impact and four more: `group`, the article's words for
    it (the quote names the group, not the ticker), `group_id` and `map_version` of the map, and
    `why` the map lists the ticker. No ticker, sentiment or answer is made from them.
    """
    return {
        "id": article.id,
        "language": analysis.language,
        "summary": analysis.summary,
        "sentiment": _sentiment(analysis.sentiment),
        "tickers": [_ticker(t) for t in analysis.tickers],
        "impacts": [_impact(i) for i in analysis.impacts],
        "mentions": [
            {"ticker": m.target.id, "surface": m.surface, "start": m.start, "end": m.end}
            for m in analysis.mentions
            if m.target.kind == "ticker"
        ],
        "groups": list(analysis.groups),
        "triggers": [_trigger(t) for t in analysis.triggers],
        "inferred": [_inferred(i) for i in analysis.inferred],
        "engine": analysis.engine,
        "fallback": analysis.fallback,
    }


def sentiment_json(key: str, said: Sentiment) -> Json:
    """What `tape sentiment` writes for a line: the label is positive, neutral or negative."""
    side = "neutral" if said.direction == "mixed" else said.direction
    return {"id": key, "score": said.score, "label": side}


def answer_json(answer: Answer) -> Json:
    """What `tape ask --json` writes."""
    return {
        "status": answer.status,
        "assumption": answer.assumption,
        "lines": [_line(line) for line in answer.lines],
        "text": answer.text,
        "triggers": [
            {"text": t.text, "horizon": t.horizon, "citations": list(t.citations)}
            for t in answer.triggers
        ],
        "contrary": [_line(line) for line in answer.contrary],
        "citations": [_citation(c) for c in answer.citations],
        "searched": {
            "articles": answer.searched.articles,
            "sources": answer.searched.sources,
            "newest": iso(answer.searched.newest),
        },
        "nearest": {
            "text": answer.nearest.text,
            "citations": list(answer.nearest.citations),
        }
        if answer.nearest
        else None,
        "replay_id": answer.replay_id,
        "filters": _filters(answer),
        "kind": answer.question.kind,
        "since": iso(answer.question.since),
        "parts": [_part(part) for part in answer.parts],
    }


def _filters(answer: Answer) -> Json | None:
    """The filters that were applied: the line that is shown, and each as data."""
    scope, filters = answer.question.scope, answer.question.filters
    if answer.filters is None:
        return None
    return {
        "text": answer.filters,
        "since": iso(scope.since),
        "until": iso(scope.until),
        "as_of": iso(scope.as_of),
        "sources": list(scope.sources) if scope.sources is not None else None,
        "not_sources": list(scope.not_sources),
        "only": list(filters.only),
        "without": list(filters.without),
        "direction": filters.side,
        "order": filters.order,
        "mine": filters.mine is not None,
    }


def private_json(answer: Answer) -> Json:
    """What the audit keeps of an answer that is private to its asker: that it was given."""
    whole = answer_json(answer)
    return {key: whole[key] for key in ("status", "searched", "replay_id", "kind", "since")}


def counts_json(
    new: int, changed: int, same: int, failed: Iterable[tuple[str, str]], *, backfilled: int = 0
) -> Json:
    """What `tape ingest --json` writes; `backfilled` of them were marked as history."""
    return {
        "new": new,
        "changed": changed,
        "same": same,
        "backfilled": backfilled,
        "failed": [{"source": source, "reason": reason} for source, reason in failed],
    }


def iso(when: datetime | None) -> str | None:
    """A time as ISO 8601 with its zone."""
    return when.isoformat() if when else None


def _sentiment(sentiment: Sentiment) -> Json:
    return {"score": sentiment.score, "label": sentiment.label}


def _ticker(ticker: TickerSentiment) -> Json:
    return {
        "ticker": ticker.ticker,
        "name": ticker.name,
        **_sentiment(ticker.sentiment),
        "relevance": ticker.relevance,
    }


def _impact(impact: Impact) -> Json:
    first = impact.quotes[0]
    return {
        "target": impact.target.id,
        "kind": impact.target.kind,
        "name": impact.target.name,
        **_sentiment(impact.sentiment),
        "direction": impact.sentiment.direction,
        "order": impact.order,
        "mechanism": impact.mechanism,
        "horizon": impact.horizon,
        "confidence": impact.confidence,
        "origin": impact.origin,
        "quote": first.text,
        "start": first.start,
        "end": first.end,
        "quotes": [{"text": q.text, "start": q.start, "end": q.end} for q in impact.quotes],
        "conditions": list(impact.conditions),
    }


def _inferred(inferred: Inferred) -> Json:
    return {
        **_impact(inferred.impact),
        "group": inferred.group,
        "group_id": inferred.group_id,
        "map_version": inferred.map_version,
        "why": inferred.why,
    }


def _trigger(trigger: Trigger) -> Json:
    quote = trigger.quote
    return {
        "text": quote.text,
        "horizon": trigger.horizon,
        "start": quote.start,
        "end": quote.end,
    }


def _line(line: Line) -> Json:
    return {
        "target": line.target.id,
        "kind": line.target.kind,
        "name": line.target.name,
        "direction": line.sentiment.direction,
        **_sentiment(line.sentiment),
        "order": line.order,
        "mechanism": line.mechanism,
        "horizon": line.horizon,
        "confidence": line.confidence,
        "origin": line.origin,
        "citations": list(line.citations),
    }


def _part(part: Part) -> Json:
    return {
        "title": part.title,
        "state": part.state,
        "target": part.target.id if part.target else None,
        "then": _sentiment(part.then) if part.then else None,
        "now": _sentiment(part.now) if part.now else None,
        "articles": part.articles,
        "outlets": part.outlets,
        "sentences": list(part.sentences),
        "citations": list(part.citations),
    }


def _citation(citation: Citation) -> Json:
    return {
        "n": citation.n,
        "article_id": citation.article_id,
        "title": citation.title,
        "url": citation.url,
        "source": citation.source,
        "published_at": iso(citation.published_at),
        "quote": citation.quote.text,
        "start": citation.quote.start,
        "end": citation.quote.end,
    }
