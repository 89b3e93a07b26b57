"""Nouns to rows of the store's tables and back. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import RowMapping

from retrieval.models import (
    Analysis,
    Article,
    ArticleHead,
    Chunk,
    Fact,
    Impact,
    Inferred,
    Membership,
    Mention,
    Quote,
    Sentiment,
    Span,
    Target,
    TickerSentiment,
    Trigger,
)

VECTOR = np.dtype("<f4")
"""Vectors are float32, little-endian, on every machine."""


def version_row(article: Article, analysis: Analysis) -> dict[str, object]:
    """An article and the parts of its analysis of which there is one each."""
    return {
        "title": article.title,
        "text": article.text,
        "language": analysis.language,
        "summary": analysis.summary,
        "tone": analysis.sentiment.score,
        "tone_mixed": analysis.sentiment.mixed,
        "url": article.url,
        "source": article.source,
        "source_key": source_key(article.source),
        "published_at": article.published_at,
        "published_offset": article.published_offset,
        "content_hash": article.content_hash,
        "engine": analysis.engine,
        "dropped": analysis.dropped,
        "fallback": analysis.fallback,
    }


def source_key(source: str | None) -> str | None:
    """Two spellings of a source that differ in case only are one source."""
    return source.casefold() if source is not None else None


def membership_row(membership: Membership, facts: Iterable[Fact]) -> dict[str, object]:
    """A version's place in its story, and the facts that are new there."""
    new = [[f.kind, f.key, f.quote.text, f.quote.start, f.quote.end] for f in facts]
    return {"story_id": membership.story_id, "position": membership.position, "facts": new}


def impact_row(impact: Impact) -> dict[str, object]:
    """One claim."""
    carried = impact.carried_from
    return _target_row(impact.target) | {
        "score": impact.sentiment.score,
        "mixed": impact.sentiment.mixed,
        "relevance": impact.relevance,
        "order": impact.order,
        "mechanism": impact.mechanism,
        "horizon": impact.horizon,
        "confidence": impact.confidence,
        "quotes": [[quote.text, quote.start, quote.end] for quote in impact.quotes],
        "origin": impact.origin,
        "carried_start": carried.start if carried else None,
        "carried_end": carried.end if carried else None,
        "conditions": list(impact.conditions),
    }


def inferred_row(inferred: Inferred) -> dict[str, object]:
    """One claim that no article makes, with the group and the map that it follows from."""
    return impact_row(inferred.impact) | {
        "group_name": inferred.group,
        "group_id": inferred.group_id,
        "map_version": inferred.map_version,
        "why": inferred.why,
    }


def mention_row(mention: Mention) -> dict[str, object]:
    """One naming."""
    place = {"surface": mention.surface, "start": mention.start, "end": mention.end}
    return _target_row(mention.target) | place


def trigger_row(trigger: Trigger) -> dict[str, object]:
    """One condition that would change the view."""
    quote = trigger.quote
    place = {"text": quote.text, "start": quote.start, "end": quote.end}
    return {**place, "horizon": trigger.horizon}


def ticker_row(ticker: TickerSentiment) -> dict[str, object]:
    """One aggregated ticker."""
    return {
        "ticker": ticker.ticker,
        "name": ticker.name,
        "score": ticker.sentiment.score,
        "mixed": ticker.sentiment.mixed,
        "relevance": ticker.relevance,
    }


def chunk_row(chunk: Chunk, vector: NDArray[np.float32], model: str) -> dict[str, object]:
    """One passage with its vector."""
    return {
        "id": chunk.id,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "model": model,
        "vector": vector.astype(VECTOR).tobytes(),
    }


def article_of(row: RowMapping) -> Article:
    """The article of a version."""
    return Article(
        id=row["article_id"],
        text=row["text"],
        title=row["title"],
        url=row["url"],
        source=row["source"],
        published_at=row["published_at"],
        published_offset=row["published_offset"],
    )


def analysis_of(row: RowMapping, parts: Mapping[str, Sequence[RowMapping]]) -> Analysis:
    """The analysis of a version and the rows of its other tables, by the tables' names."""
    return Analysis(
        language=row["language"],
        summary=row["summary"],
        sentiment=Sentiment(row["tone"], row["tone_mixed"]),
        impacts=tuple(map(impact_of, parts["impacts"])),
        mentions=tuple(map(_mention_of, parts["mentions"])),
        triggers=tuple(map(trigger_of, parts["triggers"])),
        tickers=tuple(map(_ticker_of, parts["tickers"])),
        engine=row["engine"],
        dropped=row["dropped"],
        fallback=row["fallback"],
        inferred=tuple(map(inferred_of, parts["inferred"])),
    )


def head_of(row: RowMapping) -> ArticleHead:
    """What an answer shows of a version."""
    first_seen_at: datetime = row["first_seen_at"]
    return ArticleHead(
        article_id=row["article_id"],
        version=row["version"],
        title=row["title"],
        url=row["url"],
        source=row["source"],
        published_at=row["published_at"],
        first_seen_at=first_seen_at,
        ingested_at=row["ingested_at"],
        tone=Sentiment(row["tone"], row["tone_mixed"]),
        membership=membership_of(row),
        backfilled=row["backfilled"],
    )


def membership_of(row: RowMapping) -> Membership:
    """A version's place in its story."""
    return Membership(row["story_id"], row["position"])


def facts_of(row: RowMapping) -> tuple[Fact, ...]:
    """The facts that were new in a story."""
    return tuple(Fact(kind, key, Quote(*quote)) for kind, key, *quote in row["facts"])


def impact_of(row: RowMapping) -> Impact:
    """One claim."""
    start, end = row["carried_start"], row["carried_end"]
    return Impact(
        target=_target_of(row),
        sentiment=Sentiment(row["score"], row["mixed"]),
        relevance=row["relevance"],
        order=row["order"],
        mechanism=row["mechanism"],
        horizon=row["horizon"],
        confidence=row["confidence"],
        quotes=tuple(Quote(*quote) for quote in row["quotes"]),
        origin=row["origin"],
        carried_from=None if start is None else Span(start, end),
        conditions=tuple(row["conditions"]),
    )


def trigger_of(row: RowMapping) -> Trigger:
    """One condition."""
    return Trigger(Quote(row["text"], row["start"], row["end"]), row["horizon"])


def chunk_of(row: RowMapping) -> Chunk:
    """One passage."""
    return Chunk(
        id=row["id"],
        article_id=row["article_id"],
        version=row["version"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
    )


def inferred_of(row: RowMapping) -> Inferred:
    """Read what the exposure map infers."""
    return Inferred(
        impact=impact_of(row),
        group=row["group_name"],
        group_id=row["group_id"],
        map_version=row["map_version"],
        why=row["why"],
    )


def _mention_of(row: RowMapping) -> Mention:
    return Mention(_target_of(row), row["surface"], row["start"], row["end"])


def _ticker_of(row: RowMapping) -> TickerSentiment:
    tone = Sentiment(row["score"], row["mixed"])
    return TickerSentiment(row["ticker"], row["name"], tone, row["relevance"])


def _target_row(target: Target) -> dict[str, object]:
    return {"target_kind": target.kind, "target_id": target.id, "target_name": target.name}


def _target_of(row: RowMapping) -> Target:
    return Target(row["target_kind"], row["target_id"], row["target_name"])
