"""Two articles are one story when they report one event, in whatever words."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.language.facts import facts
from retrieval.language.imprints import Imprint, imprint, outlet_of, shingles
from retrieval.language.mentions import find_mentions
from retrieval.language.securities import load_securities
from retrieval.language.stories import (
    COPY,
    MOST,
    SAME,
    Neighbour,
    jaccard,
    likeness,
    nearest,
    place,
    remains,
    story_id,
)
from retrieval.models import Article
from tests.articles import HOUR, MONDAY, texts

DEAL = (
    "Cisco Systems has agreed to buy Whirlpool for $4.2 billion in cash, a premium of 12.5%. It"
    " plans savings of $310 million a year."
)
RETOLD = (
    "NEW YORK (Harbor Wire) - Whirlpool accepted an offer of 4.2 billion dollars from Cisco, 12.5"
    " percent above the last close. The buyer counts on 310 million dollars of annual savings."
)
ELSEWHERE = DEAL.replace("Cisco Systems", "Oracle").replace("Whirlpool", "Pfizer")
CLEARED = (
    "Antitrust officials let Cisco Systems buy Whirlpool if it sells 4,510 outlets within 120 days."
    " A buyer has to be named. The deal, worth $4.2 billion at a premium of 12.5%, is of this year."
)


def _near(cosine: float) -> NDArray[np.float32]:
    """A unit vector at that cosine to the first axis."""
    return np.array([cosine, np.sqrt(1 - cosine**2), 0], np.float32)


def _imprint(text: str, cosine: float = 1.0, *, name: str = "a", hours: float = 0) -> Imprint:
    article = Article(name, text, title="On it", published_at=MONDAY + hours * HOUR)
    mentions = find_mentions(text, load_securities())
    stated = facts(text, mentions)
    return imprint(article, mentions, stated, _near(cosine), seen_at=MONDAY)


def test_a_rewrite_reports_the_same_event_with_no_words_in_common() -> None:
    one, other = _imprint(DEAL), _imprint(RETOLD, 0.75, hours=20)
    assert jaccard(one, other) < 0.1
    assert likeness(one, other) >= SAME
    assert likeness(one, other) == likeness(other, one)


@pytest.mark.parametrize(
    "look_alike",
    [
        pytest.param(ELSEWHERE, id="another company in the same form"),
        pytest.param(DEAL.replace("4.2", "9.6").replace("12.5", "31").replace("310", "775"),
                     id="the same form with other numbers"),
        pytest.param(CLEARED, id="the next chapter, which recalls the numbers"),
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_another_event(look_alike: str) -> None:
    assert likeness(_imprint(DEAL), _imprint(look_alike, 0.95, hours=20)) < SAME


def test_the_next_quarter_in_the_same_form_is_another_event() -> None:
    form = "Cisco Systems posted {} quarter revenue of $4.2 billion, and called it a good one."
    one, other = (_imprint(form.format(n)) for n in ("third", "fourth"))
    assert likeness(one, other) < SAME


def test_the_longer_ago_the_less_alike() -> None:
    first = _imprint(DEAL)
    likely = [likeness(first, _imprint(RETOLD, 0.75, hours=hours)) for hours in (0, 24, 48, 90)]
    assert likely == sorted(likely, reverse=True)
    assert likely[0] == likely[1] > likely[2]


def test_an_article_joins_the_story_that_it_resembles_most() -> None:
    pool = [
        Neighbour(_imprint(DEAL, name="b"), "deal"),
        Neighbour(_imprint(RETOLD, 0.8, name="c"), "retold"),
        Neighbour(_imprint(ELSEWHERE, name="d"), "elsewhere"),
    ]
    assert place(_imprint(DEAL, hours=1), pool) == "deal"
    assert place(_imprint(DEAL, hours=1), pool[1:]) == "retold"
    assert place(_imprint(DEAL, hours=1), pool[2:]) is None
    assert place(_imprint(DEAL), []) is None


def test_one_alike_among_many_that_are_not_is_not_enough() -> None:
    alike = Neighbour(_imprint(RETOLD, 0.6, name="b"), "chain")
    others = [Neighbour(_imprint(ELSEWHERE, 0.9, name=f"c{n}"), "chain") for n in range(2)]
    assert place(_imprint(DEAL), [alike]) == "chain"
    assert place(_imprint(DEAL), [alike, *others]) is None


def test_a_correction_stays_while_its_text_does() -> None:
    before = Neighbour(_imprint(DEAL), "deal")
    assert remains(_imprint(DEAL + " It fell."), before, [])
    assert not remains(_imprint(CLEARED), before, [])
    assert remains(_imprint(RETOLD, 0.8), before, [Neighbour(_imprint(DEAL, name="b"), "deal")])


def test_a_crowd_of_neighbours_is_cut_to_the_nearest() -> None:
    lines = [f"{n} other words {n} in {n} every line" for n in range(30)]
    pool = [
        Neighbour(_imprint(line, 0.6 + n / 100, name=f"{n:02}"), "s")
        for n, line in enumerate(lines)
    ]
    kept = nearest(_imprint(DEAL), pool)
    assert {n.imprint.article_id for n in kept} == {f"{n:02}" for n in range(30 - MOST, 30)}
    far = replace(pool[-1].imprint, dated_at=MONDAY + timedelta(days=5))
    assert nearest(_imprint(DEAL), [Neighbour(far, "s")]) == []


def test_a_story_is_named_by_its_first_article_for_ever() -> None:
    assert story_id("a", 1) == "b811df7b8f0a5e14"
    assert len({story_id(*of) for of in (("a", 1), ("a", 2), ("b", 1), ("a1", 1))}) == 4


def test_an_outlet_is_the_source_else_the_site_else_nobody() -> None:
    assert outlet_of(" Harbor  WIRE", None) == "harbor wire"
    assert outlet_of(None, "https://www.Quay.example/x") == "quay.example"
    assert outlet_of(None, "https://[broken") == ""
    assert outlet_of(None, None) == ""


@given(st.lists(st.sampled_from("steel rises as mills cut output and orders grow".split())))
def test_the_estimate_of_shared_text_is_close(words: list[str]) -> None:
    one, other = DEAL, f"{DEAL} {' '.join(words)}"
    exact = len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other))
    assert abs(jaccard(_imprint(one), _imprint(other)) - exact) < 0.2
    assert (exact >= COPY) <= (jaccard(_imprint(one), _imprint(other)) >= COPY - 0.2)


@given(texts, texts)
def test_any_text_can_be_compared_and_with_itself_is_the_same_text(one: str, other: str) -> None:
    assert likeness(_imprint(one), _imprint(other)) == likeness(_imprint(other), _imprint(one))
    assert jaccard(_imprint(one), _imprint(one)) == 1.0
