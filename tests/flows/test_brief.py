"""From what is due to a frozen row: windows, notes, previews, the clock."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.blocks.digest import digest_message, thread_messages
from jobs.brief import Desk, preview, send_now, tick
from jobs.calendars import Calendars
from jobs.clock import JOBS, Clock, Hands, Job
from jobs.digest import Digest, News, NoteLine, Reach, brief_text
from jobs.digest.told import from_json
from jobs.due import CATCH_UP
from jobs.errors import EarlierPostError, UnknownChannelError
from jobs.models import DIGEST, STORY, WRAP, OutboxRow, Outgoing, Rendered, Subscription
from jobs.news import news_of, was_told
from jobs.outbox import Outbox
from jobs.posted import last_brief, whole_brief
from jobs.schedules import WORKDAYS, AfterWeek, BeforeOpen, Daily
from jobs.state import State
from retrieval.db import connect, migrate
from retrieval.models import Claim, Quote, Trigger
from retrieval.store.records import Telling
from retrieval.store.store import Store
from tests.articles import analysis, article, impact, record
from tests.nouns import claim, head

FRIDAY = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)  # 08:45 in New York
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)
MORNINGS = Daily(time(8, 45), WORKDAYS, "America/New_York")


def told(name: str, ingested: datetime) -> Claim:
    said = claim(name, 0.5, article=name)
    return Claim(said.impact, head(name, ingested_at=ingested))


class Paper:
    """News that a test adds to; the brief sees what lies in its window."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []

    def read(self, reach: Reach) -> News:
        """Each claim is a change; a moment stands for the last change before it."""
        after, upto = self._change(reach.after), self._change(reach.upto)
        seen = tuple(self.claims[after:upto])
        return News(tuple(c.head for c in seen), seen, after=after, upto=upto)

    def _change(self, point: int | datetime | None) -> int:
        if isinstance(point, datetime):
            return sum(c.head.ingested_at < point for c in self.claims)
        return len(self.claims) if point is None else point


def render(digest: Digest) -> Rendered:
    return Rendered(brief_text(digest))


@pytest.fixture
def state() -> Iterator[State]:
    engine = connect("sqlite://")
    migrate(engine, "jobs")
    yield State(engine)
    engine.dispose()


@pytest.fixture
def store() -> Iterator[Store]:
    engine = connect("sqlite://")
    migrate(engine, "retrieval.store")
    store = Store(engine)
    yield store
    store.close()


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def desk(state: State, paper: Paper) -> Desk:
    state.subscribe(
        Subscription(
            DIGEST, "C1", Daily(time(8, 45), WORKDAYS, "America/New_York"), FRIDAY - 30 * DAY
        )
    )
    return Desk(state, paper.read, render)


def only(state: State) -> OutboxRow:
    (row,) = state.rows(since=FRIDAY.date())
    return row


def deliver(state: State, now: datetime) -> None:
    while row := state.claim(now, owner="me", lease=MINUTE):
        state.mark_sent(row, "17.1")


def test_a_brief_is_written_once_however_often_the_clock_ticks(desk: Desk, state: State) -> None:
    assert [tick(FRIDAY + n * MINUTE, desk) for n in range(5)] == [1, 0, 0, 0, 0]
    deliver(state, FRIDAY)
    assert tick(FRIDAY + 5 * MINUTE, desk) == 0


def test_what_is_posted_does_not_depend_on_when_it_is_posted(
    desk: Desk, state: State, paper: Paper
) -> None:
    paper.claims.append(told("NVDA", FRIDAY - MINUTE))
    tick(FRIDAY, desk)
    paper.claims.append(told("AMD", FRIDAY))
    assert "NVDA" in only(state).content
    assert "AMD" not in only(state).content


