"""The sample articles are what they promise to be: ours, marked, dated, of readable length."""

import re
import tomllib
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from bot.samples import NOTICE, samples
from retrieval.models import Article

SAMPLES = {sample.slug: sample.written for sample in samples()}
EXPECTED = Path(__file__).parents[1] / "data" / "samples_expected.toml"
ADVICE = re.compile(
    r"\b(buy|sell|target price|price target|overweight|underweight)\b", re.IGNORECASE
)
UNDATED = {"weight-loss-pill-pharmacies"}
RUN = 4  # words in a row: few are shared by chance

each = pytest.mark.parametrize("slug", SAMPLES)


def words(article: Article) -> list[str]:
    return re.findall(r"[\w'$%.-]+", article.text.lower())


def test_there_are_enough_of_them() -> None:
    assert len(SAMPLES) >= 24
    assert len({article.id for article in SAMPLES.values()}) == len(SAMPLES)


@each
def test_a_sample_says_that_it_is_one(slug: str) -> None:
    article = SAMPLES[slug]
    assert article.text.rstrip().endswith(NOTICE)
    assert article.id == f"sample-{slug}"
    assert article.source is not None
    assert article.source.endswith("(sample)")
    assert article.url is None
    assert article.title


@each
def test_a_sample_is_read_in_two_minutes(slug: str) -> None:
    assert 200 <= len(words(SAMPLES[slug])) <= 500


@each
def test_a_sample_is_dated_in_the_autumn_of_2026_or_not_at_all(slug: str) -> None:
    when = SAMPLES[slug].published_at
    assert (when is None) == (slug in UNDATED)
    if when is not None:
        assert datetime(2026, 10, 1, tzinfo=UTC) <= when < datetime(2026, 12, 1, tzinfo=UTC)


@each
def test_a_sample_gives_no_advice(slug: str) -> None:
    assert not ADVICE.findall(SAMPLES[slug].text)


def test_they_come_from_several_zones_and_outlets() -> None:
    assert len({article.published_offset for article in SAMPLES.values()}) >= 6
    assert len({article.source for article in SAMPLES.values()}) >= 10


def test_one_pair_is_a_rewrite_and_no_other_is() -> None:
    def shared(one: Article, other: Article) -> float:
        def runs(article: Article) -> set[tuple[str, ...]]:
            said = words(article)
            return {tuple(said[n : n + RUN]) for n in range(len(said) - RUN)}

        first, second = runs(one), runs(other)
        return len(first & second) / min(len(first), len(second))

    close = [
        {one, other}
        for one, other in combinations(SAMPLES, 2)
        if shared(SAMPLES[one], SAMPLES[other]) > 0.2
    ]
    assert close == [{"tsmc-plan-rewrite", "tsmc-raises-spending"}]


def test_a_sample_gets_the_address_at_which_it_is_served() -> None:
    sample = samples()[0]
    article = sample.article("http://127.0.0.1:8080/")
    assert article.url == f"http://127.0.0.1:8080/samples/{sample.slug}"
    assert (article.id, article.text) == (sample.written.id, sample.page.text)


def test_what_is_expected_of_them_covers_each_and_contradicts_nothing() -> None:
    expected: dict[str, dict[str, Any]] = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    assert set(expected) == set(SAMPLES)
    for gold in expected.values():
        named = [*gold["winners"], *gold["losers"], *gold["open"], *gold["absent"]]
        assert len(set(named)) == len(named)
