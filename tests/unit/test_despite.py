"""Who asks for a side that an article's sum hides gets the sentences that take it, and the sum."""

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
    "Apple beat estimates on record demand, and Apple raised its dividend. "
    "Apple gains from strong services growth. "
    "Apple lost ground in China as sales there fell 13%. "
    "Smaller suppliers suffer too. Privately held Cargill suffers from weak demand. "
    "Microsoft was not discussed."
)

Ask = Callable[[str], Answer]


@pytest.fixture
def ask() -> Iterator[Ask]:
    library = Library.in_memory(HashEmbedder(), builtin())
    ingest([Article("a1", TEXT)], library=library, now=lambda: MONDAY, progress=lambda _: None)
    scope = Scope(article_ids=("a1",))
    yield lambda text: answer(text, library=library, now=MONDAY, scope=scope)
    library.close()


def test_the_sum_of_the_article_is_a_gain(ask: Ask) -> None:
    (line,) = ask("Who benefits?").lines
    assert (line.target.id, line.sentiment.direction) == ("AAPL", "positive")


@pytest.mark.parametrize("text", ["Which ticker is under pressure?", "What weighs on Apple?"])
def test_who_asks_for_the_other_side_gets_its_sentence_and_the_sum_beside_it(
    ask: Ask, text: str
) -> None:
    given = ask(text)
    assert given.status == "answered"
    first = given.lines[0]
    assert (first.target.id, first.sentiment.direction) == ("AAPL", "negative")
    assert [(c.target.id, c.sentiment.direction) for c in given.contrary] == [("AAPL", "positive")]
    quote = next(c.quote for c in given.citations if c.n == first.citations[0])
    assert quote.text == TEXT[quote.start : quote.end]
    assert "China" in quote.text


def test_of_two_names_the_one_that_the_article_says_nothing_of_is_named_as_such(ask: Ask) -> None:
    given = ask("What weighs on Apple and Boeing?")
    assert given.status == "partial"
    assert given.lines[0].target.id == "AAPL"
    assert given.lines[0].sentiment.direction == "negative"
    assert any("BA" in said for said in given.sentences)


def test_a_question_for_tickers_gets_no_private_company_from_a_sentence_either(ask: Ask) -> None:
    assert all(line.target.kind != "private" for line in ask("Which stocks are hurt?").lines)


def test_a_name_without_such_a_sentence_is_not_made_a_loser(ask: Ask) -> None:
    given = ask("What hurts Microsoft?")
    assert not [line for line in given.lines if line.sentiment.direction == "negative"]