def test_the_window_begins_where_the_last_delivered_one_ended(
    desk: Desk, state: State, paper: Paper
) -> None:
    paper.claims += [told("OLD", FRIDAY - 3 * DAY), told("NVDA", FRIDAY - MINUTE)]
    tick(FRIDAY, desk)
    deliver(state, FRIDAY)
    paper.claims += [told("AMD", FRIDAY), told("MU", FRIDAY + 2 * DAY)]
    tick(FRIDAY + 3 * DAY, desk)
    first, second = (Rendered.from_json(r.content).text for r in state.rows(since=FRIDAY.date()))
    assert "the first brief here, over the last 24 h: 1 article" in first
    assert "since Fri 08:45 ET: 2 articles" in second


def test_a_brief_that_failed_is_told_again_by_the_next(
    desk: Desk, state: State, paper: Paper
) -> None:
    tick(FRIDAY - DAY, desk)
    deliver(state, FRIDAY - DAY)
    paper.claims.append(told("NVDA", FRIDAY - MINUTE))
    tick(FRIDAY, desk)
    row = state.claim(FRIDAY, owner="me", lease=MINUTE)
    assert row is not None
    state.give_up(row, "failed", "is_archived")
    tick(FRIDAY + 3 * DAY, desk)
    monday = state.rows(since=(FRIDAY + DAY).date())[0]
    assert "NVDA" in monday.content
    assert monday.since == FRIDAY - DAY


def test_what_a_first_brief_that_failed_would_have_told_comes_with_the_next(
    desk: Desk, state: State, paper: Paper
) -> None:
    paper.claims += [told("OLD", FRIDAY - 2 * DAY), told("NVDA", FRIDAY - DAY)]
    tick(FRIDAY, desk)
    assert "includes" not in only(state).content  # a first brief reaches back for a day only
    row = state.claim(FRIDAY, owner="me", lease=MINUTE)
    assert row is not None
    state.give_up(row, "failed", "not_in_channel")
    tick(FRIDAY + 3 * DAY, desk)
    (monday,) = state.rows(since=(FRIDAY + DAY).date())
    text = Rendered.from_json(monday.content).text
    assert "NVDA" in text
    assert "OLD" not in text
    assert "the first brief here, over the last 4 days: 1 article" in text
    assert "includes Fri 27 Nov, which could not be sent" in text
    assert (monday.since, monday.since_change) == (row.since, row.since_change)


def test_a_morning_slept_through_is_told_by_the_next_brief_which_says_so(
    desk: Desk, state: State, paper: Paper
) -> None:
    tick(FRIDAY - DAY, desk)
    deliver(state, FRIDAY - DAY)
    paper.claims.append(told("NVDA", FRIDAY - MINUTE))
    assert tick(FRIDAY + timedelta(hours=7), desk) == 0
    tick(FRIDAY + 3 * DAY, desk)
    (monday,) = state.rows(since=FRIDAY.date())
    assert "NVDA" in monday.content
    assert "includes Fri 27 Nov, which could not be sent" in monday.content
    assert "sent late" not in monday.content


def test_a_late_brief_says_so_and_is_worth_nothing_after_its_deadline(
    desk: Desk, state: State
) -> None:
    tick(FRIDAY + 5 * MINUTE, desk)
    assert "sent late" not in only(state).content
    tick(FRIDAY + 3 * DAY + 6 * MINUTE, desk)
    deliver(state, FRIDAY)
    tick(FRIDAY + 3 * DAY + 6 * MINUTE, desk)
    (monday,) = state.rows(since=(FRIDAY + DAY).date())
    assert "sent late: due 08:45 ET" in monday.content
    assert monday.deadline == FRIDAY + 3 * DAY + timedelta(hours=6)


