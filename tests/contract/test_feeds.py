"""Feeds are asked over HTTP on loopback: what is new is read once, failures are told apart."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
import structlog
from sqlalchemy import Engine

from jobs.feeds.health import health
from jobs.feeds.models import Failed, Feed, Follow, Same, Worked
from jobs.feeds.poller import LEASE, NOTHING, Poller, Visit
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools, try_feed
from retrieval.db import connect, migrate
from retrieval.errors import (
    ForbiddenAddressError,
    NotAFeedError,
    NothingReadError,
    SourceError,
    TapeError,
)
from retrieval.library import Library
from retrieval.models import Scope, StoredArticle
from retrieval.sources.sandbox import Sandbox
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.site import PAGE, Answer, Site, reply, running

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RSS = "application/rss+xml"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as child:
        yield child


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running() as made:
        yield made


@dataclass
class World:
    """A clock to turn, a web, feeds, and the library that they are read into."""

    site: Site
    feeds: Feeds
    library: Library
    sandbox: Sandbox
    now: datetime = NOW
    deadline: float = 10.0

    @property
    def tools(self) -> Tools:
        return Tools(self.site.poll(deadline=self.deadline), self.sandbox)

    def poller(self) -> Poller:
        return Poller(self.feeds, self.tools, self.library, owner="test", draw=lambda: 0.5)

    def visit(self, path: str, later: timedelta = timedelta()) -> Visit:
        """Ask one feed now, whenever it would be due."""
        self.now += later
        self.feeds.hurry(self.now, self.site.url(path))
        visit = self.poller().visit(lambda: self.now)
        assert visit is not None
        return visit

    def follow(self, path: str, *items: str, team: str = "T1", **headers: str) -> None:
        self.answer(path, *items, **headers)
        self.feeds.follow([Follow(self.site.url(path), team)], self.now)

    def answer(self, path: str, *items: str, **headers: str) -> None:
        dated = {"Date": http_date(self.now), "Content_Type": RSS}
        self.site.answers[path] = reply(rss(*items), **{**dated, **headers})

    def feed(self) -> Feed:
        (one,) = self.feeds.followed()
        return one.feed

    def stored(self) -> dict[str, StoredArticle]:
        heads = self.library.store.newest(Scope(), limit=100)
        found = [self.library.store.article(head.article_id) for head in heads]
        return {one.article.title or "": one for one in found if one}


@pytest.fixture
def world(site: Site, sandbox: Sandbox) -> Iterator[World]:
    site.answers.clear()
    site.requests.clear()
    site.headers.clear()
    engine = connect("sqlite://")
    migrate(engine, "jobs")
    library = Library.in_memory(HashEmbedder(), builtin())
    yield World(site, Feeds(engine), library, sandbox)
    library.close()
    engine.dispose()


def http_date(when: datetime) -> str:
    return format_datetime(when, usegmt=True)


def rss(*items: str) -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    channel = f"<channel><title>Harbor Wire</title>{body}</channel>"
    return f"<rss version='2.0'>{channel}</rss>".encode()


def item(name: str, when: datetime | None = None, text: str = "Visa gains.") -> str:
    date = f"<pubDate>{http_date(when)}</pubDate>" if when else ""
    link = f"<link>https://wire.example/{name}</link>"
    return f"<title>{name}</title>{link}<description>{text}</description>{date}"


def test_what_a_feed_held_when_it_was_first_asked_is_history_but_for_the_last_hour(
    world: World,
) -> None:
    world.follow(
        "/f",
        item("old", NOW - DAY),
        item("undated"),
        item("ahead", NOW + 2 * HOUR),
        item("fresh", NOW - 59 * MIN),
    )
    visit = world.visit("/f")
    assert visit.counts.new == 4
    assert {title: one.backfilled for title, one in world.stored().items()} == {
        "old": True,
        "undated": True,
        "ahead": True,
        "fresh": False,
    }
    world.answer("/f", item("late", NOW - 2 * DAY), item("old", NOW - DAY))
    assert world.visit("/f", 10 * MIN).counts.new == 1
    assert not world.stored()["late"].backfilled
    assert world.feed().title == "Harbor Wire"


def test_a_feed_is_asked_only_for_what_changed(world: World) -> None:
    world.follow("/f", item("a", NOW), ETag='"1"', Last_Modified=http_date(NOW))
    world.visit("/f")
    world.site.answers["/f"] = reply(b"", 304, Date=http_date(NOW + 5 * MIN))
    visit = world.visit("/f", 5 * MIN)
    assert isinstance(visit.outcome, Same)
    assert world.site.headers[-1]["If-None-Match"] == '"1"'
    assert world.site.headers[-1]["If-Modified-Since"] == http_date(NOW)
    world.visit("/f", 5 * MIN)
    assert world.site.headers[-1]["If-None-Match"] == '"1"'  # also after a 304
    assert health(world.feed(), world.now).state == "ok"


def test_what_was_said_once_is_not_read_again_and_a_correction_is_a_new_version(
    world: World,
) -> None:
    world.follow("/f", item("a", NOW), item("b", NOW))
    world.visit("/f")
    change = world.library.store.last_change()
    assert world.visit("/f", 5 * MIN).counts == NOTHING
    assert world.library.store.last_change() == change
    world.answer("/f", item("a", NOW, "Visa loses after all."), item("b", NOW))
    assert world.visit("/f", 5 * MIN).counts.changed == 1
    assert world.stored()["a"].version == 2


def test_two_feeds_that_tell_the_same_story_shorter_and_longer_do_not_take_turns(
    world: World,
) -> None:
    world.follow("/long", item("a", NOW, "Visa gains because shops pay more."))
    world.follow("/short", item("a", NOW, "Visa gains."))
    for later in range(3):
        world.answer(
            "/long", item("a", NOW, "Visa gains because shops pay more."), item(f"{later}")
        )
        world.visit("/long", MIN)
        world.visit("/short", MIN)
    assert world.stored()["a"].version == 2


def test_a_feed_that_has_moved_for_good_is_asked_there_and_its_items_are_no_news(
    world: World,
) -> None:
    guid = "<title>guid only</title><guid isPermaLink='false'>7</guid>"
    world.follow("/f", guid)
    world.visit("/f")
    world.answer("/g", guid)
    world.site.answers["/f"] = reply(b"", 301, Location="/g")
    world.visit("/f", 5 * MIN)
    assert world.feed().url == world.site.url("/g")
    assert all(one.backfilled for one in world.stored().values())
    world.visit("/g", 5 * MIN)
    assert world.site.requests[-1][0] == "/g"


def test_a_feed_that_is_moved_for_now_keeps_its_address(world: World) -> None:
    world.answer("/g", item("a", NOW))
    world.feeds.follow([Follow(world.site.url("/f"))], NOW)
    world.site.answers["/f"] = reply(b"", 302, Location="/g")
    world.visit("/f")
    assert world.feed().url == world.site.url("/f")


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (reply(b"", 410), "gone"),
        (reply(b"", 404), "missing"),
        (reply(b"", 401), "refused"),
        (reply(b"", 403), "refused"),
        (reply(b"", 429, Retry_After="7200"), "busy"),
        (reply(b"", 503, Retry_After="7200"), "server"),
        (reply(b"", 500), "server"),
        (reply(b"", 418), "unreachable"),
        (reply(b"", 302, Location="http://10.0.0.1/"), "forbidden"),
        (reply(PAGE), "no feed"),
        (reply(b"<rss><channel><item><title>a</title></item><item>", Content_Type=RSS), None),
        (reply(b"\x00\x01 nonsense", Content_Type=RSS), "no feed"),
        (reply(b"", Content_Type=RSS), "no feed"),
        (reply(b"<rss version='2.0'><channel><item/></channel></rss>", Content_Type=RSS), "empty"),
        (reply(b"<rss>" + b" " * 6_000_000, Content_Type=RSS), "too large"),
        (drip, "unreachable"),
    ],
    ids=lambda value: str(value) if not callable(value) else "",
)
def test_each_way_to_fail_is_told_apart(world: World, answer: Answer, cause: str | None) -> None:
    world.deadline = 1.0
    world.follow("/f")
    world.site.answers["/f"] = answer
    outcome = world.visit("/f").outcome
    feed = world.feed()
    assert feed.cause == cause
    if cause is None:
        assert isinstance(outcome, Worked)
        return
    assert isinstance(outcome, Failed)
    assert (feed.failures, feed.worked_at) == (1, None)
    assert health(feed, world.now).remedy
    if cause == "gone":
        assert feed.next_at is None
    elif outcome.retry_after:
        assert feed.next_at == NOW + 2 * HOUR
    else:
        assert feed.next_at == NOW + 2 * MIN


def test_a_feed_without_items_yet_is_well(world: World) -> None:
    world.follow("/f")
    assert isinstance(world.visit("/f").outcome, Worked)
    assert health(world.feed(), world.now).state == "ok"


def test_a_server_whose_clock_is_wrong_is_told_of(world: World) -> None:
    world.follow("/f", item("a", NOW), Date=http_date(NOW + 3 * HOUR))
    world.visit("/f")
    assert health(world.feed(), world.now).words == "its server's clock is 3 h ahead of ours"


def test_vendors_json_and_json_feeds_can_be_followed(world: World) -> None:
    row = (
        '{"title":"T","url":"https://w.example/1","time_published":"20261127T1300","summary":"S."}'
    )
    world.follow("/v")
    world.site.answers["/v"] = reply(
        f'{{"feed":[{row}]}}'.encode(), Content_Type="application/json"
    )
    assert world.visit("/v").counts.new == 1


def test_who_has_lost_a_feed_while_it_was_asked_brings_nothing_in(world: World) -> None:
    world.follow("/f", item("a", NOW))
    answer = world.site.answers["/f"]

    def stolen(handler: BaseHTTPRequestHandler) -> None:
        assert world.feeds.claim(NOW + LEASE + MIN, owner="thief", lease=LEASE)
        answer(handler)

    world.site.answers["/f"] = stolen
    assert world.visit("/f").counts == NOTHING
    assert world.stored() == {}
    assert (world.feed().claims, world.feed().polled_at) == (2, None)


def test_a_mistake_of_ours_is_raised_and_the_feed_rests(world: World) -> None:
    world.follow("/f", item("a", NOW))

    def broken(url: str, known: object) -> object:
        raise TapeError("a mistake")

    tools = Tools(broken, world.sandbox)  # type: ignore[arg-type]
    poller = Poller(world.feeds, tools, world.library, owner="test", draw=lambda: 0.5)
    with pytest.raises(TapeError):
        poller.visit(lambda: NOW)
    assert (world.feed().cause, world.feed().next_at) == ("ours", NOW + 2 * MIN)


def test_the_log_names_sites_and_counts_and_no_address_or_text(world: World) -> None:
    world.follow("/f?apikey=S3CRET", item("Headline", NOW))
    with structlog.testing.capture_logs() as logs:
        world.poller().visit_all(lambda: NOW)
    (line,) = logs
    assert (line["event"], line["site"], line["new"]) == ("feed polled", "site.test", 1)
    assert "S3CRET" not in str(line)
    assert "Headline" not in str(line)


def test_a_slow_feed_delays_neither_the_others_nor_the_loop(world: World) -> None:
    done: list[str] = []
    gate = threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        gate.wait(5)
        reply(rss(item("slow", NOW)), Content_Type=RSS)(handler)

    world.follow("/slow")
    world.site.answers["/slow"] = slow
    for number in range(6):
        world.follow(f"/{number}", item(f"n{number}", NOW))
    poller = world.poller()

    async def scene() -> None:
        polling = asyncio.create_task(poller.drain(lambda: NOW))
        for _ in range(400):
            done.append("tick")
            await asyncio.sleep(0.01)
            if len(world.stored()) == 6:
                break
        assert not polling.done()
        gate.set()
        assert len(await polling) == 7

    asyncio.run(scene())
    poller.close()
    assert len(done) > 1
    assert "slow" in world.stored()


def test_a_stop_does_not_wait_for_a_slow_feed(world: World) -> None:
    asked, gate = threading.Event(), threading.Event()

    def hanging(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        gate.wait(10)

    world.follow("/slow")
    world.site.answers["/slow"] = hanging
    poller = world.poller()

    async def scene() -> float:
        polling = asyncio.create_task(poller.drain(lambda: NOW))
        assert await asyncio.to_thread(asked.wait, 10)
        began = time.monotonic()
        poller.close()
        assert await polling == []
        assert await poller.drain(lambda: NOW) == []
        return time.monotonic() - began

    assert asyncio.run(scene()) < 1
    gate.set()


@pytest.mark.parametrize("path", ["/f", "/page"])
def test_a_trial_shows_the_newest_items_of_a_feed_or_of_the_one_a_page_names(
    world: World, path: str
) -> None:
    world.answer("/f", item("b", NOW - DAY), item("none"), item("a", NOW - HOUR))
    world.site.answers["/comments"] = reply(rss(item("c", NOW)), Content_Type=RSS)
    page = (
        b"<html><head><link rel=stylesheet href=x.css>"
        b"<link rel='alternate' type='application/rss+xml' title='Comments' href='/comments'>"
        b'<LINK HREF="/down" REL="alternate" TYPE="application/atom+xml">'
        b"<link type=application/rss+xml rel=alternate href=/f?a=1&amp;b=2></head></html>"
    )
    world.site.answers["/page"] = reply(page)
    world.site.answers["/down"] = reply(b"", 500)
    world.site.answers["/f?a=1&b=2"] = world.site.answers["/f"]
    trial = try_feed(world.site.url(path), world.tools, NOW)
    assert trial.url == world.site.url("/f" if path == "/f" else "/f?a=1&b=2")
    assert trial.title == "Harbor Wire"
    assert [article.title for article in trial.items] == ["a", "b", "none"]
    assert world.stored() == {}


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/page", NotAFeedError),
        ("/text", NotAFeedError),
        ("/down", NothingReadError),
        ("file:///etc/passwd", ForbiddenAddressError),
        ("http://10.0.0.1/f", ForbiddenAddressError),
        ("https://x.example/" + "x" * 2000, ForbiddenAddressError),
        ("nonsense", ForbiddenAddressError),
    ],
)
def test_what_is_no_feed_is_refused_in_words(
    world: World, path: str, error: type[SourceError]
) -> None:
    world.site.answers["/page"] = reply(PAGE)
    world.site.answers["/text"] = reply(b"words", Content_Type="text/plain")
    world.site.answers["/down"] = reply(b"", 500)
    with pytest.raises(error) as caught:
        try_feed(world.site.url(path) if path.startswith("/") else path, world.tools, NOW)
    assert path != "/down" or caught.value.sentence.startswith("Its server has an error of its own")


@pytest.fixture
def shared_engine(url: str) -> Iterator[tuple[str, Engine]]:
    engine = connect(url)
    migrate(engine, "jobs")
    yield url, engine
    engine.dispose()


def test_two_pollers_never_fetch_the_same_feed_at_once(
    shared_engine: tuple[str, Engine], site: Site, sandbox: Sandbox
) -> None:
    url, engine = shared_engine
    asked, inside, overlaps, lock = Counter[str](), Counter[str](), [], threading.Lock()

    def watched(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            asked[handler.path] += 1
            inside[handler.path] += 1
            overlaps.append(inside[handler.path])
        time.sleep(0.05)
        with lock:
            inside[handler.path] -= 1
        reply(rss(item(handler.path[1:], NOW)), Content_Type=RSS)(handler)

    paths = [f"/r{number}" for number in range(10)]
    site.answers.update(dict.fromkeys(paths, watched))
    Feeds(engine).follow([Follow(site.url(path)) for path in paths], NOW)
    with ExitStack() as stack:
        pollers = []
        for name in ("one", "two"):
            own = engine if url == "sqlite://" else connect(url)
            library = Library.in_memory(HashEmbedder(), builtin())
            tools = Tools(site.poll(), sandbox)
            poller = Poller(Feeds(own), tools, library, owner=name, draw=lambda: 0.5)
            stack.callback(own.dispose)
            stack.callback(library.close)
            stack.callback(poller.close)
            pollers.append(poller)

        async def both() -> list[list[Visit]]:
            return await asyncio.gather(*(poller.drain(lambda: NOW) for poller in pollers))

        visits = asyncio.run(both())
    assert max(overlaps) == 1
    assert asked == dict.fromkeys(paths, 1)
    assert sum(map(len, visits)) == len(paths)
