"""An answer on paper: all its words, its quotes, links from our database, and nothing else."""

import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.paper import MOST_PAGES, ROOM, _lines, _spelled, _wide, paper_of
from retrieval.contract import answer_json
from tests.answers import benefit

ANSWER: dict[str, Any] = dict(answer_json(benefit()))


def read(answer: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(paper_of(answer)))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def links(reader: PdfReader) -> set[str]:
    annotations = (note for page in reader.pages for note in page.get("/Annots", ()))
    return {note.get_object()["/A"]["/URI"] for note in annotations}


def test_it_has_the_answer_its_quotes_and_the_footer() -> None:
    paper = read(ANSWER)
    told = words(paper)
    assert "Who benefits: Copper tariff lifts miners" in told
    assert "▲ FCX Freeport-McMoRan · positive +0.50 [1]" in told
    assert "“Freeport-McMoRan stands to gain the most from the tariff.”" in told
    assert "Not investment advice · id a-7f3c1234 · page 1 of 1" in told
    assert links(paper) == {"https://news.example.com/copper"}


def test_the_same_answer_is_the_same_bytes() -> None:
    assert paper_of(ANSWER) == paper_of(ANSWER)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", None])
def test_an_address_that_is_none_is_no_link(url: str | None) -> None:
    cited = [{**ANSWER["citations"][0], "url": url}]
    assert links(read({**ANSWER, "citations": cited})) == set()


def test_hostile_words_are_only_words() -> None:
    odd = "$\\frac{1}{0}$ 中 🚢 \x07 <b> " + "a" * 500
    told = words(read({**ANSWER, "text": odd}))
    assert "\\frac{1}{0}" in told
    assert "□ □" in told
    assert "\x07" not in told


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=300))
@example("M" * 200)
@example("NVIDIA CORPORATION REPORTS RECORD RESULTS AND " * 6)
def test_no_line_leaves_the_page_and_no_word_is_lost(text: str) -> None:
    seen = _spelled(text)
    told = list(_lines(seen, ROOM))
    assert all(_wide(line) <= ROOM for line in told)
    assert "".join("".join(told).split()) == "".join(seen.split())


def test_a_long_answer_goes_on_and_ends() -> None:
    assert len(read({**ANSWER, "text": "One more line.\n" * 200}).pages) > 1
    endless = read({**ANSWER, "text": "One more line.\n" * 5000})
    assert len(endless.pages) == MOST_PAGES
    assert "the rest is in the table" in words(endless)
