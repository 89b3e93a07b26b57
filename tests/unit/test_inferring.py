"""What is inferred comes from the map, is weaker than its source, and is never mixed in."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.language.check import check, check_inferred
from retrieval.language.exposures import load_exposures
from retrieval.language.inferring import infer
from retrieval.language.securities import load_securities
from retrieval.models import (
    Analysis,
    Article,
    Impact,
    Inferred,
    Mention,
    Quote,
    Sentiment,
    Span,
    Target,
)
from tests.articles import builtin

MAP, SECURITIES = load_exposures(), load_securities()


def read(text: str, title: str | None = None) -> Analysis:
    return builtin().read([Article("a", text, title=title)])[0]


def tickers(said: Analysis) -> set[str]:
    return {one.impact.target.id for one in said.inferred}


def test_a_group_reaches_the_tickers_of_the_map_weaker_and_less_sure() -> None:
    said = read("The ruling is bearish for payment networks.")
    (group,) = said.impacts
    assert tickers(said) == {"V", "MA"}
    for one in said.inferred:
        impact = one.impact
        assert (impact.origin, impact.order, impact.target.kind) == ("inferred", 2, "ticker")
        assert group.sentiment.score < impact.sentiment.score < 0
        assert impact.confidence <= 0.5 * group.confidence
        assert impact.quotes == group.quotes
        assert (one.group, one.group_id) == ("payment networks", "payment-networks")
        assert one.map_version == MAP.version
        assert one.why


def test_a_us_group_abroad_is_reached_by_its_mark() -> None:
    assert tickers(read("Paris set a levy. The levy hurts airlines.")) == set()
    assert "DAL" in tickers(read("Paris set a levy. The levy hurts U.S. airlines."))


def test_what_is_inferred_changes_nothing_that_the_article_says() -> None:
    said = read("The ruling is bearish for payment networks.")
    assert [one.target.kind for one in said.impacts] == ["group"]
    assert said.tickers == ()
    assert said.groups == ("payment networks",)
    assert said.dropped == 0


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Mastercard gained. The ruling is bearish for payment networks.", None),
        ("Mastercard met its staff in Ohio. The ruling is bearish for payment networks.", None),
        ("The ruling is bearish for payment networks.", "Mastercard and the ruling"),
    ],
    ids=["with an opinion", "without one", "in the title"],
)
def test_an_article_speaks_for_itself_about_whom_it_names(text: str, title: str | None) -> None:
    assert tickers(read(text, title)) == {"V"}


def test_any_class_of_a_share_is_the_company() -> None:
    text = "Alphabet (NASDAQ: GOOG) moved. The ruling is bearish for hyperscalers."
    assert tickers(read(text)) == {"AMZN", "MSFT"}


def test_a_company_in_two_groups_of_one_side_is_inferred_once_by_the_stronger() -> None:
    said = read("The order is bearish for uranium miners. It hurts rare-earth miners too.")
    assert tickers(said) == {"CCJ", "UEC", "UUUU", "MP"}
    (one,) = (one for one in said.inferred if one.impact.target.id == "UUUU")
    assert one.group_id == "uranium-miners"


def test_a_company_in_two_groups_that_fare_differently_is_not_inferred() -> None:
    said = read("The order is bullish for uranium miners. It hurts rare-earth miners.")
    assert tickers(said) == {"CCJ", "UEC", "MP"}


@pytest.mark.parametrize(
    "text",
    [
        "Smaller GPU cloud providers lose.",
        "The order hurts Chinese steelmakers.",
        "It is bearish for toaster makers.",
        "Payment networks held a conference.",
    ],
)
def test_without_a_group_of_the_map_nothing_is_inferred(text: str) -> None:
    assert read(text).inferred == ()


def test_a_faint_or_mixed_group_says_nothing_of_its_members() -> None:
    article, (group,), mentions = sample()
    for tone in (Sentiment(-0.16), Sentiment(0.0, mixed=True), Sentiment(0.1)):
        faint = replace(group, sentiment=tone)
        assert infer(article, [faint], mentions, SECURITIES, MAP) == ()


def sample() -> tuple[Article, tuple[Impact, ...], tuple[Mention, ...]]:
    text = "Visa rose. The glut is bearish for memory-chip makers over the next two quarters."
    said = read(text)
    return Article("a", text), said.impacts[:1], said.mentions


def test_the_strongest_come_first_and_always_in_the_same_order() -> None:
    said = read("The cut is bullish for homebuilders.")
    scores = [one.impact.sentiment.score for one in said.inferred]
    assert scores == sorted(scores, reverse=True)
    assert [one.impact.target.id for one in said.inferred] == ["DHI", "LEN", "NVR", "PHM", "TOL"]


# --- check -------------------------------------------------------------------------------------


@pytest.fixture(name="made")
def made_fixture() -> tuple[Article, tuple[Impact, ...], tuple[Mention, ...], Inferred]:
    article, impacts, mentions = sample()
    made = infer(article, impacts, mentions, SECURITIES, MAP)
    assert [one.impact.target.id for one in made] == ["MU", "SNDK"]
    return article, impacts, mentions, made[0]


def checked(
    article: Article,
    one: Inferred,
    impacts: tuple[Impact, ...],
    mentions: tuple[Mention, ...],
) -> tuple[tuple[Inferred, ...], int]:
    return check_inferred(article, [one], impacts, mentions, SECURITIES, exposures=MAP)


Made = tuple[Article, tuple[Impact, ...], tuple[Mention, ...], Inferred]


def test_what_follows_from_the_map_is_kept(made: Made) -> None:
    article, impacts, mentions, one = made
    assert checked(article, one, impacts, mentions) == (
        (one,),
        0,
    )
    assert check_inferred(article, [], impacts, mentions, SECURITIES, exposures=MAP) == ((), 0)


ELSEWHERE = Quote("Visa rose.", 0, 10)


def _with(one: Inferred, **fields: object) -> Inferred:
    return replace(one, impact=replace(one.impact, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: _with(one, origin="source"),
        lambda one: _with(one, order=1),
        lambda one: _with(one, target=Target("ticker", "NVDA", "Nvidia")),
        lambda one: _with(one, target=Target("ticker", "QQZZQ", "Nobody")),
        lambda one: _with(one, target=Target("group", "MU", "Micron")),
        lambda one: _with(one, sentiment=Sentiment(-0.9)),
        lambda one: _with(one, sentiment=Sentiment(0.4)),
        lambda one: _with(one, confidence=0.8),
        lambda one: _with(one, relevance=1.5),
        lambda one: _with(one, quotes=()),
        lambda one: _with(one, quotes=(ELSEWHERE,)),
        lambda one: _with(one, quotes=(Quote("The glut is bullish", 11, 30),)),
        lambda one: _with(one, mechanism="a flood of wafers"),
        lambda one: _with(one, horizon="next year"),
        lambda one: _with(one, carried_from=Span(0, 4)),
        lambda one: replace(one, group="uranium miners"),
        lambda one: replace(one, group_id="uranium-miners"),
        lambda one: replace(one, group_id="no-group"),
        lambda one: replace(one, map_version="2020.1"),
        lambda one: replace(one, why="sells tea"),
    ],
    ids=range(20),
)
def test_what_does_not_follow_is_dropped_and_counted(spoil: object, made: Made) -> None:
    article, impacts, mentions, one = made
    assert callable(spoil)
    assert checked(article, spoil(one), impacts, mentions) == (
        (),
        1,
    )


def test_a_company_that_the_article_names_is_dropped(made: Made) -> None:
    article, impacts, _, one = made
    named = Mention(Target("ticker", "MU", "Micron"), "Visa", 0, 4)
    assert checked(article, one, impacts, (named,)) == ((), 1)


def test_nothing_follows_from_an_impact_that_was_dropped(made: Made) -> None:
    article, _, mentions, one = made
    assert checked(article, one, (), mentions) == ((), 1)


def test_an_inferred_impact_never_passes_as_one_of_the_article(made: Made) -> None:
    article, impacts, mentions, one = made
    disguised = replace(impacts[0], origin="inferred")
    assert check(article, [one.impact, disguised], mentions, SECURITIES) == ((), 2)


PHRASES = [" ".join(phrase) for group in MAP.groups.values() for phrase in group.phrases]
SENTENCES = [
    "The rule is bearish for {}.", "The rule helps {}.", "{} stand to benefit.", "Smaller {} lose.",
    "{} in Norway suffer.", "Visa gained and Micron fell.", "Delta Air Lines bought {}.",
]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(SENTENCES), st.sampled_from(PHRASES)), max_size=4))
def test_no_ticker_is_both_named_and_inferred_and_origins_are_never_mixed(
    parts: list[tuple[str, str]],
) -> None:
    text = " ".join(sentence.format(phrase) for sentence, phrase in parts)
    said = read(text)
    named = {one.target.id for one in (*said.impacts, *said.mentions)}
    assert not named & tickers(said)
    assert {one.origin for one in said.impacts} <= {"source"}
    assert {one.impact.origin for one in said.inferred} <= {"inferred"}
    assert len(tickers(said)) == len(said.inferred)
    assert {row.ticker for row in said.tickers}.isdisjoint(tickers(said))
    for one in said.inferred:
        assert MAP.groups[one.group_id].member(one.impact.target.id)
        for quote in one.impact.quotes:
            assert quote.text == text[quote.start : quote.end]
