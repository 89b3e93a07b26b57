import json
from pathlib import Path

import pytest

from retrieval.evals.figures import gap, ordered_right
from retrieval.evals.sentiment import entities, macro_f1, sentences, vendor
from retrieval.language.securities import load_securities
from retrieval.language.targets import Asked
from retrieval.models import Sentiment


def by_words(asked: list[Asked]) -> list[Sentiment]:
    """Good where the target's name is in capitals, bad where it is small."""
    return [Sentiment(0.5 if (one.target or one.text).isupper() else -0.5) for one in asked]


def write(folder: Path, file: str, *rows: dict[str, object]) -> None:
    lines = (json.dumps(row) for row in rows)
    (folder / file).write_text("\n".join(lines), encoding="utf-8")


def row(key: str, entity: str, label: str, **more: object) -> dict[str, object]:
    text = "UP down, said flat"
    return {
        "id": key,
        "doc_id": "d",
        "text": text,
        "entity": entity,
        "start": text.index(entity),
        "end": text.index(entity) + len(entity),
        "label": label,
        "dataset": "FinEntity",
        **more,
    }


def test_macro_f1_is_the_mean_over_the_three_labels() -> None:
    assert macro_f1(["positive", "negative", "neutral"], ["positive", "negative", "neutral"]) == 1
    assert macro_f1(["positive", "negative"], ["positive", "positive"]) == pytest.approx(2 / 9)
    assert macro_f1([], []) == 0


def test_entities_are_scored_as_a_set_and_where_their_labels_conflict(tmp_path: Path) -> None:
    write(
        tmp_path,
        "entity_sentiment.jsonl",
        row("1", "UP", "positive"),
        row("2", "down", "negative"),
        row("3", "flat", "neutral"),
    )
    found = {f.key: f for f in entities(tmp_path, by_words, lambda _: False)}
    assert found["entity_FinEntity.conflicting_accuracy"].value == pytest.approx(2 / 3)
    assert found["entity_FinEntity.macro_f1"].value == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_rows_that_the_model_was_trained_on_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "entity_sentiment.jsonl", row("1", "UP", "positive"))
    assert list(entities(tmp_path, by_words, lambda text: text.startswith("UP"))) == []


def test_graded_rows_are_scored_by_sign_and_cosine(tmp_path: Path) -> None:
    graded = {"dataset": "SemEval2017-T5-headlines"}
    write(
        tmp_path,
        "entity_sentiment.jsonl",
        row("1", "UP", "positive", score=0.5, **graded),
        row("2", "down", "negative", score=-0.5, **graded),
        row("3", "flat", "neutral", score=0.01, **graded),
    )
    found = {f.measure: f for f in entities(tmp_path, by_words, lambda _: False)}
    assert found["sign"].value == 1
    assert found["sign"].n == 2
    assert found["cosine"].value == pytest.approx(0.495 / (0.5001**0.5 * 0.75**0.5), abs=1e-3)


def test_sentences_are_scored_without_what_has_no_label(tmp_path: Path) -> None:
    base = {"dataset": "GoldHeadlines"}
    write(
        tmp_path,
        "sentence_sentiment.jsonl",
        {"id": "1", "text": "UP", "label": "positive", **base},
        {"id": "2", "text": "who knows", "label": "none", **base},
    )
    (figure,) = sentences(tmp_path, by_words)
    assert (figure.key, figure.n) == ("sentence_Gold.macro_f1", 1)


def test_a_vendor_is_compared_by_rank_where_a_ticker_is_named_or_relevant(tmp_path: Path) -> None:
    tickers = [
        {"ticker": "NVDA", "score": 0.4, "relevance": 0.9},
        {"ticker": "AMD", "score": -0.4, "relevance": 0.1},
        {"ticker": "IBM", "score": -0.5, "relevance": 0.8},
    ]
    row = {"id": "1", "title": "Nvidia gains", "text": "AMD does not.", "tickers": tickers}
    write(tmp_path, "vendor_ticker_sentiment.jsonl", row)

    def reader(asked: list[Asked]) -> list[Sentiment]:
        scores = {"NVDA": 0.2, "AMD": 0.1, "IBM": 0.3}
        return [Sentiment(scores[one.id.split()[1]]) for one in asked]

    found = {f.measure: f for f in vendor(tmp_path, reader, load_securities())}
    assert found["spearman_named"].value == pytest.approx(1)
    assert found["spearman_named"].n == 2
    assert found["spearman_relevant"].value == pytest.approx(-1)


def test_confidence_that_is_right_as_often_as_it_says_has_no_gap() -> None:
    honest = [(0.5, True), (0.5, False)] * 10 + [(1.0, True)] * 20
    assert gap(honest) == pytest.approx(0.0)
    assert gap([(0.9, False)] * 10) == pytest.approx(0.9)
    assert gap([]) == 0.0


def test_pairs_are_in_order_where_the_larger_is_given_more_and_equals_count_half() -> None:
    assert ordered_right([(0.9, 2.0), (0.5, 1.0), (0.5, 0.0)]) == (2.5, 3)
    assert ordered_right([(0.1, 1.0), (0.2, 1.0)]) == (0.0, 0)
