"""What a text says of a target: direction, negation, contrast, concession, comparison, doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.passages import Passage
from retrieval.language.sentiment import by_rules, tone, weigh
from retrieval.models import Span

UP, DOWN, FLAT = "positive", "negative", "neutral"


def said_of(name: str, text: str) -> float:
    start = text.index(name)
    return by_rules(Passage(text, (Span(start, start + len(name)),))).score


def side(score: float) -> str:
    return FLAT if abs(score) < 0.15 else UP if score > 0 else DOWN


@pytest.mark.parametrize(
    "text",
    [
        'Harbin raised its view of European stocks to "overweight" from "neutral."',
        "Harbin cut its rating on Kestrel to underperform.",
    ],
)
def test_a_broker_that_changes_its_view_of_others_gains_and_loses_nothing(text: str) -> None:
    assert side(said_of("Harbin", text)) == FLAT


@pytest.mark.parametrize(
    "text",
    [
        "Harbin outsold Kestrel in March.",
        "Kestrel was outsold by Harbin in March.",
        "Kestrel has been eclipsed by Harbin.",
        "Kestrel, overtaken by Harbin a year ago, is for sale.",
        "Harbin surpassed Kestrel as the largest maker of pumps.",
        "Kestrel was outperformed by Harbin.",
    ],
)
def test_the_one_overtaken_loses_in_the_active_and_in_the_passive(text: str) -> None:
    assert (side(said_of("Harbin", text)), side(said_of("Kestrel", text))) == (UP, DOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Harbin rose 4% after the bell.", UP),
        ("Harbin's revenue fell for a third quarter.", DOWN),
        ("Harbin cut costs.", UP),
        ("Harbin cut its guidance.", DOWN),
        ("Harbin narrowed its loss.", UP),
        ("Harbin said its net loss widened.", DOWN),
        ("Harbin beat analysts' estimates.", UP),
        ("Harbin missed analysts' estimates.", DOWN),
        ("Harbin raised its full-year guidance.", UP),
        ("Higher input costs hurt Harbin.", DOWN),
        ("Harbin's board of directors initiated and declared a cash dividend.", UP),
        ("Harbin's board of directors declared a cash dividend.", FLAT),
        ("Brokers downgraded Harbin on Monday.", DOWN),
        ("Forget Harbin: here are two pump makers to look at instead.", DOWN),
        ("Forget Harbin's recent troubles: its deliveries rose 20%.", UP),
        ("The ruling is a tailwind for Harbin.", UP),
        ("The ruling is bearish for Harbin.", DOWN),
        ("The slump shows the strong competition it faced from local brands like Harbin.", UP),
        ("The slump shows the market share lost to Harbin.", UP),
        ("The delay leaves Harbin exposed to penalties.", DOWN),
        ("Harbin was hit by the dollar's strength.", DOWN),
        ("The settlement eases concerns about supply, and Harbin gains pricing power.", UP),
        ("Weak demand for Harbin pumps persists.", DOWN),
        ("Traders raised their price targets on Harbin.", UP),
        ("Spending shifts from Harbin to smaller rivals.", DOWN),
        ("Orders migrate toward Harbin.", UP),
        ("Harbin shares touched a 9-month low.", DOWN),
        ("Harbin held its annual meeting in May.", FLAT),
        ("Harbin declined to comment.", FLAT),
        ("According to Harbin, prices fell.", FLAT),
        ("Harbin suppliers suffer.", FLAT),
    ],
)
def test_a_plain_sentence_takes_the_side_a_reader_would_take(text: str, expected: str) -> None:
    assert side(said_of("Harbin", text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Harbin is not likely to benefit.",
        "Harbin does not gain from the rule.",
        "The rule doesn't help Harbin.",
        "Harbin failed to win approval.",
    ],
)
def test_a_negated_gain_is_no_gain(text: str) -> None:
    assert said_of("Harbin", text) < 0.15


def test_what_follows_but_outweighs_what_stands_before() -> None:
    assert said_of("Harbin", "Harbin's revenue rose, but its margins collapsed.") < 0
    assert said_of("Harbin", "Harbin's margins collapsed, but its revenue rose.") > -0.3


def test_a_conceded_gain_is_weaker_than_a_plain_one() -> None:
    plain = said_of("Harbin", "Harbin benefits.")
    conceded = said_of("Harbin", "Harbin benefits too, but more as a landlord than as a winner.")
    assert 0.15 <= conceded < plain


def test_although_grants_what_the_main_clause_overrules() -> None:
    assert said_of("Harbin", "Although Harbin's revenue fell, its profit surged.") > 0


def test_doubt_makes_a_claim_weaker_and_not_opposite() -> None:
    sure = said_of("Harbin", "Harbin benefits.")
    doubtful = said_of("Harbin", "Harbin might benefit.")
    assert 0 < doubtful < sure


@pytest.mark.parametrize(
    ("text", "up", "down"),
    [
        ("Harbin gains share from Moltke.", "Harbin", "Moltke"),
        ("Harbin is losing customers to Moltke.", "Moltke", "Harbin"),
        ("Harbin is better positioned than Moltke.", "Harbin", "Moltke"),
        ("The rule favors Harbin rather than Moltke.", "Harbin", "Moltke"),
        ("Harbin rose while Moltke slumped.", "Harbin", "Moltke"),
        ("Moltke dives on selling by funds, Harbin rises.", "Harbin", "Moltke"),
    ],
)
def test_a_comparison_has_two_sides(text: str, up: str, down: str) -> None:
    assert said_of(up, text) > said_of(down, text)
    assert said_of(up, text) >= 0
    assert said_of(down, text) <= 0


def test_better_than_expected_compares_with_no_company() -> None:
    assert said_of("Harbin", "Harbin's profit was better than expected.") > 0.15


def test_a_list_shares_what_is_said_of_it() -> None:
    text = "Harbin Inc, Moltke Corp and Zeno Ltd all climbed more than 2%."
    assert said_of("Harbin", text) > 0.15
    assert said_of("Moltke", text) > 0.15
    assert said_of("Zeno", text) > 0.15


def test_two_strong_sides_that_cancel_are_mixed() -> None:
    assert weigh([(0.5, 1.0), (-0.5, 1.0)]).label == "mixed"
    assert weigh([(0.5, 1.0)]).label == "positive"
    assert weigh([]).label == "neutral"


def test_without_a_place_the_text_as_a_whole_is_judged() -> None:
    text = "Margins collapsed and lawsuits pile up."
    assert by_rules(Passage(text)) == tone(text)
    assert tone(text).score < 0


@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 60))
def test_any_text_and_any_place_give_a_score_in_range(text: str, start: int, size: int) -> None:
    place = Span(min(start, len(text)), min(start + size, len(text)))
    said = by_rules(Passage(text, (place,)))
    assert -1 <= said.score <= 1
    assert said == by_rules(Passage(text, (place,)))
