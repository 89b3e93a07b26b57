"""Ingest that is killed anywhere ends, run again, as if it had never been killed."""

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.library import Library
from retrieval.models import Scope
from tests.articles import MONDAY, article, builtin, record
from tests.fakes import HashEmbedder
from tests.faults.ingesting import ARTICLES, url_of

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
ROUNDS, FEW_ROUNDS = 10, 5
DEADLINE = 120


@dataclass(frozen=True)
class Round:
    """Where one child works, and when it is killed: after so many commits, and so many seconds."""

    folder: Path
    commits: int
    seconds: float


@pytest.mark.parametrize("seed", [2026])
def test_killed_anywhere_and_run_again_every_article_is_there_once(
    tmp_path: Path, seed: int, *, long: bool
) -> None:
    count = ROUNDS if long else FEW_ROUNDS
    chance = random.Random(seed)
    rounds = [
        Round(tmp_path / str(n), chance.choice([0, *range(16)]), chance.uniform(0, 0.5))
        for n in range(count)
    ]
    with ThreadPoolExecutor(2) as pool:
        killed = [n for n in pool.map(_killed_then_whole, rounds) if n is not None]
    print(  # noqa: T201 (shown with -s: what the seed led to)
        f"seed {seed}: killed {len(killed)} of {count}, after {sorted(killed)} articles"
    )
    assert len(killed) > count / 2
    found = _look(*(given.folder for given in rounds))
    assert found[0]["chunks"] > ARTICLES
    whole = {"articles": ARTICLES, "versions": ARTICLES, "chunks": found[0]["chunks"]}
    assert found == [{**whole, "dense": True, "lexical": True}] * count


def _killed_then_whole(given: Round) -> int | None:
    """Kill an ingest, run it to the end; how many articles were acknowledged before the kill."""
    given.folder.mkdir()
    was_running = _killed(given)
    acked = _acked(given.folder)[1]
    with _start("ingest", given.folder) as whole:
        _, complaint = whole.communicate(timeout=DEADLINE)
    assert (whole.returncode, complaint.decode()) == (0, "")
    return acked if was_running else None


def _killed(given: Round) -> bool:
    """Start an ingest and kill it; tell whether it was still running."""
    ends = time.monotonic() + DEADLINE
    with _start("ingest", given.folder) as child:
        while child.poll() is None and _acked(given.folder)[0] < given.commits:
            assert time.monotonic() < ends
            time.sleep(0.005)
        time.sleep(given.seconds)
        was_running = child.poll() is None
        child.kill()
    return was_running


def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    assert _killed(Round(tmp_path, commits=3, seconds=0))
    acked = _acked(tmp_path)[1]
    assert acked
    library = Library.open(url_of(tmp_path), tmp_path, embedder=HashEmbedder(), reader=builtin())
    assert library.store.searched(Scope()).articles >= acked
    library.close()


class RefusingEmbedder(HashEmbedder):
    """Proves that nothing is embedded."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError(f"{len(texts)} texts were embedded again")


PASSAGES = 1_100
"""More than Chroma's 1,000 between two writes of its graph, so that all of its files are there."""

_drawn = np.random.default_rng(7).normal(size=(PASSAGES, HashEmbedder.dimensions))
VECTORS = (_drawn / np.linalg.norm(_drawn, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database and its indexes, closed well. Copied only while it is sound."""
    folder = tmp_path_factory.mktemp("sound")
    library = Library.open(url_of(folder), folder, embedder=HashEmbedder(), reader=builtin())
    passages = [f"passage {n} on chips" for n in range(PASSAGES)]
    made = record(article("a"), passages=tuple(passages))
    library.store.put_many([replace(made, vectors=VECTORS, model=HashEmbedder.name)], now=MONDAY)
    library.indexes.catch_up()
    library.close()
    return folder


def _delete(index: Path) -> None:
    shutil.rmtree(index)


def _delete_one(index: Path) -> None:
    shutil.rmtree(index / "lexical")


def _empty_pickle(index: Path) -> None:
    _only(index, "dense/*/index_metadata.pickle").write_bytes(b"")


def _cut_vectors(index: Path) -> None:
    _cut(_only(index, "dense/*/data_level0.bin"))


def _cut_every_file(index: Path) -> None:
    for file in index.rglob("*"):
        if file.is_file() and file.name != "lock":
            _cut(file)


def _garbage(index: Path) -> None:
    _only(index, "dense/chroma.sqlite3").write_bytes(b"this is not a database " * 1000)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _only(index: Path, pattern: str) -> Path:
    (found,) = index.glob(pattern)
    return found


@pytest.mark.parametrize(
    "damage", [_delete, _delete_one, _empty_pickle, _cut_vectors, _cut_every_file, _garbage]
)
def test_a_damaged_index_is_filled_again_without_embedding(
    sound: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(sound, folder)
    damage(folder / "index")
    library = Library.open(url_of(folder), folder, embedder=RefusingEmbedder(), reader=builtin())
    assert library.indexes.dense(VECTORS[7], 1)[0][0] == "a/passage 7 on chips"
    assert library.indexes.lexical("passage 7", 1)[0][0] == "a/passage 7 on chips"
    assert library.indexes.wait(DEADLINE)
    library.close()
    (found,) = _look(folder)
    assert found["chunks"] == PASSAGES
    assert (found["dense"], found["lexical"]) == (True, True)


def _start(task: str, *folders: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.faults.ingesting", task, *map(str, folders)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _look(*folders: Path) -> list[dict[str, int]]:
    """What a fresh process finds: a broken index can end the process that opens it."""
    with _start("look", *folders) as looking:
        said, complaint = looking.communicate(timeout=DEADLINE)
    assert looking.returncode == 0, complaint.decode()
    return [json.loads(line) for line in said.splitlines()]


def _acked(folder: Path) -> tuple[int, int]:
    """Commits, and articles in them, that the child has told of."""
    ledger = folder / "acked"
    lines = ledger.read_text().split() if ledger.exists() else []
    return len(lines), sum(map(int, lines))
