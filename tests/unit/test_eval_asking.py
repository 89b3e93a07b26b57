"""The questions of labelled articles are asked of them alone, and held against their labels."""

import json
from pathlib import Path

import pytest

from retrieval.evals.asking import questions
from tests.articles import builtin
from tests.fakes import HashEmbedder

TEXT = "Nvidia gains from the chip order. Boeing cut its outlook. The order is worth $7 billion."


def asked(q: str, kind: str, tickers: list[str], quotes: list[str]) -> dict[str, object]:
    return {"q": q, "kind": kind, "answerable": True, "tickers": tickers, "quotes": quotes}


def written(folder: Path, *, wanted: str) -> Path:
    article = {"id": "a1", "dataset": "x", "title": "Chips", "text": TEXT, "source": "Wire"}
    gold = {
        "article_id": "a1",
        "impacts": [],
        "questions": [
            asked("Who benefits from the order?", "benefit", [wanted], []),
            asked("Who is hurt?", "hurt", ["BA"], []),
            asked("How much is the order worth?", "fact", [], ["The order is worth $7 billion."]),
            asked("What is the order worth in 2031?", "fact", [], ["Not said."]),
            asked("What about Boeing?", "ticker", ["BA"], ["Boeing cut its outlook."]),
            asked("What is the weather in Oslo?", "unanswerable", [], []),
        ],
    }
    for name, row in (("impact_articles", article), ("impact_gold", gold)):
        (folder / f"{name}.jsonl").write_text(json.dumps(row), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("wanted", "f1"), [("NVDA", 1.0), ("AMD", 0.5)])
def test_each_kind_of_question_is_held_against_its_labels(
    tmp_path: Path, wanted: str, f1: float
) -> None:
    found = questions(written(tmp_path, wanted=wanted), HashEmbedder(), builtin())
    assert {f.measure: (f.value, f.n) for f in found} == {
        "names_f1": (f1, 2),
        "benefit_f1": (2 * f1 - 1, 1),
        "hurt_f1": (1.0, 1),
        "facts_quoted": (0.5, 2),
        "tickers_quoted": (1.0, 1),
        "unanswerable_refused": (1.0, 1),
    }
