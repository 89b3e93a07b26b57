"""Figures that can be measured in seconds, held against the committed thresholds."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.samples import samples
from retrieval.errors import InputError, MissingPathError
from retrieval.evals import news, reading, sentiment
from retrieval.evals.data import Missing
from retrieval.evals.figures import Figure, Tally
from retrieval.evals.scoreboard import below, scoreboard, thresholds
from retrieval.language.adapter import Adapter
from retrieval.language.analyse import Builtin
from retrieval.language.securities import load_securities
from retrieval.language.targets import Asked, sentiments_of
from retrieval.models import Sentiment
from tests.fakes import HashEmbedder

THRESHOLDS = Path(__file__).parent / "thresholds.toml"
GOLD = Path(__file__).parents[1] / "data" / "samples_expected.toml"
JUDGE = Adapter()
REAL = Builtin(load_securities(), JUDGE)


@pytest.mark.evals
def test_the_reader_holds_its_thresholds_on_our_own_sentences() -> None:
    assert below(reading.collisions(), thresholds(THRESHOLDS)) == []


@pytest.mark.evals
def test_the_reader_holds_its_thresholds_on_our_own_news() -> None:
    assert below(news.news(REAL), thresholds(THRESHOLDS)) == []


@pytest.mark.evals
def test_the_reader_holds_its_thresholds_on_the_development_sets(shared: Path) -> None:
    figures = [*reading.mentions(shared / "eval"), *reading.impacts(shared / "eval", REAL)]
    assert {f.key for f in figures} >= {"ticker_mentions.recall", "impact_gold.winners_precision"}
    assert below(figures, thresholds(THRESHOLDS)) == []


@pytest.mark.evals
def test_sentiment_holds_its_thresholds_on_sets_it_was_not_trained_on(shared: Path) -> None:
    securities = load_securities()

    def reader(asked: Sequence[Asked]) -> list[Sentiment]:
        return sentiments_of(asked, JUDGE, securities)

    figures = [
        *sentiment.entities(
            shared / "eval", reader, JUDGE.trained_on, {"entity_FinEntity", "entity_SemEval"}
        ),
        *sentiment.sentences(shared / "eval", reader, {"sentence_Twitter"}),
        *sentiment.vendor(shared / "eval", reader, securities),
    ]
    assert {f.measure for f in figures} >= {"macro_f1", "conflicting_accuracy", "sign", "cosine"}
    assert below(figures, thresholds(THRESHOLDS)) == []


@pytest.mark.evals
def test_the_reader_holds_its_thresholds_on_our_own_samples() -> None:
    gold = tomllib.loads(GOLD.read_text(encoding="utf-8"))
    winners, losers, absent = Tally(), Tally(), 0
    for sample in samples():
        expected = gold[sample.slug]
        (analysis,) = REAL.read([sample.article("http://127.0.0.1/")])
        sides: dict[str, set[str]] = {"positive": set(), "negative": set()}
        for impact in analysis.impacts:
            if impact.target.kind == "ticker" and impact.sentiment.direction in sides:
                sides[impact.sentiment.direction].add(impact.target.id)
        open_ones = set(expected.get("open", []))
        winners.add(sides["positive"] - open_ones, set(expected.get("winners", [])))
        losers.add(sides["negative"] - open_ones, set(expected.get("losers", [])))
        named = {m.target.id for m in analysis.mentions if m.target.kind == "ticker"}
        absent += len(named & set(expected.get("absent", [])))
    figures = [
        Figure("samples", "winners_precision", winners.precision, winners.found),
        Figure("samples", "winners_recall", winners.recall, winners.wanted),
        Figure("samples", "losers_precision", losers.precision, losers.found),
        Figure("samples", "losers_recall", losers.recall, losers.wanted),
        Figure("samples", "absent_named", float(absent), len(gold)),
    ]
    assert below(figures, thresholds(THRESHOLDS)) == []


def test_a_figure_below_its_threshold_is_said() -> None:
    figures = [Figure("s", "recall", 0.5, 10), Figure("s", "traps_taken", 2.0, 10)]
    said = below(figures, {"s.recall": 0.6, "s.traps_taken": 1.0})
    assert said == [
        "s.recall is 0.500, below its threshold 0.600",
        "s.traps_taken is 2.000, above its threshold 1.000",
    ]
    assert below(figures, {"s.recall": 0.5, "s.traps_taken": 2.0}) == []


def mark(ric: str, kind: str, start: int | None, end: int | None) -> dict[str, object]:
    return {"ric": ric, "kind": kind, "ticker": None, "start": start, "end": end}


def test_a_mark_is_taken_only_where_a_ticker_is_read_in_its_words(tmp_path: Path) -> None:
    text = "Apple rose with the Nasdaq 100 index, IBM said; Nvidia futures fell."
    marks = [
        mark(".NDX", "index", 20, 36),
        mark("NVDc1", "future_or_fx", 48, 62),
        mark("IBM.BN", "other", 38, 41),
        mark(".AAPL", "index", None, None),
    ]
    row = {"dataset": "x", "text": text, "mentions": marks, "tickers": ["AAPL"]}
    (tmp_path / "ticker_mentions.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (tmp_path / "articles.jsonl").write_text("", encoding="utf-8")
    figures = {f.measure: (f.value, f.n) for f in reading.mentions(tmp_path)}
    assert figures["recall"] == (1.0, 1)
    assert figures["not_a_company_taken"] == (0.0, 3)
    marks.append(mark("AAPL=", "future_or_fx", 0, 5))
    (tmp_path / "ticker_mentions.jsonl").write_text(json.dumps(row), encoding="utf-8")
    figures = {f.measure: (f.value, f.n) for f in reading.mentions(tmp_path)}
    assert figures["not_a_company_taken"] == (0.25, 4)


def test_a_missing_set_is_said_and_stops_nothing(tmp_path: Path) -> None:
    found = list(scoreboard(tmp_path, HashEmbedder(), REAL, JUDGE))
    assert [m.name for m in found if isinstance(m, Missing)] == [
        "ticker_mentions",
        "entity_sentiment",
        "sentence_sentiment",
        "vendor_ticker_sentiment",
        "impact_gold",
        "near_duplicates",
        "retrieval",
        "hidden",
        "refusal",
        "questions",
        "citation_support",
        "rag_robustness",
        "answer_grades",
    ]
    assert {f.set for f in found if isinstance(f, Figure)} == {
        "collisions",
        "own_news",
        "rewrites",
    }


def test_an_unknown_set_or_folder_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the sets are"):
        list(scoreboard(tmp_path, HashEmbedder(), REAL, JUDGE, only="poetry"))
    with pytest.raises(MissingPathError):
        list(scoreboard(tmp_path / "none", HashEmbedder(), REAL, JUDGE))


def test_thresholds_of_another_shape_are_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "t.toml"
    wrong.write_text("recall = 0.5\n", encoding="utf-8")
    with pytest.raises(InputError):
        thresholds(wrong)
