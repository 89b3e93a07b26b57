"""Slips of the keyboard are put right in everyday words, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.typos import corrected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("whos winning todya?", "who's winning today?"),
        ("wich tikcers benifit", "which tickers benefit"),
        ("Beneficaries?", "Beneficiaries?"),
        ("summerise yesteday", "summarise yesterday"),
        ("onyl negatve", "only negative"),
    ],
)
def test_a_slip_is_put_right(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "tickets for the winter games",
        "wingers in the stacks",
        "what about Benefitt Inc?",
        "WINERS",
        "$TODY and @whos and teh.org",
        "quarters and winters",
    ],
)
def test_names_symbols_and_other_words_stay(text: str) -> None:
    assert corrected(text) == text


@given(st.text(max_size=80))
def test_what_was_put_right_stays_right(text: str) -> None:
    once = corrected(text)
    assert corrected(once) == once
    assert len(once.split()) == len(text.split())
