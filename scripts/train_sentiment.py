"""Labelled headlines and our own examples -> retrieval/language/data/sentiment.safetensors.

Data: SEntFiN 1.0 (pyRis/SEntFiN, commit eba4361, MIT) as rows of entity_sentiment.jsonl, less a
held-out fifth of its documents; and scripts/sentiment/*.txt, written for Tape (their format:
scripts/sentiment/README.md). Nothing else is read. Several runs are trained, with other seeds and
shares of the two, and their changes averaged: one model that costs as much to run as one of them
("model soups", Wortsman et al. 2022). Run by `make train-sentiment`; the same data and seeds give
the same weights on the same machine.
"""

import argparse
import hashlib
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sentiment_model import Trainable, tensors
from torch import Tensor, nn

from retrieval.index.embed import BUNDLED_SHA256
from retrieval.language.adapter import WEIGHTS, Adapter, fingerprint
from retrieval.language.encoder import SCALE
from retrieval.language.passages import Passage
from retrieval.models import Span

EXAMPLES = Path(__file__).parent / "sentiment"
SIDES = {"negative": 0, "neutral": 1, "positive": 2, "-": 0, "0": 1, "+": 2}
MARK = re.compile(r"\{([+\-0])([^{}]*)\}")
LAST = 9  # of ten tens, the one that is kept back
WHOLE = 0.5
"""The weight of a headline's tone that is only inferred from its targets, who all agree."""

DROPOUT, SMOOTHING = 0.1, 0.05
BODY_RATE, HEAD_RATE, DECAY = 1e-3, 1e-3, 0.01
WARM_UP = 0.06  # of all steps
BATCH = 32
JOINED = 0.25
"""The share of targets that get another row's text beside them, whose side is not theirs."""
SAME_SIDE = 0.3  # how often the other text may take the same side
JOINTS = ("; ", " while ", ", while ", ", but ", ". ", " as ", ", ", " and ", " even as ", " – ")
EVEN = 0.5
LONGEST_JOINED = 180  # characters of each half


@dataclass(frozen=True, slots=True)
class Run:
    """One training; `named` is the weight of a headline's target, `share` that of the run."""

    seed: int
    epochs: int
    named: float
    share: float
    without: tuple[str, ...] = ()


RUNS = (
    Run(seed=2026, epochs=3, named=1.0, share=0.6, without=("conflicts.txt",)),
    Run(seed=7, epochs=4, named=1.25, share=0.4),
)
"""What was shipped; docs/design-notes/sentiment.md has the runs that were tried beside them."""


@dataclass(frozen=True, slots=True)
class Example:
    """A passage, its side (an index into negative, neutral, positive) and what it weighs."""

    passage: Passage
    side: int
    weight: float = 1.0


def held_out(document: str) -> bool:
    """Tell whether a document of SEntFiN is left out of training: a fifth, by its hash."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % 5 == 0


def headlines(path: Path, named: float) -> Iterator[Example]:
    """SEntFiN's targets at a weight, and the tone of headlines whose targets agree."""
    documents: dict[str, list[dict[str, object]]] = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["dataset"] == "SEntFiN-1.0" and not held_out(row["doc_id"]):
                documents[row["doc_id"]].append(row)
    for rows in documents.values():
        for row in rows:
            spans = (
                ()
                if row["start"] is None
                else (Span(int(str(row["start"])), int(str(row["end"]))),)
            )
            if spans:
                yield Example(Passage(str(row["text"]), spans), SIDES[str(row["label"])], named)
        if len({row["label"] for row in rows}) == 1:
            yield Example(Passage(str(rows[0]["text"])), SIDES[str(rows[0]["label"])], WHOLE)