def test_before_the_open_of_a_half_day_the_title_names_its_close(desk: Desk, state: State) -> None:
    state.subscribe(Subscription(DIGEST, "C1", BeforeOpen("XNYS", 45), FRIDAY - 30 * DAY))
    assert tick(FRIDAY - DAY, desk) == 0  # Thanksgiving
    tick(FRIDAY, desk)
    row = only(state)
    text = Rendered.from_json(row.content).text
    assert text.startswith("Pre-open brief · Fri 27 Nov 2026 · early close 13:00 ET\n")
    assert row.deadline == datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "title"),
    [
        (replace(MORNINGS, trading="XNYS"), "Fri 27 Nov 2026 · early close 13:00 ET"),
        (replace(MORNINGS, zone="UTC", trading="XNYS"), "Fri 27 Nov 2026 · early close 13:00 ET"),
        (replace(MORNINGS, trading="XLON"), "Fri 27 Nov 2026"),
        (MORNINGS, "Fri 27 Nov 2026"),
    ],
)
def test_at_a_local_time_a_half_day_is_named_where_it_goes_by_an_exchange(
    desk: Desk, state: State, schedule: Daily, title: str
) -> None:
    state.subscribe(Subscription(DIGEST, "C1", schedule, FRIDAY - 30 * DAY))
    assert preview("C1", FRIDAY, desk).title == f"Pre-open brief · {title}"
    tick(FRIDAY, desk)
    assert Rendered.from_json(only(state).content).text.startswith(f"Pre-open brief · {title}\n")


def test_a_wrap_comes_after_the_close_beside_the_brief_of_that_day(
    desk: Desk, state: State, paper: Paper
) -> None:
    state.subscribe(Subscription(WRAP, "C1", AfterWeek("XNYS", 30), FRIDAY - 30 * DAY))
    paper.claims += [told("OLD", FRIDAY - 8 * DAY), told("NVDA", FRIDAY - 5 * DAY)]
    tick(FRIDAY, desk)
    deliver(state, FRIDAY)
    close = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
    assert tick(close - MINUTE, desk) == 0
    assert tick(close, desk) == 1
    wrap = next(row for row in state.rows(since=FRIDAY.date()) if row.kind == WRAP)
    text = Rendered.from_json(wrap.content).text
    assert text.startswith("Weekly wrap · Fri 27 Nov 2026 · early close 13:00 ET\n")
    assert "NVDA" in text
    assert "OLD" not in text
    deliver(state, close)
    tick(close + 7 * DAY + 3 * timedelta(hours=1), desk)
    assert state.rows(since=date(2026, 12, 4))[-1].since == close


def test_a_late_wrap_names_the_one_that_failed_before_it_and_none_that_was_sent(
    state: State, paper: Paper
) -> None:
    state.subscribe(Subscription(WRAP, "C1", AfterWeek("XNYS", 30), FRIDAY - 90 * DAY))
    desk = Desk(state, paper.read, render)
    for weeks in (2, 1):
        now = FRIDAY.replace(hour=22) - weeks * 7 * DAY
        assert tick(now, desk) == 1
        row = state.claim(now, owner="me", lease=MINUTE)
        assert row is not None
        if weeks == 2:
            state.mark_sent(row, "17.1")
        else:
            state.give_up(row, "failed", "is_archived")
    paper.claims.append(told("NVDA", FRIDAY))
    assert tick(FRIDAY + 2 * DAY, desk) == 1
    text = Rendered.from_json(state.rows(since=FRIDAY.date())[-1].content).text
    assert "includes Fri 20 Nov, which could not be sent" in text


def test_a_brief_that_cannot_be_built_holds_back_nobody_elses(state: State, paper: Paper) -> None:
    for name in ("C1", "C2"):
        state.subscribe(Subscription(DIGEST, name, MORNINGS, FRIDAY - 30 * DAY))

    def watched(wanted: Subscription) -> tuple[str, ...]:
        if wanted.recipient == "C1":
            raise ZeroDivisionError
        return ()

    desk = Desk(state, paper.read, render, watched=watched)
    for _ in range(2):
        with pytest.raises(ExceptionGroup, match="could not be built"):
            tick(FRIDAY, desk)
    assert [row.recipient for row in state.rows(since=FRIDAY.date())] == ["C2"]


