"""What the news says of a name at a moment: stories, echoes, age, and what is usual for it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sentiment import BASE, HALF_LIFE, MIN_DAYS, Voice, base, by_name, net, series, voices
from retrieval.models import Claim, Membership
from tests.nouns import MONDAY, claim, head

DAY = timedelta(days=1)


def said(
    story: str, score: float, *, position: int = 0, at: datetime = MONDAY, words: str = ""
) -> Claim:
    """A statement of one article of a story."""
    name = f"{story}-{position}"
    told = claim(score=score, article=name, words=words or f"{name} says {score}.")
    placed = head(name, membership=Membership(story, position), published_at=at)
    return replace(told, head=placed)


def score_of(*claims: Claim, now: datetime = MONDAY) -> float:
    found = net(voices(claims), now)
    assert found is not None
    return found.score


def test_a_story_has_one_voice_however_often_it_is_told() -> None:
    spoken = voices([said("mine", 0.6), said("mine", 0.2, position=1), said("fab", -0.5)])
    assert [voice.story_id for voice in spoken] == ["fab", "mine"]


def test_a_later_article_of_a_story_weighs_less_than_the_first() -> None:
    assert 0.4 < score_of(said("mine", 0.6), said("mine", 0.2, position=1)) < 0.6


def test_two_stories_of_the_same_weight_and_age_meet_in_the_middle() -> None:
    assert score_of(said("mine", 0.6), said("fab", -0.2)) == pytest.approx(0.2)


def test_after_a_half_life_a_story_weighs_half() -> None:
    old = said("old", -0.5, at=MONDAY - HALF_LIFE)
    assert score_of(old, said("new", 0.5)) == pytest.approx(0.5 / 3, abs=1e-4)


def test_what_is_dated_later_is_not_known_yet() -> None:
    assert score_of(said("now", 0.3), said("soon", -0.9, at=MONDAY + DAY)) == 0.3


def test_strong_sides_that_cancel_are_mixed() -> None:
    found = net(voices([said("mine", 0.6), said("fab", -0.6)]), MONDAY)
    assert found is not None
    assert (found.sentiment.label, found.stories) == ("mixed", 2)


def test_nobody_spoke() -> None:
    assert net((), MONDAY) is None
    assert net(voices([said("soon", 0.9, at=MONDAY + DAY)]), MONDAY) is None


def test_groups_and_private_companies_have_no_name_here() -> None:
    told = [claim("AMZN"), claim("xAI", kind="private"), claim("smaller clouds", kind="group")]
    assert list(by_name(told)) == ["AMZN"]


scores = st.integers(-10, 10).map(lambda tenths: tenths / 10)


@given(
    told=st.lists(st.tuples(st.sampled_from("abc"), scores), min_size=1, max_size=6),
    copied=st.integers(0, 5),
    late=st.integers(0, 40),
)
def test_fifty_copies_of_an_article_move_no_score(
    told: list[tuple[str, float]], copied: int, late: int
) -> None:
    claims = [
        said(story, score, position=position, at=MONDAY - position * DAY)
        for position, (story, score) in enumerate(told)
    ]
    original = claims[copied % len(claims)]
    story = original.head.membership.story_id
    copies = [
        replace(
            original,
            head=replace(
                original.head,
                article_id=f"copy-{n}",
                membership=Membership(story, len(told) + n),
                published_at=original.head.published_at and original.head.published_at + late * DAY,
            ),
        )
        for n in range(50)
    ]
    assert abs(score_of(*claims) - score_of(*claims, *copies)) <= 1e-9


@given(st.permutations([said("a", 0.4), said("a", -0.2, position=1), said("b", 0.9)]))
def test_the_order_of_the_claims_does_not_matter(told: list[Claim]) -> None:
    assert voices(told) == voices([said("b", 0.9), said("a", 0.4), said("a", -0.2, position=1)])


@given(st.lists(st.tuples(scores, st.integers(0, 60)), min_size=1, max_size=20))
def test_a_score_never_leaves_what_was_said(told: list[tuple[float, int]]) -> None:
    claims = [said(f"s{n}", s, at=MONDAY - age * DAY) for n, (s, age) in enumerate(told)]
    low, high = min(s for s, _ in told), max(s for s, _ in told)
    assert low - 1e-4 <= score_of(*claims) <= high + 1e-4


def daily(*told: float) -> tuple[Voice, ...]:
    """One story a day, the last one yesterday."""
    days = reversed(range(1, len(told) + 1))
    return tuple(
        Voice(f"s{n}", score, 0.5, MONDAY - n * DAY) for n, score in zip(days, told, strict=True)
    )


def test_a_base_is_what_the_days_with_news_said() -> None:
    found = base(daily(0.1, 0.2, 0.3, 0.2, 0.2), MONDAY)
    assert (found.mean, found.days) == (0.2, 5)
    assert found.z(0.2) == 0
    assert found.z(-0.3) == pytest.approx(-5.0)  # five of the smallest spreads below


def test_a_base_of_few_days_calls_nothing_unusual() -> None:
    assert base(daily(*[0.2] * (MIN_DAYS - 1)), MONDAY).z(-0.9) is None
    assert base((), MONDAY).z(0.9) is None


def test_a_base_ends_before_the_moment_and_begins_a_month_before_it() -> None:
    old = Voice("old", -0.9, 0.5, MONDAY - BASE - DAY)
    now = Voice("now", 0.9, 0.5, MONDAY)
    assert base((old, *daily(0.2, 0.2), now), MONDAY).days == 2


def test_a_series_has_a_gap_where_the_news_is_old() -> None:
    spoken = (Voice("mine", 0.4, 0.5, MONDAY),)
    moments = [MONDAY - DAY, MONDAY, MONDAY + 2 * HALF_LIFE, MONDAY + 3 * HALF_LIFE]
    assert series(spoken, moments) == (None, 0.4, 0.4, None)
