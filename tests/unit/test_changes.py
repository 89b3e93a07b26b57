"""What became of each story since then: new, developing, reversal, unchanged."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.changes import Change, changes, is_reversal, state_of
from retrieval.models import ArticleHead, Claim, Membership, Sentiment
from tests.nouns import claim, head


def of_story(article: str, story: str, **fields: object) -> ArticleHead:
    return head(article, membership=Membership(story, 0), **fields)


def said(score: float, article: ArticleHead) -> Claim:
    return replace(claim("NVDA", score), head=article)


OLD, LATER, OTHER = of_story("a1", "s1"), of_story("a2", "s1"), of_story("a3", "s2")


def became(now: list[Claim], then: list[Claim]) -> list[tuple[str, str]]:
    heads, before = [c.head for c in now], [c.head for c in then]
    return [(c.story_id, c.state) for c in changes(now, then, heads, before, ["NVDA"])]


def test_a_story_that_nothing_was_known_of_is_new() -> None:
    assert became([said(0.5, OLD)], []) == [("s1", "new")]


def test_a_known_story_with_another_article_develops() -> None:
    assert became([said(0.5, OLD), said(0.4, LATER)], [said(0.5, OLD)]) == [("s1", "developing")]


def test_a_known_story_that_changes_sides_is_a_reversal_and_stands_first() -> None:
    now = [said(0.3, OLD), said(-0.9, LATER), said(0.9, OTHER)]
    assert became(now, [said(0.3, OLD)]) == [("s1", "reversal"), ("s2", "new")]


def test_a_corrected_article_is_a_development_of_its_story() -> None:
    corrected = replace(OLD, version=2)
    assert became([said(0.5, corrected)], [said(0.5, OLD)]) == [("s1", "developing")]


def test_what_was_known_as_it_is_now_is_unchanged() -> None:
    assert became([said(0.5, OLD)], [said(0.5, OLD)]) == [("s1", "unchanged")]


@pytest.mark.parametrize(
    ("then", "now", "turned"),
    [(0.4, -0.4, True), (-0.2, 0.2, True), (0.4, 0.1, False), (0.4, 0.2, False), (0, -0.9, False)],
)  # fmt: skip
def test_only_a_change_of_sides_is_a_reversal(then: float, now: float, *, turned: bool) -> None:
    assert is_reversal(Sentiment(then), Sentiment(now)) is turned


def test_no_view_reverses_nothing() -> None:
    assert state_of(None, Sentiment(-0.9), known=True, fresh=True) == "developing"
    assert not is_reversal(Sentiment(0.5), None)


@given(st.lists(st.tuples(st.floats(-1, 1), st.sampled_from("abc"), st.booleans()), max_size=6))
def test_each_story_is_told_once_and_in_any_order_of_its_articles(
    told: list[tuple[float, str, bool]],
) -> None:
    claims = [
        (said(round(score, 2), of_story(f"a{n}", story)), old)
        for n, (score, story, old) in enumerate(told)
    ]
    now, then = [c for c, _ in claims], [c for c, old in claims if old]
    found = _changes(now, then)
    assert len({c.story_id for c in found}) == len(found) == len({s for _, s, _ in told})
    assert found == _changes(now[::-1], then[::-1])


def _changes(now: list[Claim], then: list[Claim]) -> tuple[Change, ...]:
    return changes(now, then, [c.head for c in now], [c.head for c in then], ["NVDA"])