def test_what_a_channel_talks_of_is_the_newest_of_its_briefs_and_wraps(
    desk: Desk, state: State, paper: Paper
) -> None:
    state.subscribe(Subscription(WRAP, "C1", AfterWeek("XNYS", 30), FRIDAY - 30 * DAY))
    paper.claims.append(told("NVDA", FRIDAY - MINUTE))
    for kind, now in ((DIGEST, FRIDAY), (WRAP, FRIDAY + MINUTE)):
        send_now("C1", now, desk, kind)
        row = state.claim(now, owner="me", lease=MINUTE)
        assert row is not None
        state.mark_sent(row, f"17.{kind}")
    newest = last_brief("C1", FRIDAY + DAY, desk)
    under = last_brief("C1", FRIDAY + DAY, desk, under="17.digest")
    assert newest is not None
    assert newest.name == "the weekly wrap of Fri 27 Nov 2026 (1 article)"
    assert under is not None
    assert under.name == "the brief of Fri 27 Nov 2026 (1 article)"


def test_the_whole_of_a_wrap_can_be_opened(desk: Desk, state: State, paper: Paper) -> None:
    state.subscribe(Subscription(WRAP, "C1", AfterWeek("XNYS", 30), FRIDAY - 30 * DAY))
    paper.claims.append(told("NVDA", FRIDAY - 5 * DAY))
    send_now("C1", FRIDAY, desk, WRAP)
    deliver(state, FRIDAY)
    whole = whole_brief("C1", "17.1", desk)
    assert whole is not None
    assert whole.title.startswith("Weekly wrap")


def test_what_is_left_out_is_told_by_the_next_which_calls_nothing_missed(
    desk: Desk, state: State, paper: Paper
) -> None:
    tick(FRIDAY - DAY, desk)
    deliver(state, FRIDAY - DAY)
    paper.claims.append(told("NVDA", FRIDAY - MINUTE))
    (wanted,) = state.subscriptions()
    state.leave_out(wanted, (FRIDAY.date(),))
    assert tick(FRIDAY, desk) == 0
    tick(FRIDAY + 3 * DAY, desk)
    (monday,) = state.rows(since=FRIDAY.date())
    assert "NVDA" in monday.content
    assert "could not be sent" not in monday.content


def test_by_hand_a_brief_comes_on_a_holiday_and_where_the_calendar_has_ended(
    state: State, paper: Paper
) -> None:
    ended = Calendars(until=(FRIDAY - 2 * DAY).date())
    for calendars in (Calendars(), ended):
        desk = Desk(state, paper.read, render, calendars=calendars)
        state.subscribe(Subscription(DIGEST, "C1", BeforeOpen("XNYS", 45), FRIDAY - 30 * DAY))
        assert preview("C1", FRIDAY - DAY, desk).title == "Pre-open brief · Thu 26 Nov 2026"
        assert tick(FRIDAY - DAY, desk) == 0


def test_a_preview_keeps_nothing(desk: Desk, state: State, paper: Paper) -> None:
    paper.claims.append(told("NVDA", FRIDAY - MINUTE))
    assert [line.line.target.id for line in preview("C1", FRIDAY, desk).lines] == ["NVDA"]
    assert state.counts() == {}


def test_a_brief_sent_by_hand_is_the_one_of_its_day(desk: Desk, state: State) -> None:
    assert send_now("C1", FRIDAY - 60 * MINUTE, desk)
    assert not send_now("C1", FRIDAY - 59 * MINUTE, desk)
    deliver(state, FRIDAY)
    assert tick(FRIDAY, desk) == 0


def test_a_brief_sent_by_hand_waits_for_the_one_before_it_which_it_would_repeat(
    desk: Desk, state: State, paper: Paper
) -> None:
    paper.claims.append(told("NVDA", FRIDAY - DAY - MINUTE))
    assert tick(FRIDAY - DAY, desk) == 1
    with pytest.raises(EarlierPostError):
        send_now("C1", FRIDAY, desk)
    deliver(state, FRIDAY)
    assert send_now("C1", FRIDAY, desk)
    assert "NVDA" not in only(state).content


