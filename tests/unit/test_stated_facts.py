"""Facts are the same however they are printed, and stand where they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.facts import LIMIT, facts
from retrieval.models import Mention, Target
from tests.articles import texts


def _keys(text: str) -> list[str]:
    return [fact.key for fact in facts(text, ())]


@pytest.mark.parametrize(
    "forms",
    [
        ("$1.2 billion", "1.2 billion dollars", "1.2bn dollars", "$1.2bn", "USD 1,200 million"),
        ("34.7%", "34.7 percent", "34.7 per cent", "34.7 pct"),
        ("$1.37", "137 cents", "1.37 dollars", "137 cts"),
        ("12,400", "12400", "12.4 thousand"),
        ("25 basis points", "25 bps"),
        ("Oct. 15", "October 15", "15 October", "Oct 15th"),
        ("the third quarter", "the third-quarter result", "Q3", "3Q"),
        ("first half", "H1"),
        ("in 2027", "FY2027", "FY 2027"),
    ],
)
def test_a_fact_has_one_key_in_every_format(forms: tuple[str, ...]) -> None:
    found = [_keys(f"It was {form} then.") for form in forms]
    assert found == [found[0]] * len(forms)
    assert len(found[0]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Seven people and 12 dogs came.",
        "The F-150 and the A380neo.",
        "It pays 9-7/8 of it.",
        "He called it a “game changer” again.",
        "Version 3.14.15 is out.",
    ],
)
def test_small_counts_names_and_manners_of_speaking_are_no_facts(text: str) -> None:
    assert _keys(text) == []


def test_a_spoken_statement_and_a_company_are_facts() -> None:
    text = "“We grew faster than sales,” said Nvidia."
    named = Mention(Target("ticker", "NVDA", "Nvidia"), "Nvidia", 34, 40)
    assert [(f.kind, f.key, f.quote.text) for f in facts(text, (named, named))] == [
        ("quote", "quote we grew faster than sales", "We grew faster than sales,"),
        ("company", "company ticker NVDA", "Nvidia"),
    ]


def test_of_a_table_only_the_first_figures_are_kept() -> None:
    assert len(_keys(" ".join(f"{n},000" for n in range(1, LIMIT * 2)))) == LIMIT


@given(texts | st.from_regex(r"([$€]?[0-9.,]{1,9} ?(bn|%|cents|Q3|May 4|\")){0,6}", fullmatch=True))
def test_every_fact_stands_where_it_says_and_once(text: str) -> None:
    found = facts(text, ())
    assert all(text[f.quote.start : f.quote.end] == f.quote.text for f in found)
    assert len({f.key for f in found}) == len(found)
