"""What was written between two changes, what somebody was told of it, and what they mute."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from jobs.digest import Reach
from jobs.models import DIGEST, STORY, OutboxRow
from jobs.mutes import Mutes, Place
from jobs.news import news_of
from jobs.state import State
from retrieval.db import connect, migrate
from retrieval.models import Article, Quote, Trigger
from retrieval.store.records import Record
from retrieval.store.store import Store
from tests.articles import HOUR, MONDAY, analysis, impact, record

FRIDAY = date(2026, 11, 27)
HERE, THERE = Place("T1", "C1"), Place("T1", "C2")


@pytest.fixture
def tables(url: str) -> Iterator[Engine]:
    made = connect(url)
    migrate(made, "retrieval.store", "jobs")
    yield made
    made.dispose()


def written(name: str, text: str = "Up.", *, engine: str = "test", old: bool = False) -> Record:
    made = record(Article(name, text), analysis(impact("NVDA"), engine=engine))
    return replace(made, backfilled=old)


def fill(store: Store) -> None:
    """Write five changes: a, b by a wrong clock, a corrected, b read anew, c as history."""
    store.put_many([written("a")], now=MONDAY)
    store.put_many([written("b")], now=MONDAY - HOUR)
    store.put_many([written("a", "Down.")], now=MONDAY + HOUR)
    store.put_many([written("b", engine="other")], now=MONDAY + 2 * HOUR)
    store.put_many([written("c", old=True)], now=MONDAY + 3 * HOUR)


def names(store: Store, after: int, upto: int) -> list[tuple[str, int]]:
    found = store.at_change(upto).written_after(after, limit=9)
    return sorted((head.article_id, head.version) for head in found)


def test_a_window_holds_what_was_written_in_it_and_says_something_new(tables: Engine) -> None:
    store = Store(tables)
    fill(store)
    assert names(store, 0, 2) == [("a", 1), ("b", 1)]
    assert names(store, 2, 4) == [("a", 2)]
    assert names(store, 1, 4) == [("a", 2), ("b", 2)]
    assert names(store, 4, 5) == [("c", 1)]
    assert names(store, 5, 5) == []


def test_what_is_too_much_to_read_is_counted_and_history_takes_no_place_of_news(
    tables: Engine,
) -> None:
    store = Store(tables)
    fill(store)
    store.put_many([written(f"old{n}", old=True) for n in range(3)], now=MONDAY + 4 * HOUR)
    store.put_many([written(f"new{n}") for n in range(3)], now=MONDAY + 3 * HOUR)
    assert store.count_after(0) == (5, 4)
    assert store.at_change(5).count_after(2) == (1, 1)
    assert not any(head.backfilled for head in store.written_after(0, limit=5))
    read = news_of(store, Reach(0), most=4)
    assert (len(read.heads), read.unread, read.unread_history) == (4, 1, 4)
    assert news_of(store, Reach(0)).unread == 0


def test_what_was_taken_back_since_is_news_again(tables: Engine) -> None:
    store = Store(tables)
    for text in ("Up.", "Down.", "Up."):
        store.put_many([written("a", text)], now=MONDAY)
    assert names(store, 2, 3) == [("a", 3)]
    assert names(store, 1, 3) == []


def test_a_moment_stands_for_the_last_change_before_it(tables: Engine) -> None:
    store = Store(tables)
    assert store.change_before(MONDAY) == 0
    fill(store)
    moments = (MONDAY - HOUR, MONDAY, MONDAY + HOUR, MONDAY + 9 * HOUR)
    assert [store.change_before(moment) for moment in moments] == [0, 2, 2, 5]


def test_the_tellings_of_a_story_say_when_each_version_stood(tables: Engine) -> None:
    store = Store(tables)
    fill(store)
    stories = {head.membership.story_id for head in store.written_after(0, limit=9)}
    told = sorted(store.tellings(stories, until=9), key=lambda one: one.seq)
    assert [(one.article_id, one.seq, one.superseded_seq, one.backfilled) for one in told] == [
        ("a", 1, 3, False),
        ("b", 2, 4, False),
        ("a", 3, None, False),
        ("b", 4, None, False),
        ("c", 5, None, True),
    ]
    assert [told[0].stood_at(change) for change in (0, 1, 2, 3)] == [False, True, True, False]
    assert (told[1].content == told[3].content, told[0].content == told[2].content) == (True, False)
    assert {one.seq for one in store.tellings(stories, until=2)} == {1, 2}
    assert store.tellings([], until=9) == []


def row(day: int, *, state: str = "sent", **window: object) -> OutboxRow:
    values = {
        "since": MONDAY + (day - 1) * timedelta(days=1),
        "until": MONDAY + day * timedelta(days=1),
        **window,
    }
    slot = f"2026-11-{day:02}"
    return OutboxRow(DIGEST, "C1", slot, state, "{}", MONDAY, **values)  # type: ignore[arg-type]


def test_what_somebody_heard_are_the_ends_of_the_windows_they_were_sent(tables: Engine) -> None:
    state = State(tables)
    assert state.heard(DIGEST, "C1") == ()
    state.enqueue(row(1))
    state.enqueue(row(2, since_change=4, until_change=7))
    state.enqueue(row(3, state="failed", since_change=7, until_change=8))
    state.enqueue(row(4, since_change=7, until_change=9))
    state.enqueue(row(5, since=None, until=None))
    assert state.heard(DIGEST, "C1") == (MONDAY, MONDAY + timedelta(days=1), 7, 9)
    assert [one.slot for one in state.delivered(DIGEST, "C1", most=2)] == [
        "2026-11-04",
        "2026-11-02",
    ]
    assert state.delivered(DIGEST, "C2", most=2) == []


def test_a_brief_and_its_thread_are_put_in_together_once(tables: Engine) -> None:
    state = State(tables)
    first = row(1, state="new")
    replies = [OutboxRow(STORY, "C1", f"{first.slot}:{n}", "new", "{}", MONDAY) for n in (1, 2)]
    assert state.enqueue(first, replies)
    assert not state.enqueue(first, replies)
    assert state.counts() == {"new": 3}


def test_a_muted_name_is_muted_there_until_its_day_and_no_longer(tables: Engine) -> None:
    mutes = Mutes(tables)
    mutes.mute(HERE, "NVDA", FRIDAY, "U1")
    mutes.mute(HERE, "NVDA", FRIDAY + timedelta(days=7), "U2")
    mutes.mute(THERE, "AMD", FRIDAY, "U1")
    assert mutes.muted(HERE, FRIDAY) == {"NVDA": FRIDAY + timedelta(days=7)}
    assert mutes.muted(THERE, FRIDAY) == {"AMD": FRIDAY}
    assert mutes.muted(THERE, FRIDAY + timedelta(days=1)) == {}
    assert mutes.unmute(HERE, "NVDA")
    assert not mutes.unmute(HERE, "NVDA")


def test_what_is_muted_goes_with_its_place_and_with_its_workspace(tables: Engine) -> None:
    mutes, elsewhere = Mutes(tables), Place("T2", "C1")
    for place in (HERE, THERE, elsewhere):
        mutes.mute(place, "NVDA", FRIDAY, "U1")
    mutes.forget(HERE)
    assert [bool(mutes.muted(place, FRIDAY)) for place in (HERE, THERE, elsewhere)] == [
        False,
        True,
        True,
    ]
    mutes.forget_team("T1")
    assert [bool(mutes.muted(place, FRIDAY)) for place in (THERE, elsewhere)] == [False, True]


def test_what_may_name_a_date_is_found_newest_first_as_it_was_known_then(tables: Engine) -> None:
    store = Store(tables)

    def put(name: str, *words: str, days: int = 0, old: bool = False) -> None:
        said = tuple(Trigger(Quote(text, 0, len(text)), None) for text in words)
        of = Article(name, "; ".join(words), published_at=MONDAY - timedelta(days=days))
        one = record(of, replace(analysis(), triggers=said))
        store.put_many([replace(one, backfilled=old)], now=MONDAY)

    put("a", "if the vote on 3 December fails", "unless demand falls", days=2)
    put("b", "until 2026-12-24", "in DECEMBER", days=1)
    put("history", "by 4 December", old=True)
    put("ancient", "by 5 December", days=300)
    put("a", "if the vote in January fails", days=2)
    since = MONDAY - timedelta(days=270)

    def found(upto: int, limit: int = 9) -> list[tuple[str, str]]:
        dated = store.at_change(upto).dated_triggers(since, limit=limit)
        return [(head.article_id, one.quote.text) for head, one in dated]

    assert found(4) == [
        ("b", "until 2026-12-24"),
        ("b", "in DECEMBER"),
        ("a", "if the vote on 3 December fails"),
    ]
    assert found(5)[-1] == ("a", "if the vote in January fails")
    assert found(5, limit=1) == [("b", "until 2026-12-24")]


def test_who_asks_for_articles_alone_gets_no_more(tables: Engine) -> None:
    store = Store(tables)
    fill(store)
    whole, alone = news_of(store, Reach(0)), news_of(store, Reach(0, alone=True))
    assert (alone.heads, alone.claims, alone.upto) == (whole.heads, whole.claims, whole.upto)
    assert whole.history
    assert not alone.history
