"""What a question from Slack is about when it does not say: its links, the thread, the brief."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.aloud import Aloud
from bot.asking import answer_asked, zone_named
from bot.blocks.digest import digest_message
from bot.inbox import Inbox
from bot.listeners.asked import asked_in
from bot.questions import Arrival, Asked
from jobs.brief import Desk, send_now
from jobs.models import DIGEST, Subscription
from jobs.news import news_of
from jobs.schedules import WORKDAYS, Daily
from jobs.state import State
from retrieval.answers import Answer
from retrieval.db import connect, migrate
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article
from retrieval.sources.ids import id_of_url
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.personal import personal_of

CHIPS, OIL, SHOES = (f"https://news.example.com/{name}" for name in ("chips", "oil", "shoes"))
TEXTS = {
    CHIPS: "Nvidia benefits because orders for chips rise. Intel loses share in servers.",
    OIL: "Delta Air Lines benefits because fuel becomes cheaper. Exxon Mobil suffers.",
    SHOES: "Nike gains shelf space because it cuts prices. Adidas loses customers.",
}
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Room:
    """A channel with its inbox, its briefs and its library, without Slack."""

    def __init__(self, folder: Path) -> None:
        self.engine = engine = connect(f"sqlite:///{folder}/room.db")
        migrate(engine, "jobs", "bot")
        self.library = Library.in_memory(HashEmbedder(), builtin())
        self.inbox = Inbox(engine)
        self.state = State(engine)
        store = self.library.store
        self.desk = Desk(self.state, lambda reach: news_of(store, reach), digest_message)
        self.asked = 0

    def read(self, url: str, at: datetime) -> None:
        page = Article(id_of_url(url), TEXTS[url], title=url, url=url, published_at=at)
        ingest([page], library=self.library, now=lambda: at, progress=lambda _: None)

    def brief(self, at: datetime, ts: str = "17.5") -> None:
        created = at - 30 * 24 * HOUR
        self.state.subscribe(
            Subscription(DIGEST, "C1", Daily(time(8, 45), WORKDAYS, "America/New_York"), created)
        )
        assert send_now("C1", at, self.desk)
        row = self.state.claim(at, owner="me", lease=MINUTE)
        assert row is not None
        self.state.mark_sent(row, ts)

    def ask(self, text: str, *, under: str | None = None, channel: str = "C1") -> Answer:
        """Ask as a message event does: through the listener and a row of the inbox."""
        self.asked += 1
        ts = f"{100 + self.asked}.0"
        event = {"text": text, "user": "U1", "channel": channel, "ts": ts}
        asked = asked_in({**event, "thread_ts": under} if under else event, "UTAPE")
        assert asked is not None
        assert self.inbox.take(Arrival(f"Ev{ts}", None, ts, asked), NOW)
        row = self.inbox.claim(NOW, owner="me", lease=MINUTE)
        assert row is not None
        self.inbox.answered(row, f"{ts}1")
        return self.answer(row.asked)

    def answer(self, asked: Asked) -> Answer:
        """Answer a question that is in nobody's inbox."""
        return answer_asked(
            asked,
            Aloud(),
            library=self.library,
            desk=self.desk,
            personal=personal_of(self.engine),
            clock=lambda: NOW,
        )


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    made.read(OIL, NOW - 5 * HOUR)
    made.read(CHIPS, NOW - 4 * HOUR)
    yield made
    made.library.close()


def gains(found: Answer) -> set[str]:
    return {line.target.id for line in found.lines}


def test_a_link_comes_before_the_brief_and_two_links_are_both_meant(room: Room) -> None:
    room.brief(NOW - 3 * HOUR)
    room.read(SHOES, NOW - HOUR)
    one = room.ask(f"<@UTAPE> who benefits? <{SHOES}>")
    assert gains(one) == {"NKE"}
    both = room.ask(f"<@UTAPE> who benefits? <{SHOES}> <{OIL}>")
    assert gains(both) == {"NKE", "DAL"}
    assert both.assumption == "Taken as a question over these 2 articles."


def test_without_a_link_it_is_the_last_brief_and_says_so(room: Room) -> None:
    room.brief(NOW - 3 * HOUR)
    room.read(SHOES, NOW - HOUR)
    found = room.ask("who benefits?")
    assert gains(found) == {"NVDA", "DAL"}
    assert found.assumption is not None
    assert found.assumption.startswith("Taken as a question about the brief of ")
    assert found.assumption.endswith("(2 articles).")


@pytest.mark.parametrize(
    ("text", "channel", "told"),
    [
        ("who benefits today?", "C1", None),
        ("who benefits in the last 24h?", "C1", {"NVDA", "DAL", "NKE"}),
        ("what about Nike?", "C1", {"NKE"}),
        ("who benefits?", "C2", {"NVDA", "DAL", "NKE"}),
    ],
)
def test_a_time_a_name_or_another_channel_is_not_about_the_brief(
    room: Room, text: str, channel: str, told: set[str] | None
) -> None:
    room.brief(NOW - 3 * HOUR)
    room.read(SHOES, NOW - HOUR)
    found = room.ask(text, channel=channel)
    assert found.question.taken is None
    assert told is None or gains(found) == told


def test_an_old_brief_is_meant_only_under_itself(room: Room) -> None:
    room.brief(NOW - 3 * HOUR, ts="17.5")
    room.read(SHOES, NOW - HOUR)
    later = NOW + timedelta(days=6)
    room.brief(later, ts="17.9")
    under = room.ask("who benefits?", under="17.5")
    assert gains(under) == {"NVDA", "DAL"}
    assert gains(room.ask("who benefits?")) == {"NKE"}


def test_where_no_brief_was_sent_it_is_the_newest_articles(room: Room) -> None:
    found = room.ask("who benefits?")
    assert gains(found) == {"NVDA", "DAL"}
    assert found.assumption is not None
    assert "over the newest 2 articles" in found.assumption


def test_a_follow_up_goes_on_from_its_answer_and_not_from_the_brief(room: Room) -> None:
    room.brief(NOW - 3 * HOUR)
    first = room.ask("what about Nvidia?")
    asked = Asked("and the losers?", "C1", "U1", "101.0", follows=first.replay_id)
    found = room.answer(asked)
    assert gains(found) == {"INTC"}
    assert found.question.taken is None
    brief = room.ask("who benefits?")
    asked = Asked("and the losers?", "C1", "U1", "101.0", follows=brief.replay_id)
    found = room.answer(asked)
    assert gains(found) == {"INTC", "XOM"}
    assert found.question.taken == brief.question.taken


def test_today_is_a_day_in_the_zone_of_who_asks(room: Room) -> None:
    asked = Asked("who benefits today?", "C1", "U1", "1.0", zone="Pacific/Kiritimati")
    found = room.answer(asked)
    since = found.question.scope.since
    assert since is not None
    assert since.astimezone(zone_named("Pacific/Kiritimati")).time() == time()


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../etc/passwd", "/", "Europe"])
def test_a_zone_that_is_none_is_utc(name: str | None) -> None:
    assert zone_named(name) is UTC
