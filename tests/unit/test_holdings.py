"""A table of tickers and weights becomes a book, or one clear error."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Holding
from retrieval.ask.holdings import parse_holdings
from retrieval.errors import BadHoldingError


def test_weights_become_shares_of_the_gross_book_whatever_they_count() -> None:
    shares = (Holding("NVDA", 0.75), Holding("KO", -0.25))
    assert parse_holdings(["ticker,weight", "NVDA,75%", "KO,-25%"]) == shares
    assert parse_holdings(["nvda,0.75", "$KO,-0.25"]) == shares
    assert parse_holdings(['NVDA,"3,000"', "", "KO,-1000"]) == shares


def test_the_same_ticker_twice_is_one_position() -> None:
    assert parse_holdings(["V,1", "V,1", "MA,2"]) == (Holding("V", 0.5), Holding("MA", 0.5))


@pytest.mark.parametrize(
    "line",
    [
        '=HYPERLINK("http://x"),1',
        "@SUM(A1),1",
        "+NVDA,1",
        "NVDA,=1+1",
        "NVDA",
        "NVDA,",
        "NVDA,many",
        "NVDA,1e9",
        "NVDA,nan",
        "NVDA,1 2",
        "the whole book,1",
    ],
)
def test_a_line_that_is_no_position_is_named_by_its_number_and_never_repeated(line: str) -> None:
    with pytest.raises(BadHoldingError) as error:
        parse_holdings(["V,1", line])
    assert error.value.detail == "line 2"
    assert error.value.sentence.startswith("line 2: A holdings file has one position")


@pytest.mark.parametrize("lines", [[], ["ticker,weight"], ["V,0"], ["V,1", "V,-1"]])
def test_a_book_without_a_position_is_an_error(lines: list[str]) -> None:
    with pytest.raises(BadHoldingError):
        parse_holdings(lines)


@given(st.lists(st.tuples(st.sampled_from(["V", "MA", "KO"]), st.integers(1, 999)), min_size=1))
def test_the_shares_of_a_long_book_sum_to_one(rows: list[tuple[str, int]]) -> None:
    held = parse_holdings(f"{ticker},{weight}" for ticker, weight in rows)
    assert sum(h.weight for h in held) == pytest.approx(1.0)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_a_book_or_the_one_error(lines: list[str]) -> None:
    with suppress(BadHoldingError):
        assert all(-1 <= h.weight <= 1 for h in parse_holdings(lines))
