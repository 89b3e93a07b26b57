"""What `tape bench` measures: made-up articles are what they claim, and every figure is there."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.evals import synthetic
from retrieval.evals.latency import queries
from retrieval.evals.timing import quantiles, timed
from retrieval.models import Scope
from retrieval.store.records import Record

MANY = 400


@pytest.fixture(scope="module")
def made() -> list[Record]:
    return [synthetic.record(number, MANY, 4, "test") for number in range(MANY)]


def share(made: list[Record], scope: Scope) -> float:
    dated = [one.article.published_at for one in made]
    assert scope.since
    return sum(when is not None and when >= scope.since for when in dated) / len(made)


def test_a_made_up_article_is_the_same_each_time_and_its_chunks_are_its_text(
    made: list[Record],
) -> None:
    again = synthetic.record(7, MANY, 4, "test")
    assert (again.article, again.chunks) == (made[7].article, made[7].chunks)
    assert np.array_equal(again.vectors, made[7].vectors)
    for chunk in again.chunks:
        assert again.article.text[chunk.start : chunk.end] == chunk.text
    assert len({chunk.id for one in made for chunk in one.chunks}) == MANY * synthetic.CHUNKS


def test_the_windows_hold_a_tenth_and_half_of_the_articles_and_a_ticker_a_twentieth(
    made: list[Record],
) -> None:
    assert share(made, synthetic.TENTH) == pytest.approx(0.1, abs=0.01)
    assert share(made, synthetic.HALF) == pytest.approx(0.5, abs=0.01)
    named = sum(m.target.id == "NVDA" for one in made for m in one.analysis.mentions)
    assert named / MANY == pytest.approx(0.05, abs=0.02)


def test_words_are_few_often_and_many_seldom_and_questions_use_neither_end(
    made: list[Record],
) -> None:
    words = " ".join(one.article.text for one in made).split()
    counts = sorted((words.count(word) for word in set(words[:3_000])), reverse=True)
    assert counts[0] > 20 * counts[len(counts) // 2]
    assert len(set(words)) > 10_000
    asked = set(synthetic.question(3).split()) & set(words)
    assert 1 <= len(asked) <= 6


def test_quantiles_are_milliseconds_beside_a_bare_time() -> None:
    with timed() as taken:
        found = quantiles(lambda number: sum(range(20_000 + number)), of_bare=0.5)
    assert taken.seconds * 1_000 > found["p95"] >= found["p50"] > 0
    assert found["of_bare"] == pytest.approx(found["p50"] / 0.5, abs=0.02)


def test_what_takes_microseconds_is_not_said_to_take_nothing() -> None:
    found = quantiles(lambda _: None)
    assert 0 < found["p50"] <= found["p95"]


def test_a_library_is_filled_asked_and_started_healthy_and_damaged(tmp_path: Path) -> None:
    found = queries(tmp_path / "library", 160)
    assert found["chunks"] == 160
    assert set(found["search_ms"]) == {"unfiltered", "by_ticker", "tenth_of_time", "half_of_time"}
    assert all(one["p95"] >= one["p50"] > 0 for one in found["search_ms"].values())
    for start in (found["start_healthy"], found["start_damaged"]):
        assert 0 < start["open_seconds"] <= start["first_answer_seconds"]
        assert start["first_answer_seconds"] < start["process_seconds"]
        assert start["memory_mb"] > 50
