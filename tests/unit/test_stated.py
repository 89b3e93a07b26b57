"""A question that no record answers is answered by sentences only if they fill what it asks for."""

from collections.abc import Callable, Iterator

import pytest

from retrieval.answers import Answer
from retrieval.ask.answer import answer
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article, Scope
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.nouns import MONDAY

TEXT = (
    "Apple opened a plant in Ohio on Monday. It makes 40 turbines a year. "
    "Walmart and Target already use the turbines. "
    "Revenue at Cigna was $7 billion in the fourth quarter of 2025, and Cigna raised its forecast. "
    "Microsoft expects 900 turbines in 2027. "
    "Grid reserves in Ohio fell 3% in May. "
    "The Foobar fund is a steady choice."
)

Ask = Callable[..., Answer]


@pytest.fixture
def ask() -> Iterator[Ask]:
    library = Library.in_memory(HashEmbedder(), builtin())
    article = Article("a1", TEXT, title="Plants", source="Harbor Wire", published_at=MONDAY)
    ingest([article], library=library, now=lambda: MONDAY, progress=lambda _: None)
    scope = Scope(article_ids=("a1",))
    yield lambda text, scope=scope: answer(text, library=library, now=MONDAY, scope=scope)
    library.close()


def quotes(given: Answer) -> list[str]:
    return [c.quote.text for c in given.citations]


def test_a_figure_is_taken_from_the_sentence_that_speaks_of_the_company(ask: Ask) -> None:
    given = ask("How much revenue did Cigna report in Q4 2025?")
    assert given.status == "answered"
    assert "$7 billion" in quotes(given)[0]


@pytest.mark.parametrize(
    "text",
    [
        "How many turbines did Walmart buy?",  # its sentence has no figure
        "How much revenue did Cigna report in Q4 2024?",  # another year
        "How much revenue did Cigna report in Q3 2025?",  # another quarter
        "Why did Cigna cut its forecast?",  # it raised it
        "How many turbines will Microsoft use in 2029?",  # another year of the future
        "How many turbines did Tesla buy?",  # not in the article
        "What did the Louvre pay for the turbines?",  # a name that no sentence has
    ],
)
def test_a_slot_that_stays_empty_is_a_refusal(ask: Ask, text: str) -> None:
    assert ask(text).status == "not_in_sources"


def test_a_sentence_that_points_back_speaks_of_who_was_named_before(ask: Ask) -> None:
    given = ask("How many turbines does the Apple plant make a year?")
    assert given.status == "answered"
    assert "It makes 40 turbines a year." in quotes(given)


def test_a_forecast_is_found_where_the_sentence_looks_ahead(ask: Ask) -> None:
    given = ask("How many turbines will Microsoft use in 2027?")
    assert given.status == "answered"
    assert quotes(given)[0].startswith("Microsoft expects 900")


def test_a_question_for_a_side_whose_name_is_nowhere_is_a_refusal(ask: Ask) -> None:
    assert ask("What storm hit Cupertino?").status == "not_in_sources"


def test_where_nobody_is_said_to_lose_the_sentences_that_tell_of_it_are_shown(ask: Ask) -> None:
    given = ask("What was hurt in Ohio?")
    assert given.status == "partial"
    assert given.sentences[0] == "No name is said to lose. What the sources do say:"
    assert quotes(given) == ["Grid reserves in Ohio fell 3% in May."]


def test_a_name_without_a_claim_is_answered_by_where_it_stands(ask: Ask) -> None:
    given = ask("What is the view on Foobar?")
    assert given.status == "partial"
    assert given.sentences[0] == "No claim about Foobar. What the sources do say:"
    assert quotes(given)[0] == "The Foobar fund is a steady choice."


@pytest.mark.parametrize(
    "text",
    [
        "How many turbines does the plant in Ohio make a year?",
        "How many turbines does the Ohioan plant make a year?",
        "How many turbines does the plant in Ohio make a year, per the CFO?",
    ],
)
def test_a_name_may_be_inflected_and_an_abbreviation_be_missing(ask: Ask, text: str) -> None:
    given = ask(text)
    assert given.status == "answered"
    assert "It makes 40 turbines a year." in quotes(given)


def test_a_place_that_is_asked_about_is_looked_for_in_all_articles() -> None:
    library = Library.in_memory(HashEmbedder(), builtin())
    articles = [
        Article("a1", "Boeing suffers from weak demand in Ohio.", title="Ohio"),
        Article("a2", "Intel suffers from weak demand in Texas.", title="Texas"),
    ]
    ingest(articles, library=library, now=lambda: MONDAY, progress=lambda _: None)

    def losers(text: str) -> list[str]:
        return [line.target.id for line in answer(text, library=library, now=MONDAY).lines]

    assert set(losers("Who is hurt?")) == {"BA", "INTC"}
    assert losers("Who is hurt in Ohio?") == ["BA"]
    assert losers("Who is hurt in Utah?") == []
    library.close()


def test_several_facts_with_their_source_are_taken_together(ask: Ask) -> None:
    text = (
        "Did Harbor Wire report that Apple opened a plant in Ohio, while it said that revenue at "
        "Cigna was $7 billion?"
    )
    given = ask(text, scope=Scope())
    assert given.status == "answered"
    assert len(given.citations) >= 2
