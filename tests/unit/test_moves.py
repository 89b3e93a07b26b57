"""The sentences that tell how a stock moved, and whether they say why."""

import pytest

from retrieval.ask.moves import Move, moves_of
from retrieval.language.mentions import find_mentions
from retrieval.language.securities import load_securities
from tests.nouns import head

TARGETS = ("V", "MA", "BA", "AMKR", "VST", "CEG", "TSLA")


def told(text: str) -> list[tuple[str, str, bool]]:
    return [(m.target_id, m.side, m.because) for m in moves(text)]


def moves(text: str) -> tuple[Move, ...]:
    return moves_of(head(), text, find_mentions(text, load_securities()), TARGETS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Boeing fell 4%.", [("BA", "negative", False)]),
        ("Boeing (NYSE: BA) rose about 3% in late trading.", [("BA", "positive", False)]),
        ("Boeing shares slid.", [("BA", "negative", False)]),
        ("Shares of Boeing closed 3.8% higher on Thursday.", [("BA", "positive", False)]),
        ("Boeing's stock was down 2%.", [("BA", "negative", False)]),
        ("Visa fell 5% and Mastercard 6%.", [("V", "negative", False), ("MA", "negative", False)]),
        ("Boeing fell 4% after a door plug came off.", [("BA", "negative", True)]),
        ("Boeing shares rose as orders from airlines picked up.", [("BA", "positive", True)]),
        ("After regulators grounded the jet, Boeing shares fell.", [("BA", "negative", True)]),
        ("Boeing slid 4% in sympathy.", [("BA", "negative", True)]),
        ("Boeing rose 2% after hours.", [("BA", "positive", False)]),
        ("Boeing fell as much as 4%.", [("BA", "negative", False)]),
    ],
)  # fmt: skip
def test_who_moved_which_way_and_whether_it_says_why(
    text: str, found: list[tuple[str, str, bool]]
) -> None:
    assert told(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Boeing's revenue fell 4%.",
        "Sales at Boeing declined 4%.",
        "Boeing lost 3% of its customers.",
        "Copper rose 4.2% and Boeing said nothing.",
        "Boeing raised its forecast by 4%.",
        "Boeing fell behind.",
        "Airbus shares fell 4%, while Boeing kept its plan.",
    ],
)
def test_what_is_no_move_of_the_stock(text: str) -> None:
    assert told(text) == []


def test_its_shares_are_those_of_the_one_named_before_and_the_quote_says_whose() -> None:
    (move,) = moves("Amkor said that its site is on schedule. Its shares fell 6%.")
    assert (move.target_id, move.quote.start) == ("AMKR", 0)
    assert move.quote.text.endswith("Its shares fell 6%.")


def test_their_shares_are_those_of_all_named_before() -> None:
    text = "Vistra and Constellation Energy lose. Their shares fell 6% and 4%."
    assert {m.target_id for m in moves(text)} == {"VST", "CEG"}


def test_a_name_far_above_is_not_drawn_into_the_quote() -> None:
    text = "Boeing met its goals. It was a long year. The shares fell 2%."
    (move,) = moves(text)
    assert (move.target_id, move.quote.text) == ("BA", "The shares fell 2%.")


def test_each_quote_stands_at_its_span() -> None:
    text = "Tesla delivered more. Its shares rose 3%. Boeing fell 4% after the report."
    assert all(text[m.quote.start : m.quote.end] == m.quote.text for m in moves(text))
    assert len(moves(text)) == 2