def test_a_channel_without_a_subscription_is_named(desk: Desk) -> None:
    with pytest.raises(UnknownChannelError, match="C9"):
        preview("C9", FRIDAY, desk)


def test_news_are_what_was_ingested_in_the_window_however_old_the_articles(
    store: Store,
) -> None:
    for name, moment in {
        "BEFORE": FRIDAY - DAY - INSTANT,
        "FIRST": FRIDAY - DAY,
        "LAST": FRIDAY - INSTANT,
        "AFTER": FRIDAY,
    }.items():
        late = article(name, published_at=FRIDAY - 300 * DAY)
        store.put_many([record(late, analysis(impact(name)))], now=moment)
    news = news_of(store, Reach(FRIDAY - DAY, FRIDAY))
    assert {h.article_id for h in news.heads} == {"FIRST", "LAST"}
    assert {c.impact.target.id for c in news.claims} == {"FIRST", "LAST"}


def test_a_correction_at_the_end_of_a_window_is_for_the_next_one(store: Store) -> None:
    for text, score, moment in (("Up.", 0.5, FRIDAY - MINUTE), ("Down.", -0.5, FRIDAY)):
        store.put_many([record(article("a", text), analysis(impact("NVDA", score)))], now=moment)
    windows = (FRIDAY - DAY, FRIDAY), (FRIDAY, FRIDAY + DAY)
    told = [news_of(store, Reach(*window)).claims for window in windows]
    assert [[c.impact.sentiment.score for c in claims] for claims in told] == [[0.5], [-0.5]]


@pytest.mark.parametrize(
    ("seq", "replaced", "told"),
    [
        (3, None, False),
        (4, None, True),
        (8, 9, False),
        (8, 10, False),
        (8, 11, True),
        (11, None, False),
    ],
)
def test_a_version_was_told_if_it_still_stood_when_its_window_was(
    seq: int, replaced: int | None, *, told: bool
) -> None:
    one = Telling("story", "a", "Up.", seq, replaced)
    assert was_told(one, [one], [3, 7, 10]) is told


def test_a_version_that_says_what_stood_before_its_window_was_not_told() -> None:
    first, again = Telling("story", "a", "Up.", 2, 5), Telling("story", "a", "Up.", 5, None)
    assert not was_told(again, [first, again], [3, 7])
    assert was_told(replace(again, content="Down."), [first, again], [3, 7])
    assert not was_told(replace(again, content="Down.", backfilled=True), [first], [3, 7])


def test_what_was_only_read_anew_is_no_news(store: Store) -> None:
    first = record(article("a", "Up."), analysis(impact("NVDA", 0.5)))
    again = record(article("a", "Up."), analysis(impact("NVDA", 0.6), engine="other"))
    store.put_many([first], now=FRIDAY - DAY)
    store.put_many([again], now=FRIDAY)
    assert news_of(store, Reach(1)).heads == ()
    assert len(news_of(store, Reach(0)).heads) == 1


def test_a_brief_and_its_thread_are_frozen_together_and_wait_for_each_other(
    state: State, paper: Paper
) -> None:
    desk = Desk(state, paper.read, digest_message, thread=thread_messages)
    state.subscribe(Subscription(DIGEST, "C1", MORNINGS, FRIDAY - DAY))
    paper.claims += [told("NVDA", FRIDAY - MINUTE), told("AMD", FRIDAY - MINUTE)]
    assert send_now("C1", FRIDAY, desk)
    assert not send_now("C1", FRIDAY, desk)
    brief = state.claim(FRIDAY, owner="me", lease=MINUTE)
    assert brief is not None
    assert (brief.since_change, brief.until_change, brief.deadline) == (0, 2, FRIDAY + CATCH_UP)
    assert set(from_json(brief.told or "").names) == {"NVDA", "AMD"}
    assert state.claim(FRIDAY, owner="me", lease=MINUTE) is None
    state.mark_sent(brief, "17.1")
    first = state.claim(FRIDAY, owner="me", lease=MINUTE)
    assert first is not None
    assert (first.kind, first.slot, first.thread_ts) == (STORY, "2026-11-27:01", "17.1")


