"""A long article is read in parts: whole sentences, none lost, the seam read twice."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.parts import parts_of, tokens_of
from retrieval.language.sentences import sentences
from retrieval.models import Span

TEXT = " ".join(f"Sentence number {n} says that copper rose." for n in range(40))


def test_a_short_article_is_one_part() -> None:
    assert parts_of(TEXT, sentences(TEXT)) == (Span(0, len(TEXT)),)
    assert parts_of("", ()) == ()


def test_a_part_begins_with_the_last_sentences_of_the_one_before() -> None:
    spans = sentences(TEXT)
    parts = parts_of(TEXT, spans, 120)
    assert len(parts) > 3
    assert all(tokens_of(part.of(TEXT)) <= 120 for part in parts)
    for one, two in pairwise(parts):
        shared = [span for span in spans if two.start <= span.start and span.end <= one.end]
        assert len(shared) == 2


@given(st.text(st.sampled_from("aé漢. \n"), max_size=400), st.integers(8, 60))
def test_every_sentence_is_in_a_part_and_every_part_fits(text: str, limit: int) -> None:
    spans = sentences(text)
    parts = parts_of(text, spans, limit)
    assert all(tokens_of(part.of(text)) <= limit for part in parts)
    covered = {at for part in parts for at in range(part.start, part.end)}
    assert covered >= {at for span in spans for at in range(span.start, span.end)}
    assert all(one.start < two.start and one.end < two.end for one, two in pairwise(parts))
