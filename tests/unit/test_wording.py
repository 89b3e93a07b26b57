"""The plain words of lines, citations and counts."""

# ruff: noqa: E501  a snapshot shows a line as it is

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from retrieval.ask.citations import Citations
from retrieval.ask.lines import MOST_QUOTES, contrary_of, line_of
from retrieval.ask.rank import rank
from retrieval.ask.wording import citation_text, line_text, plural, searched_text, shortened, why
from retrieval.models import ARROWS, Direction, Line, Searched, Sentiment, TargetKind
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
    assert [citation_text(c) for c in citations.made] == snapshot(
        [
            "[1] “It gains a lot.” — Title of a1, Harbor Wire, 2026-11-23, https://news.example/a1",
            "[2] “It gains a lot.” — untitled, unknown source, undated",
        ]
    )


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
