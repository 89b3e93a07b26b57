"""Where a sentence turns, and how much each part is meant."""

import pytest

from retrieval.language.clauses import CONCEDED, CONTRASTED, clauses
from retrieval.language.tokens import tokenise
from retrieval.models import Span


def parts(text: str) -> list[tuple[str, str, float]]:
    read = tokenise(text, Span(0, len(text)))
    return [
        (text[read[c.first].start : read[c.last - 1].end], c.manner, c.weight)
        for c in clauses(read)
    ]


def test_but_weighs_down_what_stands_before_it() -> None:
    first, second = parts("Sales rose, but margins fell")
    assert first == ("Sales rose,", "plain", CONTRASTED)
    assert second == ("but margins fell", "contrast", 1.0)


def test_a_concession_ends_at_its_comma() -> None:
    first, second = parts("Although sales fell, profit rose")
    assert first == ("Although sales fell", "concession", CONCEDED)
    assert second == (", profit rose", "plain", 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "Profit was better than expected",
        "Nothing but praise",
        "The plant has yet to open",
        "KeyCorp (NYSE: KEY) rose",
        "The mine lies near the coast but on the dry side",
        "Apple, however, fell",
    ],
)
def test_words_that_look_like_a_turn_are_none(text: str) -> None:
    assert len(parts(text)) == 1


def test_the_reason_and_the_comparison_are_clauses_of_their_own() -> None:
    manners = [manner for _, manner, _ in parts("X gains because costs fall rather than rise")]
    assert manners == ["plain", "reason", "than"]


def test_no_words_no_clauses() -> None:
    assert clauses(()) == ()
