"""The exposure map: each group is named by phrases the reader finds, and lists real tickers."""

import pytest

from retrieval.language.exposures import ExposureMap, Group, expand, load_exposures, parse_map
from retrieval.language.reading import hear
from retrieval.language.securities import load_securities
from retrieval.language.sentences import sentences

MAP = load_exposures()
each = pytest.mark.parametrize("group", MAP.groups.values(), ids=list(MAP.groups))


def test_the_map_has_a_version_and_covers_many_groups() -> None:
    assert MAP.version
    assert len(MAP.groups) >= 40


@each
def test_a_group_lists_a_few_main_players_with_a_reason_each(group: Group) -> None:
    assert 2 <= len(group.members) <= 8
    assert len({member.ticker for member in group.members}) == len(group.members)
    for member in group.members:
        assert 0 < member.strength <= 1
        assert 2 <= len(member.why.split()) <= 14


@each
def test_every_ticker_is_listed_and_the_main_one_of_its_issuer(group: Group) -> None:
    securities = load_securities()
    for member in group.members:
        security = securities.get(member.ticker)
        assert security is not None, member.ticker
        assert security.listed, member.ticker
        assert securities.primary(member.ticker) == member.ticker


def names_found(text: str) -> set[tuple[str, ...]]:
    told = hear(text, sentences(text), ()).groups
    return {tuple(word.lower for word in MAP.read(one.target.name)) for one in told}


@each
def test_every_phrase_is_a_group_that_the_reader_finds(group: Group) -> None:
    for phrase in group.phrases:
        words = " ".join(phrase)
        hyphened = f"{'-'.join(phrase[:-1])} {phrase[-1]}".strip()
        shapes = (
            f"The new rule is bearish for {words}.",
            f"The new rule is bearish for {hyphened}.",
            f"{words.capitalize()} stand to benefit.",
        )
        assert any(phrase in names_found(shape) for shape in shapes), words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("U.S. airlines", ["us", "airlines"]),
        ("data-centre REITs", ["data", "center", "reits"]),
        ("datacenter landlords", ["data", "center", "landlords"]),
        ("Homebuilders", ["home", "builders"]),
        ("non-US banks", ["non", "us", "banks"]),
        ("oil - and gas", ["oil", "-", "and", "gas"]),
        ("Europe’s airlines", ["europe", "’", "s", "airlines"]),
    ],
)
def test_words_are_read_as_the_map_spells_them(written: str, words: list[str]) -> None:
    assert [word.lower for word in MAP.read(written)] == words


def test_a_word_keeps_its_place_when_it_is_spelled_as_two() -> None:
    text = "US homebuilders gain"
    assert [text[word.start : word.end] for word in MAP.read(text)] == [
        "US", "homebuilders", "homebuilders", "gain",
    ]  # fmt: skip


def test_a_pattern_stands_for_each_choice_of_words() -> None:
    assert list(expand("gpu/ai cloud @", ["stocks", "firms"])) == [
        ("gpu", "cloud", "stocks"),
        ("gpu", "cloud", "firms"),
        ("ai", "cloud", "stocks"),
        ("ai", "cloud", "firms"),
    ]


GROUP = """
[[group]]
id = "{id}"
date = 2026-11-25
scope = "world"
phrases = ["{phrase}"]
tickers = [["MU", 0.9, "sells memory chips"], ["SNDK", 0.7, "sells flash memory"]]
"""
HEAD = 'version = "7"\n[words]\nfirms = "stocks"\nhome = "us"\n[words.spelling]\n'


def made(*groups: tuple[str, str]) -> ExposureMap:
    return parse_map(HEAD + "".join(GROUP.format(id=i, phrase=phrase) for i, phrase in groups))


def test_a_map_says_who_belongs_to_a_group_and_nobody_else() -> None:
    read_map = made(("memory", "memory makers"))
    assert read_map.version == "7"
    assert read_map.named(["memory", "makers"]) == "memory"
    assert read_map.named(["makers"]) is None
    member = read_map.groups["memory"].member("MU")
    assert member
    assert (member.strength, member.why) == (0.9, "sells memory chips")
    assert read_map.groups["memory"].member("NVDA") is None


def test_a_phrase_of_two_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="memory makers"):
        made(("memory", "memory makers"), ("flash", "memory makers"))


def test_an_id_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        made(("memory", "memory makers"), ("memory", "flash makers"))
