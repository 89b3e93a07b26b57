"""How a feed goes, said in words with a remedy: a pure function of what its polls came to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.feeds.health import REMEDIES, WHY, Health, health, lasting
from jobs.feeds.models import Failed, Feed, Follow, Followed, Outcome, Same, Worked, shown_url
from jobs.feeds.pace import after

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEW = Feed("https://wire.example/rss", NOW)
DATES = tuple(NOW - n * 30 * MIN for n in range(1, 7))
WORKED = Worked({"a": "1"}, DATES)


def told(*history: Outcome, later: timedelta = 0 * MIN) -> Health:
    """How a feed goes `later` than its last poll; its polls are two minutes apart."""
    start = NOW - 2 * MIN * (len(history) - 1)
    steps = enumerate(history)
    feed = reduce(lambda f, step: after(f, step[1], start + step[0] * 2 * MIN, 0.5), steps, NEW)
    return health(feed, NOW + later)


@pytest.mark.parametrize(
    ("history", "later", "state", "words"),
    [
        ((), 0 * MIN, "new", "not asked yet"),
        ((WORKED,), 20 * MIN, "ok", "last new item 50 min ago, asked every 15 min"),
        ((WORKED, Same()), 3 * HOUR, "ok", "last new item 4 h ago, asked every 26 min"),
        ((WORKED, Failed("server")), 0 * MIN, "ok", "last new item 30 min ago, asked every 15 min"),
        (
            (WORKED, Failed("server"), Failed("unreachable")),
            3 * HOUR,
            "failing",
            "its server does not answer: for 3 h, 2 times in a row",
        ),
        (
            (Failed("missing"),),
            5 * MIN,
            "failing",
            "there is no such page (404): once, 5 min ago",
        ),
        (
            (WORKED, Failed("no feed"), Failed("no feed")),
            3 * DAY,
            "malformed",
            "what comes is no feed: for 3 days, 2 times in a row",
        ),
        (
            (WORKED, Failed("gone")),
            0 * MIN,
            "gone",
            "its server says that it is gone for ever (410); not asked any more",
        ),
        ((WORKED,), 3 * DAY, "ok", "last new item 3 days ago, asked every 60 min"),
        (
            (WORKED,),
            5 * DAY,
            "silent",
            "nothing new for 5 days; usually it has something every 30 min",
        ),
        ((Worked({}),), 13 * DAY, "ok", "last new item 13 days ago, asked every 2 h"),
        ((Worked({}),), 15 * DAY, "silent", "nothing new for 15 days"),
        ((replace(WORKED, skew=9 * MIN),), 0 * MIN, "ok", None),
        (
            (replace(WORKED, skew=-3 * HOUR),),
            0 * MIN,
            "skewed",
            "its server's clock is 3 h behind ours",
        ),
        (
            (replace(WORKED, skew=11 * MIN),),
            0 * MIN,
            "skewed",
            "its server's clock is 11 min ahead of ours",
        ),
        (
            (replace(WORKED, dates=(*DATES, NOW + 5 * HOUR)),),
            0 * MIN,
            "skewed",
            "its newest item is dated 5 h ahead",
        ),
        ((replace(WORKED, dates=(*DATES, NOW + 50 * MIN)),), 0 * MIN, "ok", None),
        ((WORKED, Failed("busy"), Failed("busy"), Same()), 0 * MIN, "ok", None),
    ],
)
def test_the_health_of_a_feed_follows_from_its_history(
    history: tuple[Outcome, ...], later: timedelta, state: str, words: str | None
) -> None:
    found = told(*history, later=later)
    assert found.state == state
    assert words is None or found.words == words
    assert bool(found.remedy) is (not found.well)


def test_a_weekly_letter_is_not_called_silent_by_the_measure_of_a_wire() -> None:
    weekly = Worked({"a": "1"}, tuple(NOW - n * 7 * DAY for n in range(6)))
    assert told(weekly, later=20 * DAY).state == "ok"
    assert told(weekly, later=71 * DAY).state == "silent"


def test_each_cause_has_its_words_and_a_remedy() -> None:
    assert WHY.keys() == REMEDIES.keys()
    assert all(words.strip() for words in (*WHY.values(), *REMEDIES.values()))


@given(st.timedeltas(min_value=-DAY, max_value=9999 * DAY))
def test_any_length_of_time_is_said_in_one_unit(span: timedelta) -> None:
    number, unit = lasting(span).rsplit(" ", 1)
    assert unit in {"min", "h", "days"}
    assert int(number.replace(",", "")) >= 1


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.example/q?tickers=V&apikey=S3CRET", "https://x.example/q?tickers=V&apikey=…"),
        (
            "https://x.example/q?api_token=S&Auth=T&a=b%20c",
            "https://x.example/q?api_token=…&Auth=…&a=b%20c",
        ),
        ("https://x.example:8443/feed", "https://x.example:8443/feed"),
        ("https://ada:pw@x.example/feed", "https://x.example/feed"),
    ],
)
def test_no_key_in_an_address_is_shown(url: str, shown: str) -> None:
    assert shown_url(url) == Follow(url).shown == shown


def test_a_feed_is_called_by_the_title_that_was_given_then_its_own_then_its_site() -> None:
    follow = Follow("https://www.wire.example/rss")
    assert Followed(replace(follow, title="Mine"), NEW).name == "Mine"
    assert Followed(follow, replace(NEW, title="Harbor Wire")).name == "Harbor Wire"
    assert Followed(follow, NEW).name == "wire.example"
