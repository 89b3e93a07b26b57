"""Two lists of scores become one; chunks become articles; no list hides the other."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Hit
from retrieval.ask.search import LEXICAL_WEIGHT, by_article, fuse, search
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article, Chunk, Scope
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.nouns import MONDAY

scores = st.dictionaries(st.sampled_from("abcdef"), st.floats(-1, 50), max_size=6)


@given(scores, scores)
def test_every_chunk_of_either_list_has_a_score_between_0_and_1(
    words: dict[str, float], meaning: dict[str, float]
) -> None:
    fused = fuse(words, meaning)
    assert fused.keys() == words.keys() | meaning.keys()
    assert all(0 <= score <= 1 for score in fused.values())


@given(scores, scores, st.integers(-3, 3))
def test_only_margins_within_a_list_count(
    words: dict[str, float], meaning: dict[str, float], power: int
) -> None:
    scaled = {i: s * 2.0**power for i, s in words.items()}
    assert fuse(scaled, meaning) == pytest.approx(fuse(words, meaning))


@given(scores, scores)
def test_a_chunk_that_is_better_in_both_lists_is_better(
    words: dict[str, float], meaning: dict[str, float]
) -> None:
    fused = fuse(words, meaning)
    both = words.keys() & meaning.keys()
    for a in both:
        for b in both:
            if words[a] >= words[b] and meaning[a] >= meaning[b]:
                assert fused[a] >= fused[b]


def test_the_best_of_both_is_1_and_one_list_weighs_its_share() -> None:
    assert fuse({"a": 9.0, "b": 1.0}, {"a": 0.9, "b": 0.1})["a"] == 1
    assert fuse({"a": 3.0}, {}) == {"a": LEXICAL_WEIGHT}
    assert fuse({}, {}) == {}


def test_an_article_stands_where_its_best_chunk_does() -> None:
    hits = [Hit(Chunk(f"{a}{n}", a, 1, n, n + 1, "x"), 1 / (n + 1)) for n, a in enumerate("baab")]
    assert [(h.article_id, h.score, len(h.hits)) for h in by_article(hits)] == [
        ("b", 1.0, 2),
        ("a", 0.5, 2),
    ]


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.in_memory(HashEmbedder(), builtin())
    rows = [Article(f"n{n:02}", f"Note {n} on copper.", source="Wire") for n in range(80)]
    rows.append(Article("gold", "Gold and copper rose.", source="Ledger"))
    ingest(rows, library=opened, now=lambda: MONDAY, progress=lambda _: None)
    yield opened
    opened.close()


def test_more_can_be_asked_for_than_are_looked_at_by_default(library: Library) -> None:
    found = search("copper", library=library, scope=Scope(), limit=500)
    assert len(found) == 81
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)


def test_a_scope_hides_what_is_outside(library: Library) -> None:
    found = search("gold", library=library, scope=Scope(sources=("Ledger",)))
    assert [h.chunk.article_id for h in found] == ["gold"]
    assert search("gold", library=library, scope=Scope(sources=("None",))) == ()


def test_a_past_too_long_to_name_its_chunks_hides_the_same(library: Library) -> None:
    scope = Scope(sources=("Wire",), as_of=MONDAY)
    narrow = [h.chunk.id for h in search("copper note", library=library, scope=scope)]
    wide = search("copper note", library=library, scope=scope, named=5)
    assert {h.chunk.article_id for h in wide}.isdisjoint({"gold"})
    assert len(wide) == len(narrow)
