"""A BERT's weights to hidden states of token ids, computed by ONNX Runtime. Knows no text.

The graph is made here from the weights (Devlin et al. 2019), with the operators that ONNX Runtime
has for it, so no second file of weights is kept and PyTorch is not needed.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Linear = tuple[Array, Array]
"""A weight (inputs, outputs) and its bias (outputs)."""

Norm = tuple[Array, Array]
"""The factor and the shift of a layer norm, (width) each."""

EPSILON = 1e-12
"""Of BERT's layer norms."""

_LEVELS = 63
"""Weights of 8 bits take 7 of them: without VNNI, products are added in 16 bits, which the eighth
would overflow. One scale for each output, symmetric, as ONNX Runtime's own quantizer has it."""

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

_EXACT = 3
"""Layers, from the first, whose last product stays in 32 bits: what goes into it has outliers. It
takes a twelfth more time and halves what is lost (docs/design-notes/speed.md)."""

_INPUT, _OUTPUT = "embedded", "hidden"
_CONTRIB = "com.microsoft"

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Layer:
    """One block: attention over the text, then a feed-forward net, each added to and normed.

    `attend` holds query, key and value side by side.
    """

    attend: Linear
    join: Linear
    widen: Linear
    narrow: Linear
    norms: tuple[Norm, Norm]


class Bert:
    """Published weights as a function of token ids. Threads may share it.

    It reads one text at a time and on one core: nothing is padded, a vector does not depend on what
    else is read, and a thread for each core is faster than a batch is.
    """

    def __init__(
        self, base: Mapping[str, Array], layers: Sequence[Layer], *, heads: int, small: bool = False
    ) -> None:
        """Take the embeddings of `base` and these layers. `small` computes with 8 bits."""
        self._words = base["embeddings.word_embeddings.weight"]
        first = base["embeddings.token_type_embeddings.weight"][0]
        self._places = base["embeddings.position_embeddings.weight"] + first
        self._norm = norm_of(base, "embeddings")
        self._session = _session(_Graph(heads, small=small).of(layers, self._words.shape[1]))

    def hidden(self, ids: Sequence[int]) -> Array:
        """Map token ids to a row each, (tokens, width)."""
        x = self._words[list(ids)] + self._places[: len(ids)]
        (found,) = self._session.run(None, {_INPUT: _normed(x, self._norm)[None]})
        rows: Array = found[0]
        return rows


def on_all_cores(read: Callable[[_Given], _Made], given: Sequence[_Given]) -> list[_Made]:
    """Read each of some, a thread for each core of the process; what is made is in their order."""
    if len(given) == 1:
        return [read(given[0])]
    with ThreadPoolExecutor(CORES) as workers:
        return list(workers.map(read, given))


def layers_of(base: Mapping[str, Array], linear: Callable[[str], Linear]) -> list[Layer]:
    """Name the parts of each layer as BERT's weights do; `linear` gives the part of a name."""
    count = sum(name.endswith("intermediate.dense.weight") for name in base)
    return [_layer(base, linear, f"encoder.layer.{number}") for number in range(count)]


def linear_of(base: Mapping[str, Array], name: str) -> Linear:
    """Take a part as it was published, its weight transposed so that rows can be multiplied."""
    return np.ascontiguousarray(base[f"{name}.weight"].T), base[f"{name}.bias"]


def norm_of(base: Mapping[str, Array], name: str) -> Norm:
    """Take the layer norm of a part."""
    return base[f"{name}.LayerNorm.weight"], base[f"{name}.LayerNorm.bias"]