def test_a_date_ahead_is_told_once_until_it_has_passed_also_of_earlier_articles(
    state: State, store: Store
) -> None:
    made: list[Digest] = []

    def seen(digest: Digest) -> Rendered:
        made.append(digest)
        return Rendered(brief_text(digest))

    def put(name: str, now: datetime, *words: str) -> None:
        triggers = tuple(Trigger(Quote(text, 0, len(text)), None) for text in words)
        said = replace(analysis(impact(f"T{name}", 0.5)), triggers=triggers)
        of = article(name, f"{name}. {' '.join(words)}", published_at=now)
        store.put_many([record(of, said)], now=now)

    def ahead(day: int, outcome: str = "sent") -> list[str]:
        now = FRIDAY + day * DAY
        put(f"day{day}", now - MINUTE)
        assert send_now("C1", now, desk)
        row = state.claim(now, owner="me", lease=MINUTE)
        assert row is not None
        if outcome == "sent":
            state.mark_sent(row, f"17.{day}")
        else:
            state.give_up(row, "failed", "is_archived")
        found = [part.lines for part in made[-1].sections if part.kind == "ahead"]
        return [line.lead for lines in found for line in lines if isinstance(line, NoteLine)]

    desk = Desk(state, lambda reach: news_of(store, reach), seen)
    state.subscribe(Subscription(DIGEST, "C1", MORNINGS, FRIDAY - 30 * DAY))
    earlier = ("on 26 November", "on 28 November", "on 2 December", "on 9 December", "in January")
    put("earlier", FRIDAY - 9 * DAY, *earlier)
    assert ahead(0, "failed") == ahead(1) == ["Sat 28 Nov", "Wed 2 Dec"]
    put("nearer", FRIDAY + DAY, "on 3 December", "on 2 December")
    assert ahead(2) == ["Thu 3 Dec", "Wed 9 Dec"]
    assert ahead(3) == ["Jan 2027"]
    assert ahead(9) == []
    kept = from_json(state.delivered(DIGEST, "C1", most=1)[0].told or "").ahead
    assert [key[:10] for key in kept] == ["2026-12-09", "2027-01-01"]
    whole = whole_brief("C1", "17.2", desk)
    assert whole is not None
    assert [part.lines[0] for part in whole.sections if part.kind == "ahead"] == [
        part.lines[0] for part in made[2].sections if part.kind == "ahead"
    ]


def test_a_wrap_and_a_brief_of_one_day_have_threads_of_their_own(
    state: State, paper: Paper
) -> None:
    desk = Desk(state, paper.read, digest_message, thread=thread_messages)
    paper.claims += [told("NVDA", FRIDAY - MINUTE), told("AMD", FRIDAY - MINUTE)]
    for kind in (DIGEST, WRAP):
        schedule = replace(MORNINGS, weekdays=("fri",))
        state.subscribe(Subscription(kind, "C1", schedule, FRIDAY - DAY))
        assert send_now("C1", FRIDAY, desk, kind)
    deliver(state, FRIDAY)
    under = [row.under for row in state.listed(("sent",), most=99) if row.kind == STORY]
    assert sorted(filter(None, under)) == [
        *["digest:C1:2026-11-27"] * 2,
        *[f"{WRAP}:C1:2026-11-27"] * 2,
    ]


