"""This machine to figures of speed: indexing, queries, start-up, each beside a physical reference.

Says nothing of quality.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from retrieval.contract import Json
from retrieval.evals.latency import queries
from retrieval.evals.searching import Unread
from retrieval.evals.starting import builtin, opened
from retrieval.evals.synthetic import NOW, long_article
from retrieval.evals.timing import timed
from retrieval.evals.writing import first_line
from retrieval.index.embed import Embedder, bundled
from retrieval.ingest import ingest
from retrieval.language.reader import Reader
from retrieval.library import Library
from retrieval.models import Article

LONG, WORDS = 48, 1_000
"""Articles that are indexed, and the words of each: five or six chunks."""

TORCH_BATCH = 32
"""What sentence-transformers and the frameworks on it embed at once, unless told otherwise."""

Told = Callable[[str], None]
"""What is told which part is measured next."""


def bench(sizes: Sequence[int], told: Told) -> Json:
    """Measure indexing as everybody has it, and queries and starts at each of some sizes."""
    with TemporaryDirectory() as folder:
        told(f"indexing {LONG} long articles")
        found: Json = {"indexing": _indexing(Path(folder))}
        told("the first checked line of a chat model's answer")
        found["first_checked_line_ms"] = first_line(Path(folder) / "writing")
        for size in sizes:
            told(f"filling and asking a library of {size:,} chunks")
            found[f"queries_{size}"] = queries(Path(folder) / str(size), size)
    return found


def _indexing(folder: Path) -> Json:
    articles = [long_article(number, WORDS) for number in range(LONG)]
    bare = _opened(folder / "unread", Unread())
    with timed() as unread:
        _ingest(articles, bare)
    chunks = [chunk.text for chunk in bare.store.chunks(sorted(bare.store.chunk_ids())).values()]
    with timed() as again:
        _ingest(articles, bare)
    bare.close()
    whole = _opened(folder / "read", builtin())
    with timed() as read:
        _ingest(articles, whole)
    whole.close()
    with timed() as embedding:
        whole.embedder.encode(chunks)
    torch = Embedder(str(bundled()), batch=TORCH_BATCH)
    torch.encode(chunks[:1])
    with timed() as forward:
        torch.encode(chunks)
    return {
        "articles": LONG,
        "words_of_each": WORDS,
        "chunks": len(chunks),
        "articles_per_second": unread.rate(LONG),
        "chunks_per_second": unread.rate(len(chunks)),
        "analysed_articles_per_second": read.rate(LONG),
        "unchanged_articles_per_second": again.rate(LONG),
        "embedder_chunks_per_second": embedding.rate(len(chunks)),
        "bare_model_chunks_per_second": forward.rate(len(chunks)),
        "of_bare_model": round(forward.seconds / unread.seconds, 2),
        "analysed_of_bare_model": round(forward.seconds / read.seconds, 2),
    }


def _opened(folder: Path, reader: Reader) -> Library:
    """A library whose models have loaded their weights."""
    folder.mkdir(parents=True)
    library = opened(folder, reader)
    library.embedder.encode(["warm"])
    reader.read([long_article(LONG, WORDS)])
    return library


def _ingest(articles: Sequence[Article], library: Library) -> None:
    ingest(articles, library=library, now=lambda: NOW, progress=lambda _: None)
