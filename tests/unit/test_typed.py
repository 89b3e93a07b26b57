"""A typed list becomes tickers, or names what is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.language.securities import load_securities
from retrieval.language.typed import Typed, typed_names

SECURITIES = load_securities()


@pytest.mark.parametrize(
    ("text", "tickers"),
    [
        ("NVDA, AMZN", ("NVDA", "AMZN")),
        ("nvda amzn ko", ("NVDA", "AMZN", "KO")),
        ("$NVDA; Amazon\nberkshire hathaway", ("NVDA", "AMZN", "BRK.B")),
        ("BRK-B, BRK/B, brk.b", ("BRK.B",)),
        ("Nvidia", ("NVDA",)),
        ("general motors, V, A", ("GM", "V", "A")),
    ],
)
def test_symbols_and_names_as_people_type_them(text: str, tickers: tuple[str, ...]) -> None:
    assert typed_names(text, SECURITIES) == Typed(tickers, ())


def test_what_is_no_ticker_is_named() -> None:
    found = typed_names("NVDA, Anthropic, Smurfco Widgets, =1+1, NVDA", SECURITIES)
    assert found == Typed(("NVDA",), ("Anthropic", "Smurfco Widgets", "=1+1"))


def test_an_entry_that_names_two_is_not_guessed() -> None:
    assert typed_names("Nvidia or Amazon", SECURITIES).unknown == ("Nvidia or Amazon",)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_only_tickers_of_the_table(text: str) -> None:
    assert all(ticker in SECURITIES for ticker in typed_names(text, SECURITIES).tickers)
