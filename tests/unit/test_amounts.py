"""Figures and times of a text: what is one, what is another, and what only looks alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.amounts import amounts, times


def keys(text: str) -> list[tuple[str, str]]:
    return [a.key for a in amounts(text, times(text))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$1.2bn", "1.2 billion dollars"),
        ("$58-62 billion", "$58 billion to $62 billion"),
        ("between 3 and 4%", "3% to 4%"),
        ("12 days", "twelve days"),
        ("18 cents", "$0.18"),
        ("5 per cent", "5%"),
        ("25 bps", "25 basis points"),
        ("US$3m", "$3 million"),
        ("1,100 jobs", "1100 jobs"),
        ("a fifth of sales", "one fifth of sales"),
    ],
)
def test_a_figure_is_the_same_however_it_is_printed(one: str, other: str) -> None:
    assert keys(one) == keys(other)
    assert keys(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$3 million", "$3 billion"),
        ("5%", "5 percentage points"),
        ("5%", "5 points"),
        ("5%", "5 basis points"),
        ("$3.35 billion", "€3.35 billion"),
        ("18 cents", "18 dollars"),
        ("two thirds of it", "one third of it"),
        ("a fifth of a percentage point", "a fifth of sales"),
        ("3 days", "4 days"),
        ("4.2%", "42%"),
    ],
)
def test_what_looks_alike_is_not_the_same(one: str, other: str) -> None:
    assert keys(one) != keys(other)


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("Sales fell to $3.35 billion, against an average estimate of $3.49 billion", [0, 1]),
        ("It cut its target to 16,000 vehicles from 18,000", [0, 1]),
        ("It delivered 17,900 vehicles, above the 15,600 that analysts had expected", [0, 1]),
        ("It now pays more than 5%", [0]),
        ("An analyst estimates that 30% could move", [0]),
    ],
)
def test_what_a_result_is_held_against_is_no_result(text: str, references: list[int]) -> None:
    assert [a.reference for a in amounts(text)] == [bool(one) for one in references]


def test_times_are_told_apart_from_figures_and_from_verbs() -> None:
    text = "On Thursday, Oct 15, it may fall; in May 2027 or in the third quarter, by spring"
    assert [t.key for t in times(text)] == [
        "day thurs",
        "date 10-15",
        "month 5",
        "date 2027",
        "date q3",
        "season spring",
    ]
    assert keys(text) == []


@given(st.text(alphabet="0123456789.,$€%- abdehimlnotruwy", max_size=80))
def test_places_are_within_the_text_and_in_order(text: str) -> None:
    found = amounts(text, times(text))
    assert all(0 <= a.start < a.end <= len(text) for a in found)
    assert [a.start for a in found] == sorted(a.start for a in found)
