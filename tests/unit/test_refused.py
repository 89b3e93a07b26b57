"""Refusals of chat models are told from answers, also from answers that say no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.refused import refuses


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I cannot answer that from the articles.",
        "I’m unable to say who gains.",
        "As an AI, I don't have access to market data.",
        "Unfortunately, none of the articles covers Harbor Steel.",
        "The articles do not mention Harbor Steel.",
        "The provided context does not contain the information needed. It covers only copper.",
        "There is not enough information to tell who benefits.",
        "It is not possible to determine the dividend from these sources.",
        "To find the dividend, you would need to look at the annual report.",
        "The dividend is not stated.",
        "Not in the sources.",
        "The margin for 2025 is not given. I would need the revenue of that year.",
        "Please provide the article that you mean.",
    ],
)
def test_a_refusal_is_seen(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "Harbor Steel gains from the tariff [1].",
        "No, Harbor Steel did not raise its dividend; it kept it at 45 cents [1].",
        "Harbor Steel cannot open its mill before 2027 [2].",
        "Boeing is not mentioned as a winner; the article names Harbor Steel instead [1].",
        "Profit rose to $7 billion [1]. The margin was not disclosed [2]. Costs fell. It ends [3].",
        "Holders need not sell, said the chairman, who was sorry for the delay [1].",
        "",
    ],
)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert not refuses(text)


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert refuses(text) in (True, False)
    assert refuses(f"I'm sorry, but I cannot answer. {text}")
