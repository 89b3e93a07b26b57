"""Passages with a marked target -> how each leans towards it, by our adapter.

The adapter is a low-rank change of the bundled MiniLM (LoRA, Hu et al. 2021) and two small heads,
trained by scripts/train_sentiment.py. Knows no lexicon, no company and no article.
"""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.index.bert import on_all_cores
from retrieval.index.embed import bundled, checked, encodable, tokenizer_of
from retrieval.language.encoder import Encoded, Encoder
from retrieval.language.passages import Passage
from retrieval.models import MILD

WEIGHTS = Path(str(files("retrieval.language") / "data" / "sentiment.safetensors"))
MOST_TOKENS = 128
"""A target's surroundings: longer texts are cut around it, which no set we measured minds."""

BAND = 0.45
"""Good minus bad, as probabilities, below which a passage takes no side."""

_LIKELIER = 0.5
"""What the likelier of two unlikely sides weighs where a passage takes none."""

_SCANT = 0.01
"""Probability added to both sides, so that nothing leans because of next to nothing."""

_MARKS = ("[CLS]", "[MASK]", "[SEP]")
_SIDES = 3


class Adapter:
    """The sentiment model; it loads its weights, without PyTorch, at the first passage.

    Threads may share one.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights = weights

    @cached_property
    def name(self) -> str:
        """The start of the weights' hash: what was read with another model is read anew."""
        return hashlib.sha256(self._weights.read_bytes()).hexdigest()[:8]

    def leanings(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """One score in [-1, 1] for each passage, good minus bad; below `MILD` it takes no side."""
        return leanings_of(self.probabilities(passages))

    def probabilities(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """One row [negative, neutral, positive] that sums to 1 for each passage."""
        if not passages:
            return np.zeros((0, _SIDES), np.float32)
        rows = on_all_cores(self._model.sides, [self.encode(passage) for passage in passages])
        return np.stack(rows)

    def trained_on(self, text: str) -> bool:
        """Tell whether a text was among the public training data; such a row measures nothing."""
        return fingerprint(text) in self._seen

    def encode(self, passage: Passage) -> Encoded:
        """Token ids, and the places of the mask that stands for the target."""
        return encoded(passage, self._tokenizer, _MARKS)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return tokenizer_of_words(bundled())

    @cached_property
    def _model(self) -> Encoder:
        return Encoder.load(checked(), self._weights)

    @cached_property
    def _seen(self) -> frozenset[int]:
        from safetensors import safe_open

        with safe_open(str(self._weights), "np") as file:
            return frozenset(int(one) for one in file.get_tensor("trained_on"))


def leanings_of(sides: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows [negative, neutral, positive] -> one score in [-1, 1] for each, good minus bad.

    Within the band it stays below `MILD` and says half of how far apart the sides are and half of
    which would be taken if one were: of .02 good and .002 bad the good.
    """
    bad, good = sides[:, 0], sides[:, 2]
    raw = good - bad
    size = np.abs(raw)
    within = (1 - _LIKELIER) * raw / BAND + _LIKELIER * raw / (good + bad + 2 * _SCANT)
    beyond = np.sign(raw) * (MILD + (size - BAND) * (1 - MILD) / (1 - BAND))
    return np.asarray(np.where(size < BAND, MILD * within, beyond), np.float32)


def fingerprint(text: str) -> int:
    """Eight bytes that tell a text from others."""
    return int.from_bytes(hashlib.sha256(text.strip().encode()).digest()[:8], "big", signed=True)


def tokenizer_of_words(folder: Path) -> Tokenizer:
    """A model's own tokenizer, to which a mark that a text spells out ("[MASK]") is words."""
    tokenizer = tokenizer_of(folder)
    tokenizer.encode_special_tokens = True
    return tokenizer


def encoded(passage: Passage, tokenizer: Tokenizer, marks: tuple[str, str, str]) -> Encoded:
    """Token ids with a mask for each place of the target, and where the masks are.

    `marks` are the tokenizer's first, mask and last: each model has its own.
    """

    def read(text: str) -> list[int]:
        return list(tokenizer.encode(encodable(text), add_special_tokens=False).ids)

    first, mask, last = (_id(tokenizer, mark) for mark in marks)
    ids: list[int] = []
    at = 0
    for span in sorted(passage.spans, key=lambda s: s.start):
        ids += [*read(passage.text[at : span.start]), mask]
        at = span.end
    ids += read(passage.text[at:])
    centre = ids.index(mask) if passage.spans else 0
    framed = [first, *_window(ids, centre), last]
    return framed, [n for n, one in enumerate(framed) if one == mask]


def _id(tokenizer: Tokenizer, mark: str) -> int:
    found = tokenizer.token_to_id(mark)
    assert found is not None  # a model's vocabulary has its own marks
    return int(found)


def _window(ids: list[int], centre: int) -> list[int]:
    """Cut a long text around a place in it."""
    room = MOST_TOKENS - 2
    first = max(0, min(centre - room // 2, len(ids) - room))
    return ids[first : first + room]