def own(folder: Path, *, kept_back: bool, without: Sequence[str] = ()) -> Iterator[Example]:
    """Our examples: each marked target, and the tone of each text.

    Every tenth ten lines are kept back to measure on; neighbours, often mirrored, stay together.
    """
    for path in sorted(p for p in folder.glob("*.txt") if p.name not in without):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            tone, bar, marked = line.partition(" | ")
            if bar and tone in SIDES and (number // 10 % 10 == LAST) == kept_back:
                yield from _marked(tone, marked)


def _marked(tone: str, marked: str) -> Iterator[Example]:
    text, targets, at = "", [], 0
    for found in MARK.finditer(marked):
        text += marked[at : found.start()]
        targets.append((Span(len(text), len(text) + len(found[2])), SIDES[found[1]]))
        text += found[2]
        at = found.end()
    text += marked[at:]
    yield Example(Passage(text), SIDES[tone])
    yield from (Example(Passage(text, (span,)), side) for span, side in targets)


def beside(one: Example, others: Sequence[Example], chance: random.Random) -> Example:
    """Put another example's text before or behind this one's; whose side is asked stays."""
    for _ in range(20):
        other = chance.choice(others)
        texts = (one.passage.text, other.passage.text)
        differs = other.side != one.side or chance.random() < SAME_SIDE
        if (
            other.passage.spans
            and differs
            and max(map(len, texts)) < LONGEST_JOINED
            and texts[0] != texts[1]
        ):
            break
    else:
        return one
    mine, theirs = (text.rstrip(" .") for text in texts)
    joint = chance.choice(JOINTS)
    if chance.random() < EVEN:
        return replace(one, passage=Passage(mine + joint + theirs, one.passage.spans))
    lead = theirs + joint
    moved = tuple(Span(s.start + len(lead), s.end + len(lead)) for s in one.passage.spans)
    return replace(one, passage=Passage(lead + mine, moved))


def batches(
    examples: Sequence[Example], adapter: Adapter, chance: random.Random
) -> Iterator[tuple[Tensor, ...]]:
    """Shuffled batches of texts of like length: ids, attention, marks, sides, weights."""
    order = list(examples)
    chance.shuffle(order)
    for start in range(0, len(order), BATCH * 20):
        pool = [
            beside(one, examples, chance) if one.passage.spans and chance.random() < JOINED else one
            for one in order[start : start + BATCH * 20]
        ]
        encoded = sorted(
            ((adapter.encode(one.passage), one) for one in pool), key=lambda pair: len(pair[0][0])
        )
        groups = [encoded[at : at + BATCH] for at in range(0, len(encoded), BATCH)]
        chance.shuffle(groups)
        for group in groups:
            yield (
                *tensors([ids for ids, _ in group]),
                torch.tensor([one.side for _, one in group]),
                torch.tensor([one.weight for _, one in group]),
            )


def train(examples: Sequence[Example], run: Run) -> Trainable:
    """Train the low-rank change and the heads."""
    torch.manual_seed(run.seed)
    chance = random.Random(run.seed)
    adapter, encoder = Adapter(), Trainable(dropout=DROPOUT)
    heads = [p for n, p in encoder.named_parameters() if p.requires_grad and n.startswith("of_")]
    body = [p for n, p in encoder.named_parameters() if p.requires_grad and not n.startswith("of_")]
    groups = [{"params": body, "lr": BODY_RATE}, {"params": heads, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=DECAY)
    steps = run.epochs * (len(examples) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.0, 1 - step / steps),
    )
    for epoch in range(run.epochs):
        encoder.train()
        losses: list[float] = []
        began = time.perf_counter()
        for ids, attention, marks, sides, weights in batches(examples, adapter, chance):
            each = nn.functional.cross_entropy(
                encoder(ids, attention, marks), sides, reduction="none", label_smoothing=SMOOTHING
            )
            loss = (each * weights).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(
            f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.perf_counter() - began:.0f} s",
            flush=True,
        )
    return encoder


def averaged(trained: Sequence[tuple[dict[str, Tensor], float]]) -> dict[str, Tensor]:
    """Average changes by their shares: of thin matrices, side by side, the product is averaged."""
    mean: dict[str, Tensor] = {}
    for name in trained[0][0]:
        if name.endswith(".a"):
            mean[name] = torch.cat([changes[name] for changes, _ in trained], dim=0)
        elif name.endswith(".b"):
            mean[name] = torch.cat([share * changes[name] for changes, share in trained], dim=1)
        else:
            parts = [share * changes[name] for changes, share in trained]
            mean[name] = torch.stack(parts).sum(dim=0)
    return mean


def main() -> None:
    """Train on what is there and write the weights."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--headlines", type=Path, required=True, help="entity_sentiment.jsonl")
    options.add_argument("--out", type=Path, default=WEIGHTS)
    given = options.parse_args()
    trained = []
    for run in RUNS:
        public = list(headlines(given.headlines, run.named))
        ours = list(own(EXAMPLES, kept_back=False, without=run.without))
        print(f"{run}: {len(public)} of SEntFiN, {len(ours)} of ours", flush=True)
        trained.append((train([*public, *ours], run).changes(), run.share))
    mean = {name: change.half().contiguous() for name, change in averaged(trained).items()}
    seen = sorted({fingerprint(one.passage.text) for one in headlines(given.headlines, 1.0)})
    mean["trained_on"] = torch.tensor(seen, dtype=torch.int64)
    facts = {"base": BUNDLED_SHA256, "scale": str(SCALE), "runs": repr(RUNS)}
    save_file(mean, str(given.out), facts)
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