def test_wraps_remember_wraps_and_briefs_remember_briefs(state: State, paper: Paper) -> None:
    made: list[Digest] = []

    def seen(digest: Digest) -> Rendered:
        made.append(digest)
        return Rendered(brief_text(digest))

    desk = Desk(state, paper.read, seen)
    for kind in (DIGEST, WRAP):
        schedule = replace(MORNINGS, weekdays=("fri",))
        state.subscribe(Subscription(kind, "C1", schedule, FRIDAY - 30 * DAY))
    for week, (kind, score) in enumerate(((WRAP, 0.5), (DIGEST, -0.5), (WRAP, -0.5))):
        now = FRIDAY + week * 7 * DAY
        paper.claims.append(claim("NVDA", score, article=f"a{week}", ingested_at=now - MINUTE))
        assert send_now("C1", now, desk, kind)
        deliver(state, now)
    brief, wrap = made[1:]
    assert [line.state for line in brief.lines] == ["unchanged"]  # the first brief
    (turned,) = (part for part in wrap.sections if part.kind == "turned")
    assert [line.lead for line in turned.lines if isinstance(line, NoteLine)] == [
        "NVDA +0.50 on Fri 27 Nov"
    ]


def test_a_delivered_brief_is_remembered_and_one_that_failed_is_not(
    state: State, paper: Paper
) -> None:
    made: list[Digest] = []

    def seen(digest: Digest) -> Rendered:
        made.append(digest)
        return Rendered(brief_text(digest))

    desk = Desk(state, paper.read, seen)
    state.subscribe(Subscription(DIGEST, "C1", MORNINGS, FRIDAY - 30 * DAY))
    for day, score in enumerate((0.5, -0.5, -0.5)):
        now = FRIDAY + day * DAY
        said = claim("NVDA", score, article=f"a{day}", ingested_at=now - MINUTE)
        paper.claims.append(said)
        assert send_now("C1", now, desk)
        row = state.claim(now, owner="me", lease=MINUTE)
        assert row is not None
        if day == 1:
            state.give_up(row, "failed", "is_archived")
        else:
            state.mark_sent(row, f"17.{day}")
    assert [[line.state for line in digest.lines] for digest in made] == [
        ["unchanged"],
        ["reversal"],
        ["reversal"],
    ]


def test_a_channel_never_gets_a_book_even_if_its_desk_would_give_one(
    state: State, paper: Paper
) -> None:
    desk = Desk(state, paper.read, render, held=lambda _: ("NVDA",))
    at = (MORNINGS, FRIDAY - DAY)
    state.subscribe(Subscription(DIGEST, "C1", *at))
    state.subscribe(Subscription(DIGEST, "D1", *at, user="U1"))
    paper.claims.append(told("NVDA", FRIDAY - MINUTE))
    kinds = {r: [p.kind for p in preview(r, FRIDAY, desk).sections] for r in ("C1", "D1")}
    assert kinds == {"C1": ["names"], "D1": ["book"]}
    weekly = (replace(MORNINGS, weekdays=("fri",)), FRIDAY - DAY)
    state.subscribe(Subscription(WRAP, "C1", *weekly))
    state.subscribe(Subscription(WRAP, "D1", *weekly, user="U1"))
    wraps = {r: preview(r, FRIDAY, desk, WRAP) for r in ("C1", "D1")}
    parts = {r: [part.kind for part in wrap.sections] for r, wrap in wraps.items()}
    assert parts == {"C1": ["winners"], "D1": ["book"]}


def test_the_clock_ticks_and_delivers_and_ends_what_is_in_hand(desk: Desk, state: State) -> None:
    posted: list[str] = []

    async def post(outgoing: Outgoing) -> str:
        begun.set()
        await asyncio.sleep(0.2)
        posted.append(outgoing.key)
        return "17.1"

    async def look(_: Outgoing) -> str | None:
        return None

    async def run() -> None:
        hands = Hands(desk, Outbox(state, post, look, "me"), lambda: FRIDAY)
        clock = Clock(hands, tuple(Job(job.name, timedelta(seconds=0.05), job.run) for job in JOBS))
        clock.start()
        await asyncio.wait_for(begun.wait(), 10)
        await clock.stop()

    begun = asyncio.Event()
    asyncio.run(run())
    assert posted == ["digest:C1:2026-11-27"]
    assert only(state).state == "sent"
