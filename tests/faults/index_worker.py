"""A process to kill: says whether its indexes equal its store, then writes until it is stopped.

python -m tests.faults.index_worker FOLDER SEED
"""

import json
import sys
from pathlib import Path

import numpy as np

from retrieval.db import connect, migrate
from retrieval.index.follow import Indexes
from retrieval.models import Chunk
from retrieval.store.records import Record
from retrieval.store.store import Store
from tests.articles import MONDAY, analysis, article

MODEL = "test@1"
WORDS = "copper gold zinc rates grid demand margin tariffs chips power cooling freight".split()


def open_store(folder: Path) -> Store:
    engine = connect(f"sqlite:///{folder}/tape.db")
    migrate(engine, "retrieval.store")
    return Store(engine)


def records(first: int, count: int, *, chunks: int = 5, version: int = 1) -> list[Record]:
    """Articles that are the same each time they are made; a version has its own last passage."""
    return [_record(number, chunks, version) for number in range(first, first + count)]


def _record(number: int, chunks: int, version: int) -> Record:
    rng = np.random.default_rng(number)
    rows = rng.standard_normal((chunks, 16)).astype(np.float32)
    texts = [" ".join(rng.choice(WORDS, 6)) for _ in range(chunks)]
    texts[-1] += f" version {version}"
    parts = tuple(
        Chunk(f"{number}/{place}/{text}", str(number), 0, place * 100, place * 100 + 99, text)
        for place, text in enumerate(texts)
    )
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    text = f"{texts}"
    return Record(article(str(number), text), analysis(), parts, rows, MODEL)


def held(indexes: Indexes) -> tuple[set[str], set[str]]:
    """The ids that the indexes themselves hold."""
    words, vectors = indexes._lexical.current(), indexes._dense and indexes._dense.current()
    assert words
    assert vectors
    assert vectors.verify() == len(vectors.ids())
    return words.ids(), vectors.ids()


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(folder: Path, seed: int) -> None:
    store = open_store(folder)
    indexes = Indexes.open(store, folder / "index", MODEL)
    indexes.wait()
    words, vectors = held(indexes)
    live = store.chunk_ids()
    say({"live": len(live), "words": words == live, "vectors": vectors == live})
    rng = np.random.default_rng(seed)
    while True:
        first = int(rng.integers(0, 400))
        store.put_many(records(first, 12, version=int(rng.integers(1, 9))), now=MONDAY)
        say(indexes.catch_up())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
