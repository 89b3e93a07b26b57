"""Articles to what the store keeps of them, a batch at a time. Knows no file, feed or SQL."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import TapeError
from retrieval.index.chunks import chunk_id, chunk_spans, titled
from retrieval.language.sentences import sentences
from retrieval.library import Library
from retrieval.models import Article, Chunk, Span
from retrieval.sources.reading import Failure
from retrieval.store.records import Record
from retrieval.store.write import check_storable

BATCH = 32
"""Articles in one transaction: a few seconds of embedding are the most that a kill costs."""

_NOT_YET = np.empty(0, np.float32)
"""The vector of a passage that is embedded when it is searched."""

Decision = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the items that were read."""

    new: int = 0
    changed: int = 0
    same: int = 0
    failed: tuple[Failure, ...] = ()


@dataclass(slots=True)
class _Tally:
    """Counts in the making."""

    decided: dict[Decision, int] = field(
        default_factory=lambda: {"new": 0, "changed": 0, "same": 0}
    )
    failed: list[Failure] = field(default_factory=list)

    def counts(self) -> Counts:
        return Counts(**self.decided, failed=tuple(self.failed))


@dataclass(frozen=True, slots=True)
class _Passage:
    """A chunk, and the words that are embedded for it."""

    chunk: Chunk
    words: str


def decide(seen: str | None, article: Article) -> Decision:
    """Tell what to do with an article by the content hash of its current version."""
    if seen is None:
        return "new"
    return "same" if seen == article.content_hash else "changed"


def ingest(
    items: Iterable[Article | Failure],
    *,
    library: Library,
    now: Callable[[], datetime],
    progress: Callable[[int], None],
) -> Counts:
    """Keep what is new or changed, and count what became of every item.

    Each batch is one transaction, and reading it again does nothing: killed anywhere and started
    again, it ends as if it had never been killed. `progress` is told how many more items are done.
    """
    tally = _Tally()
    for batch in _batches(items):
        fresh = _fresh(_readable(batch, tally), library, tally)
        if fresh:
            library.store.put_many(_records(fresh, library), now=now())
            library.indexes.catch_up()
        progress(len(batch))
    library.indexes.catch_up()  # also with what a run before had stored and not indexed
    return tally.counts()


def _batches(items: Iterable[Article | Failure]) -> Iterator[list[Article | Failure]]:
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _readable(batch: Sequence[Article | Failure], tally: _Tally) -> Iterator[Article]:
    """Pass on the articles that can be stored; one that cannot does not stop the rest."""
    for item in batch:
        if isinstance(item, Failure):
            tally.failed.append(item)
            continue
        try:
            check_storable(item)
        except TapeError as error:
            tally.failed.append(Failure(ascii(item.id), error.sentence))
        else:
            yield item


def _fresh(articles: Iterable[Article], library: Library, tally: _Tally) -> list[Article]:
    """Decide on each article, in order; what comes twice is kept as it came last."""
    arrived = list(articles)
    stored = library.store.hashes([article.id for article in arrived])
    seen = dict(stored)
    last: dict[str, Article] = {}
    for article in arrived:
        tally.decided[decide(seen.get(article.id), article)] += 1
        seen[article.id] = article.content_hash
        last[article.id] = article
    return [a for a in last.values() if decide(stored.get(a.id), a) != "same"]


def _records(articles: Sequence[Article], library: Library) -> list[Record]:
    """Analyse, cut and embed; a passage that an earlier version had keeps its vector."""
    cut = [_passages(article, library) for article in articles]
    vectors = _vectors([passage for passages in cut for passage in passages], library)
    analyses = library.reader.read(articles)
    return [
        Record(
            article=article,
            analysis=analysis,
            chunks=tuple(passage.chunk for passage in passages),
            vectors=_rows(passages, vectors, library.embedder.dimensions),
            model=library.embedder.name,
        )
        for article, passages, analysis in zip(articles, cut, analyses, strict=True)
    ]


def _passages(article: Article, library: Library) -> tuple[_Passage, ...]:
    spans = chunk_spans(article.text, sentences(article.text), library.embedder.tokens)
    return tuple(_passage(article, span, library.embedder.name) for span in spans)


def _passage(article: Article, span: Span, model: str) -> _Passage:
    text = span.of(article.text)
    words = titled(article.title, text)
    chunk = Chunk(
        id=chunk_id(model, article.id, span.start, words),
        article_id=article.id,
        version=0,  # the store numbers it
        start=span.start,
        end=span.end,
        text=text,
    )
    return _Passage(chunk, words)


def _vectors(passages: Sequence[_Passage], library: Library) -> dict[str, NDArray[np.float32]]:
    """Vectors by chunk id: what is there is read, the rest embedded at once, which pads least."""
    if library.embeds_late:
        return {passage.chunk.id: _NOT_YET for passage in passages}
    vectors = library.store.embedded([passage.chunk.id for passage in passages])
    missing = [passage for passage in passages if passage.chunk.id not in vectors]
    if missing:
        made = library.embedder.encode([passage.words for passage in missing])
        vectors |= {p.chunk.id: vector for p, vector in zip(missing, made, strict=True)}
    return vectors


def _rows(
    passages: Sequence[_Passage], vectors: dict[str, NDArray[np.float32]], dimensions: int
) -> NDArray[np.float32]:
    if not passages:
        return np.empty((0, dimensions), np.float32)
    return np.stack([vectors[passage.chunk.id] for passage in passages])
