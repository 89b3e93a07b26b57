"""What is kept of a question is read back as it was, or not at all."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Question
from retrieval.ask.audit import Made, Search
from retrieval.ask.plain import noun, plain
from retrieval.models import Scope
from tests.articles import maybe_texts, moments, texts

some = st.none() | st.lists(texts, max_size=2).map(tuple)
scopes = st.builds(
    Scope,
    article_ids=some,
    tickers=some,
    sources=some,
    since=st.none() | moments,
    as_of=st.none() | moments,
)
questions = st.builds(
    Question,
    texts,
    st.sampled_from(["benefit", "free", "ticker"]),
    objects=st.lists(texts, max_size=2).map(tuple),
    direction=st.sampled_from([None, "positive", "negative"]),
    listed=st.booleans(),
    scope=scopes,
)
searches = st.builds(
    Search,
    texts,
    scopes,
    st.integers(0, 99),
    st.lists(st.tuples(texts, st.floats(0, 1)), max_size=3).map(tuple),
)
made = st.builds(
    Made,
    question=questions,
    asked_at=moments,
    change=st.integers(0),
    engine=texts,
    versions=st.lists(st.tuples(texts, st.integers(1, 9)), max_size=2).map(tuple),
    searches=st.lists(searches, max_size=2).map(tuple),
    model=maybe_texts,
)


@given(made)
def test_what_decided_an_answer_is_read_back_from_json_as_it_was(one: Made) -> None:
    assert noun(Made, json.loads(json.dumps(plain(one)))) == one


@dataclass(frozen=True, slots=True)
class Held:
    """A noun with what others may have: a zone, itself, and what is private."""

    name: str
    zone: tzinfo = UTC
    order: Literal[1, 2] | None = None
    also: "Held | None" = None
    book: tuple[str, ...] = field(default=(), repr=False)


def test_zones_and_nouns_in_nouns_are_kept_and_what_is_private_is_not() -> None:
    zones = (UTC, ZoneInfo("America/New_York"), timezone(timedelta(hours=-5, minutes=-30)))
    for zone in zones:
        held = Held("a", zone, 2, also=Held("b", zone), book=("secret",))
        kept = json.dumps(plain(held))
        assert "secret" not in kept
        back = noun(Held, json.loads(kept))
        assert (back.name, back.order, back.also) == ("a", 2, Held("b", zone))
        when = datetime(2026, 7, 1)  # noqa: DTZ001 - a time of day, for any zone
        assert back.zone.utcoffset(when) == zone.utcoffset(when)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {},
        {"text": 7, "kind": "free"},
        {"text": "?", "kind": "a kind of next year"},
        {"text": "?", "kind": "free", "colour": "red"},
        {"text": "?", "kind": "free", "listed": "yes"},
        {"text": "?", "kind": "free", "tickers": "NVDA"},
        {"text": "?", "kind": "free", "scope": {"as_of": "yesterday"}},
        {"text": "?", "kind": "free", "scope": {"as_of": 7}},
    ],
)
def test_what_is_not_of_the_noun_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a Question"):
        noun(Question, value)
