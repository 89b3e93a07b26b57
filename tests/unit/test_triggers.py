"""What would change the view: each trigger quoted, with the horizon of its own clause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.horizons import horizon_of
from retrieval.language.sentences import sentences
from retrieval.language.triggers import find_triggers
from retrieval.models import Span


def triggers(text: str) -> list[tuple[str, str | None]]:
    return [(one.quote.text, one.horizon) for one in find_triggers(text, sentences(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "The reversal risk over the next two weeks: a strike, a recall, or proof that "
                "orders come with thin, costly terms could derail the story."
            ),
            [
                ("a strike", "two weeks"),
                ("a recall", "two weeks"),
                ("proof that orders come with thin, costly terms", "two weeks"),
            ],
        ),
        (
            "Downside risks include sticky wages, a warm winter and a weak yen.",
            [("sticky wages", None), ("a warm winter", None), ("a weak yen", None)],
        ),
        (
            "If the court stays the order before June, the thesis breaks.",
            [("the court stays the order before June", None)],
        ),
        ("The thesis breaks if churn rises in 2027.", [("churn rises in 2027", "in 2027")]),
        (
            "Watch for a licence delay or a price war.",
            [("a licence delay", None), ("a price war", None)],
        ),
        (
            "What would change our view: a merger or a new entrant.",
            [("a merger", None), ("a new entrant", None)],
        ),
        ("A second recall would undermine the case.", [("A second recall", None)]),
        ("Unless rain falls soon, barges stay idle.", [("rain falls soon", None)]),
        (
            "The key risk is that the subsidy lapses by 2028.",
            [("the subsidy lapses by 2028", "by 2028")],
        ),
    ],
)
def test_a_trigger_is_quoted_with_its_own_horizon(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert triggers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The company reported higher sales.",
        "If you like shoes, you will like the store.",
        "Risk management is a growing business.",
        "The risk of rain was low.",
    ],
)
def test_ordinary_sentences_hold_no_trigger(text: str) -> None:
    assert triggers(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("margins improve over the next 1-3 months", "1-3 months"),
        ("within 12 months it doubles", "12 months"),
        ("this creates a near-term catalyst", "near-term"),
        ("supply eases by 2027", "by 2027"),
        ("next quarter looks better", "next quarter"),
        ("orders recover in the second half of 2027", "in the second half of 2027"),
        ("over the next three to five years", "three to five years"),
        ("sales fell in 2023", None),
        ("nothing is said of time", None),
    ],
)
def test_a_horizon_is_the_words_of_the_clause(text: str, expected: str | None) -> None:
    assert horizon_of(text, Span(0, len(text))) == expected


def test_words_of_the_targets_own_name_are_no_horizon() -> None:
    text = "it favors owners with near-term power"
    assert horizon_of(text, Span(0, len(text)), besides=[Span(10, len(text))]) is None


@given(st.text(max_size=300))
def test_triggers_are_verbatim_in_order_and_apart(text: str) -> None:
    found = find_triggers(text, sentences(text))
    end = 0
    for one in found:
        assert one.quote.text == text[one.quote.start : one.quote.end]
        assert one.quote.start >= end
        end = one.quote.end
