"""Chroma and a dictionary do the same."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.errors import DamagedIndexError, StoreError
from retrieval.index.dense import DenseIndex, collection_name

Vectors = NDArray[np.float32]


class Dense(Protocol):
    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None: ...
    def delete(self, ids: Iterable[str]) -> None: ...
    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]: ...
    def ids(self) -> set[str]: ...
    def verify(self) -> int: ...
    def close(self) -> None: ...


class FakeDense:
    """Vectors in a dictionary."""

    def __init__(self) -> None:
        self._rows: dict[str, Vectors] = {}

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._rows |= dict(zip(ids, vectors, strict=True))

    def delete(self, ids: Iterable[str]) -> None:
        for chunk_id in ids:
            self._rows.pop(chunk_id, None)

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        hits = [(i, round(float(row @ vector), 6)) for i, row in self._rows.items()]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[: max(k, 0)]

    def ids(self) -> set[str]:
        return set(self._rows)

    def verify(self) -> int:
        return len(self._rows)

    def close(self) -> None:
        self._rows = {}


names = (f"index {number}" for number in count())


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server on loopback."""
    program = shutil.which("chroma", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("Chroma's server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    with subprocess.Popen(
        [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("Chroma's server did not start in 30 s")


@pytest.fixture(params=["fake", "chroma"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Dense]:
    made = FakeDense() if request.param == "fake" else DenseIndex(tmp_path / "d", next(names))
    yield made
    made.close()


def unit(*values: float) -> Vectors:
    vector = np.array(values, np.float32)
    return vector / np.float32(np.linalg.norm(vector))


X, Y, Z, XY = unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1), unit(1, 1, 0)


def test_the_nearest_come_first(index: Dense) -> None:
    index.upsert(["y", "xy", "x"], np.stack([Y, XY, X]))
    assert index.query(X, 3) == [("x", 1.0), ("xy", pytest.approx(0.5**0.5)), ("y", 0.0)]
    assert [i for i, _ in index.query(X, 2)] == ["x", "xy"]


def test_chunks_of_one_score_are_in_the_order_of_their_ids(index: Dense) -> None:
    index.upsert(["b", "c", "a"], np.stack([X, X, X]))
    assert [i for i, _ in index.query(X, 3)] == ["a", "b", "c"]


def test_the_same_chunk_twice_is_one_chunk_with_the_last_vector(index: Dense) -> None:
    index.upsert(["a", "b"], np.stack([X, Y]))
    index.upsert(["a", "c", "c"], np.stack([Z, X, Y]))
    assert index.ids() == {"a", "b", "c"}
    assert index.query(Z, 1) == [("a", 1.0)]
    assert [i for i, _ in index.query(Y, 2)] == ["b", "c"]


def test_what_is_deleted_is_not_found(index: Dense) -> None:
    index.upsert(["a", "b"], np.stack([X, Y]))
    index.delete(["a", "never there", "a"])
    assert index.ids() == {"b"}
    assert [i for i, _ in index.query(X, 5)] == ["b"]
    index.delete(["b"])
    assert index.query(X, 5) == []
    index.upsert(["a"], np.stack([Z]))
    assert index.query(Z, 5) == [("a", 1.0)]


def test_an_empty_index_answers_with_nothing(index: Dense) -> None:
    assert index.query(X, 5) == []
    assert index.ids() == set()
    assert index.verify() == 0


def test_no_ids_are_no_work(index: Dense) -> None:
    index.upsert([], np.zeros((0, 3), np.float32))
    index.delete([])
    assert index.ids() == set()


@pytest.mark.parametrize("k", [-1, 0, 1, 50])
def test_k_is_a_bound(index: Dense, k: int) -> None:
    index.upsert(["a", "b"], np.stack([X, Y]))
    assert len(index.query(X, k)) == min(max(k, 0), 2)


def test_ids_may_be_any_text(index: Dense) -> None:
    ids = ["é漢\N{CHART WITH UPWARDS TREND}", "a b|c'--", "x" * 300]
    index.upsert(ids, np.stack([X, Y, Z]))
    assert index.ids() == set(ids)
    assert [index.query(vector, 1)[0][0] for vector in (X, Y, Z)] == ids


def test_more_than_one_batch_is_written_and_verified(index: Dense) -> None:
    rows = np.random.default_rng(1).standard_normal((12_000, 4), np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [f"{n:05}" for n in range(len(rows))]
    index.upsert(ids, rows)
    assert index.verify() == 12_000
    [(nearest, score)] = index.query(rows[11_999], 1)
    assert (nearest, round(score, 5)) == ("11999", 1)
    index.delete(ids[:6000])
    assert index.ids() == set(ids[6000:])


edits = st.lists(
    st.tuples(st.sampled_from("pd"), st.lists(st.sampled_from("abcdef"), max_size=4)), max_size=12
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=edits)
def test_chroma_and_a_dictionary_agree_after_any_edits(
    tmp_path: Path, edits: list[tuple[str, list[str]]]
) -> None:
    fake, real = FakeDense(), DenseIndex(tmp_path / "dense", next(names))
    rng = np.random.default_rng(len(edits))
    for verb, ids in edits:
        rows = rng.standard_normal((len(ids), 8)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        for index in (fake, real):
            if verb == "p":
                index.upsert(ids, rows)
            else:
                index.delete(ids)
    question = unit(*rng.standard_normal(8))
    assert real.ids() == fake.ids()
    expected, found = fake.query(question, 9), real.query(question, 9)
    assert [i for i, _ in found] == [i for i, _ in expected]
    assert np.allclose([s for _, s in found], [s for _, s in expected], atol=2e-6)
    real.close()


def test_a_folder_keeps_what_was_written(tmp_path: Path) -> None:
    first = DenseIndex(tmp_path, "kept")
    first.upsert(["a"], np.stack([X]))
    first.close()
    second = DenseIndex(tmp_path, "kept")
    assert second.query(X, 1) == [("a", 1.0)]
    second.close()


def test_vectors_of_another_length_are_damage(tmp_path: Path) -> None:
    index = DenseIndex(tmp_path, "lengths")
    index.upsert(["a"], np.stack([X]))
    with pytest.raises(DamagedIndexError):
        index.query(unit(1, 1), 1)
    index.close()


def test_a_server_does_what_a_folder_does(server: str) -> None:
    """In a process of its own: Chroma 1.5.9 leaves its HTTP connections open to the end."""
    code = """
import sys
import numpy as np
from retrieval.index.dense import DenseIndex
index = DenseIndex(sys.argv[1], "on a server")
index.upsert(["x", "y"], np.eye(2, dtype=np.float32))
index.upsert(["x"], -np.eye(2, dtype=np.float32)[:1])
index.delete(["never there"])
print(index.query(np.eye(2, dtype=np.float32)[1], 5), sorted(index.ids()), index.verify())
index.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, server],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[('y', 1.0), ('x', 0.0)] ['x', 'y'] 2\n", done.stderr


def test_a_server_that_is_not_there_is_an_error_of_the_store() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(StoreError):
        DenseIndex(f"http://127.0.0.1:{port}", "nobody")


@given(st.text(max_size=600))
def test_any_name_makes_a_name_that_chroma_takes(name: str) -> None:
    made = collection_name(name)
    assert 3 <= len(made) <= 512
    assert made[0].isalnum()
    assert made[-1].isalnum()
    assert all(c in "._-" or (c.isascii() and c.isalnum()) for c in made)
    assert ".." not in made
