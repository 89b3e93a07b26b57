"""What search finds becomes recall, the share found whole, and a discounted gain."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evals.searching import WITHIN, hidden, ndcg, retrieval
from tests.fakes import HashEmbedder


def test_gain_is_1_for_the_evidence_first_and_falls_with_its_place() -> None:
    assert ndcg(["a", "b", "x"], {"a", "b"}) == 1
    assert ndcg(["x", "a"], {"a"}) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg(["x", "y"], {"a"}) == 0


@given(st.permutations("abcdefgh"), st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_gain_lies_between_0_and_1(found: list[str], wanted: set[str]) -> None:
    assert 0 <= ndcg(found[:WITHIN], wanted) <= 1


def written(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    (folder / name).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def passage(number: int, text: str, dataset: str = "MultiHop-RAG") -> dict[str, object]:
    row = {"id": f"p{number}", "article_id": "x", "title": text[:20], "text": text}
    return {**row, "dataset": dataset, "source": "Wire", "published_at": None, "url": None}


def test_each_set_is_searched_alone_and_the_news_once_more_among_the_rest(tmp_path: Path) -> None:
    news = [passage(1, "Copper fell in Chile."), passage(2, "Zinc rose in Peru.")]
    filing = passage(3, "Acme revenue was 7 million.", "FinanceBench")
    written(tmp_path, "passages.jsonl", [*news, filing])
    hay = [passage(n, f"Copper fell in Chile, said note {n}.") for n in range(10, 40)]
    written(tmp_path, "articles.jsonl", hay)
    asked = {"question": "Where did copper fall in Chile?", "evidence_ids": ["p1"]}
    unanswerable = {"dataset": "MultiHop-RAG", "question": "Why?", "evidence_ids": []}
    written(tmp_path, "questions.jsonl", [{**asked, "dataset": "MultiHop-RAG"}, unanswerable])
    figures = {f.key: (f.value, f.n) for f in retrieval(tmp_path, HashEmbedder())}
    assert figures["retrieval_MultiHop-RAG.recall_at_4"] == (1.0, 1)
    assert figures["retrieval_MultiHop-RAG.ndcg_at_10"] == (1.0, 1)
    assert figures["retrieval_FinanceBench.recall_at_4"] == (0.0, 0)
    among = {f.key: f.n for f in hidden(tmp_path, HashEmbedder())}
    assert among == {
        "retrieval_hidden.recall_at_4": 1,
        "retrieval_hidden.all_in_10": 1,
        "retrieval_hidden.ndcg_at_10": 1,
    }
