"""A table becomes the preview of a book, or one clear error; nothing in it is ever run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.book.layouts import is_table
from jobs.book.preview import preview_of
from jobs.errors import BadHoldingError
from retrieval.answers import Holding
from retrieval.language.securities import load_securities

SECURITIES = load_securities()


def test_a_preview_lists_what_is_unknown_and_sums_both_sides() -> None:
    found = preview_of("ticker,weight\nNVDA,50%\nKO,-20%\nZZZQ,20%\nCASH,10%\n", SECURITIES)
    assert found.holdings == (
        Holding("NVDA", 0.5), Holding("KO", -0.2), Holding("ZZZQ", 0.2), Holding("$CASH", 0.1)
    )  # fmt: skip
    assert (found.unknown, found.cash) == (("ZZZQ",), ("$CASH",))
    assert (found.long, found.short) == (pytest.approx(0.8), pytest.approx(0.2))


@pytest.mark.parametrize(
    "table",
    [
        "Name,Ticker,Market value\nNvidia,NVDA,300\nCoca-Cola,KO,-100",
        "symbol;name;weight %\nNVDA;Nvidia;75\nKO;Coke;-25",
        "\ufeffticker\tweight\nnvda\t75%\n\nko\t-25%",
        "NVDA,3\nKO,-1",
    ],
)
def test_the_columns_are_found_in_a_brokers_table(table: str) -> None:
    assert preview_of(table, SECURITIES).holdings == (Holding("NVDA", 0.75), Holding("KO", -0.25))


def test_one_share_under_two_spellings_is_one_position() -> None:
    assert preview_of("BRK-B,1\nBRK.B,1\nKO,2", SECURITIES).holdings == (
        Holding("BRK.B", 0.5), Holding("KO", 0.5)
    )  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        'ticker,weight\n=HYPERLINK("http://evil.example"),1',
        "ticker,weight\nNVDA,=1+1",
        "ticker,weight\n@SUM(A1),3",
        "ticker,weight\n+NVDA,3",
        "",
        "ticker,weight\n",
        "hello there",
        '"' + "x" * 200_000 + '",1',
    ],
)
def test_what_is_no_position_is_named_by_its_line(table: str) -> None:
    with pytest.raises(BadHoldingError):
        preview_of(table, SECURITIES)


def test_a_book_is_told_from_other_tables_by_its_columns() -> None:
    assert is_table("Ticker,Weight\nNVDA,1")
    assert is_table("name;symbol;market value (USD)\nx;NVDA;1")
    assert not is_table("title,url\nx,http://y")
    assert not is_table("")


@given(
    st.dictionaries(
        st.sampled_from(["NVDA", "KO", "AMZN", "V", "XOM"]),
        st.floats(-100, 100).filter(lambda w: abs(w) > 0.01),
        min_size=1,
    )
)
def test_the_shares_of_a_book_sum_to_one_and_keep_its_proportions(
    weights: dict[str, float],
) -> None:
    lines = "\n".join(f"{ticker},{weight:.9f}" for ticker, weight in weights.items())
    found = preview_of(lines, SECURITIES)
    gross = sum(map(abs, weights.values()))
    for one in found.holdings:
        assert one.weight == pytest.approx(weights[one.ticker] / gross, abs=1e-6)
    assert found.long + found.short == pytest.approx(1)


@pytest.mark.parametrize(
    "line",
    ['=HYPERLINK("http://x"),1', "NVDA", "NVDA,", "NVDA,many", "NVDA,1e9", "NVDA,nan", "NVDA,1 2"],
)
def test_a_line_without_a_header_is_a_position_or_named_by_its_number(line: str) -> None:
    with pytest.raises(BadHoldingError) as error:
        preview_of(f"V,1\n{line}", SECURITIES)
    assert error.value.detail == "line 2"
    assert error.value.sentence.startswith("line 2: A holdings file has one position")


@pytest.mark.parametrize("table", ["", "ticker,weight", "V,0", "V,1\nV,-1"])
def test_a_book_without_a_position_is_an_error(table: str) -> None:
    with pytest.raises(BadHoldingError):
        preview_of(table, SECURITIES)
