"""The plain words of lines, citations and counts."""

# ruff: noqa: E501  a snapshot shows a line as it is

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from retrieval.answers import Line, Nearest, Question
from retrieval.ask.citations import Citations
from retrieval.ask.lines import MOST_QUOTES, contrary_of, line_of
from retrieval.ask.rank import rank
from retrieval.ask.wording import (
    assumption,
    citation_texts,
    headline,
    line_text,
    names_instead,
    only_named,
    plural,
    searched_text,
    sections,
    shortened,
    text,
    why,
)
from retrieval.models import ARROWS, ArticleHead, Direction, Scope, Searched, Sentiment, TargetKind
from tests.answers import benefit, refusal
from tests.nouns import MONDAY, claim, head, target


@pytest.mark.parametrize(
    ("sentiment", "arrow"),
    [
        (Sentiment(0.15), "▲"),
        (Sentiment(-0.9), "▼"),
        (Sentiment(0.0), "■"),
        (Sentiment(0.1, mixed=True), "◆"),
        (Sentiment(0.2, mixed=True), "▲"),
    ],
)
def test_an_arrow_follows_the_side(sentiment: Sentiment, arrow: str) -> None:
    assert sentiment.arrow == arrow


def test_every_side_has_an_arrow_of_its_own() -> None:
    assert set(ARROWS) == set(get_args(Direction))
    assert len(set(ARROWS.values())) == len(ARROWS)


def line(
    kind: TargetKind = "ticker", score: float = 0.5, said: str | None = "it sells more"
) -> Line:
    return Line(target("ACME", kind), Sentiment(score), 1, None, None, 0.8, "source", (1, 2), said)


def test_lines_read_like_this() -> None:
    lines = [
        line(),
        replace(line("group", -0.3), order=2, horizon="next quarter"),
        line("private"),
        replace(line(), origin="inferred"),
        line(score=0.0, said=None),
    ]
    assert "\n".join(map(line_text, lines)) == snapshot("""\
▲ ACME Acme · positive +0.50 · it sells more [1][2]
▼ ACME · mildly negative -0.30 · 2nd order · no ticker named in the source · it sells more · next quarter [1][2]
▲ ACME · positive +0.50 · private company · it sells more [1][2]
▲ ACME Acme · positive +0.50 · it sells more · inferred, not in the source [1][2]
■ ACME Acme · neutral +0.00 · named, no effect stated [1][2]\
""")


def test_a_line_is_what_its_strongest_claim_says_with_one_quote_an_article() -> None:
    told = [
        claim(score=0.9, article=f"a{n}", mechanism="it sells\nmore", words=f"Gains {n}.")
        for n in range(MOST_QUOTES + 1)
    ]
    against = claim(score=-0.4, article="z", words="It loses the order.")
    (ranked,) = rank([*told, against])
    citations = Citations()
    made, contrary = line_of(ranked, citations), contrary_of(ranked, citations)
    assert (made.why, made.citations) == ("it sells more", (1, 2, 3))
    assert (contrary.why, contrary.citations) == ("“It loses the order.”", (4,))
    assert (contrary.sentiment, made.target) == (against.impact.sentiment, contrary.target)
    assert [c.n for c in citations.made] == [1, 2, 3, 4]


def test_a_reason_without_a_mechanism_is_a_quote_cut_at_a_word() -> None:
    said = why(claim(words="word " * 60).impact)
    assert said.startswith("“word word")
    assert said.endswith("word…”")


def test_a_citation_reads_like_this() -> None:
    citations = Citations()
    quote = claim(words="It gains\n a lot.").impact.quotes[0]
    citations.cite(head(), quote)
    citations.cite(head("a2", title=None, url=None, source=None, published_at=None), quote)
    citations.cite(head("a3", title=None, url=None, source=None, published_at=None), quote)
    assert "\n".join(citation_texts(citations.made)) == snapshot("""\
[1] “It gains a lot.”
    — Title of a1, Harbor Wire, 2026-11-23, https://news.example/a1
[2] “It gains a lot.”
[3] “It gains a lot.”
    — untitled, unknown source, undated\
""")


def test_what_was_searched_is_told_with_its_newest_time() -> None:
    seen = Searched(1204, 1, MONDAY)
    assert searched_text(seen) == snapshot(
        "Searched 1,204 articles from 1 source, newest 23 Nov 2026 09:00 UTC."
    )
    assert searched_text(seen, lambda _: "4 min old") == snapshot(
        "Searched 1,204 articles from 1 source, newest 4 min old."
    )
    assert searched_text(Searched(1, 0, None)) == snapshot("Searched 1 article, undated.")
    assert searched_text(Searched(0, 0, datetime(2026, 1, 1, tzinfo=UTC))) == snapshot(
        "Searched nothing: no article is in reach of this question."
    )


