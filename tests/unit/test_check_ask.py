"""What the stored text does not prove is dropped from the evidence, and counted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Question
from retrieval.ask.check import prove
from retrieval.ask.evidence import Evidence, Named
from retrieval.ask.facts import Passage
from retrieval.models import ArticleHead, Claim, Quote, Searched, Trigger
from tests.nouns import claim, head, target

TEXT = "Nvidia gains as orders rise. A repeal would end it. Intel was there."


def quote(words: str) -> Quote:
    start = TEXT.index(words)
    return Quote(words, start, start + len(words))


def saying(*quotes: Quote) -> Claim:
    made = claim()
    return replace(made, impact=replace(made.impact, quotes=quotes))


GAINS = quote("Nvidia gains as orders rise.")
WHOLE = Evidence(
    Question("who benefits?", "benefit"),
    Searched(1, 1, None),
    heads=(head(),),
    claims=(saying(GAINS),),
    triggers=((head(), Trigger(quote("A repeal"), None)),),
    passages=(Passage(head(), GAINS, frozenset(), 1.0),),
    named=(Named(target("INTC"), head(), quote("Intel was there.")),),
)


def text_of(_: ArticleHead) -> str:
    return TEXT


def test_what_stands_where_it_says_is_kept() -> None:
    assert prove(WHOLE, text_of) == (WHOLE, 0)


def test_all_of_an_article_that_is_gone_is_dropped() -> None:
    proved, dropped = prove(WHOLE, lambda _: None)
    assert (proved.claims, proved.triggers, proved.passages, proved.named) == ((), (), (), ())
    assert dropped == 4


@pytest.mark.parametrize(
    "quotes",
    [
        (),
        (Quote("", 3, 3),),
        (replace(GAINS, start=1, end=GAINS.end + 1),),
        (replace(GAINS, text=GAINS.text.upper()),),
        (GAINS, Quote("Nvidia falls", 0, 12)),
    ],
    ids=["none", "empty", "moved", "other letters", "one of two"],
)
def test_a_claim_with_a_quote_that_does_not_stand_is_dropped(quotes: tuple[Quote, ...]) -> None:
    proved, dropped = prove(replace(WHOLE, claims=(*WHOLE.claims, saying(*quotes))), text_of)
    assert (proved.claims, dropped) == (WHOLE.claims, 1)


@given(st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80), st.booleans())))
def test_only_verbatim_quotes_pass(spans: list[tuple[int, int, bool]]) -> None:
    quotes = [Quote(TEXT[a:b] if true else "made up", a, b) for a, b, true in spans]
    evidence = replace(WHOLE, claims=tuple(saying(q) for q in quotes))
    proved, dropped = prove(evidence, text_of)
    assert all(
        q.text and TEXT[q.start : q.end] == q.text for c in proved.claims for q in c.impact.quotes
    )
    assert len(proved.claims) + dropped == len(quotes)
