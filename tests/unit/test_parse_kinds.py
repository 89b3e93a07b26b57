"""Kinds that look back, compare, weigh a theme or a book: how people ask, and near misses."""

from datetime import UTC, datetime, timedelta

import pytest

from retrieval.answers import Question, QuestionKind
from retrieval.ask.parse import parse
from retrieval.language.securities import load_securities
from retrieval.models import Scope

NOW = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)  # a Thursday


def read(text: str, **extra: object) -> Question:
    return parse(text, securities=load_securities(), now=NOW, **extra)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("what changed for Nvidia since Friday?", "changed"),
        ("What's changed on NVDA this week?", "changed"),
        ("what's new on GOOGL this week", "changed"),
        ("What is new with Apple since 3 Nov?", "changed"),
        ("any change in the view on Exxon since 3 Nov?", "changed"),
        ("has the view on Exxon changed since Monday?", "changed"),
        ("how has sentiment on Tesla shifted since October?", "changed"),
        ("anything new on AMD?", "changed"),
        ("latest on Boeing", "changed"),
        ("what's the latest on Micron?", "changed"),
        ("catch me up on Visa", "changed"),
        ("what did I miss on Costco since yesterday?", "changed"),
        ("any news on Exxon since Friday?", "changed"),
        ("what happened to Boeing since Monday?", "changed"),
        ("any updates on Intel?", "changed"),
        ("so, what has changed for FedEx over the last two weeks?", "changed"),
        ("compare AMD and Nvidia", "compare"),
        ("Compare Visa with Mastercard on fees", "compare"),
        ("NVDA vs AMD on margins", "compare"),
        ("Nvidia versus AMD", "compare"),
        ("who is better placed, Visa or Mastercard?", "compare"),
        ("which is stronger: Ford or General Motors?", "compare"),
        ("how does Lowe's compare with Home Depot?", "compare"),
        ("what's the difference between Visa and Mastercard?", "compare"),
        ("compare AMD, Nvidia, Intel and Micron", "compare"),
        ("Coca-Cola or PepsiCo?", "compare"),
        ("how do Chevron and Exxon compare?", "compare"),
        ("why is Boeing down today?", "moving"),
        ("Why is NVDA up so much?", "moving"),
        ("why are Tesla shares falling?", "moving"),
        ("why did Etsy jump?", "moving"),
        ("Why did Boeing's stock drop yesterday?", "moving"),
        ("what's behind the jump in FSLR?", "moving"),
        ("what's driving Micron higher?", "moving"),
        ("what is moving AMD today?", "moving"),
        ("what moved Costco?", "moving"),
        ("any catalyst for the move in Ford?", "moving"),
        ("why the sell-off in Intel?", "moving"),
        ("who is exposed to tariffs?", "exposed"),
        ("which names are exposed to grid bottlenecks", "exposed"),
        ("exposure to memory prices", "exposed"),
        ("which stocks have the most exposure to China?", "exposed"),
        ("what companies are sensitive to oil prices?", "exposed"),
        ("list names exposed to rate cuts", "exposed"),
        ("what could hurt my portfolio?", "portfolio"),
        ("what could hurt my book?", "portfolio"),
        ("any risks to my holdings", "portfolio"),
        ("what are the biggest threats to our positions this month?", "portfolio"),
        ("is anything in my portfolio at risk from tariffs?", "portfolio"),
    ],
)  # fmt: skip
def test_how_people_ask(text: str, kind: QuestionKind) -> None:
    assert read(text).kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Why did FedEx raise its forecast?", "free"),
        ("Why did FedEx cut its outlook?", "free"),
        ("Why did Nvidia's revenue fall?", "free"),
        ("Why did Boeing drop the supplier?", "free"),
        ("Why did Ford lose customers?", "ticker"),
        ("What changed in Nvidia's guidance?", "free"),
        ("what changed for Nvidia's margins?", "free"),
        ("What would change the view on Nvidia?", "triggers"),
        ("what could change the view on Exxon?", "triggers"),
        ("what should we watch for at Apple?", "triggers"),
        ("any risks to the thesis?", "triggers"),
        ("news on Exxon?", "ticker"),
        ("what about Nvidia since Friday?", "ticker"),
        ("what is new in the Apple store?", "free"),
        ("does Apple or Google benefit?", "ticker"),
        ("what about Alphabet and Nvidia?", "ticker"),
        ("How did Nvidia's revenue compare to AMD's?", "free"),
        ("Did Exxon's earnings rise compared to last year?", "free"),
        ("who benefits more from the tariff?", "benefit"),
        ("which stocks look better placed?", "benefit"),
        ("how exposed is Boeing to tariffs?", "ticker"),
        ("is Ford exposed to the steel duty?", "ticker"),
        ("who is hurt by the tariffs?", "hurt"),
        ("which stocks are exposed?", "hurt"),
        ("what hurts Apple?", "ticker"),
        ("how large is my portfolio?", "free"),
        ("what is the book value of Ford?", "free"),
        ("summarise the changes at Boeing", "summary"),
    ],
)  # fmt: skip
def test_near_misses_keep_their_kind(text: str, kind: QuestionKind) -> None:
    assert read(text).kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Why did Amazon shares fall after the report?", "free"),
        ("why is Amazon down?", "free"),
        ("who is exposed to the worry?", "hurt"),
        ("what drives Ford here?", "ticker"),
    ],
)  # fmt: skip
def test_under_a_given_article_these_are_facts_and_sides_of_it(
    text: str, kind: QuestionKind
) -> None:
    assert read(text, scope=Scope(article_ids=("a",))).kind == kind


