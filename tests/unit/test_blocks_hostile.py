"""Whatever stands in an answer's fields, Slack takes its message and nothing in it is live."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.answer import answer_blocks, answer_text
from bot.blocks.digest import digest_message, thread_messages, whole_view
from bot.blocks.evidence import evidence_view
from bot.blocks.limits import MESSAGE_TEXT, problems, view_problems
from bot.blocks.notice import notice_blocks, notice_text
from jobs.digest import Digest, DigestLine, NoteLine, Section, StoryLine
from jobs.digest.models import SectionKind
from retrieval.answers import (
    Answer,
    Citation,
    Line,
    Nearest,
    Question,
    QuestionKind,
    Status,
    TriggerLine,
)
from retrieval.models import Quote, Searched, Sentiment, Target, TargetKind
from tests.answers import NOW
from tests.hostile import assert_nothing_is_live
from tests.hostile_own import HostileOwn
from tests.surfaces import SURFACES, assert_sound

PIECES = st.sampled_from(
    ["<!channel>", "<@U0ADA00001>", "<https://evil.example|x>", "https://evil.example", "&", "`"]
)
SHORT = st.lists(PIECES | st.text(max_size=12), max_size=6).map(" ".join)
LONG = st.builds(lambda words, times: words * times, SHORT, st.sampled_from([1, 40, 300]))
WORDS = SHORT | LONG
URLS = st.sampled_from(
    [
        None,
        "https://news.example.com/a",
        "http://127.0.0.1:8000/articles/a?b=1&c=2",
        "javascript:alert(1)",
        "https://news.example.com/|<odd>" + "&" * 300,
        "https://news.example.com/" + "a" * 1900,
    ]
)
TIMES = st.none() | st.integers(-90_000, 5_000_000).map(lambda m: NOW - timedelta(minutes=m))
SENTIMENTS = st.builds(
    Sentiment, st.floats(-1, 1, allow_nan=False).map(lambda s: round(s, 2)), st.booleans()
)
NUMBERS = st.lists(st.integers(1, 14), max_size=9).map(tuple)
LINES = st.builds(
    Line,
    target=st.builds(Target, st.sampled_from(get_args(TargetKind)), WORDS, WORDS),
    sentiment=SENTIMENTS,
    order=st.sampled_from([1, 2]),
    mechanism=st.none() | WORDS,
    horizon=st.none() | WORDS,
    confidence=st.just(0.5),
    origin=st.sampled_from(["source", "inferred"]),
    citations=NUMBERS,
    why=st.none() | WORDS,
)
CITATIONS = st.lists(
    st.builds(
        Citation,
        n=st.just(0),
        article_id=st.sampled_from(["a", "b"]),
        version=st.just(1),
        title=st.none() | WORDS,
        url=URLS,
        source=st.none() | WORDS,
        published_at=TIMES,
        quote=st.builds(Quote, WORDS, st.just(3), st.just(9)),
    ),
    max_size=14,
).map(lambda made: tuple(replace(c, n=n) for n, c in enumerate(made, 1)))
LINE_LISTS = st.lists(LINES, max_size=22).map(tuple)
ANSWERS = st.builds(
    Answer,
    question=st.builds(Question, WORDS, st.sampled_from(get_args(QuestionKind))),
    status=st.sampled_from(get_args(Status)),
    headline=WORDS,
    assumption=st.none() | WORDS,
    lines=LINE_LISTS,
    text=WORDS,
    triggers=st.lists(st.builds(TriggerLine, WORDS, st.none() | WORDS, NUMBERS), max_size=9).map(
        tuple
    ),
    contrary=LINE_LISTS,
    citations=CITATIONS,
    tone=st.none() | SENTIMENTS,
    searched=st.builds(Searched, st.integers(0, 99999), st.integers(0, 99), TIMES),
    nearest=st.none() | st.builds(Nearest, WORDS, NUMBERS),
    replay_id=st.just("a-7f3c1234"),
    sentences=st.lists(WORDS, max_size=6).map(tuple),
    cut=st.integers(0, 50),
    filters=st.none() | WORDS,
)
SECTIONS = st.builds(
    Section,
    kind=st.sampled_from(get_args(SectionKind)),
    heading=SHORT,
    lines=st.lists(
        st.builds(DigestLine, line=LINES, contrary=NUMBERS) | st.builds(NoteLine, WORDS, WORDS),
        max_size=6,
    ).map(tuple),
)
STORIES = st.builds(
    StoryLine,
    story_id=st.just("s"),
    state=st.just("new"),
    title=st.none() | WORDS,
    url=URLS,
    articles=st.just(2),
    outlets=st.just(1),
    late=TIMES,
    lines=st.lists(LINES, max_size=3).map(tuple),
    citations=CITATIONS,
)
DIGESTS = st.builds(
    Digest,
    title=WORDS,
    window=WORDS,
    sections=st.lists(SECTIONS, max_size=5).map(tuple),
    cut=st.none() | WORDS,
    citations=CITATIONS,
    stories=st.lists(STORIES, max_size=1).map(tuple),
    chart=st.none(),
    muted=st.lists(WORDS, max_size=3).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(ANSWERS)
def test_any_answer_is_a_message_that_slack_takes_with_nothing_live_in_it(answer: Answer) -> None:
    blocks = answer_blocks(answer, now=NOW)
    assert problems(blocks) == ()
    assert_nothing_is_live(blocks)
    assert "Not investment advice · id a-7f3c1234" in json.dumps(blocks, ensure_ascii=False)
    json.dumps(blocks, ensure_ascii=False).encode("utf-8")


@settings(max_examples=40, deadline=None)
@given(ANSWERS)
def test_any_answer_has_a_text_of_less_than_four_thousand_characters(answer: Answer) -> None:
    text = answer_text(answer)
    assert len(text) < MESSAGE_TEXT
    assert not re.search(r"[<>]", text)
    assert text.endswith("Not investment advice · id a-7f3c1234")


@settings(max_examples=40, deadline=None)
@given(ANSWERS, WORDS)
def test_any_evidence_is_a_view_that_slack_takes(answer: Answer, text: str) -> None:
    view = evidence_view(answer, {("a", 1): text})
    assert view_problems(view) == ()
    assert_nothing_is_live(view)


@settings(max_examples=40, deadline=None)
@given(DIGESTS)
def test_any_brief_is_a_message_that_slack_takes(digest: Digest) -> None:
    for message in (digest_message(digest), *thread_messages(digest)):
        assert problems(message.blocks) == ()
        assert_nothing_is_live(message.blocks)
        assert len(message.text) < MESSAGE_TEXT
    view = whole_view(digest)
    assert view_problems(view) == ()
    assert_nothing_is_live(view)


@given(WORDS)
def test_any_sentence_of_ours_is_a_message_that_slack_takes(sentence: str) -> None:
    blocks = notice_blocks(f"{sentence}.", "q-1")
    assert problems(blocks) == ()
    assert_nothing_is_live(blocks)
    assert len(notice_text(sentence, "q-1")) < MESSAGE_TEXT


@pytest.mark.parametrize("surface", sorted(SURFACES))
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), texts=st.lists(WORDS, max_size=6))
def test_any_words_on_any_surface_are_taken_with_nothing_live_in_them(
    surface: str, seed: int, texts: list[str]
) -> None:
    for shown in SURFACES[surface](HostileOwn(seed, texts)):
        assert_sound(shown)
