"""What is found is shown in an order that covers the question: its parts and its sources."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.clues import Clue, Clues, clues_in
from retrieval.ask.order import Candidate, candidate_of, most, ordered
from retrieval.models import Chunk
from tests.nouns import head as head_of


def chunk(name: str) -> Chunk:
    return Chunk(name, name, 1, 0, 1, "x")


def names(found: list[Candidate]) -> list[str]:
    return [one.chunk.id for one in found]


def test_without_parts_and_sources_the_best_score_is_first_and_equals_go_by_id() -> None:
    found = [Candidate(chunk(n), s, (), None) for n, s in (("b", 0.5), ("c", 0.9), ("a", 0.5))]
    assert names(ordered(found, 10)) == ["c", "a", "b"]
    assert names(ordered(found, 2)) == ["c", "a"]
    assert ordered([], 5) == []


def test_a_part_that_nothing_before_spoke_of_comes_forward() -> None:
    found = [
        Candidate(chunk("mine"), 0.80, (1.0, 0.0), None),
        Candidate(chunk("mine again"), 0.78, (0.9, 0.0), None),
        Candidate(chunk("port"), 0.70, (0.0, 1.0), None),
    ]
    assert names(ordered(found, 3)) == ["mine", "port", "mine again"]


def test_each_named_source_comes_before_a_second_article_of_one() -> None:
    found = [
        Candidate(chunk("wire 1"), 0.9, (), "Wire"),
        Candidate(chunk("wire 2"), 0.8, (), "Wire"),
        Candidate(chunk("ledger"), 0.6, (), "Ledger"),
    ]
    assert names(ordered(found, 3)) == ["wire 1", "ledger", "wire 2"]


def test_a_source_that_is_named_lifts_its_articles() -> None:
    clues = clues_in("What did Ledger say of zinc?", ("Ledger", "Wire"))
    ours = candidate_of(chunk("a"), head_of(source="Ledger"), [0.5], clues)
    other = candidate_of(chunk("b"), head_of(source="Wire"), [0.9], clues)
    assert ours.score > other.score
    assert (ours.source, other.source) == ("Ledger", None)


def test_a_part_asks_for_its_own_source_and_for_any_where_it_names_none() -> None:
    whole = Clue("q", frozenset({"Ledger", "Wire"}))
    clues = Clues(whole, (Clue("a", frozenset({"Ledger"})), Clue("b")))
    wire = candidate_of(chunk("w"), head_of(source="Wire"), [0.0, 0.5, 0.5], clues)
    assert wire.parts[0] < wire.parts[1]


@given(
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, 1), st.floats(0, 1)), max_size=30),
    st.integers(1, 40),
)
def test_every_candidate_is_kept_once_up_to_the_limit(
    rows: list[tuple[float, float, float]], limit: int
) -> None:
    found = [Candidate(chunk(f"{i:02}"), s, (a, b), None) for i, (s, a, b) in enumerate(rows)]
    shown = names(ordered(found, limit))
    best = sorted(found, key=lambda one: (-one.score, one.chunk.id))[:limit]
    assert sorted(shown) == sorted(names(best))


@given(st.floats(0, 1), st.floats(0, 1))
def test_no_score_is_beyond_the_most(whole: float, part: float) -> None:
    text = "What did Ledger say of Acme on 7 May 2024, while Wire told of zinc in Peru?"
    clues = clues_in(text, ("Ledger", "Wire"))
    scores = [whole, *(part for _ in clues.parts)]
    one = candidate_of(chunk("a"), head_of(title="Acme 2024", source="Ledger"), scores, clues)
    assert 0 <= one.score <= most(clues)
