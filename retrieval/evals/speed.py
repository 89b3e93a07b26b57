"""This machine to figures of speed: indexing, queries, start-up, each beside a physical reference.

Knows how to make synthetic articles and chunks; says nothing of quality.
"""

import random
import resource
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from retrieval.contract import Json
from retrieval.index.embed import Embed
from retrieval.ingest import ingest
from retrieval.language.reader import Reader
from retrieval.library import Library
from retrieval.models import Article, Chunk, Scope, digest_of
from retrieval.store.records import Record

SEED = 2026
ARTICLES, WORDS = 24, 450
QUERIES, BEST = 40, 20
BATCH = 500
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_NAMES = ("Nvidia", "Amazon", "Exxon Mobil", "Boeing", "Deere", "Walmart", "Pfizer", "Intel")
_VOCABULARY = (
    "capacity demand margin contract shipments quarter guidance pricing supply orders plant permit "
    "inventory freight copper grid cooling rates credit deposits tariff volumes backlog churn"
).split()


@dataclass(slots=True)
class _Timed:
    """Seconds that something took."""

    seconds: float = 0.0


@contextmanager
def _timed() -> Iterator[_Timed]:
    taken, started = _Timed(), perf_counter()
    yield taken
    taken.seconds = perf_counter() - started


def bench(embedder: Embed, reader: Reader, chunks: int) -> Json:
    """Measure indexing with the real model, and queries over `chunks` synthetic chunks."""
    embedder.encode(["warm"])
    with TemporaryDirectory() as folder:
        return {
            "indexing": _indexing(embedder, reader, Path(folder) / "articles"),
            "queries": _queries(embedder, reader, Path(folder) / "chunks", chunks),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def _indexing(embedder: Embed, reader: Reader, folder: Path) -> Json:
    articles = [_article(n) for n in range(ARTICLES)]
    library = _opened(folder, embedder, reader)
    with _timed() as first:
        ingest(articles, library=library, now=lambda: NOW, progress=_ignore)
    with _timed() as again:
        ingest(articles, library=library, now=lambda: NOW, progress=_ignore)
    made = library.store.chunks(sorted(library.store.chunk_ids()))
    library.close()
    with _timed() as reading:
        reader.read(articles)
    with _timed() as bare:
        embedder.encode([chunk.text for chunk in made.values()])
    return {
        "articles_per_second": _rate(ARTICLES, first),
        "chunks_per_second": _rate(len(made), first),
        "unchanged_articles_per_second": _rate(ARTICLES, again),
        "analysed_articles_per_second": _rate(ARTICLES, reading),
        "bare_model_chunks_per_second": _rate(len(made), bare),
        "of_bare_model": round(bare.seconds / first.seconds, 3),
    }


def _queries(embedder: Embed, reader: Reader, folder: Path, chunks: int) -> Json:
    rng = np.random.default_rng(SEED)
    library = _opened(folder, embedder, reader)
    for start in range(0, chunks, BATCH):
        records = [_record(n, rng, embedder, library) for n in range(start, start + BATCH)]
        library.store.put_many(records, now=NOW)
    with _timed() as indexed:
        library.indexes.catch_up()
    vectors = _unit(rng, QUERIES, embedder.dimensions)
    words = [" ".join(random.Random(n).sample(_VOCABULARY, 4)) for n in range(QUERIES)]
    some = library.store.narrow(Scope(tickers=("NVDA",)), chunks)
    matrix = _unit(rng, chunks, embedder.dimensions)
    figures = {
        "chunks": chunks,
        "indexing_seconds": round(indexed.seconds, 2),
        "encode_ms": _quantiles(lambda n: embedder.encode([words[n]])),
        "dense_ms": _quantiles(lambda n: library.indexes.dense(vectors[n], BEST)),
        "dense_by_ticker_ms": _quantiles(lambda n: library.indexes.dense(vectors[n], BEST, some)),
        "lexical_ms": _quantiles(lambda n: library.indexes.lexical(words[n], BEST)),
        "bare_dot_product_ms": _quantiles(lambda n: np.argsort(matrix @ vectors[n])[-BEST:]),
    }
    library.close()
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    with _timed() as start_up:
        _opened(folder, embedder, reader).close()
    return {
        **figures,
        "disk_mb": round(size / 2**20, 1),
        "open_seconds": round(start_up.seconds, 2),
    }


def _opened(folder: Path, embedder: Embed, reader: Reader) -> Library:
    folder.mkdir(parents=True, exist_ok=True)
    library = Library.open(
        f"sqlite:///{folder / 'tape.db'}", folder, embedder=embedder, reader=reader
    )
    library.indexes.wait()
    return library


def _article(number: int) -> Article:
    rng = random.Random(f"{SEED}-{number}")
    sentences = []
    for _ in range(WORDS // 15):
        words = " ".join(rng.choices(_VOCABULARY, k=10))
        sentences.append(f"{rng.choice(_NAMES)} gains {words} after the {number} order.")
    return Article(id=f"bench-{number}", text=" ".join(sentences), title=f"Bench {number}")


def _record(number: int, rng: np.random.Generator, embedder: Embed, library: Library) -> Record:
    name = _NAMES[number % len(_NAMES)]
    text = f"{name} {' '.join(random.Random(number).choices(_VOCABULARY, k=30))}."
    article = Article(id=f"synthetic-{number}", text=text)
    chunk = Chunk(digest_of(article.id), article.id, 0, 0, len(text), text)
    vector = _unit(rng, 1, embedder.dimensions)
    (analysis,) = library.reader.read([article])
    return Record(article, analysis, (chunk,), vector, embedder.name)


def _unit(rng: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    made: NDArray[np.float32] = rng.standard_normal((rows, columns), dtype=np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def _quantiles(query: Callable[[int], object]) -> Json:
    """Milliseconds at the median and the 95th percentile."""
    query(0)
    taken: list[float] = []
    for number in range(QUERIES):
        with _timed() as one:
            query(number)
        taken.append(one.seconds * 1000)
    ordered: Sequence[float] = sorted(taken)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
    }


def _rate(count: int, taken: _Timed) -> float:
    return round(count / taken.seconds, 2)


def _ignore(_: int) -> None:
    """Take no notice of progress."""
