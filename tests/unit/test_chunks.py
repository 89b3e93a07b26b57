import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.chunks import chunk_id, chunk_spans
from retrieval.models import Span


def words(text: str) -> int:
    """A model that counts words, and long words by tens of characters."""
    return sum(1 + len(word) // 10 for word in text.split())


def naive_sentences(text: str) -> tuple[Span, ...]:
    return tuple(
        Span(m.start() + len(m[0]) - len(m[0].lstrip()), m.start() + len(m[0].rstrip()))
        for m in re.finditer(r"[^.\n]+\.?", text)
        if m[0].strip()
    )


def visible(text: str) -> str:
    return "".join(text.split())


texts = st.text(st.sampled_from("ab é漢\U0001f4c8,.;\n \t"), max_size=400)
limits = st.integers(1, 30)


@given(texts, limits)
def test_every_character_that_is_not_blank_is_in_one_chunk_in_order(text: str, limit: int) -> None:
    spans = chunk_spans(text, naive_sentences(text), words, limit)
    assert visible("".join(span.of(text) for span in spans)) == visible(text)
    assert all(left.end <= right.start for left, right in pairwise(spans))


@given(texts, limits)
def test_a_chunk_is_within_the_limit_and_has_no_blank_ends(text: str, limit: int) -> None:
    for span in chunk_spans(text, naive_sentences(text), words, limit):
        chunk = span.of(text)
        assert chunk
        assert chunk == chunk.strip()
        assert words(chunk) <= limit


@given(texts, limits, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=6))
def test_what_no_sentence_covers_is_kept_even_if_sentences_overlap(
    text: str, limit: int, pairs: list[tuple[int, int]]
) -> None:
    odd = [Span(min(p), max(p)) for p in sorted(pairs) if max(p) <= len(text)]
    spans = chunk_spans(text, odd, words, limit)
    assert visible("".join(span.of(text) for span in spans)) == visible(text)


@given(texts)
def test_a_sentence_that_fits_is_never_cut(text: str) -> None:
    sentences = naive_sentences(text)
    ends = {span.end for span in chunk_spans(text, sentences, words, 40)}
    for sentence in sentences:
        if words(sentence.of(text)) <= 40:
            assert not any(sentence.start < end < sentence.end for end in ends)


def test_sentences_are_packed_until_the_next_would_not_fit() -> None:
    text = "One two three. Four five. Six seven eight nine."
    spans = chunk_spans(text, naive_sentences(text), words, 5)
    assert [s.of(text) for s in spans] == ["One two three. Four five.", "Six seven eight nine."]


def test_a_sentence_that_is_too_long_is_cut_after_a_clause() -> None:
    text = "Copper rose on grid demand, miners gained while smelters lost margin"
    spans = chunk_spans(text, [Span(0, len(text))], words, 7)
    assert [s.of(text) for s in spans] == [
        "Copper rose on grid demand,",
        "miners gained while smelters lost margin",
    ]


def test_a_script_without_blanks_is_cut_inside_the_word() -> None:
    text = "漢" * 100
    spans = chunk_spans(text, [Span(0, 100)], len, 30)
    assert "".join(span.of(text) for span in spans) == text
    assert max(span.end - span.start for span in spans) <= 30


def test_one_character_over_the_limit_is_still_a_chunk() -> None:
    assert chunk_spans("ab", [Span(0, 2)], lambda _: 9, 3) == (Span(0, 1), Span(1, 2))


def test_blank_text_has_no_chunks() -> None:
    assert chunk_spans(" \n\t ", [], words) == ()


def test_each_sentence_is_counted_once() -> None:
    counted: list[str] = []

    def tokens(text: str) -> int:
        counted.append(text)
        return words(text)

    text = "One two. Three four. Five six. " * 50
    chunk_spans(text, naive_sentences(text), tokens)
    assert len(counted) == 150


def test_a_chunk_id_depends_on_each_of_its_parts() -> None:
    ids = {
        chunk_id("m", "a", 0, "x"),
        chunk_id("n", "a", 0, "x"),
        chunk_id("m", "b", 0, "x"),
        chunk_id("m", "a", 1, "x"),
        chunk_id("m", "a", 0, "y"),
    }
    assert len(ids) == 5
    assert chunk_id("m", "a", 0, "x") in ids
