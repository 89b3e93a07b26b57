"""Labelled headlines and our own texts -> retrieval/language/data/sentiment.safetensors.

A large model learns from the examples (sentiment_data.py, sentiment_teacher.py), says the sides of
them and of more that are made of them (sentiment_more.py), and the small one that is shipped
learns to say the same (distillation, Hinton et al. 2015), twice, and its changes are averaged: a
mean generalises better than its parts ("model soups", Wortsman et al. 2022) at the cost of one.
Run by `make train-sentiment`; the same data and seeds give the same weights on the same machine.
"""

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from sentiment_data import Example, headlines, own
from sentiment_fitting import Fit, Row, fit
from sentiment_model import SIDES, Trainable
from sentiment_more import more
from sentiment_teacher import FIT as TAUGHT
from sentiment_teacher import PARTS, Teacher, installed, unpacked
from torch import Tensor

from retrieval.index.embed import BUNDLED_SHA256
from retrieval.language.adapter import WEIGHTS, Adapter, fingerprint
from retrieval.language.encoder import SCALE
from retrieval.language.passages import Passage

LABEL = 0.3
"""What an example's own label weighs beside what the teacher says."""

MADE = 7
"""The seed of what is made of the examples."""

FIT = Fit(seed=9, epochs=4, batch=64, rate=5e-4, head_rate=1e-3)
RUNS = {9: 0.7, 10: 0.3}
"""Seeds, and the share of each run in the mean."""

SHIPPED_RANK = 64
"""Of the mean, which is of the sum of the runs' ranks: its least directions are left out."""


def main() -> None:
    """Train on what is there and write the weights."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--headlines", type=Path, required=True, help="entity_sentiment.jsonl")
    options.add_argument("--out", type=Path, default=WEIGHTS)
    given = options.parse_args()
    public = list(headlines(given.headlines))
    examples = [*public, *own(kept_back=False)]
    print(f"{len(public)} of SEntFiN, {len(examples) - len(public)} of ours", flush=True)
    with TemporaryDirectory() as folder:
        teacher = Teacher(unpacked(map(installed, PARTS), Path(folder)))
    teacher.teach(examples)
    made = more(examples, random.Random(MADE))
    passages = [*(one.passage for one in examples), *made]
    print(f"asking of {len(passages)} passages", flush=True)
    rows = learnt(passages, examples, teacher.shares(passages))
    runs = [(taught(rows, seed), share) for seed, share in RUNS.items()]
    write(averaged(runs, SHIPPED_RANK), public, given.out)


def taught(rows: Sequence[Row], seed: int) -> dict[str, Tensor]:
    """The changes of the small model, trained on the rows."""
    torch.manual_seed(seed)
    model = Trainable()
    fit(model, lambda _: rows, replace(FIT, seed=seed))
    return model.changes()


def averaged(runs: Sequence[tuple[Mapping[str, Tensor], float]], rank: int) -> dict[str, Tensor]:
    """The mean of changes by their shares, which sum to 1.

    Of two thin matrices it is the product's, cut to a rank (Eckart-Young).
    """
    mean: dict[str, Tensor] = {}
    for name in runs[0][0]:
        layer, _, part = name.rpartition(".")
        if part == "a":
            products = [share * (run[f"{layer}.b"] @ run[name]) for run, share in runs]
            left, sizes, right = torch.linalg.svd(torch.stack(products).sum(dim=0), False)
            root = sizes[:rank].sqrt()
            mean[f"{layer}.a"] = root[:, None] * right[:rank]
            mean[f"{layer}.b"] = left[:, :rank] * root
        elif part != "b":
            mean[name] = torch.stack([share * run[name] for run, share in runs]).sum(dim=0)
    return mean


def learnt(
    passages: Sequence[Passage], examples: Sequence[Example], said: NDArray[np.float32]
) -> list[Row]:
    """What the small model is to say: the teacher's shares, and of an example its label's too.

    The first passages are the examples', in their order.
    """
    wanted = said.astype(np.float64)
    labels = np.eye(SIDES)[[one.side for one in examples]]
    share = LABEL * np.array([[one.weight] for one in examples])
    wanted[: len(examples)] = (1 - share) * wanted[: len(examples)] + share * labels
    adapter = Adapter()
    return [
        Row(adapter.encode(passage), tuple(shares))
        for passage, shares in zip(passages, wanted.tolist(), strict=True)
    ]


def write(mean: Mapping[str, Tensor], public: Sequence[Example], out: Path) -> None:
    """Write the changes in half precision, with the fingerprints of the public texts."""
    changes = {name: change.half().contiguous() for name, change in mean.items()}
    seen = sorted({fingerprint(one.passage.text) for one in public})
    changes["trained_on"] = torch.tensor(seen, dtype=torch.int64)
    facts = {"base": BUNDLED_SHA256, "scale": str(SCALE), "teacher": repr(TAUGHT)}
    facts |= {"fit": repr(FIT), "runs": repr(RUNS)}
    save_file(changes, str(out), facts)
    print(f"{out}: {out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
