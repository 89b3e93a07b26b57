"""What a sentence is to the sentiment model: its words, without the symbols behind names."""

import pytest

from retrieval.language.passages import Passage, passage_of
from retrieval.models import Span


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Apple's AAPL.O shares fell.", "Apple's shares fell."),
        ("AppleAAPL.O shares fell.", "Apple shares fell."),
        ("Exxon MobilXOM.N and ChevronCVX.N beat.", "Exxon Mobil and Chevron beat."),
        ("Tesla (NASDAQ: TSLA) rose.", "Tesla rose."),
        ("Visa <V.N> rose.", "Visa rose."),
        (
            "Plan B.A.C. and the iPhone SE. Sales rose.",
            "Plan B.A.C. and the iPhone SE. Sales rose.",
        ),
    ],
)
def test_symbols_behind_names_are_no_part_of_a_sentence(text: str, kept: str) -> None:
    assert passage_of(text).text == kept


def test_a_target_stays_where_it_was_when_symbols_before_it_are_left_out() -> None:
    text = "AppleAAPL.O fell while MetaMETA.O rose."
    apple, meta = (
        Span(text.index(name), text.index(name) + len(name)) for name in ("Apple", "Meta")
    )
    read = passage_of(text, [apple, meta])
    assert [span.of(read.text) for span in read.spans] == ["Apple", "Meta"]
    assert read.text == "Apple fell while Meta rose."


def test_a_symbol_that_is_the_only_name_of_the_target_stays() -> None:
    text = "The makerAAPL.O fell."
    symbol = Span(text.index("AAPL"), text.index(".O"))
    assert passage_of(text, [symbol]) == Passage(text, (symbol,))
