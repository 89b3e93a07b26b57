"""What of a private answer others may see: never a weight, a side, or a name without news."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.answers import Answer, Holding
from retrieval.ask.answer import answer
from retrieval.ask.sharing import is_private, shareable
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article
from tests.articles import builtin
from tests.fakes import HashEmbedder

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHIPS = Article(
    "chips",
    "Nvidia suffers because orders for chips fall. Visa loses because shops choose. "
    "Nucor gains from the steel tariff because imports cost more.",
    title="Orders fall",
    source="Harbor Wire",
    published_at=MONDAY,
)
BOOK = (Holding("NVDA", 0.4), Holding("V", 0.3), Holding("NUE", -0.2), Holding("PEP", 0.1))


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    opened = Library.in_memory(HashEmbedder(), builtin())
    ingest([CHIPS], library=opened, now=lambda: MONDAY, progress=lambda _: None)
    yield opened
    opened.close()


def ask(library: Library, text: str, *held: Holding, mine: tuple[str, ...] = ()) -> Answer:
    now = MONDAY + timedelta(days=1)
    return answer(text, library=library, now=now, holdings=held, mine=mine)


def test_what_is_shared_of_a_book_has_no_weight_no_side_and_no_silent_name(
    library: Library,
) -> None:
    private = ask(library, "what could hurt my portfolio?", *BOOK)
    assert "40.0% of the book" in private.text
    assert "short 20.0% of the book" in private.text
    assert "PEP" in private.text
    assert is_private(private.question)
    shared = shareable(private)
    assert shared is not None
    assert [line.target.id for line in shared.lines] == ["NUE", "NVDA", "V"]
    for told in (shared.text, repr(shared)):
        assert "of the book" not in told
        assert "your book" not in told
        assert "hurt" not in told
        assert "PEP" not in told
        assert "weight" not in told
    assert "short" not in shared.text
    assert shared.citations == private.citations
    assert not is_private(shared.question)


def test_an_answer_about_ones_list_is_private_and_shared_without_the_list(
    library: Library,
) -> None:
    private = ask(library, "who loses, only mine?", mine=("NVDA", "PEP"))
    assert is_private(private.question)
    assert "your list (2 names)" in private.text
    shared = shareable(private)
    assert shared is not None
    assert [line.target.id for line in shared.lines] == ["NVDA"]
    assert "PEP" not in repr(shared)
    assert "list" not in shared.text


def test_any_other_answer_is_not_private(library: Library) -> None:
    assert not is_private(ask(library, "who loses?", mine=("NVDA",)).question)
    assert not is_private(ask(library, "who loses, only mine?").question)
    assert not is_private(ask(library, "what could hurt my portfolio?").question)


def test_where_no_article_speaks_of_a_book_there_is_nothing_to_share(library: Library) -> None:
    assert shareable(ask(library, "what could hurt my portfolio?", Holding("PEP", 1.0))) is None
