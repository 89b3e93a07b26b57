"""Feeds and who follows them behave the same on every database."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.feeds.models import Failed, Feed, Follow, Followed, Same, Worked
from jobs.feeds.pace import after
from jobs.feeds.rows import Feeds
from jobs.models import Owner
from retrieval.db import connect, migrate
from retrieval.sources.fetched import Known

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
LEASE, SECOND = timedelta(minutes=3), timedelta(seconds=1)
WIRE, DESK = "https://wire.example/rss", "https://desk.example/atom"
MINE = Follow(WIRE, "T1", "My wire", ("Metals", "Copper"), "U1")


@pytest.fixture
def feeds(url: str) -> Iterator[Feeds]:
    engine = connect(url)
    migrate(engine, "jobs")
    yield Feeds(engine)
    engine.dispose()


def claimed(feeds: Feeds, now: datetime = NOW, owner: str = "me") -> Feed:
    found = feeds.claim(now, owner=owner, lease=LEASE)
    assert found is not None
    return found


def listed(feeds: Feeds, team: str | None = None) -> list[tuple[str, str]]:
    return [(one.follow.team, one.follow.url) for one in feeds.followed(team)]


def test_what_is_followed_comes_back_as_it_was_given(feeds: Feeds) -> None:
    assert feeds.follow([MINE], NOW) == 1
    assert feeds.followed("T1") == [Followed(replace(MINE, at=NOW), Feed(WIRE, NOW))]


def test_following_again_changes_nothing(feeds: Feeds) -> None:
    feeds.follow([MINE], NOW)
    assert feeds.follow([replace(MINE, title="Other"), Follow(DESK, "T1")], NOW + SECOND) == 1
    assert [one.name for one in feeds.followed("T1")] == ["desk.example", "My wire"]


def test_a_team_sees_its_own_and_the_operators(feeds: Feeds) -> None:
    feeds.follow([MINE, Follow(DESK), Follow(DESK, "T2")], NOW)
    assert listed(feeds, "T1") == [("", DESK), ("T1", WIRE)]
    assert listed(feeds, "T2") == [("T2", DESK)]  # once, as its own
    assert len(listed(feeds)) == 3


def test_a_feed_is_kept_while_anybody_follows_it(feeds: Feeds) -> None:
    feeds.follow([MINE, replace(MINE, team="T2")], NOW)
    assert feeds.unfollow(WIRE, "T1")
    assert not feeds.unfollow(WIRE, "T1")
    assert claimed(feeds).url == WIRE
    assert feeds.forget_team("T2") == 1
    assert feeds.claim(NOW + 2 * LEASE, owner="me", lease=LEASE) is None


def test_a_feed_that_one_team_leaves_while_another_comes_is_kept(
    fresh_postgres_url: str,
) -> None:
    """Only Postgres has two writers at once."""
    engine = connect(fresh_postgres_url)
    migrate(engine, "jobs")
    feeds = Feeds(engine)
    feeds.follow([MINE], NOW)
    coming = Feeds(engine)

    def wishes() -> Iterator[Follow]:
        yield replace(MINE, team="T2")
        left.append(pool.submit(feeds.unfollow, WIRE, "T1"))
        wait(left, timeout=0.3)  # it does not see the wish, which is not committed

    left: list[Future[bool]] = []
    with ThreadPoolExecutor(1) as pool:
        coming.follow(wishes(), NOW)
    assert left[0].result()
    assert listed(feeds) == [("T2", WIRE)]
    engine.dispose()


def test_who_wished_for_a_feed_is_forgotten_and_the_wish_is_not(feeds: Feeds) -> None:
    feeds.follow([MINE, Follow(DESK, "T1", by="U2"), replace(MINE, team="T2")], NOW)
    assert feeds.forget(Owner("T1", "U1")) == 1
    assert {(one.follow.team, one.follow.by) for one in feeds.followed()} == {
        ("T1", None),
        ("T1", "U2"),
        ("T2", "U1"),
    }


def test_all_that_a_poll_learns_comes_back(feeds: Feeds) -> None:
    feeds.follow([MINE], NOW)
    held = claimed(feeds)
    assert held.claims == 1
    known = Known("https://wire.example/r2", 'W/"7"', "Fri, 27 Nov 2026 13:45:00 GMT")
    dates = (*(NOW - n * timedelta(minutes=7) for n in range(5)), NOW + LEASE)
    told = after(held, Worked({"a": "1"}, dates, "Wire", known, 2.5 * SECOND), NOW, 0.3)
    assert feeds.settle(held, told)
    failed = after(told, Failed("busy", LEASE), NOW + SECOND, 0.3)
    again = claimed(feeds, NOW + timedelta(hours=1))
    assert again == replace(told, claims=2)
    assert feeds.settle(again, replace(failed, claims=2))
    assert claimed(feeds, NOW + timedelta(days=1)) == replace(failed, claims=3)
    assert feeds.followed("T1")[0].feed == replace(failed, claims=3, said={})


def test_what_is_due_longest_is_taken_first_and_nothing_before_its_time(feeds: Feeds) -> None:
    feeds.follow([Follow(WIRE)], NOW)
    feeds.follow([Follow(DESK)], NOW - SECOND)
    assert claimed(feeds, NOW - SECOND).url == DESK
    assert feeds.claim(NOW - SECOND, owner="me", lease=LEASE) is None
    assert claimed(feeds).url == WIRE


def test_a_held_feed_is_taken_over_only_after_its_lease_and_the_late_one_writes_nothing(
    feeds: Feeds,
) -> None:
    feeds.follow([Follow(WIRE)], NOW)
    first = claimed(feeds)
    assert feeds.claim(NOW + LEASE, owner="other", lease=LEASE) is None
    second = claimed(feeds, NOW + LEASE + SECOND, "other")
    assert not feeds.renew(first, NOW + 5 * LEASE)
    assert not feeds.settle(first, after(first, Failed("server"), NOW, 0.5))
    assert feeds.settle(second, after(second, Same(), NOW + LEASE, 0.5))
    assert feeds.followed()[0].feed.failures == 0


def test_a_renewed_lease_holds(feeds: Feeds) -> None:
    feeds.follow([Follow(WIRE)], NOW)
    held = claimed(feeds)
    assert feeds.renew(held, NOW + 2 * LEASE)
    assert feeds.claim(NOW + LEASE + SECOND, owner="other", lease=LEASE) is None
    assert feeds.settle(held, after(held, Same(), NOW, 0.5))


def test_a_feed_that_is_gone_is_not_taken_until_it_is_wanted_again(feeds: Feeds) -> None:
    feeds.follow([MINE], NOW)
    held = claimed(feeds)
    feeds.settle(held, after(held, Failed("gone"), NOW, 0.5))
    assert feeds.claim(NOW + 99 * LEASE, owner="me", lease=LEASE) is None
    assert feeds.hurry(NOW) == 0
    assert feeds.follow([replace(MINE, team="T2")], NOW) == 1
    assert claimed(feeds).cause == "gone"


def test_feeds_are_asked_at_once_on_demand(feeds: Feeds) -> None:
    feeds.follow([Follow(WIRE), Follow(DESK)], NOW + timedelta(hours=5))
    assert feeds.hurry(NOW, DESK) == 1
    assert claimed(feeds).url == DESK
    assert feeds.hurry(NOW, "https://nobody.example/") == 0
    assert feeds.hurry(NOW) == 2


def test_a_move_takes_all_followers_along(feeds: Feeds) -> None:
    feeds.follow([MINE, replace(MINE, team="T2")], NOW)
    held = claimed(feeds)
    feeds.settle(held, after(held, Worked({}, moved_to=DESK), NOW, 0.5))
    assert listed(feeds) == [("T1", DESK), ("T2", DESK)]
    assert feeds.followed()[0].follow.title == "My wire"


def test_a_move_to_a_feed_that_is_there_joins_the_two(feeds: Feeds) -> None:
    feeds.follow([Follow(WIRE, "T1"), Follow(WIRE, "T2"), Follow(DESK, "T2")], NOW)
    feeds.hurry(NOW - SECOND, WIRE)
    held = claimed(feeds)
    assert feeds.settle(held, after(held, Same(moved_to=DESK), NOW, 0.5))
    assert sorted(listed(feeds)) == [("T1", DESK), ("T2", DESK)]
    assert claimed(feeds).url == DESK
    assert feeds.claim(NOW, owner="me", lease=LEASE) is None


def test_what_nobody_follows_any_more_is_not_written_back(feeds: Feeds) -> None:
    feeds.follow([MINE], NOW)
    held = claimed(feeds)
    assert feeds.unfollow(WIRE)
    assert not feeds.settle(held, after(held, Worked({}, moved_to=DESK), NOW, 0.5))
    assert feeds.followed() == []


def test_threads_that_claim_at_once_never_get_the_same_feed(feeds: Feeds) -> None:
    feeds.follow([Follow(f"{WIRE}?n={n}") for n in range(12)], NOW)

    def take(_: int) -> str | None:
        found = feeds.claim(NOW, owner="me", lease=LEASE)
        return found.url if found else None

    with ThreadPoolExecutor(8) as pool:
        taken = [url for url in pool.map(take, range(60)) if url]
    assert len(taken) == len(set(taken))
    while found := feeds.claim(NOW, owner="me", lease=LEASE):
        taken.append(found.url)
    assert len(taken) == len(set(taken)) == 12
