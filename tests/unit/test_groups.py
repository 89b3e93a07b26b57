"""Groups are named in the article's own words, and only kinds of business are groups."""

import pytest

from retrieval.language.reading import hear
from retrieval.language.sentences import sentences


def groups(text: str) -> dict[str, float]:
    told = hear(text, sentences(text), ()).groups
    return {one.target.name: one.score for one in told if one.target.kind == "group"}


@pytest.mark.parametrize(
    ("text", "name", "is_up"),
    [
        ("The rule is bearish for subprime auto lenders.", "subprime auto lenders", False),
        ("That is a tailwind for regional grocers.", "regional grocers", True),
        ("It favors vertical farms and seed makers.", "vertical farms and seed makers", True),
        ("Smaller brewers are exposed to aluminium prices.", "Smaller brewers", False),
        ("Discount retailers stand to benefit.", "Discount retailers", True),
        ("Airlines gain.", "Airlines", True),
        ("The levy hurts U.S. airlines.", "airlines", False),
        ("That is a tailwind for U.S. steel mills.", "steel mills", True),
        (
            "Capital migrates into grid, storage, and metering equipment.",
            "grid, storage, and metering equipment",
            True,
        ),
        ("The tax puts pressure on online casinos.", "online casinos", False),
        ("Banks gain at the expense of payday lenders.", "payday lenders", False),
        ("Concerns about the health of regional lenders grew.", "regional lenders", False),
        ("The levy raises costs for short-haul carriers.", "short-haul carriers", False),
        ("Grain elevators along the river suffer.", "Grain elevators", False),
        ("The makers of the filters lose.", "makers of the filters", False),
        (
            "It leaves undercapitalized insurers exposed to claims.",
            "undercapitalized insurers",
            False,
        ),
        ("Freight brokers, which own no trucks, are losing loads.", "Freight brokers", False),
    ],
)
def test_a_group_is_named_as_the_article_names_it(text: str, name: str, is_up: bool) -> None:  # noqa: FBT001
    found = groups(text)
    assert name in found
    assert (found[name] > 0) is is_up


@pytest.mark.parametrize(
    "text",
    [
        "The news is bad for the market.",
        "The cut is good news for investors.",
        "Consensus suffers.",
        "It helps institutional investors.",
        "Demand benefits.",
        "The plan hurts companies.",
        "Rates are a headwind for the economy.",
        "It pressures our quarterly numbers.",
        "The chip boosts servers.",
        "Shares of the company fell.",
    ],
)
def test_words_too_wide_to_be_anybody_are_no_group(text: str) -> None:
    assert groups(text) == {}
