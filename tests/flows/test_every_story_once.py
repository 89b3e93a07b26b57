"""Random timelines of articles, briefs, wraps: what each reader is told of, against a plain model.

Articles come late, early by a wrong clock, copied, corrected, read anew, or as history; briefs are
delivered, fail or stay unknown. Of every delivered brief the model says which stories must be in it
and which of them are new to its reader.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.digest import digest_message, thread_messages
from jobs.brief import FIRST_WEEK, FIRST_WINDOW, Desk, send_now
from jobs.digest import Digest, News, Reach
from jobs.digest.build import MOST_STORIES
from jobs.models import DIGEST, STORY, WRAP, Rendered, Subscription
from jobs.news import MAX_ITEMS, news_of
from jobs.schedules import WEEKDAYS, Daily
from jobs.state import State
from retrieval.db import connect, migrate
from retrieval.models import Article
from retrieval.store.records import Record
from retrieval.store.store import Store
from tests.articles import analysis, impact, record

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
EVENTS = (
    "harbour strike steel rail copper mine outage chip plant bank merger drug trial airline fuel"
    " retailer forecast solar grid tariff water cloud outage memory shortage film box office"
).split()
OUTLETS = ("Reuters", "Harbor Wire", "Ledger Street")
RECIPIENTS = (("C1", DIGEST), ("C2", DIGEST), ("D1", DIGEST), ("C1", WRAP))
FIRST = {DIGEST: FIRST_WINDOW, WRAP: FIRST_WEEK}

arrivals = st.tuples(
    st.just("article"),
    st.integers(0, 13),
    st.sampled_from(OUTLETS),
    st.sampled_from([0, 0, 1, 30]),  # days since it was published
    st.sampled_from([0, 0, -90, 90]),  # minutes by which our clock is wrong
    st.sampled_from([False, False, False, True]),
)
changes = st.tuples(st.sampled_from(["correct", "reread"]), st.integers(0, 40))
briefs = st.tuples(
    st.just("brief"),
    st.sampled_from(RECIPIENTS),
    st.sampled_from(["sent", "sent", "failed", "unknown"]),
)
timelines = st.lists(arrivals | arrivals | changes | briefs, min_size=4, max_size=40)


def text_of(event: int) -> str:
    """Thirty words that only the reports of one event share."""
    word = EVENTS[event]
    told = " ".join(f"{word}{n} {EVENTS[-event - 1]}{n}" for n in range(15))
    return f"The {word} of number {event}. {told}."


@dataclass
class Reader:
    """What a recipient knows: texts by article when last told of all, and the stories told."""

    snapshot: dict[str, str] | None = None
    stories: set[str] = field(default_factory=set)


class World:
    """A store, an outbox, and beside them the model."""

    def __init__(self, most: int = MAX_ITEMS) -> None:
        self.most, self.news = most, News((), ())
        engine = connect("sqlite://")
        migrate(engine, "retrieval.store")
        migrate(engine, "jobs")
        self.engine, self.store, self.state = engine, Store(engine), State(engine)
        self.made: list[Digest] = []
        self.desk = Desk(
            self.state,
            self._read,
            self._render,
            thread=thread_messages,
        )
        self.now = START
        self.texts: dict[str, str] = {}
        self.history: set[str] = set()
        self.written: list[tuple[datetime, dict[str, str]]] = []  # after each change
        self.readers = {one: Reader() for one in RECIPIENTS}
        for name, kind in RECIPIENTS:
            days = WEEKDAYS if kind == DIGEST else WEEKDAYS[:1]
            self.state.subscribe(Subscription(kind, name, Daily(time(8), days, "UTC"), START))

    def _read(self, reach: Reach) -> News:
        self.news = news_of(self.store, reach, self.most)
        return self.news

    def _render(self, digest: Digest) -> Rendered:
        self.made.append(digest)
        return digest_message(digest)

    def live(self, event: tuple[Any, ...]) -> None:
        """Let one thing happen, an hour after the one before."""
        self.now += timedelta(hours=1)
        match event:
            case ("article", number, outlet, age, wrong, old):
                name = f"{EVENTS[number]} by {outlet} {len(self.texts)}"
                told = Article(
                    name, text_of(number), source=outlet, published_at=self.now - timedelta(age)
                )
                self._put(record(told, analysis(impact(f"T{number}", 0.5))), wrong, old=old)
            case ("correct" | "reread" as kind, which) if self.texts:
                name = sorted(self.texts)[which % len(self.texts)]
                self._again(name, kind)
            case ("brief", who, outcome):
                self._brief(who, outcome)

    def _again(self, name: str, kind: str) -> None:
        stored = self.store.article(name)
        assert stored
        more = " Corrected." if kind == "correct" else ""
        told = Article(
            name,
            stored.article.text + more,
            source=stored.article.source,
            published_at=stored.article.published_at,
        )
        engine = f"engine {self.now}" if kind == "reread" else "test"
        said = analysis(*stored.analysis.impacts, engine=engine)
        self._put(record(told, said), 0, old=name in self.history)

    def _put(self, made: Record, wrong: int, *, old: bool) -> None:
        kept = Record(made.article, made.analysis, made.chunks, made.vectors, made.model, old)
        moment = self.now + timedelta(minutes=wrong)
        self.store.put_many([kept], now=moment)
        self.texts[made.article.id] = made.article.text
        if old:
            self.history.add(made.article.id)
        self.written.append((moment, dict(self.texts)))

    def _brief(self, who: tuple[str, str], outcome: str) -> None:
        """Send a brief a day later, and hold it against the model if it is delivered."""
        self.now += timedelta(days=1)
        (name, kind), reader, before = who, self.readers[who], len(self.made)
        assert send_now(name, self.now, self.desk, kind)
        (digest,) = self.made[before:]
        while row := self.state.claim(self.now, owner="me", lease=timedelta(minutes=1)):
            if row.kind == STORY or outcome == "sent":
                self.state.mark_sent(row, "17.1")
            else:
                self.state.give_up(row, "failed" if outcome == "failed" else "unknown", "x")
        due = self._due(reader, FIRST[kind])
        wanted, fresh = self._stories(due), [h for h in self.news.heads if not h.backfilled]
        assert {head.article_id for head in fresh} <= due
        assert len(fresh) + self.news.unread == len(due)
        self._check(digest, wanted, reader)
        if outcome == "sent":
            reader.snapshot = dict(self.texts)
            reader.stories |= wanted

    def _due(self, reader: Reader, first: timedelta) -> set[str]:
        """The articles that say something else than when the reader was last told of everything.

        In a first one: than what was there a day (a wrap: a week) before it was first tried.
        """
        if reader.snapshot is None:
            earlier = [t for moment, t in self.written if moment < self.now - first]
            reader.snapshot = earlier[-1] if earlier else {}
        snapshot = reader.snapshot
        changed = {name for name, text in self.texts.items() if snapshot.get(name) != text}
        return changed - self.history

    def _stories(self, names: set[str]) -> set[str]:
        found = (self.store.article(name) for name in names)
        return {stored.membership.story_id for stored in found if stored}

    def _check(self, digest: Digest, wanted: set[str], reader: Reader) -> None:
        shown = {story.story_id for story in digest.stories}
        assert len(shown) == len(digest.stories)
        assert shown <= wanted
        if self.news.unread:  # the articles are counted, not their stories
            assert "not read for this brief" in digest.window
            return
        assert len(digest.stories) + digest.more == len(wanted)
        assert not shown or len(shown) == min(len(wanted), MOST_STORIES)
        assert {s.story_id for s in digest.stories if s.state == "new"} == shown - reader.stories
        if shown:
            assert f"{len(wanted - reader.stories)} new" in digest.window


@settings(deadline=None, max_examples=40)
@given(timeline=timelines, most=st.sampled_from([2, MAX_ITEMS, MAX_ITEMS]))
def test_every_story_reaches_each_reader_once_or_is_counted(
    timeline: list[tuple[Any, ...]], most: int
) -> None:
    world = World(most)
    for event in timeline:
        world.live(event)
    for who in RECIPIENTS:
        world.live(("brief", who, "sent"))
        world.live(("brief", who, "sent"))
        assert world.made[-1].stories == ()
    world.engine.dispose()
