"""A broker that rates another's stock is told from a company that speaks of itself."""

import pytest

from retrieval.language.receivers import is_bystander
from retrieval.language.sides import Named
from retrieval.language.tokens import tokenise
from retrieval.models import Span


def bystander(name: str, text: str) -> bool:
    words = tokenise(text, Span(0, len(text)))
    return is_bystander(words, Named("0", 0, len(tokenise(name, Span(0, len(name))))))


@pytest.mark.parametrize(
    ("name", "does"),
    [
        ("Jefferies", "trimmed its target on HubSpot to $560."),
        ("Jefferies", "cut the database maker to underweight."),
        ("KBW", "trims its target by $3 but stays at market perform."),
        ("Citigroup", "cut Intel to sell from neutral."),
        ("Citi", "stayed at buy and lifted its target to $310."),
        ("Citi", "lifts price target for Nike."),
        ("Barclays", "kept its overweight rating on Datadog."),
        ("Goldman", "raised Nvidia to buy."),
        ("Goldman Sachs", "cuts Nike's price target to $70."),
        ("Goldman", "'s upgraded view of the stock helped."),
        ("JPMorgan", "downgraded the stock."),
        ("UBS", "started coverage of Snowflake at neutral."),
        ("Moody's", "affirmed the A1 rating of Boeing."),
        ("Wolfe", "cuts to underperform after checks."),
        ("Morgan Stanley", "goes straight from underweight to overweight."),
        ("Evercore ISI", "reiterates outperform and nudges its target up $6."),
        ("Bank of America", "resumed coverage of Workday at neutral."),
    ],
)
def test_who_rates_a_stock_is_a_bystander(name: str, does: str) -> None:
    assert bystander(name, f"{name} {does}")


@pytest.mark.parametrize(
    ("name", "does"),
    [
        ("Boeing", "lowered guidance and the stock fell 5%."),
        ("Intel", "raised to buy from hold at Citi."),
        ("Nike", "started to sell on Amazon and shares surged 10%."),
        ("3M", "kept its plan to hold on to cash."),
        ("Netflix", "reiterated its target and missed estimates."),
        ("Exxon", "raised its production target for Guyana."),
        ("Delta", "raised its profit target to $7 a share."),
        ("Delta", "raised its profit target to $16B."),
        ("Delta", "raised its target to $8.2bn."),
        ("Intel", "upgraded; the stock rose."),
        ("Boeing", "cut prices and shares fell."),
        ("Boeing", "reiterated its outlook and the stock fell."),
        ("Boeing", "upgraded its fleet, and shares rose."),
        ("Boeing", "'s lowered guidance hit the stock."),
        ("Lockheed", "maintained its full-year outlook as shares rose."),
        ("Apple", "started to sell phones in India."),
        ("Apple", "cut its sales target for iPhones."),
        ("Tesla", "cut prices of cars it has to sell."),
        ("Ford", "cut its target for electric cars."),
        ("GM", "raised its target on higher truck sales."),
        ("Intel", "raises its target to 30% from 25%."),
        ("Meta", "went on to buy Manus."),
        ("Exxon", "moved to sell its stake."),
        ("Alcoa", "maintained its target to cut emissions."),
        ("Alphabet", "took a neutral stance."),
        ("Chevron", "lowered output to add to reserves."),
    ],
)
def test_who_speaks_of_its_own_is_none(name: str, does: str) -> None:
    assert not bystander(name, f"{name} {does}")


def test_at_whose_house_a_stock_is_graded_is_a_bystander() -> None:
    text = "Intel raised to buy from hold at Citi."
    words = tokenise(text, Span(0, len(text)))
    assert is_bystander(words, Named("0", 7, 8))


@pytest.mark.parametrize("trade", ["Economists", "Strategists", "Analysts"])
def test_whose_people_are_quoted_is_a_bystander(trade: str) -> None:
    text = f"{trade} at Morgan Stanley trimmed their estimate."
    words = tokenise(text, Span(0, len(text)))
    assert is_bystander(words, Named("0", 2, 4))
