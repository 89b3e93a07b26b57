"""A child process of the kill tests: ingests generated articles into a folder, or looks into one.

`python -m tests.faults.ingesting ingest FOLDER` appends to FOLDER/acked how many are done, after
each commit. `... look FOLDER...` prints what is in each as a line of JSON, mending nothing.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from retrieval.db import connect, reading
from retrieval.index.chunks import CHUNKING
from retrieval.index.dense import DenseIndex
from retrieval.index.lexical import LexicalIndex
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article
from retrieval.store.schema import versions
from retrieval.store.store import Store
from tests.articles import builtin
from tests.fakes import HashEmbedder

ARTICLES = 500
NOW = datetime(2026, 3, 2, tzinfo=UTC)
WORDS = (
    "Nvidia AMD Amazon orders rise on strong demand while margins fall and rivals lose share "
    "to cloud providers as power prices climb and regulators delay permits for new sites"
).split()


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder}/tape.db"


def articles() -> Iterator[Article]:
    words = random.Random(0)
    for n in range(ARTICLES):
        length = 20 if n % 50 == 0 else 2  # some have more than one chunk
        text = " ".join(" ".join(words.choices(WORDS, k=12)) + "." for _ in range(length))
        yield Article(f"article-{n}", f"{text} Number {n}.", title=f"Story {n}")


def run(folder: Path) -> None:
    library = Library.open(url_of(folder), folder, embedder=HashEmbedder(), reader=builtin())
    with (folder / "acked").open("a", encoding="ascii") as ledger:

        def ack(count: int) -> None:
            ledger.write(f"{count}\n")
            ledger.flush()

        counts = ingest(articles(), library=library, now=lambda: NOW, progress=ack)
    library.close()
    assert counts.new + counts.same == ARTICLES


def look(folder: Path) -> dict[str, object]:
    engine = connect(url_of(folder))
    with reading(engine) as connection:
        names = connection.execute(select(versions.c.article_id)).scalars().all()
    live = Store(engine).chunk_ids()
    dense = DenseIndex(folder / "index" / "dense", f"{HashEmbedder.name}.{CHUNKING}")
    lexical = LexicalIndex(folder / "index" / "lexical")
    found: dict[str, object] = {
        "articles": len(set(names)),
        "versions": len(names),
        "chunks": len(live),
        "dense": dense.ids() == live,
        "lexical": lexical.ids() == live,
    }
    for part in (dense, lexical):
        part.close()
    engine.dispose()
    return found


if __name__ == "__main__":
    for where in map(Path, sys.argv[2:]):
        if sys.argv[1] == "ingest":
            run(where)
        else:
            sys.stdout.write(json.dumps(look(where)) + "\n")
