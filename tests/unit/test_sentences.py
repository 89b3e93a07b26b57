from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.sentences import sentences


def cut(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


def test_a_full_stop_before_a_capital_ends_a_sentence() -> None:
    assert cut("Copper fell. Miners followed.") == ["Copper fell.", "Miners followed."]


@pytest.mark.parametrize(
    "text",
    [
        "Foo Inc. said it would pay $1.2 million to Bar Corp. of Ohio.",
        "The U.S. Treasury sold No. 3 of the series on Jan. 5 to J. M. Keynes.",
        "At 9 a.m. trading opened, e.g. in corn vs. wheat.",
        "Dr. Ada Lane and Mr. Poe met Sen. Hall at St. Mary.",
        "Version 2.5 of the plan costs 3.75 percent more.",
        '"Why now?" she asked.',
        "Yahoo! and its rival rose.",
    ],
)
def test_abbreviations_decimals_and_initials_do_not_end_a_sentence(text: str) -> None:
    assert cut(text) == [text]


def test_an_abbreviation_ends_a_sentence_before_a_word_that_opens_one() -> None:
    assert cut("He joined Foo Inc. The firm grew.") == ["He joined Foo Inc.", "The firm grew."]


def test_quotes_and_brackets_that_close_belong_to_the_sentence() -> None:
    text = "“We won.” (So they said.) Then “silence!” Nobody spoke."
    assert cut(text) == ["“We won.”", "(So they said.)", "Then “silence!”", "Nobody spoke."]


def test_a_line_break_ends_a_sentence_and_white_space_belongs_to_none() -> None:
    assert cut("  Losers\n\n- banks \r\n- miners  ") == ["Losers", "- banks", "- miners"]


def test_a_number_at_the_head_of_a_line_stays_with_its_line() -> None:
    assert cut("1. Chips\n2. Power. Cooling.") == ["1. Chips", "2. Power.", "Cooling."]


def test_nothing_has_no_sentences() -> None:
    assert sentences(" \n\t ") == ()


@pytest.mark.parametrize("piece", [".", '."', "a. ", ".x", "1. ", "A. (", "U.S. "])
def test_a_long_run_of_anything_is_cut_in_linear_time(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    begun = process_time()
    spans = sentences(text)
    assert process_time() - begun < 10
    assert spans[-1].end == len(text.rstrip())


@given(st.text(st.characters() | st.sampled_from('ab.!?"”) \n\tA1'), max_size=200))
def test_sentences_are_trimmed_ordered_and_leave_out_only_white_space(text: str) -> None:
    spans = sentences(text)
    rest = list(text)
    for span in spans:
        assert span.of(text) == span.of(text).strip() != ""
        rest[span.start : span.end] = " " * (span.end - span.start)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert not "".join(rest).strip()
