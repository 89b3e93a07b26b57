"""How much a claim may rest on the rules, on the model, and on what is new rather than past."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.analyse import Builtin
from retrieval.language.mentions import find_mentions
from retrieval.language.quoting import Evidence
from retrieval.language.reading import hear
from retrieval.language.securities import load_securities
from retrieval.language.sentences import sentences
from retrieval.language.telling import (
    AGREEING,
    HEARD,
    HISTORY,
    LEANING,
    LIKELY,
    PAST,
    SURE,
    Weighed,
    agreed,
    likely,
    told,
)
from retrieval.models import Article
from tests.fakes import AgreeingJudge

SECURITIES = load_securities()


def evidence(text: str, leaning: float, year: int | None = None) -> Sequence[Evidence]:
    hearing = hear(text, sentences(text), find_mentions(text, SECURITIES))
    return told(Weighed.of(hearing, [leaning] * len(hearing.passages)), year=year)


def test_where_the_rules_read_nothing_a_model_must_be_sure() -> None:
    text = "Nvidia opened an office in Oslo."
    assert evidence(text, SURE - 0.05) == ()
    (sure,) = evidence(text, SURE + 0.05)
    assert sure.score > 0


def test_where_the_rules_read_the_other_side_theirs_holds() -> None:
    (one,) = evidence("Nvidia benefits from the ruling.", -0.9)
    assert one.score > 0


def test_where_the_model_only_leans_the_rules_way_half_of_what_they_read_stands() -> None:
    text = "Nvidia benefits from the ruling."
    (rules,) = evidence(text, LEANING)
    assert rules.score == pytest.approx(HEARD * 0.55, rel=0.05)
    assert evidence(text, LEANING - 0.01) == ()
    (sided,) = evidence(text, 0.9)
    assert sided.score > 2 * rules.score


@pytest.mark.parametrize(
    "when",
    [
        "in the past six months",
        "over the last year",
        "in the past six-month period",
        "so far this year",
        "year to date",
        "over the past five years",
    ],
)
def test_how_things_stood_says_half_of_what_is_new(when: str) -> None:
    (news,) = evidence("Nvidia shares have gained.", 0.9)
    (past,) = evidence(f"Nvidia shares have gained {when}.", 0.9)
    assert past.score == pytest.approx(PAST * news.score, rel=0.05)


@pytest.mark.parametrize("when", ["since its inception", "in the past decade"])
def test_the_history_of_a_company_says_next_to_nothing_new(when: str) -> None:
    (news,) = evidence("Nvidia shares have gained.", 0.9)
    (history,) = evidence(f"Nvidia shares have gained {when}.", 0.9)
    assert history.score == pytest.approx(HISTORY * news.score, rel=0.05)


@pytest.mark.parametrize(
    "when",
    [
        "in the past week",
        "on Monday",
        "this year",
        "last quarter",
        "to their highest in the past two years",
        "for the last time this month",
    ],
)
def test_what_is_new_is_told_in_full(when: str) -> None:
    (plain,) = evidence("Nvidia shares have gained.", 0.9)
    (told_when,) = evidence(f"Nvidia shares have gained {when}.", 0.9)
    assert told_when.score == pytest.approx(plain.score)


@pytest.mark.parametrize(
    ("text", "published", "share"),
    [
        ("Nvidia raised its dividend in 2003.", 2024, HISTORY),
        ("Nvidia raised its dividend in the third quarter of fiscal year 2003.", 2024, HISTORY),
        ("Nvidia raised its dividend in 2023.", 2024, 1),
        ("Nvidia raised its dividend in 2003.", 2003, 1),
        ("Nvidia raised its dividend in 2003.", None, 1),
        ("Nvidia raised its dividend from 4 cents in 2003.", 2024, 1),
    ],
)
def test_a_year_long_gone_is_history(text: str, published: int | None, share: float) -> None:
    (full,) = evidence(text, 0.9)
    (dated,) = evidence(text, 0.9, published)
    assert dated.score == pytest.approx(full.score * share, rel=0.05)


def test_a_look_back_in_another_clause_is_not_about_the_news() -> None:
    text = "In the past decade growth was slow; on Monday Nvidia soared 9%."
    (one,) = evidence(text, 0.9)
    (plain,) = evidence("On Monday Nvidia soared 9%.", 0.9)
    assert one.score == pytest.approx(plain.score)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_stronger_claim_is_never_the_less_likely(one: float, other: float) -> None:
    weaker, stronger = sorted((one, other), key=abs)
    assert LIKELY[0][1] <= likely(weaker) <= likely(stronger) <= LIKELY[-1][1]


def test_the_lead_outweighs_what_is_told_further_down() -> None:
    middle = "The meeting was held in Oslo on a Tuesday. " * 12
    good, bad = "Nvidia beat estimates.", "Nvidia missed estimates."
    reader = Builtin(SECURITIES, AgreeingJudge())
    good_first, bad_first = reader.read(
        [Article("a", f"{good} {middle}{bad}"), Article("b", f"{bad} {middle}{good}")]
    )
    (up,), (down,) = good_first.tickers, bad_first.tickers
    assert up.sentiment.score > 0 > down.sentiment.score


def test_two_sentences_that_lean_one_way_make_a_claim_that_one_does_not() -> None:
    first, second = "Nvidia opened an office in Oslo.", "Nvidia moved staff there."
    lean = SURE - 0.1
    assert evidence(first, lean) == ()
    assert [one.score > 0 for one in trusting(f"{first} {second}", [lean, lean])] == [True, True]
    assert trusting(f"{first} {second}", [lean, -lean]) == []
    assert trusting(f"{first} {second}", [lean, AGREEING - 0.05]) == []


def trusting(text: str, leanings: Sequence[float]) -> list[Evidence]:
    hearing = hear(text, sentences(text), find_mentions(text, SECURITIES))
    weighed = Weighed.of(hearing, leanings)
    return list(told(weighed, agreed([weighed])))


def test_a_printed_move_settles_a_sentence_that_says_both() -> None:
    both = "AT&T, which promised that revenue would rise, lost {}."
    (moved,) = evidence(both.format("6.8%"), -0.66)
    assert moved.score < -0.4
    assert evidence(both.format("ground"), -0.66) == ()


@pytest.mark.parametrize("before", ["had gained", "had already gained"])
def test_what_had_been_before_the_news_says_half(before: str) -> None:
    (news,) = evidence("Nvidia shares gained.", 0.9)
    (past,) = evidence(f"Nvidia shares {before}.", 0.9)
    assert past.score == pytest.approx(PAST * news.score, rel=0.05)


def test_what_a_company_had_is_not_past() -> None:
    (one,) = evidence("Nvidia had higher sales.", 0.9)
    (same,) = evidence("Nvidia has higher sales.", 0.9)
    assert one.score == pytest.approx(same.score)
