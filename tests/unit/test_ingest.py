"""Ingest keeps what is new, once, whatever comes twice, cannot be kept, or is cut off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from numpy.typing import NDArray

from retrieval.errors import OtherModelError
from retrieval.index.chunks import titled
from retrieval.index.follow import Indexes
from retrieval.ingest import BATCH, Counts, decide, ingest
from retrieval.library import Library
from retrieval.models import Article, Scope
from retrieval.sources.reading import Failure
from tests.articles import HOUR, MONDAY, article, builtin
from tests.fakes import HashEmbedder

FIRST = "Chipmakers gain as orders rise. " * 40
SECOND = "Hosting firms lose on price cuts. " * 40


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def library(embedder: HashEmbedder) -> Iterator[Library]:
    library = Library.in_memory(embedder, builtin())
    yield library
    library.close()


def _take(library: Library, *items: Article | Failure) -> Counts:
    return ingest(items, library=library, now=lambda: MONDAY, progress=lambda _: None)


def test_an_article_is_new_changed_or_the_same_by_its_content_hash() -> None:
    now = article("a")
    assert decide(None, now) == "new"
    assert decide(now.content_hash, now) == "same"
    assert decide(now.content_hash, replace(now, url="https://x.example")) == "same"
    assert decide(article("a", "Before.").content_hash, now) == "changed"


def test_every_item_is_counted_once(library: Library) -> None:
    unread = Failure("b.pdf", "This file is damaged.")
    assert _take(library, article("a"), unread) == Counts(new=1, failed=(unread,))
    assert _take(library, article("a"), article("b")) == Counts(new=1, same=1)
    assert _take(library, article("a", "More."), article("b")) == Counts(changed=1, same=1)
    assert _take(library) == Counts()


def test_what_comes_twice_in_a_batch_is_kept_as_it_came_last(library: Library) -> None:
    assert _take(library, article("a", "1"), article("a", "2")) == Counts(new=1, changed=1)
    stored = library.store.article("a")
    assert stored
    assert (stored.article.text, stored.version) == ("2", 1)


def test_a_batch_that_ends_where_it_began_writes_nothing(library: Library) -> None:
    _take(library, article("a", "1"))
    counts = _take(library, article("a", "2"), article("a", "1"), article("a", "1"))
    assert counts == Counts(changed=2, same=1)
    assert library.store.last_change() == 1


def test_what_comes_again_in_the_next_batch_is_known_before_it_is_stored(library: Library) -> None:
    shelf = [article(str(n), f"Nvidia gains {n}.") for n in range(BATCH)]
    counts = _take(library, *shelf, article("0", "Nvidia gains 0."), article("1", "Corrected."))
    assert counts == Counts(new=BATCH, changed=1, same=1)
    versions = [stored and stored.version for stored in map(library.store.article, ("0", "1"))]
    assert versions == [1, 2]


class CountingEmbedder(HashEmbedder):
    """Counts the texts whose tokens were counted: what was cut at all."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = 0

    def tokens(self, text: str) -> int:
        self.cut += 1
        return super().tokens(text)


def test_the_same_articles_again_cost_no_cutting_and_no_embedding() -> None:
    embedder = CountingEmbedder()
    library = Library.in_memory(embedder, builtin())
    shelf = [article(str(n), FIRST) for n in range(BATCH + 3)]
    assert _take(library, *shelf) == Counts(new=BATCH + 3)
    work = (embedder.texts, embedder.cut)
    assert _take(library, *reversed(shelf)) == Counts(same=BATCH + 3)
    assert (embedder.texts, embedder.cut) == work
    library.close()


def test_a_correction_embeds_only_the_passages_that_changed(
    library: Library, embedder: HashEmbedder
) -> None:
    _take(library, article("a", FIRST))
    before, work = library.store.chunk_ids(), embedder.texts
    assert len(before) > 1
    _take(library, article("a", FIRST + SECOND))
    kept = before & library.store.chunk_ids()
    assert kept
    assert embedder.texts - work == len(library.store.chunk_ids()) - len(kept)


def test_chunks_are_the_words_at_their_place_with_their_own_vectors(library: Library) -> None:
    _take(library, article("a", FIRST), article("b", SECOND), article("c", ""))
    ids = sorted(library.store.chunk_ids())
    chunks = [library.store.chunks(ids)[i] for i in ids]
    texts = {"a": FIRST, "b": SECOND}
    assert all(c.text == texts[c.article_id][c.start : c.end] for c in chunks)
    assert {c.version for c in chunks} == {1}
    words = [titled(f"On {c.article_id}", c.text) for c in chunks]
    assert np.array_equal(library.store.vectors(ids), library.embedder.encode(words))


