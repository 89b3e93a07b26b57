"""How far evidence bears a claim out: all of it, some, nothing; never more for a wrong figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.support import supports

EVIDENCE = (
    "Harbor Steel raised its dividend to 45 cents a share on Monday. "
    "Its mill in Ohio, which burned in May, will not open before 2027."
)


@pytest.mark.parametrize(
    "claim",
    [
        "Harbor Steel raised its dividend to 45 cents a share. [1]",
        "Harbor Steel's dividend was raised to 45 cents. [1][2]",
        "The mill in Ohio will not open before 2027.",
    ],
)
def test_what_the_evidence_says_is_borne_out(claim: str) -> None:
    assert supports(claim, EVIDENCE) > 0.6


def test_the_evidence_bears_out_itself_and_its_marks_say_nothing() -> None:
    assert supports(EVIDENCE, EVIDENCE) == 1
    assert supports("Harbor Steel raised its dividend [7].", EVIDENCE) == 1


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("Its dividend rose to 45 cents a share.", "Its dividend rose to 54 cents a share."),
        ("The mill burned in May.", "The mine flooded in May."),
        ("Its mill in Ohio burned.", "Its mill in Texas burned."),
    ],
)
def test_another_figure_name_or_event_is_borne_out_less(claim: str, wrong: str) -> None:
    assert supports(wrong, EVIDENCE) < supports(claim, EVIDENCE)


def test_words_that_stand_together_weigh_more_than_words_from_everywhere() -> None:
    assert supports("Harbor Steel raised its dividend.", EVIDENCE) > supports(
        "Harbor raised Ohio cents.", EVIDENCE
    )


@pytest.mark.parametrize("claim", ["", "[1]", "It is so.", "  \n"])
def test_a_claim_that_says_nothing_is_borne_out_by_nothing(claim: str) -> None:
    assert supports(claim, EVIDENCE) == 0
    assert supports(EVIDENCE, claim) < 0.2


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_texts_have_a_weight_from_0_to_1(claim: str, evidence: str) -> None:
    assert 0 <= supports(claim, evidence) <= 1