def test_a_time_is_where_a_question_looks_back_to_and_no_filter() -> None:
    asked = read("what changed for Nvidia since Friday?")
    assert (asked.since, asked.assumed) == (datetime(2026, 11, 20, tzinfo=UTC), False)
    assert asked.scope == Scope()
    between = read("what changed for Nvidia between 3 and 5 Nov?")
    assert between.since == datetime(2026, 11, 3, tzinfo=UTC)
    assert between.scope == Scope(until=datetime(2026, 11, 6, tzinfo=UTC))


def test_without_a_time_it_is_the_last_days_and_that_is_an_assumption() -> None:
    asked = read("what changed for Nvidia?")
    assert (asked.since, asked.assumed) == (NOW - timedelta(days=7), True)
    early = datetime(2026, 11, 10, tzinfo=UTC)
    then = read("what changed for Nvidia?", scope=Scope(as_of=early))
    assert then.since == early - timedelta(days=7)


def test_a_move_is_looked_for_from_some_days_before_it() -> None:
    assert read("why is Boeing down today?").since == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("why is Boeing down today?", "negative"),
        ("why is Boeing up?", "positive"),
        ("what's behind the jump in FSLR?", "positive"),
        ("why is Boeing moving?", None),
    ],
)  # fmt: skip
def test_the_way_that_a_stock_is_said_to_have_gone(text: str, side: str | None) -> None:
    assert read(text).direction == side


def test_a_topic_and_a_theme_are_what_is_left() -> None:
    assert read("NVDA vs AMD on margins").objects == ("margin",)
    assert read("compare AMD and Nvidia").objects == ()
    assert set(read("which names are exposed to grid bottlenecks").objects) == {
        "grid",
        "bottleneck",
    }
    assert read("what could hurt my portfolio?").objects == ()


def test_a_question_may_ask_for_a_fact_with_a_side() -> None:
    asked = read("who wins and what is the capex?")
    assert (asked.kind, asked.text) == ("benefit", "who wins and what is the capex?")
    assert asked.also is not None
    assert (asked.also.kind, asked.also.text) == ("free", "what is the capex?")
    turned = read("what is the capex, and who loses?")
    assert (turned.kind, turned.also and turned.also.kind) == ("hurt", "free")
    about = read("does Nvidia benefit and how much does it spend?").also
    assert about is not None
    assert about.tickers == ("NVDA",)


@pytest.mark.parametrize("text", ["who is hurt and why?", "who wins and who loses?", "who wins?"])
def test_one_question_is_not_cut_in_two(text: str) -> None:
    assert read(text).also is None
