"""A size to the speed of a library of that many chunks: queries, memory, disk, starts.

Queries are whole searches, embedding included, beside a bare dot product over as many vectors.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, run

import numpy as np

from retrieval.ask.search import search
from retrieval.contract import Json
from retrieval.evals import synthetic
from retrieval.evals.starting import builtin, opened
from retrieval.evals.timing import quantiles, timed
from retrieval.index.embed import Embed
from retrieval.library import Library
from retrieval.models import Scope
from retrieval.store.records import Record

BATCH = 250
"""Articles in one transaction."""

BEST = 20
_SCOPES = {
    "unfiltered": Scope(),
    "by_ticker": synthetic.TICKER,
    "tenth_of_time": synthetic.TENTH,
    "half_of_time": synthetic.HALF,
}


def queries(folder: Path, chunks: int) -> Json:
    """Fill a library, ask it within each scope, and start it healthy and damaged."""
    folder.mkdir(parents=True)
    articles = -(-chunks // synthetic.CHUNKS)
    with timed() as filled:
        library = opened(folder, builtin())
        for some in _records(articles, library.embedder):
            library.store.put_many(some, now=synthetic.NOW)
        library.indexes.catch_up()
        library.indexes.wait()
    bare = _bare(chunks, library.embedder.dimensions)
    asked = {name: _asked(library, scope, bare["p50"]) for name, scope in _SCOPES.items()}
    embedding = quantiles(lambda n: library.embedder.encode([synthetic.question(n)]))
    library.close()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    healthy = _started(folder)
    _damage(folder)
    return {
        "chunks": articles * synthetic.CHUNKS,
        "filled_seconds": round(filled.seconds, 1),
        "search_ms": asked,
        "embedding_ms": embedding,
        "bare_dot_product_ms": bare,
        "disk_mb": round(size / 2**20),
        "start_healthy": healthy,
        "start_damaged": _started(folder),
    }


def _asked(library: Library, scope: Scope, bare: float) -> Json:
    def ask(number: int) -> None:
        search(synthetic.question(number), library=library, scope=scope, limit=BEST)

    return quantiles(ask, of_bare=bare)


def _bare(chunks: int, dimensions: int) -> Json:
    """The least that an exact search must do."""
    rng = np.random.default_rng(synthetic.SEED)
    matrix, vector = synthetic.unit(rng, chunks, dimensions), synthetic.unit(rng, 1, dimensions)[0]
    return quantiles(lambda _: np.argpartition(matrix @ vector, -BEST)[-BEST:])


def _started(folder: Path) -> Json:
    """Start a process of its own that opens the library and answers one question."""
    command = [sys.executable, "-m", "retrieval.evals.starting", str(folder)]
    with timed() as whole:
        done = run(command, stdout=PIPE, check=True)  # noqa: S603 - our own module
    found: Json = {**json.loads(done.stdout), "process_seconds": round(whole.seconds, 2)}
    return found


def _damage(folder: Path) -> None:
    """Overwrite what both indexes wrote, as a full disk or a bad one would."""
    for file in (folder / "index").rglob("*"):
        if file.is_file() and file.suffix != ".json":
            file.write_bytes(bytes(min(file.stat().st_size, 4_096)))


def _records(articles: int, embedder: Embed) -> Iterator[list[Record]]:
    for start in range(0, articles, BATCH):
        some = range(start, min(start + BATCH, articles))
        yield [
            synthetic.record(number, articles, embedder.dimensions, embedder.name)
            for number in some
        ]
