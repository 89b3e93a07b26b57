"""Tantivy and a dictionary do the same, whatever is written and whatever is asked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.errors import DamagedIndexError
from retrieval.index.lexical import LexicalIndex
from retrieval.index.truth import Within
from retrieval.store.records import Facets
from tests.articles import MONDAY

Row = tuple[str, str, str]


class Lexical(Protocol):
    def upsert(self, rows: Sequence[Row], facets: Sequence[Facets]) -> None: ...
    def delete(self, ids: Iterable[str]) -> None: ...
    def query(self, text: str, k: int, within: Within = None) -> list[tuple[str, float]]: ...
    def has(self, ids: AbstractSet[str]) -> bool: ...
    def ids(self) -> set[str]: ...
    def close(self) -> None: ...


class FakeLexical:
    """Texts in a dictionary; the score is the number of words shared."""

    def __init__(self) -> None:
        self._rows: dict[str, set[str]] = {}

    def upsert(self, rows: Sequence[Row], facets: Sequence[Facets]) -> None:
        self._rows |= {chunk_id: _words(f"{title} {text}") for chunk_id, title, text in rows}

    def delete(self, ids: Iterable[str]) -> None:
        for chunk_id in ids:
            self._rows.pop(chunk_id, None)

    def query(self, text: str, k: int, within: Within = None) -> list[tuple[str, float]]:
        asked = _words(text)
        hits = [(i, float(len(words & asked))) for i, words in self._rows.items() if words & asked]
        kept = [hit for hit in hits if not isinstance(within, AbstractSet) or hit[0] in within]
        return sorted(kept, key=lambda hit: (-hit[1], hit[0]))[: max(k, 0)]

    def has(self, ids: AbstractSet[str]) -> bool:
        return ids <= self._rows.keys()

    def ids(self) -> set[str]:
        return set(self._rows)

    def close(self) -> None:
        self._rows = {}


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"the", "on", "in", "and", "which"}


@pytest.fixture(params=["fake", "memory", "folder"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lexical]:
    made: Lexical = FakeLexical()
    if request.param != "fake":
        made = LexicalIndex(tmp_path / "lexical" if request.param == "folder" else None)
    yield made
    made.close()


def found(index: Lexical, text: str, k: int = 9, allowed: AbstractSet[str] | None = None) -> str:
    return "".join(chunk_id for chunk_id, _ in index.query(text, k, allowed))


def put(index: Lexical, rows: Sequence[Row]) -> None:
    index.upsert(rows, [Facets(None, (), MONDAY, MONDAY)] * len(rows))


COPPER = ("a", "Copper week", "Copper miners gain on grid demand.")
GOLD = ("b", "Gold week", "Gold miners lose on higher rates.")
RAIN = ("c", "", "Rain in the valley.")


def test_what_shares_more_words_comes_first(index: Lexical) -> None:
    put(index, [GOLD, COPPER, RAIN])
    assert found(index, "copper miners") == "ab"
    assert found(index, "rates on gold") == "b"
    assert found(index, "copper miners", k=1) == "a"
    assert found(index, "silver") == ""


def test_a_title_is_found_too(index: Lexical) -> None:
    put(index, [COPPER, GOLD, RAIN])
    assert found(index, "week") == "ab"


def test_chunks_of_one_score_are_in_the_order_of_their_ids(index: Lexical) -> None:
    put(index, [(name, "Same", "The same text.") for name in "cab"])
    assert found(index, "same text") == "abc"


def test_the_same_chunk_twice_is_one_chunk_with_the_last_text(index: Lexical) -> None:
    put(index, [COPPER, GOLD])
    put(index, [("a", "", "First"), ("a", "", "Zinc rises.")])
    assert index.ids() == {"a", "b"}
    assert found(index, "copper first") == ""
    assert found(index, "zinc") == "a"


def test_what_is_deleted_is_not_found(index: Lexical) -> None:
    put(index, [COPPER, GOLD])
    index.delete(["a", "never there", "a"])
    assert index.ids() == {"b"}
    assert found(index, "copper miners") == "b"
    index.delete(["b"])
    assert index.ids() == set()
    put(index, [COPPER])
    assert found(index, "copper") == "a"


def test_only_allowed_chunks_are_found(index: Lexical) -> None:
    put(index, [COPPER, GOLD, RAIN])
    assert found(index, "miners", allowed={"b", "c", "gone"}) == "b"
    assert found(index, "miners", allowed=set()) == ""


def test_an_index_knows_what_it_has(index: Lexical) -> None:
    put(index, [COPPER, GOLD])
    assert index.has({"a", "b"})
    assert index.has(set())
    assert not index.has({"a", "c"})


def test_an_empty_index_answers_with_nothing(index: Lexical) -> None:
    assert found(index, "copper") == ""
    assert index.ids() == set()
    put(index, [])
    index.delete([])
    assert not index.has({"a"})


@pytest.mark.parametrize("k", [-1, 0, 1, 50])
def test_k_is_a_bound(index: Lexical, k: int) -> None:
    put(index, [COPPER, GOLD])
    assert len(index.query("miners", k)) == min(max(k, 0), 2)


def test_ids_may_be_any_text(index: Lexical) -> None:
    ids = ["é漢\N{CHART WITH UPWARDS TREND}", "a b|c'--", "x" * 300]
    put(index, [(chunk_id, "", "copper") for chunk_id in ids])
    assert index.ids() == set(ids)
    index.delete(ids[:1])
    assert [i for i, _ in index.query("copper", 9)] == ids[1:]


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "AND (",
        "*",
        "copper OR",
        "title:copper^9 AND -text:[a TO z}",
        "\\",
        "copper~2 /regex.*/",
        "IN [1 2",
        "\0",
        "\ud800",
        "",
        " \n",
        "who is it and which?",
        "copper " * 50_000,
        "x" * 100_000,
        "\N{CHART WITH UPWARDS TREND}",
        " ".join(f"word{n}" for n in range(20_000)),
    ],
)
def test_a_hostile_question_is_only_words(index: Lexical, text: str) -> None:
    put(index, [COPPER, GOLD, RAIN])
    expected = "a" if "copper" in text else ""
    assert found(index, text) == expected


@given(st.text(max_size=60))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_can_be_written_and_asked(index: Lexical, text: str) -> None:
    put(index, [("a", text, text), ("b", "", f"copper {text}")])
    assert index.ids() == {"a", "b"}
    assert {i for i, _ in index.query(f"copper {text}", 5)} >= {"b"}


edits = st.lists(
    st.tuples(st.sampled_from("pd"), st.lists(st.sampled_from("abcdef"), max_size=4)), max_size=12
)


@given(edits=edits)
@settings(max_examples=40, deadline=None)
def test_tantivy_and_a_dictionary_agree_after_any_edits(
    edits: list[tuple[str, list[str]]],
) -> None:
    fake, real = FakeLexical(), LexicalIndex(None)
    for step, (verb, ids) in enumerate(edits):
        for index in (fake, real):
            if verb == "p":
                put(index, [(i, f"step{step}", f"word{i}") for i in ids])
            else:
                index.delete(ids)
    assert real.ids() == fake.ids()
    question = " ".join(f"step{n} word{i}" for n, i in enumerate("abcdef"))
    assert {i for i, _ in real.query(question, 9)} == {i for i, _ in fake.query(question, 9)}


@pytest.fixture
def words() -> LexicalIndex:
    return LexicalIndex(None)


def test_endings_accents_and_case_do_not_matter(words: LexicalIndex) -> None:
    put(words, [("a", "", "Nestle\N{COMBINING ACUTE ACCENT} is rallying"), ("b", "", "Rain")])
    assert found(words, "NESTLE rallied") == "a"
    assert found(words, "Nestlé") == "a"


def test_a_symbol_counts_as_it_is_written(words: LexicalIndex) -> None:
    put(
        words,
        [
            ("a", "", "On the day AT&T rose 3.5%."),
            ("b", "", "Be at t minus 3 for 5 days."),
            ("c", "", "ON is a chip maker."),
            ("d", "", "On that day it rained."),
        ],
    )
    assert found(words, "AT&T 3.5")[0] == "a"
    assert found(words, "ON") == "c"


def test_words_that_every_question_has_find_nothing(words: LexicalIndex) -> None:
    put(words, [("a", "Which of them does?", "Who are you and what is this?")])
    assert found(words, "what does this say about which of you") == ""


def test_chinese_is_found_by_its_characters(words: LexicalIndex) -> None:
    put(words, [("a", "", "铜价上涨"), ("b", "", "金价下跌")])
    assert found(words, "铜")[0] == "a"


def test_a_folder_keeps_what_was_committed(tmp_path: Path) -> None:
    first = LexicalIndex(tmp_path)
    put(first, [COPPER])
    first.close()
    assert found(LexicalIndex(tmp_path), "copper") == "a"


def test_a_folder_that_holds_something_else_is_damage(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{}")
    with pytest.raises(DamagedIndexError):
        LexicalIndex(tmp_path)
