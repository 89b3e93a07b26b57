"""Whatever happens to the index folder, the next start ends with indexes equal to the store.

Nothing here has an embedder: all that is mended is mended from stored vectors.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from retrieval.errors import LockedError
from retrieval.index.exact import Exact
from retrieval.index.folder import set_aside
from retrieval.index.follow import Indexes
from retrieval.index.probe import probe
from retrieval.store.store import Store
from tests.articles import MONDAY
from tests.faults.index_worker import MODEL, held, open_store, records

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
VECTOR = records(7, 1)[0].vectors[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of 240 articles with 1,200 chunks: enough for Chroma to have written its graph."""
    made = open_store(tmp_path)
    made.put_many(records(0, 240), now=MONDAY)
    yield made
    made.close()


@contextmanager
def opened(store: Store, folder: Path, model: str = MODEL) -> Iterator[Indexes]:
    indexes = Indexes.open(store, folder, model, exact_below=0)
    try:
        assert indexes.wait(60)
        yield indexes
    finally:
        indexes.close()


def assert_whole(store: Store, folder: Path) -> None:
    with opened(store, folder) as indexes:
        assert indexes.health().ready
        assert held(indexes) == (store.chunk_ids(), store.chunk_ids())
        assert indexes.dense(VECTOR, 1) == [(records(7, 1)[0].chunks[0].id, 1.0)]
        assert len(indexes.lexical("copper", 5)) == 5


def closed_well(store: Store, folder: Path) -> Path:
    with opened(store, folder):
        pass
    return folder


def graph_file(folder: Path, name: str) -> Path:
    [found] = folder.glob(f"dense/*/{name}")
    return found


def empty(path: Path) -> None:
    path.write_bytes(b"")


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def garble(path: Path) -> None:
    path.write_bytes(b"not a database " * 1000)


def claim_terabytes(path: Path) -> None:
    os.truncate(path, 3 << 40)


def word_files(folder: Path, suffix: str) -> Path:
    return max(folder.glob(f"lexical/*.{suffix}"), key=lambda path: path.stat().st_size)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "the folder is gone": shutil.rmtree,
    "the vectors are gone": lambda f: shutil.rmtree(f / "dense"),
    "the words are gone": lambda f: shutil.rmtree(f / "lexical"),
    "the states are gone": lambda f: list(map(Path.unlink, f.glob("*.json"))),
    "a state is empty": lambda f: empty(f / "dense.json"),
    "a state is not a state": lambda f: (f / "lexical.json").write_text("[1]"),
    "the metadata is empty": lambda f: empty(graph_file(f, "index_metadata.pickle")),
    "the metadata is cut": lambda f: truncate(graph_file(f, "index_metadata.pickle")),
    "the metadata is gone": lambda f: graph_file(f, "index_metadata.pickle").unlink(),
    "the vectors are empty": lambda f: empty(graph_file(f, "data_level0.bin")),
    "the vectors are cut": lambda f: truncate(graph_file(f, "data_level0.bin")),
    "the lengths are cut": lambda f: truncate(graph_file(f, "length.bin")),
    "the header is cut": lambda f: truncate(graph_file(f, "header.bin")),
    "the links claim terabytes": lambda f: claim_terabytes(graph_file(f, "link_lists.bin")),
    "the links are cut": lambda f: truncate(graph_file(f, "link_lists.bin")),
    "the graph is gone": lambda f: shutil.rmtree(graph_file(f, "header.bin").parent),
    "the database is garbage": lambda f: garble(f / "dense" / "chroma.sqlite3"),
    "the database is cut": lambda f: truncate(f / "dense" / "chroma.sqlite3"),
    "the database is empty": lambda f: empty(f / "dense" / "chroma.sqlite3"),
    "the words' list is garbage": lambda f: garble(f / "lexical" / "meta.json"),
    "the words' list is gone": lambda f: (f / "lexical" / "meta.json").unlink(),
    "the words' texts are cut": lambda f: truncate(word_files(f, "store")),
    "the words' terms are cut": lambda f: truncate(word_files(f, "term")),
    "the words' postings are empty": lambda f: empty(word_files(f, "idx")),
    "the words' lengths are gone": lambda f: word_files(f, "fieldnorm").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_mended_at_the_next_start(
    store: Store, tmp_path: Path, damage: str
) -> None:
    folder = closed_well(store, tmp_path / "index")
    DAMAGE[damage](folder)
    assert_whole(store, folder)
    assert_whole(store, folder)


def test_an_index_that_was_closed_well_is_not_probed(store: Store, tmp_path: Path) -> None:
    folder = closed_well(store, tmp_path / "index")
    looked: list[str] = []

    def look(kind: str, folder: Path, name: str) -> bool:
        looked.append(kind)
        return probe(kind, folder, name)

    for indexes in (Indexes.open(store, folder, MODEL, look=look, exact_below=0) for _ in range(2)):
        assert indexes.health().ready
        indexes.close()
    assert looked == []
    (folder / "lexical.json").write_text(
        (folder / "lexical.json").read_text().replace('"seal": {', '"seal": {"other": [1, 2], ')
    )
    third = Indexes.open(store, folder, MODEL, look=look, exact_below=0)
    assert third.wait(60)
    assert looked == ["lexical"]
    third.close()


