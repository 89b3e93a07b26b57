"""A question's kind and slots."""

from datetime import UTC, datetime

import pytest

from retrieval.answers import Question, QuestionKind
from retrieval.ask.parse import parse
from retrieval.language.securities import load_securities
from retrieval.models import Scope

NOW = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)


LONG = (
    "Which airline, as reported by Harbor Wire, has ordered forty new aircraft while its rival was "
    "losing market share on every single one of its transatlantic routes, according to a filing?"
)


def read(text: str, **extra: object) -> Question:
    return parse(text, securities=load_securities(), now=NOW, **extra)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("which tickers benefit?", "benefit"),
        ("Who benefits from the grid deal?", "benefit"),
        ("any winners here?", "benefit"),
        ("Does any stock come out of this as a clear winner?", "benefit"),
        ("winners", "benefit"),
        ("which names come out ahead on lower rates?", "benefit"),
        ("who loses?", "hurt"),
        ("and the losers?", "hurt"),
        ("What got hit hardest by the tariff?", "hurt"),
        ("which stocks are under pressure", "hurt"),
        ("does AMD benefit?", "ticker"),
        ("does nvidia lose from this?", "ticker"),
        ("what about Microsoft?", "ticker"),
        ("NVDA?", "ticker"),
        ("What does this mean for Exxon Mobil?", "ticker"),
        ("How is Boeing affected?", "ticker"),
        ("what would change the view?", "triggers"),
        ("what could break the thesis", "triggers"),
        ("what should we watch for?", "triggers"),
        ("summarise this article", "summary"),
        ("tl;dr", "summary"),
        ("What was AWS revenue in the third quarter?", "free"),
        ("How much capacity does the new plant have?", "free"),
        (LONG, "free"),
    ],
)  # fmt: skip
def test_the_kind_of_a_question(text: str, kind: QuestionKind) -> None:
    assert read(text).kind == kind


def test_names_become_tickers_whatever_their_case() -> None:
    assert read("does amd benefit?").tickers == ("AMD",)
    assert read("what about Alphabet and Nvidia?").tickers == ("GOOGL", "NVDA")


def test_a_question_about_nothing_in_particular_has_no_object() -> None:
    assert read("which tickers benefit?").objects == ()
    assert read("who loses the most today?").objects == ()


def test_the_words_that_a_question_is_about_are_its_objects() -> None:
    assert set(read("who benefits from the copper tariff?").objects) == {"cop", "tarif"}


def test_a_window_in_the_question_narrows_the_scope_of_the_asker() -> None:
    scope = Scope(since=datetime(2026, 11, 25, tzinfo=UTC))
    assert read("winners this week", scope=scope).scope.since == scope.since
    assert read("winners today", scope=scope).scope.since == datetime(2026, 11, 26, tzinfo=UTC)


def test_a_period_is_a_filter_of_claims_and_a_part_of_a_fact() -> None:
    october = read("which tickers benefited in October?").scope
    assert (october.since, october.until) == (
        datetime(2026, 10, 1, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
    )
    assert read("What was the revenue of Nvidia in Q3?").scope == Scope()
    assert read("What did the mayor say today?").scope.since == datetime(2026, 11, 26, tzinfo=UTC)


def test_a_time_is_no_filter_under_a_given_article_or_in_a_long_question() -> None:
    picked = Scope(article_ids=("a",))
    assert read("who won tonight?", scope=picked).scope == picked
    assert read("who won, as of 3 Nov?", scope=picked).scope.as_of is not None
    story = "Between the report of The Ledger published on November 1, 2026, and the one of Harbor "
    assert (
        read(f"{story} Wire on November 3, did the view on Apple change at all?").scope == Scope()
    )


def test_as_of_in_the_question_never_looks_beyond_what_the_asker_may_see() -> None:
    early = datetime(2026, 11, 1, tzinfo=UTC)
    assert read("who benefits, as of 3 Nov?").scope.as_of == datetime(2026, 11, 4, tzinfo=UTC)
    assert read("who benefits, as of 3 Nov?", scope=Scope(as_of=early)).scope.as_of == early


def test_a_source_named_in_the_question_becomes_a_filter() -> None:
    found = read("who benefits, from Harbor Wire?", sources=("Harbor Wire", "The Ledger"))
    assert found.scope.sources == ("Harbor Wire",)
    assert found.objects == ()


def test_a_source_is_a_filter_only_where_it_is_named_as_one() -> None:
    found = read("who benefits, from AP, in the Apple story?", sources=("AP", "Yahoo!"))
    assert found.scope.sources == ("AP",)
    assert found.objects == ("appl",)
    assert read("winners from Yahoo!", sources=("Yahoo!",)).scope.sources == ("Yahoo!",)
    assert read("what about AP?", sources=("AP",)).scope.sources is None
    assert read("winners from Apple", sources=("AP",)).scope.sources is None


def test_what_no_store_can_hold_and_no_person_would_ask_is_cut() -> None:
    assert read("who\x00 wins\ud800\x1b?").text == "who wins ?"
    assert len(read("who wins? " * 10_000).text) <= 4_000
