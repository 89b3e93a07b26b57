"""When a feed is asked next: by its own rhythm while it works, at growing distances while not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.feeds.models import Cause, Failed, Feed, Outcome, Same, Worked
from jobs.feeds.pace import (
    LONGEST,
    LONGEST_REST,
    SHORTEST,
    after,
    back_off,
    interval,
    moved,
    rhythm,
)
from retrieval.sources.fetched import Known

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = Feed("https://wire.example/rss", NOW)
WORKING = replace(
    FEED,
    said={"a": "1"},
    worked_at=NOW - 10 * MIN,
    fresh_at=NOW - 20 * MIN,
    gap=20 * MIN,
    known=Known(FEED.url, '"1"'),
)


@pytest.mark.parametrize(
    ("gap", "quiet", "wait"),
    [
        (None, 0 * MIN, 30 * MIN),  # its rhythm is not known
        (1 * MIN, 0 * MIN, 2 * MIN),  # never more often than that
        (10 * MIN, 0 * MIN, 5 * MIN),
        (10 * MIN, 40 * MIN, 5 * MIN),  # a silence that it often has
        (10 * MIN, 80 * MIN, 10 * MIN),
        (10 * MIN, 3 * DAY, 20 * MIN),  # after a weekend it is still asked often enough
        (HOUR, 0 * MIN, 30 * MIN),
        (6 * HOUR, 0 * MIN, 3 * HOUR),
        (6 * HOUR, 10 * DAY, 6 * HOUR),
        (7 * DAY, 0 * MIN, 6 * HOUR),  # never less often
    ],
)
def test_a_feed_is_asked_twice_in_its_usual_gap(
    gap: timedelta | None, quiet: timedelta, wait: timedelta
) -> None:
    assert interval(gap, quiet) == wait


@pytest.mark.parametrize(
    ("failures", "rest", "least", "most"),
    [
        (1, 0 * MIN, 1.5 * MIN, 2.5 * MIN),
        (2, 0 * MIN, 3 * MIN, 5 * MIN),
        (5, 0 * MIN, 24 * MIN, 40 * MIN),
        (9, 0 * MIN, 4.5 * HOUR, 7.5 * HOUR),
        (5000, 0 * MIN, 4.5 * HOUR, 7.5 * HOUR),
        (1, HOUR, HOUR, HOUR),  # as long as it asks for
        (1, 300 * DAY, LONGEST_REST, LONGEST_REST),
    ],
)
def test_after_failures_the_distances_double_with_a_jitter(
    failures: int, rest: timedelta, least: timedelta, most: timedelta
) -> None:
    assert back_off(failures, rest, 0.0) == least
    assert back_off(failures, rest, 1.0) == most


def test_a_new_feed_teaches_its_rhythm_by_the_dates_of_its_items() -> None:
    dates = [NOW - n * 15 * MIN for n in range(10)] + [NOW - 300 * DAY]
    assert rhythm(dates, NOW) == 15 * MIN
    assert rhythm([NOW, NOW, NOW - HOUR], NOW) is None
    assert rhythm([NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY], NOW) is None


def test_the_first_answer_is_history_and_its_newest_date_counts_as_news() -> None:
    dates = tuple(NOW - n * HOUR for n in (5, 6, 7, 8))
    told = after(FEED, Worked({"a": "1", "b": "2"}, dates, "Wire"), NOW, 0.5)
    assert (told.gap, told.fresh_at, told.worked_at) == (HOUR, NOW - 5 * HOUR, NOW)
    assert (told.title, told.said, told.polled_at) == ("Wire", {"a": "1", "b": "2"}, NOW)
    assert told.next_at is not None
    assert told.next_at - NOW == 37.5 * MIN


def test_what_comes_new_moves_the_rhythm_a_little() -> None:
    told = after(WORKING, Worked({"a": "1", "b": "2", "c": "3"}), NOW, 0.5)
    assert told.fresh_at == NOW
    assert told.gap == 17 * MIN  # 0.7 of 20, 0.3 of two items in 20


def test_a_weekend_does_not_make_a_quick_feed_a_slow_one() -> None:
    monday = NOW + 3 * DAY
    told = after(WORKING, Worked({"b": "2"}), monday, 0.5)
    assert told.gap == 38 * MIN


def test_an_item_that_only_changed_or_left_is_not_new() -> None:
    told = after(WORKING, Worked({"a": "9"}), NOW, 0.5)
    assert (told.fresh_at, told.said) == (WORKING.fresh_at, {"a": "9"})


def test_no_change_keeps_what_is_known() -> None:
    told = after(WORKING, Same(), NOW, 0.5)
    assert (told.known, told.said, told.worked_at) == (WORKING.known, WORKING.said, NOW)


def test_failures_are_counted_since_the_first_and_forgotten_at_the_first_answer() -> None:
    once = after(WORKING, Failed("server"), NOW, 0.5)
    twice = after(once, Failed("busy", 3 * HOUR), NOW + MIN, 0.5)
    assert (twice.failures, twice.failing_since, twice.cause) == (2, NOW, "busy")
    assert twice.next_at == NOW + MIN + 3 * HOUR
    assert (twice.said, twice.known, twice.worked_at) == (
        WORKING.said,
        WORKING.known,
        WORKING.worked_at,
    )
    well = after(twice, Same(), NOW + HOUR, 0.5)
    assert (well.failures, well.failing_since, well.cause) == (0, None, None)


def test_a_feed_that_is_gone_is_never_asked_again() -> None:
    assert after(WORKING, Failed("gone"), NOW, 0.5).next_at is None


@pytest.mark.parametrize(
    ("url", "to", "then"),
    [
        ("http://a.example/f", "https://a.example/f", "https://a.example/f"),
        ("https://a.example/f", "https://b.example/g", "https://b.example/g"),
        ("https://a.example/f", "http://a.example/f", "https://a.example/f"),
        ("https://a.example/f", None, "https://a.example/f"),
        ("https://a.example/f", "https://a.example/" + "x" * 3000, "https://a.example/f"),
    ],
)
def test_a_feed_moves_for_good_but_not_from_https_to_http(
    url: str, to: str | None, then: str
) -> None:
    assert moved(url, Worked({}, moved_to=to)) == moved(url, Same(moved_to=to)) == then


CAUSES: tuple[Cause, ...] = ("unreachable", "gone", "busy", "no feed", "ours")
SPANS = st.timedeltas(min_value=-DAY, max_value=60 * DAY)
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(
        Worked,
        said=st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("12")),
        dates=st.lists(SPANS.map(lambda span: NOW + span), max_size=6).map(tuple),
        skew=SPANS,
    ),
    st.builds(Same, SPANS),
    st.builds(Failed, st.sampled_from(CAUSES), st.timedeltas(min_value=0 * MIN)),
)


@given(
    st.lists(st.tuples(OUTCOMES, st.timedeltas(min_value=0 * MIN, max_value=90 * DAY))),
    st.floats(0, 0.999),
)
def test_whatever_happens_a_feed_is_asked_again_in_time(
    history: list[tuple[Outcome, timedelta]], draw: float
) -> None:
    feed, now = FEED, NOW
    for outcome, later in history:
        now += later
        feed = after(feed, outcome, now, draw)
        if isinstance(outcome, Failed):
            assert (feed.next_at is None) == (outcome.cause == "gone")
            assert feed.next_at is None or SHORTEST * 0.75 <= feed.next_at - now <= LONGEST_REST
        else:
            assert feed.next_at is not None
            assert SHORTEST <= feed.next_at - now <= LONGEST
            assert (feed.failures, feed.cause) == (0, None)
