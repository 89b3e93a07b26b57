"""A claim that holds only under a condition carries it, bound to the right clause, verbatim."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.language.analyse import Builtin
from retrieval.language.check import check
from retrieval.language.clauses import clauses
from retrieval.language.conditions import conditions_of
from retrieval.language.mentions import find_mentions
from retrieval.language.passages import Passage
from retrieval.language.reading import hear
from retrieval.language.securities import load_securities
from retrieval.language.sentences import sentences
from retrieval.language.telling import Weighed
from retrieval.language.telling import told as join
from retrieval.language.tokens import tokenise
from retrieval.models import Article, Impact, Span
from tests.articles import builtin
from tests.fakes import AgreeingJudge

SECURITIES = load_securities()


class SureJudge(AgreeingJudge):
    """Sure of the side that the rules take, and deaf to conditions."""

    def leanings(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        return np.asarray(0.9 * np.sign(super().leanings(passages)), np.float32)


def told(text: str) -> dict[str, tuple[str, ...]]:
    """The conditions of what each sentence says, by target."""
    mentions = find_mentions(text, SECURITIES)
    hearing = hear(text, sentences(text), mentions)
    found = join(Weighed.of(hearing, SureJudge().leanings(hearing.passages)))
    return {one.target.id: one.conditions for one in found}


def impacts(text: str) -> dict[str, Impact]:
    (found,) = Builtin(SECURITIES, SureJudge()).read([Article("a", text)])
    return {one.target.id: one for one in found.impacts}


@pytest.mark.parametrize(
    ("text", "target", "condition"),
    [
        ("Merck gains if the pill is approved.", "MRK", "if the pill is approved"),
        ("If the pill is approved, Merck stands to benefit.", "MRK", "If the pill is approved"),
        ("Merck benefits only if the pill is approved.", "MRK", "only if the pill is approved"),
        ("Airlines suffer unless the fee is dropped.", "Airlines", "unless the fee is dropped"),
        (
            "Unless the fee is dropped, airlines will suffer.",
            "airlines",
            "Unless the fee is dropped",
        ),
        (
            "Should the court uphold the fee, airlines will suffer.",
            "airlines",
            "Should the court uphold the fee",
        ),
        (
            "Homebuilders benefit as long as rates fall; so far they have not.",
            "Homebuilders",
            "as long as rates fall",
        ),
        (
            "Assuming the tariff stays, steel mills stand to benefit.",
            "steel mills",
            "Assuming the tariff stays",
        ),
        (
            "The merger is a tailwind for Merck, subject to approval in Brussels.",
            "MRK",
            "subject to approval in Brussels",
        ),
        (
            "The sale is bullish for Merck, pending a vote in May.",
            "MRK",
            "pending a vote in May",
        ),
        ("The ruling, if it stands, hurts Merck.", "MRK", "if it stands"),
        (
            "If the fee stays, the ministry said, airlines will suffer.",
            "airlines",
            "If the fee stays",
        ),
        (
            "The sale is bullish for Merck, subject to approval by other members.",
            "MRK",
            "subject to approval",
        ),
        ("If the pill is approved, then Merck gains.", "MRK", "If the pill is approved"),
    ],
)
def test_a_claim_carries_the_condition_of_its_clause(
    text: str, target: str, condition: str
) -> None:
    assert told(text)[target] == (condition,)


@pytest.mark.parametrize(
    ("text", "bound", "free"),
    [
        (
            "Merck gains if the pill is approved, but Pfizer loses share.",
            ("MRK", "if the pill is approved"),
            "PFE",
        ),
        (
            "Pfizer loses share, but Merck gains if the pill is approved.",
            ("MRK", "if the pill is approved"),
            "PFE",
        ),
        (
            "If the pill is approved, Merck stands to benefit, while Pfizer loses share.",
            ("MRK", "If the pill is approved"),
            "PFE",
        ),
        (
            "Pfizer loses share; if the pill is approved, Merck stands to benefit.",
            ("MRK", "if the pill is approved"),
            "PFE",
        ),
        (
            "Merck gains if the pill is approved, and Pfizer loses share.",
            ("MRK", "if the pill is approved"),
            "PFE",
        ),
    ],
)
def test_a_condition_stays_with_its_own_clause(
    text: str, bound: tuple[str, str], free: str
) -> None:
    target, condition = bound
    assert told(text) == {target: (condition,), free: ()}


@pytest.mark.parametrize(
    "text",
    [
        "Merck gains.",
        "Merck gains even if the pill is rejected.",
        "Merck rose while analysts asked if the pill works.",
        "Merck fell, and nobody knows if the pill works.",
        "Merck gains because the pill is approved.",
        "Merck rose last week if only a little.",
    ],
)
def test_a_claim_without_a_condition_carries_none(text: str) -> None:
    assert told(text)["MRK"] == ()


def test_a_claim_that_stands_inside_a_condition_holds_under_it() -> None:
    text = "If Merck wins the contract, that will be known in May."
    assert told(text) == {"MRK": ("If Merck wins the contract",)}


def test_unless_it_happens_is_no_condition_of_what_may_happen() -> None:
    text = "Unless Merck cuts its guidance, Pfizer loses share."
    assert told(text) == {"MRK": (), "PFE": ("Unless Merck cuts its guidance",)}


def test_an_impact_carries_the_condition_of_what_it_is_made_from() -> None:
    said = impacts("Merck gains if the pill is approved.")
    assert said["MRK"].conditions == ("if the pill is approved",)


def test_what_is_also_said_without_a_condition_is_not_conditional() -> None:
    said = "Merck gains if the pill is approved. Merck raised its guidance."
    assert impacts(said)["MRK"].conditions == ()


def test_what_is_said_under_two_conditions_carries_both() -> None:
    said = "Merck gains if the pill is approved. Merck benefits if the levy ends."
    assert set(impacts(said)["MRK"].conditions) == {
        "if the pill is approved",
        "if the levy ends",
    }


def test_a_condition_cut_by_an_aside_is_not_quoted_in_half() -> None:
    text = "If the court, which meets in May, upholds the fee, airlines will suffer."
    assert told(text)["airlines"] == ()


def test_check_drops_a_condition_that_the_quoted_sentence_does_not_state() -> None:
    text = "Merck gains if the pill is approved. Pfizer loses share if the levy ends."
    article = Article("a", text)
    said = builtin().read([article])[0]
    merck = next(one for one in said.impacts if one.target.id == "MRK")

    def checked(*conditions: str) -> int:
        one = replace(merck, conditions=conditions)
        return check(article, [one], said.mentions, SECURITIES)[1]

    assert checked("if the pill is approved") == 0
    assert checked() == 0
    assert checked("if the levy ends") == 1
    assert checked("if the pill is approved", "if pigs fly") == 1
    assert checked("") == 1


WORDS = "if unless Merck gains , and but ; pill is approved falls subject to pending which".split()


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_every_condition_is_words_of_its_sentence(chosen: list[str]) -> None:
    text = " ".join(chosen)
    words = tokenise(text, Span(0, len(text)))
    cut = clauses(words)
    for number in range(len(cut)):
        for condition in conditions_of(text, words, cut, number):
            assert condition in text
            assert condition.strip(" ,;.") == condition
            assert len(condition.split()) > 1
