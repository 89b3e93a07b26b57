"""Articles and what they say, for tests: short builders, and strategies for all nouns."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import numpy as np
from hypothesis import strategies as st

from retrieval.language.analyse import Builtin
from retrieval.language.securities import load_securities
from retrieval.models import (
    Analysis,
    Article,
    Chunk,
    Impact,
    Inferred,
    Mention,
    Origin,
    Quote,
    Sentiment,
    Span,
    Target,
    TargetKind,
    TickerSentiment,
    Trigger,
)
from retrieval.store.records import Record
from tests.fakes import AgreeingJudge

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""A moment to count from."""

HOUR = timedelta(hours=1)


def builtin() -> Builtin:
    """The engine that reads without a key, and without loading its model."""
    return Builtin(load_securities(), AgreeingJudge())


def ticker(symbol: str) -> Target:
    return Target("ticker", symbol, symbol.title())


def impact(symbol: str, score: float = 0.4) -> Impact:
    quote = (Quote(symbol, 0, len(symbol)),)
    return Impact(ticker(symbol), Sentiment(score), 0.5, 1, None, None, 0.8, quote)


def mention(symbol: str) -> Mention:
    return Mention(ticker(symbol), symbol, 0, len(symbol))


def analysis(
    *impacts: Impact, mentions: tuple[Mention, ...] = (), engine: str = "test"
) -> Analysis:
    return Analysis("en", "", Sentiment(0.0), impacts, mentions, (), (), engine)


def article(name: str, text: str = "Text.", published_at: datetime | None = None) -> Article:
    return Article(name, text, title=f"On {name}", published_at=published_at)


def record(of: Article, said: Analysis | None = None, *, passages: tuple[str, ...] = ()) -> Record:
    """What ingest makes of an article, each passage a chunk that is named by its words."""
    chunks = tuple(
        Chunk(f"{of.id}/{words}", of.id, 0, at, at + len(words), words)
        for at, words in enumerate(passages)
    )
    vectors = np.array([[at, len(c.text), 1] for at, c in enumerate(chunks)], np.float32)
    return Record(of, said or analysis(), chunks, vectors.reshape(len(chunks), 3), "test@1")


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
maybe_texts = st.none() | texts
moments = st.datetimes(timezones=st.just(UTC))
places = st.integers(0, 5_000_000)
shares = st.floats(0, 1)
tones = st.builds(Sentiment, st.floats(-1, 1), st.booleans())
targets = st.builds(Target, st.sampled_from(get_args(TargetKind)), texts, texts)
quotes = st.builds(Quote, texts, places, places)
impacts = st.builds(
    Impact,
    target=targets,
    sentiment=tones,
    relevance=shares,
    order=st.sampled_from([1, 2]),
    mechanism=maybe_texts,
    horizon=maybe_texts,
    confidence=shares,
    quotes=st.lists(quotes, max_size=3).map(tuple),
    origin=st.sampled_from(get_args(Origin)),
    carried_from=st.none() | st.builds(Span, places, places),
    conditions=st.lists(texts, max_size=2).map(tuple),
)
mentions = st.builds(Mention, targets, texts, places, places)
triggers = st.builds(Trigger, quotes, maybe_texts)
inferences = st.builds(Inferred, impacts, texts, texts, texts, texts)
tickers = st.builds(TickerSentiment, texts, texts, tones, shares)
analyses = st.builds(
    Analysis,
    language=texts,
    summary=texts,
    sentiment=tones,
    impacts=st.lists(impacts, max_size=3).map(tuple),
    mentions=st.lists(mentions, max_size=3).map(tuple),
    triggers=st.lists(triggers, max_size=3).map(tuple),
    tickers=st.lists(tickers, max_size=3).map(tuple),
    engine=texts,
    dropped=st.integers(0, 1000),
    fallback=maybe_texts,
    inferred=st.lists(inferences, max_size=1).map(tuple),
)
articles = st.builds(
    Article,
    id=texts,
    text=texts,
    title=maybe_texts,
    url=maybe_texts,
    source=maybe_texts,
    published_at=st.none() | moments,
    published_offset=st.none() | st.integers(-1440, 1440),
)
