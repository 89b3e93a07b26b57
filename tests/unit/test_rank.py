"""Claims become ranked targets."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.rank import on_side, rank
from retrieval.models import MILD, Claim, Sentiment
from tests.nouns import claim


def names(*claims: Claim) -> list[str]:
    return [r.target.id for r in rank(claims)]


def test_the_stronger_claim_ranks_first() -> None:
    assert names(claim("A", 0.3), claim("B", 0.6)) == ["B", "A"]


def test_equal_claims_keep_the_order_of_the_text() -> None:
    assert names(claim("B", start=90), claim("A", start=5)) == ["A", "B"]


def test_a_central_target_ranks_before_one_in_passing() -> None:
    assert names(claim("A", relevance=0.1), claim("B", relevance=0.9)) == ["B", "A"]


def test_tickers_come_before_private_companies_and_groups() -> None:
    found = names(
        claim("regional banks", 0.9, kind="group"),
        claim("xAI", 0.8, kind="private"),
        claim("A", 0.2),
    )
    assert found == ["A", "xAI", "regional banks"]


def test_articles_that_agree_strengthen_a_target() -> None:
    twice = rank([claim(article="a1"), claim(article="a2")])[0]
    once = rank([claim(article="a1")])[0]
    assert twice.weight > once.weight
    assert twice.sentiment.score == once.sentiment.score


def test_articles_that_contradict_each_other_make_a_target_mixed_on_both_sides() -> None:
    ranked = rank([claim(score=0.6, article="a1"), claim(score=-0.6, article="a2")])
    assert ranked[0].sentiment.label == "mixed"
    assert ranked[0].against
    assert on_side(ranked, "positive") == on_side(ranked, "negative") == ranked


def test_a_mean_that_is_shown_as_a_side_is_that_side() -> None:
    (ranked,) = rank([claim(score=0.65, article="a1"), claim(score=-0.35004, article="a2")])
    assert ranked.sentiment == Sentiment(0.15)
    assert ranked.sentiment.label == "mildly positive"
    assert [c.head.article_id for c in ranked.claims] == ["a1"]
    assert [c.head.article_id for c in ranked.against] == ["a2"]


def test_a_claim_that_is_mixed_in_itself_makes_its_target_mixed() -> None:
    (ranked,) = rank([claim(score=0.0, mixed=True)])
    assert ranked.sentiment.label == "mixed"
    assert ranked.claims
    assert not ranked.against


def test_a_long_article_has_one_voice() -> None:
    told = [claim(score=0.8, article="long", start=n) for n in range(9)]
    (ranked,) = rank([*told, claim(score=-0.4, article="short")])
    assert ranked.sentiment.score == 0.2
    assert ranked.articles == 2


def test_a_group_is_the_same_however_its_letters_are_set() -> None:
    (ranked,) = rank(
        [
            claim("Regional banks", 0.6, kind="group", article="a1"),
            claim("regional banks", 0.4, kind="group", article="a2"),
        ]
    )
    assert (ranked.target.name, ranked.articles) == ("Regional banks", 2)


def test_what_is_inferred_is_kept_apart_and_comes_last() -> None:
    ranked = rank(
        [claim("A", 0.9, origin="inferred"), claim("A", 0.2), claim("banks", 0.2, kind="group")]
    )
    assert [(r.target.id, r.claims[0].impact.origin) for r in ranked] == [
        ("A", "source"),
        ("banks", "source"),
        ("A", "inferred"),
    ]
    assert [r.sentiment.score for r in ranked] == [0.2, 0.2, 0.9]


def test_contrary_claims_are_kept_apart_from_the_line_they_speak_against() -> None:
    (ranked,) = rank(
        [claim(score=0.8, article="a1"), claim(score=-0.2, article="a2", relevance=0.2)]
    )
    assert [c.head.article_id for c in ranked.claims] == ["a1"]
    assert [c.head.article_id for c in ranked.against] == ["a2"]


def test_a_neutral_target_is_on_no_side() -> None:
    ranked = rank([claim(score=0.05)])
    assert on_side(ranked, "positive") == on_side(ranked, "negative") == ()


targets = st.sampled_from(
    [("A", "ticker"), ("B", "ticker"), ("Xai", "private"), ("banks", "group"), ("Banks", "group")]
)
claims = st.lists(
    st.builds(
        lambda target, score, **said: claim(target[0], score, kind=target[1], **said),
        targets,
        st.floats(-1, 1) | st.floats(-1, 1).map(lambda s: round(s, 2)),
        article=st.sampled_from(["a1", "a2", "a3"]),
        relevance=st.floats(0, 1),
        confidence=st.floats(0, 1),
        words=st.sampled_from(["It gains.", "It loses."]),
        origin=st.sampled_from(["source", "inferred"]),
        mixed=st.booleans(),
    ),
    max_size=12,
)


@given(claims, st.randoms(use_true_random=False))
def test_the_order_in_which_claims_arrive_changes_nothing(
    found: list[Claim], random: Random
) -> None:
    assert rank(random.sample(found, len(found))) == rank(found)


@given(claims)
def test_every_claim_is_in_exactly_one_place(found: list[Claim]) -> None:
    kept = [c for r in rank(found) for c in (*r.claims, *r.against)]
    assert Counter(kept) == Counter(found)


@given(claims)
def test_what_is_decided_is_what_is_shown(found: list[Claim]) -> None:
    for ranked in rank(found):
        shown = ranked.sentiment
        assert -1 <= shown.score <= 1
        assert shown.mixed == (shown.label == "mixed")
        assert ranked.articles == len(
            {c.head.article_id for c in (*ranked.claims, *ranked.against)}
        )
        if abs(shown.score) >= MILD:
            assert all(c.impact.sentiment.score * shown.score >= 0 for c in ranked.claims)
            assert all(c.impact.sentiment.score * shown.score < 0 for c in ranked.against)