def test_one_is_not_many() -> None:
    assert [plural(n, "more name") for n in (0, 1, 2000)] == [
        "0 more names",
        "1 more name",
        "2,000 more names",
    ]


@given(st.text(), st.integers(1, 40))
def test_what_is_shortened_fits_and_is_the_beginning(words: str, length: int) -> None:
    short = shortened(words, length)
    assert len(short) <= length
    assert " ".join(words.split()).startswith(short.removesuffix("…"))


def test_an_answer_is_told_in_sections_and_its_text_is_their_lines() -> None:
    whole = replace(benefit(), cut=2, nearest=Nearest("the sources speak of FCX", (1,)))
    assert "\n---\n".join("\n".join(section) for section in sections(whole)) == snapshot("""\
Who benefits: Copper tariff lifts miners
Taken as a question about “Copper tariff lifts miners”.
---
▲ FCX Freeport-McMoRan · positive +0.50 · stands to gain the most from the tariff [1]
▲ Smelters in Texas · mildly positive +0.30 · 2nd order · no ticker named in the source · run at full capacity [2]
… and 2 more.
---
On the other side:
▼ GM General Motors · negative -0.40 · 2nd order · pay more for wire [3]
---
Would change the view:
• A repeal of the tariff (over the next quarter) [4]
---
Nearest: the sources speak of FCX [1]\
""")
    assert text(whole).splitlines() == [line for part in sections(whole) for line in part]
    assert text(refusal()) == snapshot("""\
Not in the sources.
Nearest: the sources speak of FCX [1]
Searched 1,204 articles from 9 sources, newest 27 Nov 2026 12:56 UTC.\
""")


@pytest.mark.parametrize(
    ("scope", "heads", "newest", "said"),
    [
        (Scope(), (), False, None),
        (Scope(), (head(),), True, "over the newest article (23 Nov 2026)"),
        (Scope(), (head(published_at=None),), True, "over the newest article (undated)"),
        (Scope(), (head(published_at=None),) * 2, True, "over the newest 2 articles (all undated)"),
        (
            Scope(),
            (head(), head(published_at=None), head(published_at=MONDAY + timedelta(days=1))),
            True,
            "over the newest 3 articles (23 Nov 2026 to 24 Nov 2026, 1 undated)",
        ),
        (Scope(article_ids=("a1",)), (head(),), False, "about “Title of a1”"),
        (
            Scope(article_ids=("a1",)),
            (head(title=None, published_at=None),),
            False,
            "about this article, undated",
        ),
        (Scope(article_ids=("a1", "a2")), (head(), head("a2")), False, "over these 2 articles"),
        (Scope(sources=("AP",), since=MONDAY, as_of=MONDAY), (), False, None),
    ],
)
def test_what_a_question_was_taken_for_is_said(
    *, scope: Scope, heads: tuple[ArticleHead, ...], newest: bool, said: str | None
) -> None:
    question = Question("who benefits?", "benefit", scope=scope)
    told = assumption(question, heads, newest=newest)
    assert told == (said and f"Taken as a question {said}.")


@pytest.mark.parametrize(
    ("question", "heads", "said"),
    [
        (
            Question("?", "ticker", names=("amd", "Intel", "amd")),
            (),
            "What the sources say: amd, Intel",
        ),
        (Question("?", "benefit"), (head(),), "Who benefits: Title of a1"),
        (Question("?", "benefit"), (head(), head("a2")), "Who benefits"),
        (Question("?", "hurt"), (head(title=None),), "Who is hurt"),
    ],
)
def test_a_headline_says_what_was_asked_and_about_what(
    question: Question, heads: tuple[ArticleHead, ...], said: str
) -> None:
    assert headline(question, heads, answered=True) == said
    assert headline(question, heads, answered=False) == "Not in the sources."


def test_the_nearest_miss_names_whom_the_sources_speak_of() -> None:
    named = [target("A"), target("Xai", "private"), target("banks", "group")]
    assert names_instead(named[:1]) == "the sources speak of A"
    assert names_instead(named) == "the sources speak of A, Xai and banks"
    assert only_named(named[1]) == "Xai is named, but no effect on it is stated."
