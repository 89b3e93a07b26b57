"""The first acceptance case, read at run time from the shared data: the file never enters here."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

WINNERS = "which tickers benefit?"


@cache
def ask(article: Path, question: str) -> tuple[bytes, dict[str, Any]]:
    command = [
        sys.executable,
        "-m",
        "bot.cli",
        "ask",
        "--article",
        str(article),
        question,
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return done.stdout, json.loads(done.stdout)


def targets(answer: dict[str, Any], kind: str, direction: str) -> list[str]:
    return [
        line["target"]
        for line in answer["lines"]
        if line["kind"] == kind and line["direction"] == direction
    ]


def test_the_winners_are_the_named_tickers_and_the_concession_ranks_last(
    reference_article: Path,
) -> None:
    _, answer = ask(reference_article, WINNERS)
    tickers = targets(answer, "ticker", "positive")
    assert answer["status"] == "answered"
    assert set(tickers[:2]) == {"AMZN", "GOOGL"}
    assert tickers[2:] == ["NVDA"]
    assert [line["target"] for line in answer["lines"] if line["kind"] == "ticker"] == tickers


def test_the_group_without_a_ticker_stays_a_group(reference_article: Path) -> None:
    _, answer = ask(reference_article, WINNERS)
    groups = " ".join(targets(answer, "group", "positive"))
    assert all(word in groups for word in ("grid", "cooling", "data"))


def test_every_quote_stands_where_it_says(reference_article: Path) -> None:
    text = reference_article.read_text(encoding="utf-8")
    for question in (WINNERS, "who loses?", "what would change the view?"):
        _, answer = ask(reference_article, question)
        assert answer["citations"]
        for citation in answer["citations"]:
            assert citation["quote"] == text[citation["start"] : citation["end"]]


def test_the_losers_are_two_groups_and_no_company(reference_article: Path) -> None:
    _, answer = ask(reference_article, "who loses?")
    groups = " | ".join(targets(answer, "group", "negative"))
    assert answer["status"] == "answered"
    assert not [line for line in answer["lines"] if line["kind"] != "group"]
    assert "GPU cloud" in groups
    assert "infra plays" in groups


def test_a_ticker_that_no_sentence_names_is_not_in_the_sources(reference_article: Path) -> None:
    _, answer = ask(reference_article, "does AMD benefit?")
    assert answer["status"] == "not_in_sources"
    assert answer["lines"] == []
    assert answer["searched"]["articles"] == 1


def test_the_three_triggers_carry_their_own_horizon(reference_article: Path) -> None:
    _, answer = ask(reference_article, "what would change the view?")
    assert len(answer["triggers"]) == 3
    assert {t["horizon"] for t in answer["triggers"]} == {"1-3 months"}
    words = " ".join(t["text"] for t in answer["triggers"]).lower()
    assert all(word in words for word in ("uptime", "permitting", "low-margin"))


def test_the_horizon_of_the_risk_is_not_the_horizon_of_the_thesis(reference_article: Path) -> None:
    _, answer = ask(reference_article, WINNERS)
    assert all(line["horizon"] != "1-3 months" for line in answer["lines"])


def test_an_undated_article_is_never_given_a_date(reference_article: Path) -> None:
    _, answer = ask(reference_article, WINNERS)
    assert {c["published_at"] for c in answer["citations"]} == {None}
    assert answer["searched"]["newest"] is None
    assert "undated" in answer["assumption"]


@pytest.mark.parametrize("question", [WINNERS, "who loses?"])
def test_the_same_question_gives_the_same_bytes(reference_article: Path, question: str) -> None:
    first, _ = ask(reference_article, question)
    second, _ = ask.__wrapped__(reference_article, question)
    assert first == second
