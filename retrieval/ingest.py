"""Articles to what the store keeps of them, a batch at a time. Knows no file, feed or SQL.

The next batch is embedded beside the reading and storing of the one before: the model leaves
Python's lock alone, and the rest would leave a core idle.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
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

BATCH = 16
"""Articles in one transaction: a few seconds of embedding are the most that a kill costs. The last
batch is read and stored with nothing beside it, so that few in a batch waste little."""

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


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is to be stored together: of `items` that were read, the articles that are fresh.

    `passages` has a row for each article. `known` are the vectors by chunk id that are there, and
    `made` will be those of `missing`.
    """

    items: int
    articles: Sequence[Article]
    passages: Sequence[Sequence[_Passage]]
    known: dict[str, NDArray[np.float32]]
    missing: Sequence[_Passage]
    made: Future[NDArray[np.float32]]


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
    backfill: bool = False,
) -> Counts:
    """Keep what is new or changed, and count what became of every item.

    Each batch is one transaction, and reading it again does nothing: killed anywhere and started
    again, it ends as if it had never been killed. `progress` is told how many more items are done.
    What is marked as `backfill` is history: stored and answered from, but no news to anybody.
    """
    tally = _Tally()
    beside = ThreadPoolExecutor(1, thread_name_prefix="embed")
    try:
        for batch in _one_ahead(_prepared(items, library, tally, beside)):
            if batch.articles:
                records = _records(batch, library, backfill=backfill)
                library.store.put_many(records, now=now(), then=library.then)
                library.indexes.catch_up()
            progress(batch.items)
    finally:
        beside.shutdown(wait=False, cancel_futures=True)
    library.indexes.catch_up()  # also with what a run before had stored and not indexed
    return tally.counts()


def _one_ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Hand each batch out once the next one is prepared."""
    before = next(batches, None)
    while before is not None:
        after = next(batches, None)
        yield before
        before = after


def _prepared(
    items: Iterable[Article | Failure], library: Library, tally: _Tally, beside: Executor
) -> Iterator[_Batch]:
    """Decide on each batch, cut what is fresh, and begin to embed it."""
    unstored: dict[str, str] = {}  # content hashes of the batch before, which is stored after this
    for batch in _batches(items):
        articles = _fresh(_readable(batch, tally), library, tally, unstored)
        passages = [_passages(article, library) for article in articles]
        known = _known([passage for row in passages for passage in row], library)
        missing = [p for row in passages for p in row if p.chunk.id not in known]
        made = beside.submit(library.embedder.encode, [passage.words for passage in missing])
        yield _Batch(len(batch), articles, passages, known, missing, made)
        unstored = {article.id: article.content_hash for article in articles}


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


def _fresh(
    articles: Iterable[Article], library: Library, tally: _Tally, unstored: dict[str, str]
) -> list[Article]:
    """Decide on each article, in order; what comes twice is kept as it came last.

    `unstored` are the content hashes of articles that will have been stored before these.
    """
    arrived = list(articles)
    stored = {**library.store.hashes([article.id for article in arrived]), **unstored}
    seen = dict(stored)
    last: dict[str, Article] = {}
    for article in arrived:
        tally.decided[decide(seen.get(article.id), article)] += 1
        seen[article.id] = article.content_hash
        last[article.id] = article
    return [a for a in last.values() if decide(stored.get(a.id), a) != "same"]


def _records(batch: _Batch, library: Library, *, backfill: bool) -> list[Record]:
    """Analyse what is being embedded, and put the two together."""
    analyses = library.reader.read(batch.articles)
    made = zip(batch.missing, batch.made.result(), strict=True)
    vectors = batch.known | {passage.chunk.id: vector for passage, vector in made}
    return [
        Record(
            article=article,
            analysis=analysis,
            chunks=tuple(passage.chunk for passage in passages),
            vectors=_rows(passages, vectors, library.embedder.dimensions),
            model=library.embedder.name,
            backfilled=backfill,
        )
        for article, passages, analysis in zip(
            batch.articles, batch.passages, analyses, strict=True
        )
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


def _known(passages: Sequence[_Passage], library: Library) -> dict[str, NDArray[np.float32]]:
    """Vectors by chunk id that need no embedding now: a passage of an earlier version has one."""
    if library.embeds_late:
        return {passage.chunk.id: _NOT_YET for passage in passages}
    return dict(library.store.embedded([passage.chunk.id for passage in passages]))


def _rows(
    passages: Sequence[_Passage], vectors: dict[str, NDArray[np.float32]], dimensions: int
) -> NDArray[np.float32]:
    if not passages:
        return np.empty((0, dimensions), np.float32)
    return np.stack([vectors[passage.chunk.id] for passage in passages])
