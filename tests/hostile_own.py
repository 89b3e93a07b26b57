"""Feeds, books, digests and homes whose every word is somebody's attack, from a seed."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import get_args

from bot.blocks.home import Admin, Home
from bot.manners import LINKS, ChannelSettings
from jobs.book.closes import Move
from jobs.book.exposure import Contribution, Exposure, Hanging, Theme
from jobs.book.layouts import ticker_of
from jobs.book.news import BookNews
from jobs.book.preview import Preview
from jobs.digest import Digest, News, Reader, Told, Window, build, build_wrap
from jobs.digest.models import Said
from jobs.errors import UnknownExchangeError
from jobs.feeds.models import LONGEST_URL, Cause, Feed, Follow, Followed, Trial
from jobs.models import DIGEST, WRAP, Book, Due, Planned, Subscription
from jobs.schedules import EXCHANGES, WORKDAYS, AfterWeek, BeforeOpen, Daily
from jobs.sentiment import Net
from retrieval.answers import Holding
from retrieval.language.exposures import load_exposures
from retrieval.models import (
    Article,
    ArticleHead,
    Claim,
    Impact,
    Membership,
    Quote,
    Searched,
    TickerSentiment,
    Trigger,
)
from tests.answers import NOW
from tests.hostile import URLS
from tests.hostile_alerts import CHANNEL, TEAM, USER, ZONES, HostileAlerts

MINUTE = timedelta(minutes=1)
DAY = date(2026, 11, 27)


class HostileOwn(HostileAlerts):
    """Makes what people keep, and what Tape posts of its own accord."""

    # Feeds

    def feeds(self, most: int = 60) -> tuple[Followed, ...]:
        """Feeds that go somehow, each with an address of its own."""
        return tuple(self._followed(n) for n in range(self._dice.randrange(most + 1)))

    def trial(self) -> Trial:
        """A feed that was looked at."""
        title, items = self._maybe(self.words), self._some(self._article, 7)
        return Trial(self._url(self._dice.randrange(99)), title, items)

    def _followed(self, n: int) -> Followed:
        dice, url = self._dice, self._url(n)
        team = dice.choice((TEAM, TEAM, ""))
        feed = Feed(
            url,
            NOW,
            self._maybe(self.words),
            worked_at=self._maybe(self._at),
            fresh_at=self._maybe(self._at),
            gap=self._maybe(lambda: dice.randrange(1, 9_999) * MINUTE),
            failures=dice.randrange(9),
            failing_since=self._maybe(self._at),
            cause=self._maybe(lambda: dice.choice(get_args(Cause))),
            skew=dice.randrange(-999, 999) * MINUTE,
        )
        return Followed(Follow(url, team, self._maybe(self.words)), feed)

    def _url(self, n: int) -> str:
        """An address as somebody may give one: nothing of it is encoded."""
        words = self._dice.choice((self.words(), '"' * LONGEST_URL, "é😀<|>" * 400))
        return f"https://f{n}.example/{words.replace(' ', '')}?key=x&q=<b>"[:LONGEST_URL]

    def _article(self) -> Article:
        at = self._maybe(self._at)
        return Article("a", self.words(), title=self._maybe(self.words), published_at=at)

    # Books

    def book_news(self) -> BookNews:
        """What the news says of a book whose symbols somebody typed."""
        now = self._exposure(NOW)
        past = [NOW - timedelta(days=n) for n in range(self._dice.randrange(9), 0, -1)]
        history = tuple((at, self._maybe(lambda at=at: self._exposure(at))) for at in past)  # type: ignore[misc]
        moved = {one.ticker: Move(0.08, DAY, DAY, 0.02) for one in now.contributions[::2]}
        return BookNews(now, history, moved, {"a": Move(-0.01, DAY, DAY, None)})

    def preview(self) -> Preview:
        """A book as it would be kept, of any table."""
        symbols = self._symbols(60)
        holdings = tuple(Holding(one, self._dice.uniform(-1, 1)) for one in symbols)
        return Preview(
            holdings=holdings,
            unknown=symbols[::2],
            cash=symbols[1::4],
            long=0.6,
            short=0.4,
            names={one: self.words() for one in symbols[::3]},
            nearest=dict.fromkeys(symbols[::4], "NVDA"),
            columns=tuple((role, self.words()) for role in ("symbol", "value", "account")),
            ignored=self._dice.randrange(3),
            notes=self._some(self.words, 25),
        )

    def _exposure(self, at: datetime) -> Exposure:
        dice, symbols = self._dice, self._symbols(20) or ("NVDA",)
        names = tuple(load_exposures().groups)

        def hanging() -> Hanging:
            some = tuple(dice.choices(symbols, k=3))
            return Hanging(self.head(), some, dice.random(), dice.uniform(-1, 1))

        def theme(name: str) -> Theme:
            score = self._maybe(lambda: dice.uniform(-1, 1))
            return Theme(name, symbols[:9], dice.random(), score)

        return Exposure(
            at,
            tuple(self._contribution(one) for one in symbols),
            dice.random(),
            self._some(hanging, 6),
            tuple(theme(one) for one in dice.sample(names, 9)),
        )

    def _contribution(self, ticker: str) -> Contribution:
        dice = self._dice
        said = self._maybe(lambda: Net(self._sentiment(), dice.randrange(1, 9), 0.5))
        return Contribution(ticker, dice.uniform(-1, 1), said, newest=self._maybe(self._at))

    def _symbols(self, most: int) -> tuple[str, ...]:
        """Symbols as Tape writes those of a pasted table."""
        made = (ticker_of(self.words()) for _ in range(self._dice.randrange(most)))
        return tuple(dict.fromkeys(filter(None, made)))

    # Digests

    def head(self) -> ArticleHead:
        """Any article, as it is shown."""
        dice = self._dice
        return ArticleHead(
            article_id=dice.choice("abcdef"),
            version=1,
            title=self._maybe(self.words),
            url=dice.choice(URLS),
            source=self._maybe(self.words),
            published_at=self._maybe(self._at),
            first_seen_at=self._at(),
            ingested_at=NOW,
            tone=self._sentiment(),
            membership=Membership(f"s{dice.randrange(9)}", dice.randrange(3)),
            backfilled=dice.random() < 0.1,
        )

    def built(self) -> Digest:
        """A brief or a weekly wrap that is built from hostile news."""
        wrap, claims = self._dice.random() < 0.5, self._some(self._claim, 30)
        heads = (*dict.fromkeys(claim.head for claim in claims), *self._some(self.head, 3))
        triggers = tuple((head, Trigger(Quote(self.words(), 0, 9), None)) for head in heads[:3])
        news = News(heads, claims, frozenset({"s1", "s2"}), claims[::2], triggers)
        window = Window(
            NOW - timedelta(days=1), NOW, DAY, "UTC", session_note=self._maybe(self.words)
        )
        names = [claim.impact.target.id for claim in claims]
        before = Told(DAY - timedelta(days=1), {n: Said(-0.5, ("s1",)) for n in names[::3]}, {})
        muted = dict.fromkeys(names[::7], DAY + timedelta(days=3))
        reader = Reader(names[::2], names[::5], (before,), muted=muted, private=True)
        return (build_wrap if wrap else build)(news, window, reader)

    def planned(self) -> Planned:
        """What comes next of a digest."""
        dice, schedules = self._dice, (BeforeOpen("XNYS", 45), AfterWeek("XLON", 15))
        daily = Daily(time(8, 30), WORKDAYS, dice.choice(ZONES), self._maybe(lambda: "XNYS"))
        schedule = dice.choice((*schedules, daily))
        kind = WRAP if isinstance(schedule, AfterWeek) else DIGEST
        user = self._maybe(lambda: USER)
        wanted = Subscription(kind, CHANNEL, schedule, NOW, team=TEAM, user=user)
        coming = self._maybe(lambda: Due(wanted, DAY, NOW, NOW))
        left_out = replace(wanted, skips=(DAY,)) if dice.random() < 0.5 else wanted
        ended = UnknownExchangeError("XNYS").sentence
        return Planned(left_out, coming, self._maybe(lambda: ended))

    def fields(self) -> dict[str, object]:
        """What can be typed and picked in the form of a digest."""
        dice, typed = self._dice, self.words()[:60]
        kind = dice.choice((DIGEST, WRAP))
        return {
            "digest_kind": kind,
            "digest_when": dice.choice(("around", "local", "trading")),
            "exchange": dice.choice(sorted(EXCHANGES)),
            "minutes": dice.choice((typed, "45", "999999", "٣")),
            "at": "08:30",
            "days": list(WORKDAYS[: dice.randrange(6)]),
            "day": "fri",
            "zone": typed,
            "place": self._maybe(lambda: CHANNEL),
            "state": dice.choice(("on", "paused", "off")),
        }

    # A home, and the rest

    def home(self) -> Home:
        """All that somebody may see there."""
        held = tuple(Holding(one, 0.01) for one in self._symbols(60))
        wants = {CHANNEL: ChannelSettings(follow_ups=False, links=self._dice.choice(LINKS))}
        claims = self._some(self._claim, 9)
        return Home(
            health=Searched(24, 5, self._maybe(lambda: NOW)),
            looked=self._maybe(lambda: NOW - timedelta(hours=3)),
            news=News(tuple(claim.head for claim in claims), claims),
            watchlist=tuple(claim.impact.target.id for claim in claims),
            book=self._maybe(lambda: Book(held, NOW)),
            own=self._maybe(self.book_news),
            digests=self._some(self.planned, 14),
            admin=self._maybe(lambda: Admin(self._some(self.words, 90), wants)),
            zone=self._dice.choice(ZONES),
            feeds=self.feeds(20),
            alerts=self.alerts(),
        )

    def tickers(self) -> tuple[TickerSentiment, ...]:
        """The names that a card shows."""
        return self._some(lambda: TickerSentiment(self.words(), "", self._sentiment(), 0.5), 9)

    def _claim(self) -> Claim:
        dice = self._dice
        quotes = (Quote(self.words() or "x", 3, 9),)
        impact = Impact(
            self._target(),
            self._sentiment(),
            dice.random(),
            dice.choice((1, 2)),
            self._maybe(self.words),
            self._maybe(self.words),
            dice.random(),
            quotes,
            conditions=self._some(self.words, 2),
        )
        return Claim(impact, self.head())
