"""What a question says of the articles it is about: parts, sources, days, years, names."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.clues import (
    MOST_PARTS,
    Clue,
    clues_in,
    is_of_day,
    is_of_name,
    is_of_source,
    is_of_year,
)
from retrieval.models import ArticleHead
from tests.nouns import head as head_of

SOURCES = ("Sky", "Sky Sports", "The Wire", "Ledger")


def head(title: str = "Note", source: str | None = None, day: str | None = None) -> ArticleHead:
    published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    return head_of(title=title, source=source, published_at=published)


def test_a_question_for_one_fact_has_no_parts() -> None:
    assert clues_in("Which miner cut its output in Chile?", SOURCES).parts == ()


def test_a_question_that_joins_facts_is_cut_where_they_meet() -> None:
    clues = clues_in(
        "Did The Wire report that copper stocks fell, while Ledger said zinc prices rose in Peru?",
        SOURCES,
    )
    assert [(p.words, set(p.sources)) for p in clues.parts] == [
        ("that copper stocks fell", {"The Wire"}),
        ("said zinc prices rose in Peru?", {"Ledger"}),
    ]
    assert clues.whole.sources == {"The Wire", "Ledger"}


def test_a_date_is_never_cut_and_belongs_to_its_part() -> None:
    clues = clues_in(
        "Between the Ledger report on Acme's deep copper mine published on May 7, 2024, "
        "and the Ledger report on Acme's new port published on 9 June, was there a change?",
        SOURCES,
    )
    assert [set(p.days) for p in clues.parts] == [{(2024, 5, 7)}, {(6, 9)}]
    assert not any("2024" in p.words for p in clues.parts)


def test_the_talk_of_reports_is_no_part_of_what_is_looked_for() -> None:
    clues = clues_in("According to an article published by Ledger, which mine closed?", SOURCES)
    assert clues.whole.words == ", mine closed?"


def test_a_question_of_nothing_but_talk_keeps_its_words() -> None:
    assert clues_in("Which report?", SOURCES).whole.words


def test_a_longer_name_hides_the_shorter_within_it() -> None:
    assert clues_in("What did Sky Sports say?", SOURCES).whole.sources == {"Sky Sports"}
    assert clues_in("What fell from the sky?", SOURCES).whole.sources == frozenset()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 2024-05-07", {(2024, 5, 7)}),
        ("on May 7th", {(5, 7)}),
        ("on the 7th May 2024", {(2024, 5, 7)}),
        ("in Sept. 30, 2023", {(2023, 9, 30)}),
        ("in May", set()),
        ("7 Mayors", set()),
    ],
)
def test_days_are_read_in_each_spelling(text: str, days: set[tuple[int, ...]]) -> None:
    assert clues_in(f"What closed {text}?", SOURCES).whole.days == days


def test_a_day_holds_with_and_without_its_year() -> None:
    may = head(day="2024-05-07")
    assert is_of_day(Clue("", days=frozenset({(5, 7)})), may)
    assert is_of_day(Clue("", days=frozenset({(2024, 5, 7)})), may)
    assert not is_of_day(Clue("", days=frozenset({(2023, 5, 7)})), may)
    assert not is_of_day(Clue("", days=frozenset({(5, 7)})), head())


def test_the_year_in_a_title_is_before_that_of_publication() -> None:
    clues = clues_in("Revenue of Acme in FY2019?", SOURCES)
    assert is_of_year(clues, head("ACME_2019_10K", day="2020-02-01"))
    assert not is_of_year(clues, head("ACME_2018_10K", day="2019-02-01"))
    assert is_of_year(clues, head("Acme reports", day="2019-11-01"))


@pytest.mark.parametrize("title", ["BESTBUY_2023_10K", "Best Buy falls", "How best-buy lost"])
def test_a_name_is_found_however_a_title_joins_it(title: str) -> None:
    assert is_of_name(clues_in("What was the revenue of Best Buy in 2023?", SOURCES), head(title))


def test_a_name_needs_a_capital_and_is_not_a_part_of_a_word() -> None:
    assert not is_of_name(clues_in("What is the best way to buy gold?", SOURCES), head("Best Buy"))
    assert not is_of_name(clues_in("Revenue of Meta?", SOURCES), head("Metals rise"))
    assert is_of_name(clues_in("Revenue of 3M?", SOURCES), head("3M_2018_10K"))
    assert not is_of_name(clues_in("What is it?", SOURCES), head("What is it?"))


def test_a_source_is_that_of_the_article() -> None:
    clue = clues_in("What did Ledger say of zinc?", SOURCES).whole
    assert is_of_source(clue, head(source="Ledger"))
    assert not is_of_source(clue, head(source="The Wire"))


@given(st.text(max_size=300))
def test_any_text_has_clues(text: str) -> None:
    clues = clues_in(text, SOURCES)
    assert clues.whole.words or not text.strip() or clues.whole.words == text
    assert len(clues.parts) != 1
    assert len(clues.parts) <= MOST_PARTS
    assert all(p.sources <= clues.whole.sources for p in clues.parts)