def _layer(base: Mapping[str, Array], linear: Callable[[str], Linear], name: str) -> Layer:
    parts = [linear(f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
    weights, biases = zip(*parts, strict=True)
    return Layer(
        attend=(np.concatenate(weights, axis=1), np.concatenate(biases)),
        join=linear(f"{name}.attention.output.dense"),
        widen=linear(f"{name}.intermediate.dense"),
        narrow=linear(f"{name}.output.dense"),
        norms=(norm_of(base, f"{name}.attention.output"), norm_of(base, f"{name}.output")),
    )


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _normed(x: Array, norm: Norm) -> Array:
    x = x - x.mean(axis=-1, keepdims=True)
    x /= np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + EPSILON)
    x *= norm[0]
    x += norm[1]
    return x


class _Graph:
    """Layers -> an ONNX model. Each method adds nodes and gives the name of what they put out."""

    def __init__(self, heads: int, *, small: bool) -> None:
        self._heads, self._small = heads, small
        self._nodes: list[Any] = []
        self._held: list[Any] = []

    def of(self, layers: Sequence[Layer], width: int) -> bytes:
        """Write the model that maps (1, tokens, width) through all layers."""
        from onnx import TensorProto, helper

        at = _INPUT
        for number, layer in enumerate(layers):
            at = self._block(at, layer, exact=number < _EXACT)
        self._node("Identity", [at], domain="", outputs=[_OUTPUT])
        shape = [1, "tokens", width]
        ends = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name in (_INPUT, _OUTPUT)
        ]
        graph = helper.make_graph(self._nodes, "bert", ends[:1], ends[1:], self._held)
        uses = [helper.make_opsetid("", 17), helper.make_opsetid(_CONTRIB, 1)]
        model: bytes = helper.make_model(
            graph, opset_imports=uses, ir_version=8
        ).SerializeToString()
        return model

    def _block(self, x: str, layer: Layer, *, exact: bool) -> str:
        attended = self._times(self._attended(x, layer.attend), layer.join)
        x = self._added(x, attended, layer.norms[0])
        inner = self._node("Gelu", [self._times(x, layer.widen)])
        narrow = self._times_exactly if exact else self._times
        return self._added(x, narrow(inner, layer.narrow), layer.norms[1])

    def _attended(self, x: str, linear: Linear) -> str:
        weight, bias = linear
        if not self._small:
            given = [x, self._hold(weight), self._hold(bias)]
            return self._node("Attention", given, num_heads=self._heads)
        names = [f"{x}.8", f"{x}.scale", f"{x}.zero"]
        self._node("DynamicQuantizeLinear", [x], domain="", outputs=names)
        small, scale = _small(weight)
        given = [names[0], self._hold(small), self._hold(bias), names[1], self._hold(scale)]
        given += ["", names[2], self._hold(np.zeros(len(scale), np.int8))]
        return self._node("QAttention", given, num_heads=self._heads)

    def _times(self, x: str, linear: Linear) -> str:
        weight, bias = linear
        if not self._small:
            return self._times_exactly(x, linear)
        small, scale = _small(weight)
        given = [x, self._hold(small), self._hold(scale)]
        given += [self._hold(np.zeros(len(scale), np.int8)), self._hold(bias)]
        return self._node("DynamicQuantizeMatMul", given)

    def _times_exactly(self, x: str, linear: Linear) -> str:
        weight, bias = linear
        product = self._node("MatMul", [x, self._hold(weight)], domain="")
        return self._node("Add", [product, self._hold(bias)], domain="")

    def _added(self, x: str, more: str, norm: Norm) -> str:
        given = [x, more, *map(self._hold, norm)]
        return self._node("SkipLayerNormalization", given, epsilon=EPSILON)

    def _node(
        self,
        kind: str,
        given: Sequence[str],
        *,
        domain: str = _CONTRIB,
        outputs: Sequence[str] = (),
        **attributes: float,
    ) -> str:
        from onnx import helper

        outputs = outputs or [f"{kind}{len(self._nodes)}"]
        self._nodes.append(helper.make_node(kind, given, outputs, domain=domain, **attributes))
        return outputs[0]

    def _hold(self, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"w{len(self._held)}"
        self._held.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def _small(weight: Array) -> tuple[NDArray[np.int8], Array]:
    """Round a weight to 7 bits and sign, with a scale for each output."""
    scale = np.maximum(np.abs(weight).max(axis=0), np.finfo(np.float32).tiny) / _LEVELS
    return np.rint(weight / scale).astype(np.int8), scale.astype(np.float32)
