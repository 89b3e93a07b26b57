"""The sentences that answer a free question, and whether they hold enough of it."""

from retrieval.answers import Hit, Question
from retrieval.ask.facts import Passage, enough, passages
from retrieval.models import Chunk, Quote
from tests.fakes import HashEmbedder
from tests.nouns import head

TEXT = "The plant opened in Ohio. It makes 40 turbines a year. The mayor spoke for an hour."
OFFSET = 100


def hit(article: str = "a1", score: float = 0.9) -> Hit:
    return Hit(Chunk("c1", article, 1, OFFSET, OFFSET + len(TEXT), TEXT), score)


def weigh(text: str, *hits: Hit, **slots: tuple[str, ...]) -> tuple[Passage, ...]:
    question = Question(text, "free", **slots)  # type: ignore[arg-type]
    return passages(question, text, hits, {"a1": head()}, HashEmbedder().encode).passages


def test_the_sentence_that_shares_most_words_comes_first_at_its_place_in_the_article() -> None:
    best = weigh("how many turbines does it make a year?", hit())[0]
    assert best.quote.text == "It makes 40 turbines a year."
    assert TEXT[best.quote.start - OFFSET : best.quote.end - OFFSET] == best.quote.text


def test_a_question_without_words_or_without_finds_has_no_passage() -> None:
    assert weigh("why is it so?", hit()) == ()
    assert weigh("turbines?") == ()
    assert weigh("turbines?", hit("gone")) == ()


def test_neighbours_and_title_count_for_what_a_sentence_holds() -> None:
    found = {p.quote.text: p.held for p in weigh("Ohio turbines title", hit())}
    assert found["It makes 40 turbines a year."] == {"ohio", "turbin", "titl"}
    assert found["The mayor spoke for an hour."] == {"turbin", "titl"}


def test_names_of_the_question_are_wanted_too() -> None:
    assert all("ohio" in p.held for p in weigh("?", hit(), unknown=("Ohio",))[:1])


def told(*held: str) -> Passage:
    return Passage(head(), Quote("x", 0, 1), frozenset(held), 1.0)


def test_a_short_question_needs_all_and_a_long_one_a_part() -> None:
    assert enough([told("a")], {"a": 1.0})
    assert not enough([told()], {"a": 1.0})
    assert not enough([], {"a": 1.0})
    assert not enough([told("a")], dict.fromkeys("abc", 1.0))
    assert enough([told("a"), told("b")], dict.fromkeys("abc", 1.0))
    assert enough([told("a", "b", "c")], dict.fromkeys("abcdefghi", 1.0))


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    rarity = {"rare": 3.0, "common": 0.5, "usual": 0.5}
    assert enough([told("rare")], rarity)
    assert not enough([told("common", "usual")], rarity)
