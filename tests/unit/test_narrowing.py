"""A group means a group of the exposure map only where the text means all of it."""

import pytest

from retrieval.language.exposures import load_exposures
from retrieval.language.narrowing import meant
from retrieval.models import Article, Impact, Quote, Sentiment, Target

MAP = load_exposures()


def groups(text: str, name: str, title: str | None = None) -> tuple[str, ...]:
    """Read `name` as a group in the sentence of `text` that says it last."""
    at = text.rindex(name)
    start = text.rfind(". ", 0, at) + 2 if ". " in text[:at] else 0
    quote = Quote(text[start:], start, len(text))
    target = Target("group", name, name)
    impact = Impact(target, Sentiment(-0.5), 0.5, 1, None, None, 0.8, (quote,))
    return meant(Article("a", text, title=title), impact, MAP)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("The fee hurts airlines.", "airlines", ["us-airlines"]),
        ("The fee hurts U.S. airlines.", "airlines", ["us-airlines"]),
        ("The fee hurts US airlines.", "US airlines", ["us-airlines"]),
        ("The fee hurts U.S. airlines.", "U.S. airlines", ["us-airlines"]),
        ("The fee hurts U.K. airlines.", "U.K. airlines", []),
        ("The fee hurts airlines across the board.", "airlines", ["us-airlines"]),
        ("The fee hurts airlines' margins.", "airlines", ["us-airlines"]),
        ("Airlines will suffer in 2027.", "Airlines", ["us-airlines"]),
        ("A headwind for airlines in the second half.", "airlines", ["us-airlines"]),
        ("A headwind for airlines in the US.", "airlines", ["us-airlines"]),
        ("A headwind for airlines on Monday.", "airlines", ["us-airlines"]),
        ("Airlines, which buy kerosene daily, suffer.", "Airlines", ["us-airlines"]),
        ("Oil fell, and airlines gained.", "airlines", ["us-airlines"]),
        ("The strike ended, hurting airlines.", "airlines", ["us-airlines"]),
        ("The glut hurts memory-chip makers.", "memory-chip makers", ["memory-chip-makers"]),
        ("The glut hurts chipmakers.", "chipmakers", []),
        ("Data-centre REITs gain.", "Data-centre REITs", ["data-center-landlords"]),
        (
            "It hurts homebuilders and title insurers.",
            "homebuilders and title insurers",
            ["homebuilders", "title-insurers"],
        ),
        (
            "Capital flows into grid, cooling and data-center equipment.",
            "grid, cooling and data-center equipment",
            ["grid-equipment", "data-center-cooling", "data-center-infrastructure"],
        ),
        ("It hurts oil and gas producers.", "oil and gas producers", ["oil-producers"]),
        ("It hurts banks and toy makers.", "banks and toy makers", []),
        ("It hurts homebuilders and toy makers.", "homebuilders and toy makers", ["homebuilders"]),
        ("It hurts Florida insurers.", "Florida insurers", ["florida-insurers"]),
        (
            "It hurts insurers with Florida exposure.",
            "insurers with Florida exposure",
            ["florida-insurers"],
        ),
    ],
)
def test_a_group_is_meant_by_its_own_words(text: str, name: str, expected: list[str]) -> None:
    assert list(groups(text, name)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "smaller GPU cloud providers",
        "undifferentiated GPU clouds",
        "large GPU clouds",
        "private GPU clouds",
        "European GPU clouds",
        "Chinese GPU clouds",
        "non-US GPU clouds",
        "debt-laden GPU clouds",
        "Nvidia-backed GPU clouds",
        "GPU cloud customers",
        "GPU clouds with old chips",
        "operators of GPU clouds",
        "European hotels and GPU clouds",
        "smaller hosts, GPU clouds and landlords",
        "GPU clouds and landlords with heavy debt",
    ],
)
def test_a_word_more_is_another_group(name: str) -> None:
    assert groups(f"The glut hurts {name}.", name) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The fee hurts some airlines.",
        "The fee hurts other airlines.",
        "Those airlines will suffer.",
        "It says three airlines will suffer.",
        "The fee hurts Europe's airlines.",
        "The fee hurts Europe’s airlines.",
        "The fee hurts airlines in Europe.",
        "The fee hurts airlines in trouble.",
        "The fee hurts airlines at Heathrow.",
        "The fee hurts airlines across Europe.",
        "The fee hurts airlines outside the country.",
        "The fee hurts airlines that fly at night.",
        "The fee hurts airlines such as Norse.",
        "The fee hurts airlines, especially those without hedges.",
        "The fee hurts airlines operating at night.",
        "The fee hurts airlines (the young ones).",
        "The fee hurts airlines' caterers.",
        "The fee hurts the airlines it was made for.",
        "The fee is bad for unhedged airlines.",
        "Unhedged airlines will suffer.",
        "The fee hurts hotels and airlines.",
        "The fee hurts Norse airlines.",
        "It hurts all but airlines, unlike airlines.",
    ],
)
def test_the_words_around_a_group_narrow_it(text: str) -> None:
    name = "airlines"
    assert groups(text, name) == ()


def test_a_group_that_is_narrowed_elsewhere_in_the_article_is_not_meant_bare() -> None:
    bare = "The fee hurts GPU clouds."
    assert groups(bare, "GPU clouds")
    assert not groups(f"Small GPU clouds lose share. {bare}", "GPU clouds")
    assert not groups(bare, "GPU clouds", title="European GPU Clouds Brace for a Fee")
    assert not groups(f"The glut hurts GPU clouds in Norway. {bare}", "GPU clouds")


def test_a_title_in_capitals_narrows_nothing_by_them() -> None:
    assert groups("The fee hurts airlines.", "airlines", title="New Fee Hits Airlines Hard")


@pytest.mark.parametrize(
    "abroad",
    ["Ministers in Paris voted.", "The fine is £40m.", "Indian demand fell.", "It pays in yuan."],
)
def test_a_us_group_needs_its_mark_where_the_article_is_abroad(abroad: str) -> None:
    assert not groups(f"{abroad} The fee hurts airlines.", "airlines")
    assert not groups("The fee hurts airlines.", "airlines", title=abroad)
    assert groups(f"{abroad} The fee hurts US airlines.", "US airlines")
    assert groups(f"{abroad} The fee hurts U.S. airlines.", "airlines")
    assert groups(f"{abroad} The fee hurts uranium miners.", "uranium miners")


def test_the_pronoun_us_is_no_mark() -> None:
    assert not groups("In Paris it tells us airlines suffer.", "airlines")


def test_a_group_that_the_text_does_not_say_means_nothing() -> None:
    quote = Quote("The fee hurts.", 0, 14)
    target = Target("group", "airlines", "airlines")
    impact = Impact(target, Sentiment(-0.5), 0.5, 1, None, None, 0.8, (quote,))
    assert meant(Article("a", "The fee hurts."), impact, MAP) == ()
