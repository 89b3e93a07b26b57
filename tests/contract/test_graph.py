"""A graph that Chroma wrote fits; cut, gone or led astray it does not, whatever memory holds."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.index.dense import DenseIndex
from retrieval.index.graph import fits
from retrieval.index.probe import probe

FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")
NAME = "some.name"
COUNT = 2500
DIMENSIONS = 8
ROW = 132 + DIMENSIONS * 4 + 8
"""32 links and their number, a vector, a label."""


def write(index: DenseIndex, rng: np.random.Generator, ids: list[str]) -> None:
    rows = rng.standard_normal((len(ids), DIMENSIONS)).astype(np.float32)
    index.upsert(ids, rows / np.linalg.norm(rows, axis=1, keepdims=True))


def graphs(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that was closed well, whose graph holds all of its chunks."""
    folder = tmp_path_factory.mktemp("made") / "dense"
    index = DenseIndex(folder, NAME)
    write(index, np.random.default_rng(3), [str(number) for number in range(COUNT)])
    index.close()
    [graph] = graphs(folder)
    assert int.from_bytes((graph / "header.bin").read_bytes()[20:28], "little") == COUNT
    return folder


@pytest.fixture
def graph(made: Path, tmp_path: Path) -> Path:
    [found] = graphs(Path(shutil.copytree(made, tmp_path / "dense")))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_a_graph_fits_after_any_writes_and_deletions(tmp_path: Path, seed: int) -> None:
    rng, index = np.random.default_rng(seed), DenseIndex(tmp_path, NAME)
    live: list[str] = []
    for step in range(8):
        new = [f"{step}.{number}" for number in range(rng.integers(1, 900))]
        again = [str(i) for i in rng.choice(live, 40)] if live else []
        write(index, rng, new + again)
        gone = {str(i) for i in rng.choice(new, 30)}
        index.delete(gone)
        live = [i for i in live + new if i not in gone]
        assert all(fits(found) for found in graphs(tmp_path))
    index.close()
    assert [fits(found) for found in graphs(tmp_path)] == [True]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(FILES), kept=st.floats(0, 1, exclude_max=True))
def test_a_graph_of_which_a_file_is_cut_anywhere_does_not_fit(
    made: Path, tmp_path: Path, name: str, kept: float
) -> None:
    [source] = graphs(made)
    graph = Path(shutil.copytree(source, tmp_path / "cut", dirs_exist_ok=True))
    assert fits(graph)
    os.truncate(graph / name, int((graph / name).stat().st_size * kept))
    assert not fits(graph)


@pytest.mark.parametrize("name", FILES)
def test_a_graph_that_lacks_a_file_does_not_fit(graph: Path, name: str) -> None:
    (graph / name).unlink()
    assert not fits(graph)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_claims_terabytes_does_not_fit_and_is_not_read(graph: Path, name: str) -> None:
    os.truncate(graph / name, 3 << 40)
    assert not fits(graph)


def put(path: Path, at: int, word: int, size: int = 4) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(word.to_bytes(size, "little"))


def upper(graph: Path) -> tuple[int, int]:
    """Where the links file holds the links of its first element above level 0, and how many."""
    data = (graph / "link_lists.bin").read_bytes()
    at = next(at for at in range(0, len(data), 4) if data[at : at + 4] != bytes(4)) + 4
    return at, int.from_bytes(data[at : at + 2], "little")


def lowest(graph: Path) -> int:
    """The first element that has no links above level 0."""
    data = (graph / "link_lists.bin").read_bytes()
    return next(at for at in range(0, len(data), 4) if data[at : at + 4] == bytes(4)) // 4


ASTRAY: dict[str, Callable[[Path], None]] = {
    "a link leads to nobody": lambda g: put(g / "data_level0.bin", 5 * ROW + 4, COUNT),
    "more links than may be": lambda g: put(g / "data_level0.bin", 5 * ROW, 33),
    "an upper link leads to nobody": lambda g: put(g / "link_lists.bin", upper(g)[0] + 4, COUNT),
    "an upper link leads below": lambda g: put(g / "link_lists.bin", upper(g)[0] + 4, lowest(g)),
    "more upper links than may be": lambda g: put(g / "link_lists.bin", upper(g)[0], 17),
    "half a level": lambda g: put(g / "link_lists.bin", upper(g)[0] - 4, 34),
    "a level more": lambda g: put(g / "link_lists.bin", upper(g)[0] - 4, 136),
    "the count is too high": lambda g: put(g / "header.bin", 20, COUNT + 1, 8),
    "the count is too low": lambda g: put(g / "header.bin", 20, COUNT - 1, 8),
    "the entry is nobody": lambda g: put(g / "header.bin", 56, COUNT),
    "the entry is too low": lambda g: put(g / "header.bin", 56, lowest(g)),
    "the top is too high": lambda g: put(g / "header.bin", 52, 60),
    "another version": lambda g: put(g / "header.bin", 0, 2),
    "a longer row": lambda g: put(g / "header.bin", 28, ROW + 4, 8),
    "a vector elsewhere": lambda g: put(g / "header.bin", 44, 136, 8),
    "nothing but zeros": lambda g: put(g / "header.bin", 0, 0, 100),
}


@pytest.mark.parametrize("harm", ASTRAY)
def test_a_graph_that_leads_astray_does_not_fit(graph: Path, harm: str) -> None:
    before = [(graph / name).read_bytes() for name in FILES]
    assert fits(graph)
    ASTRAY[harm](graph)
    assert [(graph / name).read_bytes() for name in FILES] != before
    assert not fits(graph)


@pytest.mark.parametrize("name", FILES)
def test_bytes_of_chance_are_no_error(graph: Path, name: str) -> None:
    chance = random.Random(name)
    sound = (graph / name).read_bytes()
    told = 0
    for _ in range(40):
        data = bytearray(sound)
        start = chance.randrange(len(data))
        data[start : start + 64] = chance.randbytes(len(data[start : start + 64]))
        (graph / name).write_bytes(data)
        told += not fits(graph)
    assert told or name == "length.bin"


@pytest.mark.parametrize("fill", ["1", "85", "255"])
@pytest.mark.parametrize("name", FILES[1:])
def test_the_probe_says_the_same_of_a_cut_graph_whatever_memory_holds(
    graph: Path, name: str, fill: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "MALLOC_PERTURB_", fill
    )  # glibc: what a fresh piece of memory is filled with
    assert probe("dense", graph.parent, NAME)
    os.truncate(graph / name, (graph / name).stat().st_size // 3)
    assert not probe("dense", graph.parent, NAME)
