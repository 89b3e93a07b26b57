"""Rows of encoded texts and the shares of their sides -> a model that gives those shares.

Bound by matrix products in half precision (bfloat16), which newer processors do four times as fast.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sentiment_model import Reads, tensors
from torch import Tensor, nn

from retrieval.language.encoder import Encoded

WARM_UP = 0.06  # of all steps
DECAY = 0.01
POOL = 20  # batches that are sorted by length together
SHOWN = 100  # steps between two lines


@dataclass(frozen=True, slots=True)
class Row:
    """An encoded text, the wanted share of each side (they sum to 1), and what it weighs."""

    encoded: Encoded
    shares: tuple[float, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model is trained: `rate` of the body, `head_rate` of the heads.

    `seed` is the order's; where a model starts is its maker's, who seeds PyTorch.
    """

    seed: int
    epochs: int
    batch: int
    rate: float
    head_rate: float
    padding: int = 0


def fit(model: Reads, rows: Callable[[int], Sequence[Row]], how: Fit) -> None:
    """Train a model in place; `rows` gives the rows of an epoch, as many in each."""
    chance = random.Random(how.seed)
    heads = [*model.of_target.parameters(), *model.of_whole.parameters()]
    body = [p for p in model.body.parameters() if p.requires_grad]
    groups = [{"params": body, "lr": how.rate}, {"params": heads, "lr": how.head_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=DECAY)
    began, losses, steps = time.perf_counter(), [], 0
    for epoch in range(how.epochs):
        model.train()
        order = list(rows(epoch))
        all_steps = how.epochs * -(-len(order) // how.batch)
        chance.shuffle(order)
        for batch in _batches(order, how.batch, chance):
            share = min(1.0, (steps + 1) / (WARM_UP * all_steps)) * (1 - steps / all_steps)
            for group, rate in zip(optimizer.param_groups, (how.rate, how.head_rate), strict=True):
                group["lr"] = rate * share
            loss = _loss(model, batch, how.padding)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimizer.step()
            losses.append(loss.item())
            steps += 1
            if steps % SHOWN == 0:
                spent = time.perf_counter() - began
                print(
                    f"{steps} of {all_steps}: {np.mean(losses[-SHOWN:]):.4f}, {spent:.0f} s",
                    flush=True,
                )


def _loss(model: Reads, batch: Sequence[Row], padding: int) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(*tensors([row.encoded for row in batch], padding))
    wanted = torch.tensor([row.shares for row in batch])
    weights = torch.tensor([row.weight for row in batch])
    each = -(wanted * torch.log_softmax(logits.float(), dim=-1)).sum(dim=-1)
    return (each * weights).mean()


def _batches(order: Sequence[Row], size: int, chance: random.Random) -> Iterator[Sequence[Row]]:
    """Batches of texts of like length."""
    for start in range(0, len(order), size * POOL):
        pool = sorted(order[start : start + size * POOL], key=lambda row: len(row.encoded[0]))
        groups = [pool[at : at + size] for at in range(0, len(pool), size)]
        chance.shuffle(groups)
        yield from groups


def shares(model: Reads, texts: Sequence[Encoded], batch: int, padding: int) -> NDArray[np.float32]:
    """What a model says, from now on in half precision: each side's share, a row for each text."""
    model.eval()
    model.body.bfloat16()
    order = sorted(range(len(texts)), key=lambda n: len(texts[n][0]))
    found = np.zeros((len(texts), 3), np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            logits = model(*tensors([texts[n] for n in part], padding))
            found[part] = logits.float().softmax(dim=-1).numpy()
    return found
