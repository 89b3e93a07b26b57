"""What every database must do: SQLite in a file, SQLite in memory, Postgres."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from retrieval.db import connect, migrate
from retrieval.errors import UnreadableFileError
from retrieval.models import (
    Analysis,
    Article,
    Claim,
    Inferred,
    Quote,
    Scope,
    Searched,
    StoredArticle,
    Trigger,
)
from retrieval.store.store import Change, Store
from tests.articles import (
    HOUR,
    MONDAY,
    analyses,
    analysis,
    article,
    articles,
    impact,
    mention,
    record,
)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    engine = connect(url)
    migrate(engine, "retrieval.store")
    store = Store(engine)
    yield store
    store.close()


def test_what_hangs_on_articles_is_written_with_them_or_not_at_all(store: Store) -> None:
    told: list[tuple[str, int]] = []

    def then(connection: Connection, stored: Sequence[StoredArticle]) -> None:
        told.extend((one.article.id, one.version) for one in stored)
        if "b" in {one.article.id for one in stored}:
            raise ZeroDivisionError

    one, other = record(article("a"), analysis()), record(article("b"), analysis())
    store.put_many([one], now=MONDAY, then=then)
    store.put_many([one], now=MONDAY, then=then)  # nothing new: nobody is told
    with pytest.raises(ZeroDivisionError):
        store.put_many([other], now=MONDAY, then=then)
    assert told == [("a", 1), ("b", 1)]
    assert set(store.hashes(["a", "b"])) == {"a"}


def test_history_is_marked_as_such(store: Store) -> None:
    old = replace(record(article("old"), analysis()), backfilled=True)
    store.put_many([old, record(article("new"), analysis())], now=MONDAY)
    heads = store.heads(["old", "new"])
    assert (heads["old"].backfilled, heads["new"].backfilled) == (True, False)
    stored = store.article("old")
    assert stored is not None
    assert stored.backfilled


_numbers = count()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_article=articles, said=analyses, twice=st.booleans())
def test_an_article_is_read_back_as_it_was_put(
    store: Store, given_article: Article, said: Analysis, *, twice: bool
) -> None:
    given_article = replace(given_article, id=f"{next(_numbers)} {given_article.id}")
    put = store.put_many([record(given_article, said)], now=MONDAY)
    if twice:
        changed = replace(given_article, text=given_article.text + "!")
        put = store.put_many([record(changed, said)], now=MONDAY + HOUR)
    assert [store.article(given_article.id)] == put
    assert put[0].analysis == said


def test_a_changed_article_supersedes_its_old_version_which_stays(store: Store) -> None:
    old, new = article("a", "Old."), article("a", "New.")
    first = _put(store, old, now=MONDAY)
    second = _put(store, new, now=MONDAY + HOUR)
    assert (first.version, second.version) == (1, 2)
    assert second.first_seen_at == MONDAY
    assert second.ingested_at == MONDAY + HOUR
    assert store.article("a") == second
    assert store.article("a", version=1) == first
    assert store.article("a", as_of=MONDAY - HOUR) is None
    assert store.article("a", as_of=MONDAY) == first
    assert store.article("a", as_of=MONDAY + HOUR) == second
    assert store.hashes(["a", "b"]) == {"a": new.content_hash}


def test_the_same_content_again_writes_nothing(store: Store) -> None:
    first = _put(store, article("a"), now=MONDAY)
    assert _put(store, article("a"), now=MONDAY + HOUR) == first
    assert store.last_change() == 1


def test_an_article_that_moves_stays_the_same_version_and_is_found_there(store: Store) -> None:
    _put(store, replace(article("a1"), url="http://127.0.0.1:1/a1"), now=MONDAY)
    _put(store, replace(article("a2"), url=None), now=MONDAY)
    store.move({"a1": "http://127.0.0.1:2/a1", "a2": "http://127.0.0.1:2/a2"})
    assert store.at("http://127.0.0.1:1/a1") is None
    assert [store.at(f"http://127.0.0.1:2/{i}") for i in ("a1", "a2")] == ["a1", "a2"]
    moved = store.article("a1")
    assert moved
    assert moved.version == 1
    assert store.last_change() == 2


def test_the_same_content_read_by_another_engine_is_a_new_version(store: Store) -> None:
    _put(store, article("a"), analysis(engine="old"), now=MONDAY)
    assert _put(store, article("a"), analysis(engine="new"), now=MONDAY).version == 2


def test_the_sources_are_those_of_the_current_versions_after_every_change(store: Store) -> None:
    assert store.sources() == ()
    first = replace(article("a", "Old."), source="Wire")
    store.put_many([record(first, analysis()), record(article("b"), analysis())], now=MONDAY)
    before = store.sources()
    assert "Wire" in before
    moved = replace(first, text="New.", source="Ledger")
    store.put_many([record(moved, analysis())], now=MONDAY + HOUR)
    assert store.sources() == tuple(sorted({*before, "Ledger"} - {"Wire"}))
    assert store.sources() == store.sources()


def test_records_are_written_all_or_none(store: Store) -> None:
    good, bad = record(article("good")), record(article("bad", "half \ud83d of an emoji"))
    with pytest.raises(UnreadableFileError):
        store.put_many([good, bad], now=MONDAY)
    assert store.searched(Scope()) == Searched(0, 0, None)


@pytest.mark.parametrize(
    "unstorable",
    [
        article("a", "a NUL \0 in it"),
        replace(article("a"), title="\udc00"),
        article(""),
        article("x" * 600),
    ],
    ids=["nul", "surrogate", "no id", "long id"],
)
def test_what_no_database_can_hold_is_refused_in_words(store: Store, unstorable: Article) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        _put(store, unstorable)
    assert refused.value.sentence.isprintable()


def test_one_batch_cannot_hold_an_article_twice(store: Store) -> None:
    with pytest.raises(ValueError, match="twice"):
        store.put_many([record(article("a")), record(article("a", "b"))], now=MONDAY)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="naive time"):
        _put(store, article("a"), now=MONDAY.replace(tzinfo=None))
    assert store.last_change() == 0


# Chunks, vectors and the change sequence


def test_a_correction_drops_the_chunks_it_removes_and_keeps_the_others(store: Store) -> None:
    store.put_many([record(article("a", "1"), passages=("one", "two"))], now=MONDAY)
    store.put_many([record(article("a", "2"), passages=("one", "three"))], now=MONDAY + HOUR)
    assert store.changes(0, 10) == [
        Change(1, ("a/one", "a/two"), ()),
        Change(2, ("a/one", "a/three"), ("a/two",)),
    ]
    assert store.chunk_ids() == {"a/one", "a/three"}
    found = store.chunks(["a/one", "a/two", "none"])
    assert {i: chunk.version for i, chunk in found.items()} == {"a/one": 2, "a/two": 1}
    assert store.chunks(["a/one", "a/three"], as_of=MONDAY)["a/one"].version == 1
    assert store.narrow(Scope(as_of=MONDAY), 10) == {"a/one", "a/two"}


def test_changes_are_numbered_without_gaps_and_can_be_followed_from_any_point(store: Store) -> None:
    for name in "abcd":
        store.put_many([record(article(name), passages=(name,))], now=MONDAY)
        store.put_many([record(article(name), passages=(name,))], now=MONDAY)
    assert store.last_change() == 4
    assert [change.seq for change in store.changes(0, 10)] == [1, 2, 3, 4]
    assert [change.put for change in store.changes(1, 2)] == [("b/b",), ("c/c",)]
    assert store.changes(4, 10) == []


def test_vectors_come_in_the_order_they_are_asked_for(store: Store) -> None:
    names = [f"w{n}" for n in range(2500)]  # more than fit one statement
    given_record = record(article("a"), passages=tuple(names))
    store.put_many([given_record], now=MONDAY)
    ids = [f"a/{name}" for name in reversed(names)]
    assert np.array_equal(store.vectors(ids), given_record.vectors[::-1])
    assert store.vectors(ids).dtype == np.float32
    assert store.vectors([]).size == 0
    assert set(store.chunks(ids)) == store.chunk_ids() == set(ids)
    assert store.embedded(["none"]) == {}
    with pytest.raises(KeyError):
        store.vectors(["none"])


def test_words_are_searched_under_the_newest_title(store: Store) -> None:
    named = replace(article("a"), title=None)
    store.put_many([record(named, passages=("x", "y"))], now=MONDAY)
    assert store.lexical_rows(["a/y", "none", "a/x"]) == [("a/y", "", "y"), ("a/x", "", "x")]
    store.put_many([record(replace(named, title="T"), passages=("x",))], now=MONDAY)
    assert store.lexical_rows(["a/x"]) == [("a/x", "T", "x")]


def test_a_narrow_scope_gives_its_chunks_and_a_wide_one_gives_none(store: Store) -> None:
    for name in "ab":
        store.put_many([record(article(name), passages=("x", "y"))], now=MONDAY)
    only_a = Scope(article_ids=("a",))
    assert store.narrow(only_a, 2) == {"a/x", "a/y"}
    assert store.narrow(only_a, 1) is None
    assert store.narrow(Scope(), 100) is None
    assert store.narrow(Scope(article_ids=()), 100) == set()
    assert store.within(["a/x", "b/x", "none"], only_a) == {"a/x"}


def test_followers_see_every_change_once_while_many_write(store: Store) -> None:
    writers, each = 4, 8
    seen: list[int] = []
    done = threading.Event()

    def follow() -> None:
        while not done.is_set() or store.last_change() > len(seen):
            seen.extend(change.seq for change in store.changes(seen[-1] if seen else 0, 5))
            done.wait(0.005)

    def write(writer: int) -> None:
        for n in range(each):
            _put(store, article(f"{writer}-{n}"))

    with ThreadPoolExecutor() as pool:
        follower = pool.submit(follow)
        try:
            list(pool.map(write, range(writers)))
        finally:
            done.set()
        follower.result(timeout=60)
    assert seen == list(range(1, writers * each + 1))


def test_an_article_that_two_write_at_once_is_one_version(store: Store) -> None:
    with ThreadPoolExecutor() as pool:
        put = list(pool.map(lambda _: _put(store, article("a")), range(8)))
    assert {stored.version for stored in put} == {1}
    assert store.last_change() == 1


# Scope


def _model(stored: StoredArticle, scope: Scope) -> bool:
    """Whether a scope may see a current version, in plain Python."""
    of = stored.article
    when = of.published_at or stored.first_seen_at
    said = stored.analysis
    named = {i.target.id for i in said.impacts} | {m.target.id for m in said.mentions}
    outlet = (of.source or "").casefold()
    return (
        (scope.article_ids is None or of.id in scope.article_ids)
        and (scope.tickers is None or bool(named & set(scope.tickers)))
        and (scope.sources is None or outlet in {s.casefold() for s in scope.sources})
        and outlet not in {s.casefold() for s in scope.not_sources}
        and (scope.since is None or when >= scope.since)
        and (scope.until is None or when < scope.until)
        and (scope.as_of is None or stored.ingested_at <= scope.as_of)
        and (scope.ingested_since is None or stored.ingested_at >= scope.ingested_since)
    )


def _some(*values: str) -> st.SearchStrategy[tuple[str, ...] | None]:
    return st.none() | st.lists(st.sampled_from(values), unique=True).map(tuple)


_hours = st.none() | st.integers(-1, 9).map(lambda n: MONDAY + n * HOUR)
scopes = st.builds(
    Scope,
    article_ids=_some("0", "1", "2", "3"),
    tickers=_some("AMZN", "NVDA", "AMD"),
    sources=_some("ft", "Reuters", "BÖRSE", "börse"),
    not_sources=_some("ft", "BÖRSE").map(lambda named: named or ()),
    since=_hours,
    until=_hours,
    as_of=_hours,
    ingested_since=_hours,
)
LIBRARY = [
    (None, "FT", ["AMZN"], []),
    (3, "Ft", ["NVDA", "AMZN"], []),
    (5, "reuters", [], ["NVDA"]),
    (1, "Börse", [], []),
    (None, None, ["AMD"], ["NVDA"]),
    (3, "STRASSE", ["NVDA"], []),
]


@pytest.fixture
def shelf(store: Store) -> list[StoredArticle]:
    """Six articles: dated and undated, of several sources, naming and judging tickers."""
    return [
        _put(
            store,
            replace(article(str(n), published_at=_hour(hour)), source=source),
            analysis(*map(impact, judged), mentions=tuple(map(mention, named))),
            now=MONDAY + n * HOUR,
        )
        for n, (hour, source, judged, named) in enumerate(LIBRARY)
    ]


def _hour(hour: int | None) -> datetime | None:
    return None if hour is None else MONDAY + hour * HOUR


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=scopes)
def test_every_query_honours_its_scope(
    store: Store, shelf: list[StoredArticle], scope: Scope
) -> None:
    seen = [stored for stored in shelf if _model(stored, scope)]
    seen.sort(key=lambda s: s.article.published_at or s.first_seen_at, reverse=True)
    assert [head.article_id for head in store.newest(scope, limit=9)] == [
        stored.article.id for stored in seen
    ]
    assert store.newest(scope, limit=1) == store.newest(scope, limit=9)[:1]
    dates = [s.article.published_at for s in seen if s.article.published_at]
    sources = {s.article.source.casefold() for s in seen if s.article.source}
    assert store.searched(scope) == Searched(len(seen), len(sources), max(dates, default=None))
    assert store.claims(scope) == [
        Claim(claim, store.heads([stored.article.id])[stored.article.id])
        for stored in shelf_order(store, shelf)
        if _model(stored, replace(scope, tickers=None))
        for claim in stored.analysis.impacts
        if scope.tickers is None or claim.target.id in scope.tickers
    ]


def shelf_order(store: Store, shelf: list[StoredArticle]) -> list[StoredArticle]:
    order = [head.article_id for head in store.newest(Scope(), limit=9)]
    return sorted(shelf, key=lambda stored: order.index(stored.article.id))


def test_as_of_shows_the_versions_of_that_moment_and_their_claims(store: Store) -> None:
    _put(store, article("a", "Up."), analysis(impact("AMZN", 0.5)), now=MONDAY)
    _put(store, article("a", "Down."), analysis(impact("AMZN", -0.5)), now=MONDAY + HOUR)

    def scores(as_of: datetime | None) -> list[float]:
        return [c.impact.sentiment.score for c in store.claims(Scope(as_of=as_of))]

    assert scores(MONDAY - HOUR) == []
    assert scores(MONDAY) == [0.5]
    assert scores(MONDAY + HOUR) == [-0.5]
    assert scores(None) == [-0.5]
    assert store.heads(["a"], as_of=MONDAY)["a"].version == 1
    assert store.heads(["a"], as_of=MONDAY - HOUR) == {}


def test_what_was_ingested_since_a_moment_may_be_of_any_age(store: Store) -> None:
    old = article("old", published_at=MONDAY - 1000 * HOUR)
    new = article("new", published_at=MONDAY)
    _put(store, new, analysis(impact("AMD")), now=MONDAY)
    _put(store, old, analysis(impact("NVDA")), now=MONDAY + HOUR)
    scope = Scope(ingested_since=MONDAY + HOUR)
    assert [head.article_id for head in store.newest(scope, limit=9)] == ["old"]
    assert [claim.impact.target.id for claim in store.claims(scope)] == ["NVDA"]


def test_what_is_inferred_is_kept_and_no_question_finds_it(store: Store) -> None:
    of_map = Inferred(
        replace(impact("V"), origin="inferred"), "networks", "cards", "7", "a network"
    )
    said = replace(analysis(impact("AMD")), inferred=(of_map,))
    store.put_many([record(article("a"), said, passages=("Text.",))], now=MONDAY)
    stored = store.article("a")
    assert stored
    assert stored.analysis.inferred == (of_map,)
    everything, of_visa = Scope(), Scope(tickers=("V",))
    assert [claim.impact.target.id for claim in store.claims(everything)] == ["AMD"]
    assert store.claims(of_visa) == []
    assert store.searched(of_visa) == Searched(0, 0, None)
    assert store.newest(of_visa, limit=9) == []
    assert store.narrow(of_visa, 9) == set()
    assert store.within(["a/Text."], of_visa) == set()


def test_claims_are_limited_and_newest_first(store: Store) -> None:
    for n in range(4):
        said = analysis(impact("AMZN"), impact("NVDA"))
        _put(store, article(str(n), published_at=MONDAY + n * HOUR), said)
    found = [(c.head.article_id, c.impact.target.id) for c in store.claims(Scope(), limit=3)]
    assert found == [("3", "AMZN"), ("3", "NVDA"), ("2", "AMZN")]


def test_triggers_are_those_of_the_version_that_was_known(store: Store) -> None:
    first, second = (Trigger(Quote(word, 0, 1), "1-3 months") for word in ("outage", "backlash"))
    _put(store, article("a"), replace(analysis(), triggers=(first, second)), now=MONDAY)
    _put(store, article("a", "b"), replace(analysis(), triggers=(second,)), now=MONDAY + HOUR)
    _put(store, article("b"), now=MONDAY)
    assert store.triggers(["a", "b"], MONDAY) == {"a": (first, second)}
    assert store.triggers(["a", "b", "c"]) == {"a": (second,)}


def test_a_store_is_read_as_a_change_left_it_whatever_the_clock_says(store: Store) -> None:
    old = replace(article("a", "Old words."), source="Harbor Wire")
    new = replace(article("a", "New words."), source="The Ledger")
    store.put_many([record(old, analysis(impact("AMD")), passages=("Old",))], now=MONDAY)
    then = store.last_change()
    later = record(article("b"), analysis(impact("AMD")), passages=("Text",))
    store.put_many([record(new, analysis(impact("INTC")), passages=("New",)), later], now=MONDAY)
    past = store.at_change(then)
    for as_of in (None, MONDAY, MONDAY + HOUR):
        scope = Scope(as_of=as_of)
        assert {i: h.version for i, h in past.heads(["a", "b"], as_of=as_of).items()} == {"a": 1}
        assert [head.source for head in past.newest(scope, limit=9)] == ["Harbor Wire"]
        assert [claim.impact.target.id for claim in past.claims(scope)] == ["AMD"]
        assert past.searched(scope).articles == 1
        assert past.sources(as_of) == ("Harbor Wire",)
        assert set(past.chunks(["a/Old", "a/New", "b/Text"], as_of=as_of)) == {"a/Old"}
        assert past.within(["a/Old", "a/New", "b/Text"], scope) == {"a/Old"}
        found = past.article("a", as_of=as_of)
        assert found is not None
        assert found.article.text == "Old words."
    assert past.at_change(store.last_change()).heads(["a", "b"]) == store.heads(["a", "b"])
    assert store.sources(MONDAY) == ("The Ledger",)
    assert store.at_change(0).searched(Scope()).articles == 0


def test_an_answer_is_kept_once_under_its_replay_id(store: Store) -> None:
    store.audit("r", asked="who?", payload="{}", now=MONDAY)
    store.audit("r", asked="who?", payload="{1}", now=MONDAY + HOUR)
    assert store.audited("r") == "{}"
    assert store.audited("s") is None


def _put(
    store: Store, of: Article, said: Analysis | None = None, *, now: datetime = MONDAY
) -> StoredArticle:
    return store.put(of, said or analysis(), (), np.empty((0, 3), np.float32), now=now)


def test_versions_that_the_built_in_engine_read_instead_are_counted_by_reason(
    store: Store,
) -> None:
    for name, reason in (("a", "Busy."), ("b", "Busy."), ("c", "Refused."), ("d", None)):
        said = replace(analysis(), fallback=reason)
        store.put_many([record(article(name), said)], now=MONDAY)
    store.put_many([record(article("b", "Corrected."), analysis())], now=MONDAY + HOUR)
    assert store.fallbacks() == {"Busy.": 1, "Refused.": 1}
