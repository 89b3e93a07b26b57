"""The sentiment models as they are trained, in PyTorch: the small one and its teacher.

retrieval/language/encoder.py is the small one as it is shipped.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel, MPNetModel

from retrieval.index.embed import checked
from retrieval.language.encoder import SCALE, Encoded

RANK = 64
SIDES = 3  # negative, neutral, positive: sentiment_data.SIDE numbers them


class Reads(nn.Module):
    """A body that reads, and a head each for a target and for a text as a whole."""

    def __init__(self, body: nn.Module, width: int, dropout: float) -> None:
        super().__init__()
        self.body = body  # with a dropout of its own; this one is the heads'
        self.of_target = nn.Linear(2 * width, SIDES)
        self.of_whole = nn.Linear(width, SIDES)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, attention: Tensor, marks: Tensor) -> Tensor:
        """Logits, a row for each text; `marks` is 1 where its target stands."""
        hidden = self.body(input_ids=ids, attention_mask=attention).last_hidden_state.float()
        whole = _mean(hidden, attention)
        target = torch.cat([_mean(hidden, marks), whole], dim=-1)
        has_target = marks.sum(dim=1, keepdim=True) > 0
        return torch.where(
            has_target, self.of_target(self.dropout(target)), self.of_whole(self.dropout(whole))
        )


class Trainable(Reads):
    """The bundled MiniLM, whose linear layers are changed by products of two thin matrices."""

    def __init__(self, rank: int = RANK) -> None:
        body = BertModel.from_pretrained(
            str(checked()),
            local_files_only=True,
            use_safetensors=True,
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        ).requires_grad_(requires_grad=False)
        super().__init__(body, body.config.hidden_size, dropout=0.0)
        for layer in body.encoder.layer:
            attention = layer.attention
            places = [(attention.self, name) for name in ("query", "key", "value")]
            places += [(p, "dense") for p in (attention.output, layer.intermediate, layer.output)]
            for parent, name in places:
                setattr(parent, name, LowRank(getattr(parent, name), rank))

    def changes(self) -> dict[str, Tensor]:
        """All that was trained: what the weights' file holds."""
        return {n: p.detach() for n, p in self.named_parameters() if p.requires_grad}


class LowRank(nn.Module):
    """A linear layer whose weight is changed by a product of two thin matrices."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base.requires_grad_(requires_grad=False)
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5 / 2)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer and its change."""
        changed: Tensor = self.base(x) + (x @ self.a.T) @ self.b.T * float(SCALE)
        return changed


class Large(Reads):
    """MPNet, trained whole but for its embeddings: what the small one learns from."""

    def __init__(self, folder: Path, dropout: float) -> None:
        body = MPNetModel.from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, add_pooling_layer=False
        )
        body.embeddings.requires_grad_(requires_grad=False)
        super().__init__(body, body.config.hidden_size, dropout)


def tensors(batch: Sequence[Encoded], padding: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, attention and marks of a batch, each as long as its longest text."""
    shape = len(batch), max(len(ids) for ids, _ in batch)
    ids, real, marks = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    ids += padding
    for row, (some, places) in enumerate(batch):
        ids[row, : len(some)] = torch.tensor(some)
        real[row, : len(some)] = 1
        marks[row, list(places)] = 1
    return ids, real, marks


def _mean(hidden: Tensor, kept: Tensor) -> Tensor:
    weights = kept.unsqueeze(-1).to(hidden.dtype)
    mean: Tensor = (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)
    return mean
