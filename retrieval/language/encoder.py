"""Token ids with a marked target -> probabilities of three sides: MiniLM, changed, with two heads.

A BERT's forward pass (Devlin et al. 2019) in NumPy: what reads one article should not wait two
seconds for PyTorch. The change is low-rank (LoRA, Hu et al. 2021) and is folded into the weights at
the start; scripts/sentiment_model.py is the same model for training. Knows no text.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

Array = NDArray[np.float32]
Encoded = tuple[Sequence[int], Sequence[int]]
"""Token ids, and the places among them where the target stands (none: the text as a whole)."""

SCALE = np.float32(2.0)
"""Of the low-rank change, as it was trained (alpha = 2 r)."""

_EPSILON = 1e-12  # of BERT's layer norms
_NOWHERE = np.float32(-1e9)  # the attention that padding gets
_HALF = np.float32(0.5)

_ERF = tuple(map(np.float32, (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)))
_ERF_P = np.float32(0.3275911 / 2**0.5)
"""Abramowitz and Stegun 7.1.26, within 2e-7: as near as scipy's in single precision, and a third
of its time, which was half of all that reading costs."""

_ROWS = 64
"""Of a hidden layer at once: what fits in a core's own cache."""


class Encoder:
    """The body that reads, and a head each for a target and for a text as a whole."""

    def __init__(self, base: Mapping[str, Array], changes: Mapping[str, Array], heads: int) -> None:
        self._heads = heads
        self._words = base["embeddings.word_embeddings.weight"]
        self._at = base["embeddings.position_embeddings.weight"]
        self._first = base["embeddings.token_type_embeddings.weight"][0]
        self._norm = _pair(base, "embeddings.LayerNorm")
        layers = sum(name.endswith("intermediate.dense.weight") for name in base)
        self._layers = [_Layer.of(base, changes, n) for n in range(layers)]
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

    def sides(self, batch: Sequence[Encoded]) -> Array:
        """Probabilities [negative, neutral, positive], a row for each text of a batch."""
        ids, real, marks = padded(batch)
        hidden = self._hidden(ids, real)
        whole = _mean(hidden, real)
        target = np.concatenate([_mean(hidden, marks), whole], axis=1)
        has_target = marks.any(axis=1, keepdims=True)
        weight, bias = self._of_target
        whole_weight, whole_bias = self._of_whole
        logits = np.where(has_target, target @ weight + bias, whole @ whole_weight + whole_bias)
        return _softmax(logits)

    def _hidden(self, ids: NDArray[np.int64], real: NDArray[np.bool_]) -> Array:
        x = self._words[ids] + self._at[: ids.shape[1]] + self._first
        x = _normed(x, self._norm)
        away = np.where(real, np.float32(0), _NOWHERE)[:, None, None, :]
        for layer in self._layers:
            x = layer(x, away, self._heads)
        return x


