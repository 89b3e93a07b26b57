"""Judgements of people become figures of our judges; snippets become figures of robustness."""

import json
from pathlib import Path

from retrieval.evals.judging import answer_grades, citation_support
from retrieval.evals.robustness import robustness
from retrieval.evals.scoreboard import SETS, scoreboard
from retrieval.language.adapter import Adapter
from tests.articles import builtin
from tests.fakes import HashEmbedder


def written(folder: Path, name: str, rows: list[dict[str, object]]) -> Path:
    (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


def claim(text: str, evidence: str, support: str) -> dict[str, object]:
    return {"claim": text, "evidence": [{"url": "", "text": evidence}], "support": support}


def test_support_is_held_against_what_people_said(tmp_path: Path) -> None:
    mill = "The mill in Ohio burned in May."
    rows = [
        claim("The mill burned in May [1].", mill, "complete"),
        claim("Copper rose in Chile [1].", mill, "incomplete"),
        claim("The mill burned in Ohio [1].", mill, "partial"),
        claim("Zinc fell in Peru [1].", mill, "complete"),
    ]
    found = citation_support(written(tmp_path, "citation_support", rows))
    # of the four pairs, one is in order, one is the other way round, two weigh the same
    assert {f.measure: (f.value, f.n) for f in found} == {"auc": (0.5, 4), "f1": (0.5, 4)}


def test_refusals_are_held_against_what_people_said(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"model_answer": "I'm sorry, I cannot say.", "label": "refusal"},
        {"model_answer": "It rose to 7 million.", "label": "correct"},
        {"model_answer": "It is 8, I think, as the article says.", "label": "refusal"},
    ]
    found = answer_grades(written(tmp_path, "answer_grades", rows))
    assert {f.measure: (f.value, f.n) for f in found} == {
        "refusal_precision": (1.0, 1),
        "refusal_recall": (0.5, 2),
    }


def test_each_question_is_asked_of_its_own_snippets_in_three_ways(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {
            "id": "r1",
            "question": "Which river floods Harbin?",
            "answers": ["Songhua", "the Sungari"],
            "fake_answer": "Amur",
            "supporting": ["The Songhua is the river that floods Harbin."],
            "counterfactual": ["The Amur is the river that floods Harbin."],
            "noise": ["Copper rose in Chile.", "The opera opened late."],
        },
        {
            "id": "r2",
            "question": "Which metal rose in Chile?",
            "answers": ["Zinc"],
            "fake_answer": "Lead",
            "supporting": ["It rained in Lisbon."],
            "counterfactual": ["It rained in Porto."],
            "noise": ["Copper is the metal that rose in Chile."],
        },
    ]
    found = robustness(written(tmp_path, "rag_robustness", rows), HashEmbedder(), builtin())
    assert {f.measure: (f.value, f.n) for f in found} == {
        "answered_among_noise": (0.5, 2),
        "noise_refused": (0.5, 2),
        "conflict_shown": (0.5, 2),
    }


def test_the_scoreboard_knows_the_sets_and_names_a_missing_file(tmp_path: Path) -> None:
    names = ("citation_support", "rag_robustness", "answer_grades")
    assert set(names) <= set(SETS)
    for name in names:
        (one,) = scoreboard(tmp_path, HashEmbedder(), builtin(), Adapter(), name)
        assert str(tmp_path / f"{name}.jsonl") == getattr(one, "file", None)
