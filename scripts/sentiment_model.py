"""The sentiment model as it is trained, in PyTorch; retrieval/language/encoder.py uses it."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from transformers import BertModel

from retrieval.index.embed import bundled
from retrieval.language.encoder import SCALE, Encoded

RANK = 16
WIDTH = 384  # of MiniLM's hidden states
SIDES = 3


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


class Trainable(nn.Module):
    """The body that reads, and a head each for a target and for a text as a whole."""

    def __init__(self, rank: int = RANK, dropout: float = 0.0) -> None:
        super().__init__()
        self.body = BertModel.from_pretrained(
            str(bundled()),
            local_files_only=True,
            use_safetensors=True,
            add_pooling_layer=False,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        ).requires_grad_(requires_grad=False)
        self.of_target = nn.Linear(2 * WIDTH, SIDES)
        self.of_whole = nn.Linear(WIDTH, SIDES)
        self.dropout = nn.Dropout(dropout)
        for parent, name in self._layers():
            setattr(parent, name, LowRank(getattr(parent, name), rank))

    def forward(self, ids: Tensor, attention: Tensor, marks: Tensor) -> Tensor:
        """Logits, a row for each text; `marks` is 1 where its target stands."""
        hidden = self.body(input_ids=ids, attention_mask=attention).last_hidden_state
        whole = _mean(hidden, attention)
        target = torch.cat([_mean(hidden, marks), whole], dim=-1)
        has_target = marks.sum(dim=1, keepdim=True) > 0
        return torch.where(
            has_target, self.of_target(self.dropout(target)), self.of_whole(self.dropout(whole))
        )

    def changes(self) -> dict[str, Tensor]:
        """All that was trained: what the weights' file holds."""
        return {n: p.detach() for n, p in self.named_parameters() if p.requires_grad}

    def _layers(self) -> list[tuple[nn.Module, str]]:
        places: list[tuple[nn.Module, str]] = []
        for layer in self.body.encoder.layer:
            attention = layer.attention
            places += [(attention.self, name) for name in ("query", "key", "value")]
            places += [(part, "dense") for part in (attention.output, layer.intermediate)]
            places.append((layer.output, "dense"))
        return places


def tensors(batch: Sequence[Encoded]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, attention and marks of a batch, each as long as its longest text."""
    shape = len(batch), max(len(ids) for ids, _ in batch)
    ids, real, marks = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    for row, (some, places) in enumerate(batch):
        ids[row, : len(some)] = torch.tensor(some)
        real[row, : len(some)] = 1
        marks[row, list(places)] = 1
    return ids, real, marks


def _mean(hidden: Tensor, kept: Tensor) -> Tensor:
    weights = kept.unsqueeze(-1).to(hidden.dtype)
    mean: Tensor = (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)
    return mean
