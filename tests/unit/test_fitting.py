"""A model learns the shares that its rows want, about a target and about a text as a whole."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sentiment_fitting import Fit, Row, fit, shares
from sentiment_model import Reads, tensors
from sentiment_teacher import PARTS, installed, unpacked
from torch import Tensor, nn
from train_sentiment import averaged

WIDTH = 8
HOW = Fit(seed=3, epochs=30, batch=8, rate=0.02, head_rate=0.05)
GOOD, BAD, MASK = 1, 2, 3
ROWS = [
    Row(([5, MASK, GOOD, 6, BAD, 7], [1]), (0.0, 0.1, 0.9)),
    Row(([5, GOOD, 6, BAD, MASK, 7], [4]), (0.9, 0.1, 0.0)),
    Row(([GOOD, 6, 7], []), (0.0, 0.2, 0.8)),
    Row(([BAD, 6, 7], []), (0.8, 0.2, 0.0)),
] * 4


class Neighbours(nn.Module):
    """A body whose state of a token is the sum of the vectors around it."""

    def __init__(self) -> None:
        super().__init__()
        self.vectors = nn.Embedding(10, WIDTH)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        here = self.vectors(input_ids) * attention_mask.unsqueeze(-1)
        around = here + here.roll(1, dims=1) + here.roll(-1, dims=1)
        return SimpleNamespace(last_hidden_state=around)


def trained(rows: list[Row]) -> Reads:
    torch.manual_seed(HOW.seed)
    model = Reads(Neighbours(), WIDTH, dropout=0.0)
    fit(model, lambda _: rows, HOW)
    return model


def test_it_gives_each_row_the_shares_that_were_wanted() -> None:
    found = shares(trained(ROWS), [row.encoded for row in ROWS[:4]], batch=2, padding=0)
    assert np.allclose(found, [row.shares for row in ROWS[:4]], atol=0.1)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-3)


def test_the_same_seed_gives_the_same_model() -> None:
    once, again = trained(ROWS), trained(ROWS)
    for one, other in zip(once.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_row_of_no_weight_teaches_nothing() -> None:
    contrary = [Row(row.encoded, row.shares[::-1], weight=0.0) for row in ROWS]
    found = shares(trained([*ROWS, *contrary]), [row.encoded for row in ROWS[:4]], 2, 0)
    assert (found.argmax(axis=1) == [2, 0, 2, 0]).all()


def test_a_short_text_is_filled_up_with_what_the_model_takes_for_nothing() -> None:
    ids, attention, marks = tensors([([7, 8, 9], [1]), ([7], [])], padding=1)
    assert ids.tolist() == [[7, 8, 9], [7, 1, 1]]
    assert attention.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert marks.tolist() == [[0, 1, 0], [0, 0, 0]]


def test_the_parts_of_the_teacher_are_those_that_are_pinned() -> None:
    lock = (Path(__file__).parents[2] / "requirements-train.lock").read_text(encoding="utf-8")
    assert re.findall(r"^([\w-]+)==", lock, re.MULTILINE) == PARTS


def test_a_teacher_that_is_not_installed_is_named_with_what_installs_it() -> None:
    with pytest.raises(SystemExit, match=r"no-such-part-of-a-teacher.*make train-sentiment"):
        installed("no-such-part-of-a-teacher")


def test_parts_that_are_not_what_was_pinned_are_not_unpacked(tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK")
    with pytest.raises(SystemExit, match="pinned"):
        unpacked([other], tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def run_of(seed: int) -> dict[str, Tensor]:
    torch.manual_seed(seed)
    return {
        "body.layer.a": torch.randn(3, 12),
        "body.layer.b": torch.randn(20, 3),
        "of_target.bias": torch.randn(3),
    }


def test_the_mean_of_two_runs_is_the_mean_of_their_products_by_their_shares() -> None:
    runs = [(run_of(1), 0.7), (run_of(2), 0.3)]
    mean = averaged(runs, rank=6)
    wanted = sum(share * run["body.layer.b"] @ run["body.layer.a"] for run, share in runs)
    assert mean["body.layer.a"].shape == (6, 12)
    assert torch.allclose(mean["body.layer.b"] @ mean["body.layer.a"], wanted, atol=1e-5)
    assert torch.allclose(
        mean["of_target.bias"], sum(share * run["of_target.bias"] for run, share in runs), atol=1e-6
    )


def test_a_mean_cut_to_a_lower_rank_loses_its_least_directions() -> None:
    runs = [(run_of(1), 0.5), (run_of(2), 0.5)]
    whole, cut = averaged(runs, rank=6), averaged(runs, rank=4)
    lost = whole["body.layer.b"] @ whole["body.layer.a"] - cut["body.layer.b"] @ cut["body.layer.a"]
    sizes = torch.linalg.svdvals(whole["body.layer.b"] @ whole["body.layer.a"])
    assert torch.linalg.norm(lost) == pytest.approx(float(sizes[4:6].norm()), rel=1e-3)