def test_what_cannot_be_stored_is_counted_and_does_not_stop_the_rest(library: Library) -> None:
    counts = _take(library, article("bad", "half an emoji \ud83d"), article("good"))
    assert counts.new == 1
    assert [failure.source for failure in counts.failed] == ["'bad'"]
    assert library.store.searched(Scope()).articles == 1


def test_progress_adds_up_to_the_number_of_items(library: Library) -> None:
    told: list[int] = []
    items = [article(str(n)) for n in range(BATCH * 2 + 1)]
    ingest(items, library=library, now=lambda: MONDAY, progress=told.append)
    assert told == [BATCH, BATCH, 1]


class OtherEmbedder(HashEmbedder):
    """Its vectors do not compare with those of HashEmbedder."""

    name = "other@1"


def test_a_library_is_not_opened_with_another_embedding_model(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tape.db"
    library = Library.open(url, tmp_path, embedder=HashEmbedder(), reader=builtin())
    _take(library, article("a"))
    library.close()
    with pytest.raises(OtherModelError, match="hash@1"):
        Library.open(url, tmp_path, embedder=OtherEmbedder(), reader=builtin())
    Library.open(url, tmp_path, embedder=HashEmbedder(), reader=builtin()).close()


class Broken(HashEmbedder):
    """Gives up in the middle of the work."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise InterruptedError


_names = st.sampled_from("abc")
_sentences = st.lists(st.sampled_from([FIRST, SECOND, "Rates stay. "]), max_size=3)
_arrivals = st.lists(st.tuples(_names, _sentences.map("".join)), max_size=5)


class Ingesting(RuleBasedStateMachine):
    """Whatever happens, the store holds what came last, and the index holds what the store does."""

    @initialize()
    def start(self) -> None:
        self.library = Library.in_memory(HashEmbedder(), builtin())
        self.library.indexes.catch_up()
        self.clock = MONDAY
        self.last: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    @rule(arrivals=_arrivals)
    def articles_arrive(self, arrivals: list[tuple[str, str]]) -> None:
        before = dict(self.last)
        self.last |= dict(arrivals)
        counts = self._ingest(arrivals)
        assert counts.new == len(self.last.keys() - before.keys())
        assert counts.new + counts.changed + counts.same == len(arrivals)
        for name in {name for name, _ in arrivals}:
            if before.get(name) != self.last[name]:
                self.versions[name] = self.versions.get(name, 0) + 1

    @rule()
    def all_arrive_again(self) -> None:
        at = self.library.store.last_change()
        assert self._ingest(list(self.last.items())) == Counts(same=len(self.last))
        assert self.library.store.last_change() == at

    @rule(arrivals=_arrivals)
    def the_work_breaks_off(self, arrivals: list[tuple[str, str]]) -> None:
        whole, self.library = self.library, replace(self.library, embedder=Broken())
        fresh = {name: text for name, text in arrivals if text and name not in self.last}
        if fresh:
            with pytest.raises(InterruptedError):
                self._ingest(list(fresh.items()))
        self.library = whole

    @rule()
    def tape_is_started_again(self) -> None:
        self.library.indexes.close()
        indexes = Indexes.in_memory(self.library.store)
        indexes.catch_up()
        self.library = replace(self.library, indexes=indexes)

    @invariant()
    def the_store_holds_what_came_last(self) -> None:
        store = self.library.store
        found = {name: store.article(name) for name in "abc"}
        assert {n: s.article.text for n, s in found.items() if s} == self.last
        assert {n: s.version for n, s in found.items() if s} == self.versions

    @invariant()
    def the_index_holds_what_the_store_does(self) -> None:
        index = self.library.indexes._lexical.current()
        assert index is not None
        assert index.ids() == self.library.store.chunk_ids()

    def teardown(self) -> None:
        self.library.close()

    def _ingest(self, arrivals: list[tuple[str, str]]) -> Counts:
        self.clock += HOUR + timedelta(seconds=1)
        items = [article(name, text) for name, text in arrivals]
        return ingest(items, library=self.library, now=lambda: self.clock, progress=lambda _: None)


TestIngesting = Ingesting.TestCase
TestIngesting.settings = settings(max_examples=30, stateful_step_count=12, deadline=None)
