"""A sentence answers a question for a fact only if it fills each slot that is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.concepts import concept, concepts
from retrieval.ask.gate import Slot, asked_in, lacking, moves_in


def gap(question: str, sentence: str, around: str = "", dated: tuple[int, ...] = ()) -> Slot | None:
    return lacking(asked_in(question), sentence, f"{sentence} {around}", dated)


@pytest.mark.parametrize(
    ("question", "filled", "empty"),
    [
        ("How many trucks did Acme build?", "Acme built 900 trucks.", "Acme builds trucks."),
        ("What share of trucks is electric?", "A fifth, or 20%, is electric.", "Some are."),
        ("What gross margin did Acme report?", "Its gross margin was 41%.", "Its margin held."),
        ("How far did Acme fall?", "Acme fell 3%.", "Acme fell."),
    ],
)
def test_a_question_for_a_figure_needs_one(question: str, filled: str, empty: str) -> None:
    assert gap(question, filled) is None
    assert gap(question, empty) in {"figure", "money"}


def test_a_year_a_quarter_or_a_day_is_no_figure() -> None:
    assert gap("How many trucks did Acme build?", "Acme built trucks in 2023.") == "figure"
    assert gap("How many trucks did Acme build?", "Acme built trucks in Q4.") == "figure"
    assert gap("How many trucks did Acme build?", "OHIO, Oct 20 - Acme built them.") == "figure"


@pytest.mark.parametrize(
    "filled",
    [
        "It paid $40 a share.",
        "Acme paid 3 billion for it.",
        "The price was 70 cents.",
        "It earned 2.76 per share.",
    ],
)
def test_a_question_for_money_needs_an_amount(filled: str) -> None:
    assert gap("What did Acme pay for Bolt?", filled) is None
    assert gap("What did Acme pay for Bolt?", "Acme took over Bolt's 3 plants.") == "money"


def test_the_company_that_owns_the_amount_may_be_named_with_an_apostrophe() -> None:
    assert gap("What was Acme's revenue in Q2 2024?", "Acme has released Q2 2024.") == "money"
    assert gap("What was Acme’s revenue in 2024?", "It was $3 billion in 2024.") is None


@pytest.mark.parametrize(
    ("question", "filled", "empty"),
    [
        ("When was Acme founded?", "Acme was founded in 1907.", "Acme was founded by two smiths."),
        ("When does Acme report?", "It reports later today.", "It reports to the board."),
        ("When will the plant open?", "It will open on Monday.", "It will open with 40 people."),
        (
            "What is the release date of the car?",
            "It is released on May 3.",
            "The release is near.",
        ),
        ("Which year did Acme list?", "It listed 20 years ago.", "It listed in London."),
    ],
)
def test_a_question_for_a_time_needs_one(question: str, filled: str, empty: str) -> None:
    assert gap(question, filled) is None
    assert gap(question, empty) == "day"


@pytest.mark.parametrize(
    ("question", "sentence", "around", "dated", "missing"),
    [
        ("What was the margin in Q4 2023?", "It was 4% in Q4 2023.", "", (), None),
        ("What was the margin in Q4 2023?", "It was 4% in Q3 2023.", "", (), "period"),
        ("What was the margin in Q4 2023?", "It was 4% in the fourth quarter.", "", (2023,), None),
        ("What was the margin in 2023?", "It was 4%.", "Acme in 2023.", (), None),
        ("What was the margin in 2023?", "It was 4%.", "", (2024,), "period"),
        (
            "What was the margin in 2023?",
            "It was 4%, against 3% a year earlier.",
            "",
            (2024,),
            None,
        ),
        ("What was the rate in March 2023?", "The rate was 4% in March.", "", (2023,), None),
        ("What was the rate in March 2023?", "The rate was 4% in May.", "", (2023,), "period"),
        ("What was the rate of Acme?", "The rate was 4% in May 2021.", "", (), None),
        ("What revenue came from FY2023?", "Revenue was $3 billion in fiscal 2023.", "", (), None),
    ],
)
def test_the_time_asked_for_must_be_said(
    question: str, sentence: str, around: str, dated: tuple[int, ...], missing: Slot | None
) -> None:
    assert gap(question, sentence, around, dated) == missing


def test_what_will_be_needs_word_of_the_future_and_its_own_time() -> None:
    ask = "What dividend will Acme pay in 2026?"
    assert gap(ask, "Acme expects to pay a dividend of $3 in 2026.") is None
    assert gap(ask, "Acme pays a dividend of $3.") == "forecast"
    assert gap(ask, "Acme expects to pay a dividend of $3.", dated=(2026,)) == "period"


@pytest.mark.parametrize(
    ("question", "filled", "empty"),
    [
        ("Why did Acme fall?", "Acme slipped on weak demand.", "Acme jumped on strong demand."),
        ("Why did Acme cut its outlook?", "Acme trimmed its outlook.", "Acme raised its outlook."),
        ("Why did Acme miss estimates?", "It missed estimates.", "It beat estimates."),
        ("How much did the index gain?", "The index was up 0.8%.", "The index was down 0.8%."),
    ],
)
def test_a_move_taken_for_granted_must_be_told(question: str, filled: str, empty: str) -> None:
    assert gap(question, filled) is None
    assert gap(question, empty) == "move"


def test_a_question_that_takes_nothing_for_granted_lacks_nothing() -> None:
    assert gap("What did the board decide?", "The board kept the rate.") is None


def test_printed_moves_have_a_side() -> None:
    assert set(moves_in("The stock was -1.9% late")) == {"down"}
    assert set(moves_in("It traded up $3 and off 2")) == {"up", "down"}


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_question_can_be_held_against_any_sentence(question: str, sentence: str) -> None:
    assert lacking(asked_in(question), sentence, sentence) in {
        None,
        "figure",
        "money",
        "day",
        "period",
        "forecast",
        "move",
    }


@pytest.mark.parametrize(
    "pair",
    [("EPS", "profits"), ("guide", "outlook"), ("Q1", "first-quarter"), ("decide", "decision")],
)
def test_words_for_one_thing_are_one_concept(pair: tuple[str, str]) -> None:
    assert concept(pair[0]) == concept(pair[1])


def test_opposites_and_strangers_stay_apart() -> None:
    words = ["raise", "cut", "beat", "miss", "rise", "fall", "buy", "sell", "turbine", "copper"]
    assert len(set(map(concept, words))) == len(words)
    assert concepts("What did the EPS of the copper miner say?") == ("earn", "cop", "min")
