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

BAND = 0.5
"""Good minus bad, as probabilities, below which a passage takes no side."""

_MASK, _CLS, _SEP = "[MASK]", "[CLS]", "[SEP]"
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
        sides = self.probabilities(passages)
        raw = sides[:, 2] - sides[:, 0]
        size = np.abs(raw)
        beyond = MILD + (size - BAND) * (1 - MILD) / (1 - BAND)
        return np.asarray(np.sign(raw) * np.where(size < BAND, size * MILD / BAND, beyond))

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
        if not passage.spans:
            return self._framed(self._ids(passage.text)[: MOST_TOKENS - 2]), []
        mask = self._token(_MASK)
        ids: list[int] = []
        at = 0
        for span in sorted(passage.spans, key=lambda s: s.start):
            before = passage.text[at : span.start]
            ids += [*self._ids(before), mask]
            at = span.end
        ids += self._ids(passage.text[at:])
        framed = self._framed(_window(ids, mask))
        return framed, [n for n, one in enumerate(framed) if one == mask]

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(encodable(text), add_special_tokens=False).ids)

    def _framed(self, ids: Sequence[int]) -> list[int]:
        return [self._token(_CLS), *ids, self._token(_SEP)]

    def _token(self, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        assert found is not None  # the bundled vocabulary has BERT's marks
        return found

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return tokenizer_of(bundled())

    @cached_property
    def _model(self) -> Encoder:
        return Encoder.load(checked(), self._weights)

    @cached_property
    def _seen(self) -> frozenset[int]:
        from safetensors import safe_open

        with safe_open(str(self._weights), "np") as file:
            return frozenset(int(one) for one in file.get_tensor("trained_on"))


def fingerprint(text: str) -> int:
    """Eight bytes that tell a text from others."""
    return int.from_bytes(hashlib.sha256(text.strip().encode()).digest()[:8], "big", signed=True)


def _window(ids: list[int], mask: int) -> list[int]:
    """Cut a long text around the first place of its target."""
    room = MOST_TOKENS - 2
    if len(ids) <= room:
        return ids
    first = max(0, min(ids.index(mask) - room // 2, len(ids) - room))
    return ids[first : first + room]
