"""Token ids with a marked target -> probabilities of three sides: MiniLM, changed, with two heads.

The change is low-rank (LoRA, Hu et al. 2021) and is folded into the weights at the start;
scripts/sentiment_model.py has the same model as it is trained. Knows no text.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from safetensors.numpy import load_file

from retrieval.index.bert import Array, Bert, Linear, layers_of

Encoded = tuple[Sequence[int], Sequence[int]]
"""Token ids, and the places among them where the target stands (none: the text as a whole)."""

SCALE = np.float32(2.0)
"""Of the low-rank change, as it was trained (alpha = 2 r)."""


class Encoder:
    """The body that reads, and a head each for a target and for a text as a whole.

    Threads may share it.
    """

    def __init__(self, base: Mapping[str, Array], changes: Mapping[str, Array], heads: int) -> None:
        layers = layers_of(base, lambda name: _changed(base, changes, name))
        self._body = Bert(base, layers, heads=heads)
        self._of_target = _linear(changes, "of_target")
        self._of_whole = _linear(changes, "of_whole")

    @classmethod
    def load(cls, base: Path, changes: Path) -> Self:
        """Read the bundled model's folder and the trained changes."""
        config = json.loads((base / "config.json").read_text("utf-8"))
        trained = {
            name: np.asarray(tensor, np.float32)
            for name, tensor in load_file(changes).items()
            if name != "trained_on"
        }
        weights = load_file(base / "model.safetensors")
        return cls(weights, trained, int(config["num_attention_heads"]))

    def sides(self, encoded: Encoded) -> Array:
        """Probabilities [negative, neutral, positive] of one text."""
        ids, places = encoded
        hidden = self._body.hidden(ids)
        whole = hidden.mean(axis=0)
        if places:
            target = hidden[list(places)].mean(axis=0)
            weight, bias = self._of_target
            return _softmax(np.concatenate([target, whole]) @ weight + bias)
        weight, bias = self._of_whole
        return _softmax(whole @ weight + bias)


def _changed(base: Mapping[str, Array], changes: Mapping[str, Array], name: str) -> Linear:
    """Fold a change into a linear layer: its transposed weight, ready to multiply, and its bias."""
    a, b = changes[f"body.{name}.a"], changes[f"body.{name}.b"]
    weight = base[f"{name}.weight"] + SCALE * (b @ a)
    return np.ascontiguousarray(weight.T), base[f"{name}.bias"]


def _linear(changes: Mapping[str, Array], name: str) -> Linear:
    return np.ascontiguousarray(changes[f"{name}.weight"].T), changes[f"{name}.bias"]


def _softmax(x: Array) -> Array:
    x = np.exp(x - x.max())
    shares: Array = x / x.sum()
    return shares