class _Layer:
    """One block: attention over the text, then a feed-forward net, each added and normed."""

    def __init__(
        self,
        attend: tuple[Array, Array],
        join: tuple[Array, Array],
        widen: tuple[Array, Array],
        narrow: tuple[Array, Array],
        norms: tuple[tuple[Array, Array], tuple[Array, Array]],
    ) -> None:
        self._attend, self._join, self._widen, self._narrow = attend, join, widen, narrow
        self._norms = norms

    @classmethod
    def of(cls, base: Mapping[str, Array], changes: Mapping[str, Array], number: int) -> Self:
        """Take layer `number` with its changes folded in."""

        def linear(name: str) -> tuple[Array, Array]:
            return _changed(base, changes, f"encoder.layer.{number}.{name}")

        parts = [linear(f"attention.self.{name}") for name in ("query", "key", "value")]
        weights, biases = zip(*parts, strict=True)
        norms = [
            _pair(base, f"encoder.layer.{number}.{name}.LayerNorm")
            for name in ("attention.output", "output")
        ]
        return cls(
            (np.concatenate(weights, axis=1), np.concatenate(biases)),
            linear("attention.output.dense"),
            linear("intermediate.dense"),
            linear("output.dense"),
            (norms[0], norms[1]),
        )

    def __call__(self, x: Array, away: Array, heads: int) -> Array:
        """Map hidden states (texts, tokens, width) to the next."""
        x = _normed(x + _times(self._attended(x, away, heads), self._join), self._norms[0])
        inner = _gelu(_times(x, self._widen))
        return _normed(x + _times(inner, self._narrow), self._norms[1])

    def _attended(self, x: Array, away: Array, heads: int) -> Array:
        texts, tokens, width = x.shape
        parts = _times(x, self._attend).reshape(texts, tokens, 3, heads, width // heads)
        query, key, value = parts.transpose(2, 0, 3, 1, 4)
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32((width // heads) ** 0.5)
        mixed = _softmax(scores + away) @ value
        joined: Array = mixed.transpose(0, 2, 1, 3).reshape(texts, tokens, width)
        return joined


def padded(
    batch: Sequence[Encoded],
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Ids, which of them are text, and which of them are the target; all as long as the longest."""
    shape = len(batch), max(len(ids) for ids, _ in batch)
    ids, real, marks = np.zeros(shape, np.int64), np.zeros(shape, bool), np.zeros(shape, bool)
    for row, (some, places) in enumerate(batch):
        ids[row, : len(some)] = some
        real[row, : len(some)] = True
        marks[row, list(places)] = True
    return ids, real, marks


def _changed(
    base: Mapping[str, Array], changes: Mapping[str, Array], name: str
) -> tuple[Array, Array]:
    """Fold a change into a linear layer: its transposed weight, ready to multiply, and its bias."""
    a, b = changes[f"body.{name}.a"], changes[f"body.{name}.b"]
    weight = base[f"{name}.weight"] + SCALE * (b @ a)
    return np.ascontiguousarray(weight.T), base[f"{name}.bias"]


def _linear(changes: Mapping[str, Array], name: str) -> tuple[Array, Array]:
    return np.ascontiguousarray(changes[f"{name}.weight"].T), changes[f"{name}.bias"]


def _pair(base: Mapping[str, Array], name: str) -> tuple[Array, Array]:
    return base[f"{name}.weight"], base[f"{name}.bias"]


def _times(x: Array, linear: tuple[Array, Array]) -> Array:
    weight, bias = linear
    flat = x.reshape(-1, x.shape[-1]) @ weight
    flat += bias
    return flat.reshape(*x.shape[:-1], -1)


def _normed(x: Array, norm: tuple[Array, Array]) -> Array:
    x = x - x.mean(axis=-1, keepdims=True)
    x /= np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + _EPSILON)
    x *= norm[0]
    x += norm[1]
    return x


def _gelu(x: Array) -> Array:
    """Change x in place to x Φ(x), written as max(x, 0) - |x| erfc(|x| / √2) / 2."""
    flat = x.reshape(-1, x.shape[-1])
    for start in range(0, len(flat), _ROWS):
        rows = flat[start : start + _ROWS]
        size = np.abs(rows)
        t = size * _ERF_P
        t += 1
        np.reciprocal(t, out=t)
        tail = t * _ERF[0]
        for factor in _ERF[1:]:
            tail += factor
            tail *= t
        bell = rows * rows
        bell *= -_HALF
        tail *= np.exp(bell, out=bell)
        tail *= size
        tail *= _HALF
        np.maximum(rows, 0, out=rows)
        rows -= tail
    return x


def _softmax(x: Array) -> Array:
    x = x - x.max(axis=-1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=-1, keepdims=True)
    return x


def _mean(hidden: Array, kept: NDArray[np.bool_]) -> Array:
    weights = kept[:, :, None].astype(np.float32)
    mean: Array = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    return mean
