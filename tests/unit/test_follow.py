"""What a question keeps of the one before it, and the words that are said to an answer."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Filters, Question, QuestionKind, Turn
from retrieval.ask.audit import Made, slots_in
from retrieval.ask.follow import alone, followed
from retrieval.ask.parse import parse
from retrieval.ask.plain import plain
from retrieval.ask.slots import Slots, slots_of
from retrieval.ask.turns import turn_in, without_reset
from retrieval.contract import dumps
from retrieval.language.securities import load_securities
from retrieval.models import Scope

NOW = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
WEEK = datetime(2026, 11, 23, tzinfo=UTC)


def read(text: str, **extra: object) -> Question:
    return parse(text, securities=load_securities(), now=NOW, **extra)  # type: ignore[arg-type]


def before(text: str = "who benefits?", *articles: str, **changes: object) -> Slots:
    made = slots_of(read(text), articles, 0)
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("text", "turn"),
    [
        ("reset", "reset"),
        ("Reset!", "reset"),
        ("start over", "reset"),
        ("forget that.", "reset"),
        ("never mind", "reset"),
        ("please clear the filters", "reset"),
        ("more", "more"),
        ("show me more", "more"),
        ("and more?", "more"),
        ("the rest", "more"),
        ("what else?", "more"),
        ("why?", "why"),
        ("but why", "why"),
        ("why’s that?", "why"),
        ("how do you know that?", "why"),
        ("since when?", "when"),
        ("how old is that?", "when"),
        ("thanks!", "thanks"),
        ("hmm ok", "thanks"),
        ("why is Nvidia up?", None),
        ("more on Nvidia", None),
        ("reset the view on chips", None),
        ("since when does Apple own it?", None),
        ("", None),
    ],
)
def test_what_is_said_to_an_answer_is_told_from_a_question(text: str, turn: Turn | None) -> None:
    assert turn_in(text) == turn


@pytest.mark.parametrize(
    ("text", "rest", "cleared"),
    [
        ("start over: who benefits?", "who benefits?", True),
        ("Reset. who loses today?", "who loses today?", True),
        ("forget that, and what about Nvidia?", "what about Nvidia?", True),
        ("reset", "reset", False),
        ("who benefits?", "who benefits?", False),
        ("reset rates help whom?", "reset rates help whom?", False),
    ],
)
def test_a_question_may_begin_with_starting_over(text: str, rest: str, *, cleared: bool) -> None:
    assert without_reset(text) == (rest, cleared)


def test_without_an_answer_before_it_there_is_nothing_to_go_on_from() -> None:
    assert alone(read("more")).turn == "alone"
    assert alone(read("reset")).turn == "reset"
    assert alone(read("who benefits?")) == read("who benefits?")


def test_a_question_with_a_kind_and_an_object_of_its_own_keeps_nothing() -> None:
    told = before("who loses?", "a", "b", sources=("AP",), since=WEEK, side="negative")
    question = read("does Nvidia benefit?")
    assert followed(question, told) == question


def test_the_articles_are_kept_only_where_nothing_else_is_named() -> None:
    told = before("who benefits?", "a", "b")
    assert followed(read("and the losers?"), told).scope.article_ids == ("a", "b")
    assert followed(read("without Apple"), told).scope.article_ids == ("a", "b")
    assert followed(read("does AMD gain from it?"), told).scope.article_ids == ("a", "b")
    for text in ("only last week", "what about GOOGL?", "and Europe?"):
        assert followed(read(text), told).scope.article_ids is None
    given_ids = read("and the losers?", scope=Scope(article_ids=("c",)))
    assert followed(given_ids, told).scope.article_ids == ("c",)


def test_what_is_the_askers_own_comes_from_now_and_not_from_the_audit() -> None:
    told = slots_of(read("only mine", mine=("NVDA",)), (), 0)
    assert told.mine
    assert "NVDA" not in repr(told)
    later = followed(read("and the losers?"), told, mine=("AMD",))
    assert later.filters.mine == ("AMD",)
    assert followed(read("what about GOOGL?"), told, mine=("AMD",)).filters.mine is None


def test_a_name_takes_the_place_of_the_one_that_a_fact_was_asked_of() -> None:
    told = before("How many stores does Nike run in Europe?")
    assert followed(read("and Costco?"), told).words == "How many stores does Costco run in Europe?"
    assert followed(read("and Asia?"), told).words == "How many stores does Nike run in Asia?"
    pronoun = followed(read("what was its revenue?"), told)
    assert (pronoun.words, pronoun.tickers) == ("what was Nike's revenue?", ("NKE",))


def test_filters_are_taken_back_in_words() -> None:
    told = before("who benefits?", "a", sources=("AP",), since=WEEK, only=("NVDA",), mine=True)
    anyone = followed(read("from anyone"), told)
    assert (anyone.scope.sources, anyone.scope.since, anyone.filters.only) == (
        None,
        WEEK,
        ("NVDA",),
    )
    assert followed(read("at any time"), told).scope.since is None
    names = followed(read("all names"), told).filters
    assert (names.only, names.mine) == ((), None)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "",
        "{",
        "[]",
        "{}",
        '{"made": null}',
        '{"made": {"question": {"kind": "advice"}}}',
    ],
)
def test_an_audit_row_that_we_cannot_read_is_none(payload: str | None) -> None:
    assert slots_in(payload) is None


names = st.lists(st.sampled_from(["NVDA", "AMD", "xAI"]), unique=True, max_size=2).map(tuple)
moments = st.none() | st.datetimes(timezones=st.just(UTC))
questions = st.builds(
    Question,
    text=st.text(min_size=1, max_size=20),
    kind=st.sampled_from(get_args(QuestionKind)),
    tickers=names,
    objects=names,
    scope=st.builds(
        Scope, sources=st.none() | names, since=moments, until=moments, not_sources=names
    ),
    filters=st.builds(
        Filters,
        only=names,
        without=names,
        side=st.sampled_from([None, "positive", "negative"]),
        order=st.sampled_from([None, 1, 2]),
    ),
    page=st.integers(0, 5),
)


@given(questions, names)
def test_slots_come_back_from_the_audit_as_they_were_kept(
    question: Question, articles: tuple[str, ...]
) -> None:
    kept = slots_of(question, articles, 3)
    made = Made(question, datetime(2026, 11, 2, tzinfo=UTC), 7, "test", (), ())
    payload = dumps({"answer": {}, "articles": list(articles), "cut": 3, "made": plain(made)})
    assert slots_in(payload) == kept


@given(questions)
def test_saying_more_asks_the_same_again(question: Question) -> None:
    told = slots_of(question, ("a",), 3)
    again = followed(read("more"), told)
    assert (again.turn, again.page, again.left) == ("more", question.page + 1, 3)
    assert slots_of(replace(again, page=question.page), ("a",), 3) == told
