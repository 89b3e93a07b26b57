"""Search by indexes in a folder and search in memory give the same answers, those of the store."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.db import connect, migrate
from retrieval.index.exact import Exact
from retrieval.index.follow import Indexes, among
from retrieval.index.truth import net
from retrieval.models import Mention, Scope, Target
from retrieval.store.records import Change, Record
from retrieval.store.store import Store
from tests.articles import HOUR, MONDAY, record
from tests.faults.index_worker import MODEL, records

Vector = NDArray[np.float32]


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_store()
    yield made
    made.close()


def memory_store() -> Store:
    engine = connect("sqlite://")
    migrate(engine, "retrieval.store")
    return Store(engine)


@pytest.fixture(params=["memory", "folder"])
def indexes(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[Indexes]:
    folder = tmp_path / "index" if request.param == "folder" else None
    made = Indexes.open(store, folder, MODEL)
    yield made
    made.close()


def brute(store: Store, vector: Vector, k: int, ids: AbstractSet[str]) -> list[str]:
    rows = {i: float(store.vectors([i])[0] @ vector) for i in ids}
    return sorted(rows, key=lambda i: (-round(rows[i], 6), i))[:k]


def first(hits: Sequence[tuple[str, float]]) -> list[str]:
    return [chunk_id for chunk_id, _ in hits]


def about(name: str, text: str, title: str) -> Record:
    """An article of one chunk."""
    [made] = records(len(name), 1, chunks=1)
    chunk = replace(made.chunks[0], id=f"{name}/{text}", article_id=name, text=text)
    content = replace(made.article, id=name, text=text, title=title)
    return replace(made, article=content, chunks=(chunk,))


def test_what_is_put_is_found_before_and_after_catching_up(store: Store, indexes: Indexes) -> None:
    put = records(0, 30)
    store.put_many(put, now=MONDAY)
    wanted, vector = put[17].chunks[2], put[17].vectors[2]
    for _ in range(2):
        assert indexes.dense(vector, 3)[0] == (wanted.id, 1.0)
        assert first(indexes.dense(vector, 9)) == brute(store, vector, 9, store.chunk_ids())
        assert indexes.lexical(wanted.text, 200)
        indexes.catch_up()
    assert indexes.health().ready


def test_a_correction_replaces_what_was_found(store: Store, indexes: Indexes) -> None:
    store.put_many([about("a", "copper rises", "Old title")], now=MONDAY)
    indexes.catch_up()
    store.put_many([about("a", "copper falls", "Old title")], now=MONDAY + HOUR)
    indexes.catch_up()
    assert first(indexes.lexical("copper rises", 5)) == ["a/copper falls"]
    assert first(indexes.dense(store.vectors(["a/copper falls"])[0], 5)) == ["a/copper falls"]


def test_a_corrected_title_is_found_though_the_passage_stays(
    store: Store, indexes: Indexes
) -> None:
    store.put_many([about("a", "copper rises", "Old title")], now=MONDAY)
    indexes.catch_up()
    store.put_many([about("a", "copper rises", "Zinc")], now=MONDAY + HOUR)
    assert indexes.lexical("old", 5) == []
    assert first(indexes.lexical("zinc", 5)) == ["a/copper rises"]


def test_only_allowed_chunks_are_found(store: Store, indexes: Indexes) -> None:
    put = records(0, 20)
    store.put_many(put, now=MONDAY)
    indexes.catch_up()
    allowed = {chunk.id for chunk in put[3].chunks}
    vector = put[9].vectors[0]
    assert first(indexes.dense(vector, 4, allowed)) == brute(store, vector, 4, allowed)
    assert set(first(indexes.lexical(put[9].chunks[0].text, 50, allowed))) <= allowed
    assert indexes.dense(vector, 4, set()) == []
    assert indexes.lexical("copper", 4, set()) == []


def test_the_vector_index_finds_what_comparing_with_all_finds(store: Store, tmp_path: Path) -> None:
    put = records(0, 30)
    store.put_many(put, now=MONDAY)
    by_index = Indexes.open(store, tmp_path / "index", MODEL, exact_below=0)
    by_all = Indexes.in_memory(store)
    for one in put[:5]:
        vector = one.vectors[0]
        assert first(by_index.dense(vector, 5)) == first(by_all.dense(vector, 5))
    by_index.close()
    by_all.close()


def test_the_past_can_be_searched_as_it_was(store: Store, indexes: Indexes) -> None:
    store.put_many([about("a", "copper rises", "T"), about("bb", "gold", "T")], now=MONDAY)
    store.put_many([about("a", "copper falls", "T")], now=MONDAY + HOUR)
    indexes.catch_up()
    then = store.narrow(Scope(as_of=MONDAY), 50_000)
    assert then == {"a/copper rises", "bb/gold"}
    assert first(indexes.lexical("copper", 5, then)) == ["a/copper rises"]
    vector = store.vectors(["a/copper rises"])[0]
    assert first(indexes.dense(vector, 5, then)) == brute(store, vector, 5, then)


def test_words_of_the_past_are_as_rare_as_they_were(store: Store, indexes: Indexes) -> None:
    title = "T" * 100
    store.put_many([about("a", "copper", title), about("bb", "gold rises", title)], now=MONDAY)
    indexes.catch_up()
    then = store.narrow(Scope(as_of=MONDAY), 50_000)
    assert then is not None
    before = indexes.lexical("copper gold", 5, then, past=True)
    assert first(before) == ["a/copper", "bb/gold rises"]
    more = [about(f"c{n}", "copper", title) for n in range(9)]
    store.put_many([*more, about("bb", "gold rises", f"{title} gold copper")], now=MONDAY + HOUR)
    indexes.catch_up()
    assert indexes.lexical("copper gold", 5, then, past=True) == before
    assert indexes.lexical("copper gold", 5, then) != before


def test_an_empty_store_is_searched_without_fuss(indexes: Indexes) -> None:
    vector = np.ones(16, np.float32)
    assert indexes.dense(vector, 5) == []
    assert indexes.dense(vector, 5, {"gone"} & set()) == []
    assert indexes.lexical("copper", 5) == []
    assert indexes.catch_up() == 0
    assert indexes.health().ready


def test_an_article_without_chunks_moves_the_indexes_on(store: Store, indexes: Indexes) -> None:
    [with_chunks] = records(0, 1)
    empty = record(replace(with_chunks.article, id="empty"))
    store.put_many([with_chunks, empty], now=MONDAY)
    assert indexes.catch_up() == 2
    assert indexes.health().ready


def test_rebuilding_gives_the_same_answers(store: Store, indexes: Indexes) -> None:
    store.put_many(records(0, 40), now=MONDAY)
    indexes.catch_up()
    vector = records(5, 1)[0].vectors[0]
    before = indexes.dense(vector, 9), indexes.lexical("copper margin", 9)
    assert indexes.rebuild() == 200
    assert (indexes.dense(vector, 9), indexes.lexical("copper margin", 9)) == before


def test_threads_ask_while_another_writes(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/tape.db")
    migrate(engine, "retrieval.store")
    store = Store(engine)
    store.put_many(records(0, 50), now=MONDAY)
    indexes = Indexes.open(store, tmp_path / "index", MODEL, exact_below=0)
    [one] = records(7, 1)

    def ask(_: int) -> bool:
        nearest = indexes.dense(one.vectors[0], 1)
        return nearest == [(one.chunks[0].id, 1.0)] and bool(indexes.lexical("copper", 3))

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, n) for n in range(60)]
        for start in range(50, 150, 10):
            store.put_many(records(start, 10), now=MONDAY)
            indexes.catch_up()
        assert all(answer.result() for answer in asked)
    assert indexes.health().ready
    indexes.close()
    store.close()


batches = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=6
)


@settings(max_examples=15, deadline=None)
@given(batches=batches, k=st.integers(1, 8))
def test_exact_search_follows_every_change(batches: list[tuple[int, int, int]], k: int) -> None:
    store = memory_store()
    exact = Exact(store)
    for start, count, version in batches:
        store.put_many(records(start, count, chunks=2, version=version), now=MONDAY)
        vector = records(start, 1)[0].vectors[0]
        live = store.chunk_ids()
        assert first(exact.query(vector, k)) == brute(store, vector, k, live)
        some = set(sorted(live)[::2])
        assert first(exact.query(vector, k, some)) == brute(store, vector, k, some)
    store.close()


DAY = 24 * HOUR
SOURCES, SYMBOLS = ("Reuters", "reuters", "FT", None), ("NVDA", "AMD", "XOM")
DAYS = st.integers(0, 6).map(lambda n: MONDAY + n * DAY)
SCOPES = st.builds(
    Scope,
    tickers=st.none() | st.lists(st.sampled_from(SYMBOLS), max_size=2).map(tuple),
    sources=st.none() | st.lists(st.sampled_from(("REUTERS", "FT", "WSJ")), max_size=2).map(tuple),
    since=st.none() | DAYS,
    until=st.none() | DAYS,
    ingested_since=st.none() | DAYS,
    not_sources=st.lists(st.sampled_from(("REUTERS", "ft", "WSJ")), max_size=2).map(tuple),
)
ARTICLES = st.tuples(
    st.integers(0, 5), st.sampled_from(SOURCES), st.sampled_from((*SYMBOLS, None)), st.none() | DAYS
)


def told(number: int, source: str | None, ticker: str | None, dated: datetime | None) -> Record:
    [made] = records(number, 1, chunks=2)
    article = replace(made.article, source=source, published_at=dated)
    mention = Mention(Target("ticker", ticker or "", ""), "", 0, 0)
    mentions = (mention,) if ticker else ()
    return replace(made, article=article, analysis=replace(made.analysis, mentions=mentions))


@pytest.mark.parametrize("exact_below", [0, 9_999], ids=["by index", "by all"])
@settings(max_examples=25, deadline=None)
@given(batches=st.lists(st.lists(ARTICLES, max_size=5), min_size=1, max_size=4), scope=SCOPES)
def test_a_scope_is_the_same_for_the_indexes_as_for_the_store(
    exact_below: int,
    batches: list[list[tuple[int, str | None, str | None, datetime | None]]],
    scope: Scope,
) -> None:
    store = memory_store()
    with TemporaryDirectory() as folder:
        indexes = Indexes.open(store, Path(folder), MODEL, exact_below=exact_below)
        for day, batch in enumerate(batches):
            if batch:
                put = {one[0]: told(*one) for one in batch}.values()
                store.put_many(list(put), now=MONDAY + day * DAY)
            indexes.catch_up()
            allowed = store.narrow(scope, 999)
            seen = store.chunk_ids() if allowed is None else allowed
            vector = records(3, 1)[0].vectors[0]
            assert first(indexes.dense(vector, 9, scope)) == brute(store, vector, 9, seen)
            words = {i for i, _ in indexes.lexical("copper passage", 999)}
            assert {i for i, _ in indexes.lexical("copper passage", 999, scope)} == words & seen
        indexes.close()
    store.close()


def test_too_many_vectors_to_hold_are_read_from_the_store(store: Store) -> None:
    exact, vector = Exact(store, cached=70), records(5, 1)[0].vectors[0]
    for start in (0, 10, 20):
        store.put_many(records(start, 10), now=MONDAY)
        assert first(exact.query(vector, 9)) == brute(store, vector, 9, store.chunk_ids())
        assert first(exact.query(vector, 9, Scope(since=MONDAY))) == first(exact.query(vector, 9))


changes = st.lists(
    st.tuples(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd"))), max_size=8
)


@given(changes)
def test_the_net_of_changes_is_what_they_leave_one_by_one(
    steps: list[tuple[set[str], set[str]]],
) -> None:
    live: set[str] = {"a", "b"}
    expected = set(live)
    made = [Change(n, tuple(put), tuple(gone - put)) for n, (put, gone) in enumerate(steps, 1)]
    for change in made:
        expected = (expected - set(change.dropped)) | set(change.put)
    put, dropped = net(made)
    assert (live - set(dropped)) | set(put) == expected
    assert not set(put) & set(dropped)


class CountingIndex:
    """Ten chunks in a fixed order, and how many were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def query(self, vector: Vector, k: int) -> list[tuple[str, float]]:
        self.asked.append(k)
        return [(f"{n:02}", 1 - n / 100) for n in range(40)][:k]


def test_a_wide_scope_is_applied_to_more_and_more_of_what_the_index_finds() -> None:
    index, vector = CountingIndex(), np.ones(2, np.float32)
    assert first(among(index, vector, 2, {"00", "30", "35", "39"}.__contains__)) == ["00", "30"]
    assert index.asked == [8, 32]
    assert among(index, vector, 2, {"nowhere"}.__contains__) == []
    assert first(among(index, vector, 2, None)) == ["00", "01"]
