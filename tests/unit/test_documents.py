"""Tape's search can be used by other chains: passages with their place, as LangChain documents."""

from collections.abc import Iterator

import pytest

from retrieval.ask.documents import finder
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.llm import retriever_of
from retrieval.models import Article, Scope
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.nouns import MONDAY

COPPER = Article(
    "a1",
    "Copper rose in Chile.",
    title="Metals",
    url="https://news.example/a1",
    source="Wire",
    published_at=MONDAY,
)


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.in_memory(HashEmbedder(), builtin())
    articles = [COPPER, Article("a2", "Zinc fell in Peru.", source="Ledger")]
    ingest(articles, library=opened, now=lambda: MONDAY, progress=lambda _: None)
    yield opened
    opened.close()


def test_a_passage_is_found_with_its_place_and_its_article(library: Library) -> None:
    best = finder(library)("copper in Chile")[0]
    assert COPPER.text[best.start : best.end] == best.text == COPPER.text
    assert (best.article_id, best.title, best.url) == ("a1", "Metals", "https://news.example/a1")
    assert (best.source, best.published_at) == ("Wire", MONDAY)
    assert 0 < best.score <= 1


def test_a_scope_and_a_limit_hold(library: Library) -> None:
    find = finder(library, scope=Scope(sources=("Ledger",)))
    assert [found.article_id for found in find("copper")] == ["a2"]
    assert len(finder(library, limit=1)("copper zinc")) == 1


def test_langchain_asks_it_like_any_retriever(library: Library) -> None:
    documents = retriever_of(finder(library)).invoke("copper in Chile")
    assert documents[0].page_content == COPPER.text
    assert documents[0].metadata["url"] == COPPER.url
    assert documents[0].metadata["score"] >= documents[1].metadata["score"]
    assert (documents[0].metadata["start"], documents[0].metadata["end"]) == (0, len(COPPER.text))
