"""What the exposure map infers is stored with an article and answers no question."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.answers import Answer
from retrieval.ask.answer import answer
from retrieval.contract import answer_json, dumps
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article, Scope
from tests.articles import builtin
from tests.fakes import HashEmbedder

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

FEES = Article(
    "fees",
    "A court struck down the rule on card fees. The ruling is bearish for payment networks. "
    "Discount grocers stand to benefit.",
    title="Court rules on card fees",
    source="Harbor Wire",
    published_at=MONDAY,
)


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.in_memory(HashEmbedder(), builtin())
    ingest([FEES], library=opened, now=lambda: MONDAY, progress=lambda _: None)
    yield opened
    opened.close()


def ask(library: Library, text: str) -> Answer:
    return answer(text, library=library, now=MONDAY + timedelta(hours=1), scope=Scope())


def inferred(library: Library) -> set[str]:
    stored = library.store.article("fees")
    assert stored
    return {one.impact.target.id for one in stored.analysis.inferred}


def test_the_article_is_stored_with_what_is_inferred_from_it(library: Library) -> None:
    assert inferred(library) == {"V", "MA"}


@pytest.mark.parametrize(
    "question",
    [
        "who loses?",
        "which tickers are hurt?",
        "which tickers lose?",
        "who benefits?",
        "tl;dr",
        "what did the court say about card fees?",
    ],
)
def test_a_group_answers_without_a_ticker(library: Library, question: str) -> None:
    found = ask(library, question)
    assert [line for line in found.lines if line.target.kind == "ticker"] == []
    assert [line for line in found.lines if line.origin == "inferred"] == []
    assert "Mastercard" not in dumps(answer_json(found))


def test_only_who_asks_for_exposure_sees_the_inferred_and_apart(library: Library) -> None:
    found = ask(library, "what is exposed to card fees?")
    origins = {line.target.id: line.origin for line in found.lines}
    assert {t for t, origin in origins.items() if origin == "inferred"} == {"V", "MA"}
    assert origins["payment networks"] == origins["Discount grocers"] == "source"
    told = [line for line in found.text.splitlines() if "Mastercard" in line]
    assert all("inferred, not in the source" in line for line in told)
    assert told


def test_the_losers_are_the_group_in_the_article_s_words(library: Library) -> None:
    found = ask(library, "who loses?")
    assert [(line.target.kind, line.target.id) for line in found.lines] == [
        ("group", "payment networks")
    ]


@pytest.mark.parametrize("question", ["does MA lose?", "what about Mastercard?", "is $V hurt?"])
def test_a_ticker_that_is_only_inferred_is_not_in_the_sources(
    library: Library, question: str
) -> None:
    found = ask(library, question)
    assert (found.status, found.lines) == ("not_in_sources", ())