def test_while_an_index_is_probed_and_mended_the_search_is_exact_and_right(
    store: Store, tmp_path: Path
) -> None:
    folder = closed_well(store, tmp_path / "index")
    empty(folder / "dense" / "chroma.sqlite3")
    held_back = threading.Event()

    def look(kind: str, folder: Path, name: str) -> bool:
        return held_back.wait(60) and probe(kind, folder, name)

    indexes = Indexes.open(store, folder, MODEL, look=look, exact_below=0)
    expected = Exact(store).query(VECTOR, 20)
    assert not indexes.health().ready
    assert indexes.dense(VECTOR, 20) == expected
    assert len(indexes.lexical("copper", 5)) == 5
    held_back.set()
    assert indexes.wait(60)
    assert indexes.health().ready
    found = indexes.dense(VECTOR, 20)
    assert [i for i, _ in found] == [i for i, _ in expected]
    assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=2e-6)
    indexes.close()


def test_an_index_that_breaks_in_use_is_replaced_and_the_answer_is_right(
    store: Store, tmp_path: Path
) -> None:
    with opened(store, tmp_path / "index") as indexes:
        expected = indexes.dense(VECTOR, 5)
        assert indexes._dense
        index = indexes._dense.current()
        assert index
        index._collection._client.delete_collection(index._collection.name)
        assert indexes.dense(VECTOR, 5) == expected
        assert indexes.wait(60)
        assert indexes.health().ready
        assert held(indexes)[1] == store.chunk_ids()
    assert [path.name for path in (tmp_path / "index").glob("*.broken-*")] == ["dense.broken-1"]


def test_only_the_newest_two_broken_folders_are_kept(tmp_path: Path) -> None:
    for _ in range(12):
        (tmp_path / "dense").mkdir()
        set_aside(tmp_path / "dense")
    assert {path.name for path in tmp_path.iterdir()} == {"dense.broken-11", "dense.broken-12"}


def test_another_model_or_another_database_starts_from_nothing(
    store: Store, tmp_path: Path
) -> None:
    folder = closed_well(store, tmp_path / "index")
    with opened(store, folder, model="other@2") as indexes:
        assert held(indexes) == (store.chunk_ids(), store.chunk_ids())
    (tmp_path / "other").mkdir()
    other = open_store(tmp_path / "other")
    other.put_many(records(500, 3), now=MONDAY)
    with opened(other, folder) as indexes:
        assert held(indexes) == (other.chunk_ids(), other.chunk_ids())
    other.close()


def test_a_restored_backup_is_followed_even_if_its_numbers_fit(
    store: Store, tmp_path: Path
) -> None:
    folder = closed_well(store, tmp_path / "index")
    (tmp_path / "restored").mkdir()
    restored = open_store(tmp_path / "restored")
    restored.put_many(records(100, 250), now=MONDAY)
    with opened(restored, folder) as indexes:
        assert held(indexes) == (restored.chunk_ids(), restored.chunk_ids())
    restored.close()


def test_a_second_process_is_refused_20_of_20(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    code = f"""
import sys
from pathlib import Path
from retrieval.errors import LockedError
from retrieval.index.folder import Lock
refused = 0
for _ in range(20):
    try:
        Lock(Path({str(folder)!r}))
    except LockedError as error:
        refused += error.sentence.startswith({str(folder)!r} + ": Another Tape process")
print(refused)
"""
    with opened(store, folder):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.stdout == "20\n", done.stderr
        with pytest.raises(LockedError):
            Indexes.open(store, folder, MODEL, exact_below=0)
    assert_whole(store, folder)


def test_close_stops_the_work_that_is_under_way(store: Store, tmp_path: Path) -> None:
    store.put_many(records(1000, 600), now=MONDAY)
    indexes = Indexes.open(store, tmp_path / "index", MODEL, exact_below=0)
    indexes.close()
    assert_whole(store, tmp_path / "index")


SEEDS = (11, 12, 13, 14, 15)


def test_kill_9_in_the_middle_of_catching_up_loses_nothing(tmp_path: Path) -> None:
    """Five kills on one folder, each after a while that its seed decides; each start looks."""
    for seed in (*SEEDS, 0):
        chance = random.Random(seed)
        with _worker(tmp_path, seed) as process:
            assert process.stdout
            found = json.loads(process.stdout.readline() or "{}")
            assert (found.get("words"), found.get("vectors")) == (True, True), f"before seed {seed}"
            assert found["live"] or seed == SEEDS[0]
            for _ in range(chance.randrange(1, 15)):
                assert process.stdout.readline(), f"seed {seed}: it ended by itself"
            time.sleep(chance.random() * 0.1)
            process.kill()


@contextmanager
def _worker(folder: Path, seed: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.faults.index_worker", str(folder), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
