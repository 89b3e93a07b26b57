"""The shipped lexicon is well formed, and verbs are inflected as people write them."""

from collections import Counter
from importlib.resources import files

import pytest

from retrieval.language.lexicon import load_lexicon
from retrieval.language.tokens import tokenise
from retrieval.language.wordlists import word_list
from retrieval.models import Span


def role(words: str) -> str | None:
    found = load_lexicon().find(tokenise(words, Span(0, len(words))))
    whole = [item for item in found if item.first == 0]
    return whole[0].entry.role if whole else None


def test_no_phrase_is_written_twice_for_the_second_would_be_dead() -> None:
    table = files("retrieval.language").joinpath("data/lexicon.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    written = Counter(phrase for row in rows for phrase in row[4].split(", "))
    assert len(written) > 1_000
    assert [phrase for phrase, times in written.items() if times > 1] == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("benefited", "subj"),
        ("falling", "move"),
        ("fell", "move"),
        ("cutting", "move"),
        ("squeezed", "obj"),
        ("bearish for", "to"),
        ("gaining share from", "rival"),
        ("lost ground to", "rival"),
        ("revenues", "thing"),
        ("liabilities", "thing"),
        ("eases", "reverse"),
        ("migrates", "flow"),
        ("disappointing", "subj"),
        ("table", None),
    ],
)
def test_every_form_has_the_role_of_its_stem(words: str, expected: str | None) -> None:
    assert role(words) == expected


def test_the_longest_phrase_wins() -> None:
    words = "lost share to"
    (found,) = load_lexicon().find(tokenise(words, Span(0, len(words))))
    assert (found.first, found.last) == (0, 3)


def test_a_phrase_that_says_nothing_hides_the_word_in_it() -> None:
    words = "trailing earnings"
    found = load_lexicon().find(tokenise(words, Span(0, len(words))))
    assert found[0].entry.score == 0


def test_word_lists_are_found_by_name() -> None:
    assert "not" in word_list("negators")
    with pytest.raises(KeyError):
        word_list("no such list")
