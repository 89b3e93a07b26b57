"""What belongs to people and channels, and what is needed to show it. Knows no Slack."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerting import Alerting
from bot.blocks.home import Admin, Home
from bot.channels import Channels
from bot.feedback import Feedback
from bot.private import Private
from jobs.book.news import BookNews
from jobs.brief import Desk
from jobs.digest import News, Reach, Reader
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools
from jobs.models import Book, Owner, Planned, Subscription
from jobs.mutes import Mutes, Place
from jobs.people import People
from jobs.planning import plan
from retrieval.language.securities import Securities
from retrieval.models import ArticleHead, Searched, TickerSentiment

LOOK_BACK = timedelta(days=7)  # what came before that is no news to anybody


@dataclass(frozen=True, slots=True)
class Stored:
    """What is shown of a stored article where its link is posted."""

    head: ArticleHead
    tickers: tuple[TickerSentiment, ...]


@dataclass(frozen=True, slots=True)
class Personal:
    """The tables of people and channels, and the library's answers about what is in them.

    `tools` look at a feed before it is followed. `book_news` reads what the news says of versions
    of a book. `stored` knows the article of an address, `forget_answers` takes answers out of the
    audit by their replay ids. All of it blocks.
    """

    people: People
    mutes: Mutes
    channels: Channels
    private: Private
    feedback: Feedback
    securities: Securities
    desk: Desk
    feeds: Feeds
    tools: Tools
    alerting: Alerting
    health: Callable[[], Searched]
    sources: Callable[[], tuple[str, ...]]
    book_news: Callable[[Sequence[Book], datetime], BookNews | None]
    stored: Callable[[str], Stored | None]
    forget_answers: Callable[[Collection[str]], None]

    def mine(self, owner: Owner) -> tuple[str, ...]:
        """The names that someone follows, then those that they hold."""
        book = self.people.book(owner)
        held = [one.ticker for one in book.holdings] if book else []
        return tuple(dict.fromkeys((*self.people.watchlist(owner), *held)))

    def reader(self, owner: Owner) -> Reader:
        """Someone as the reader of a brief that nobody else sees."""
        book = self.people.book(owner)
        held = tuple(one.ticker for one in book.holdings) if book else ()
        return Reader(watch=self.people.watchlist(owner), book=held, private=True)

    def own_news(self, owner: Owner, now: datetime) -> BookNews | None:
        """Read what the news says of someone's own book; None when they have none."""
        return self.book_news(self.people.books(owner), now)

    def home(self, owner: Owner, now: datetime, *, zone: str, admin: bool) -> Home:
        """Gather what someone's App Home shows, and note that they looked."""
        self.people.look(owner, now)
        looked, books = self.people.last_look(owner), self.people.books(owner)
        since = max(looked, now - LOOK_BACK) if looked else None
        wants = Admin(self.sources(), self.channels.all(owner.team)) if admin else None
        return Home(
            health=self.health(),
            looked=looked,
            news=self.desk.read(Reach(since, alone=True)) if since else News((), ()),
            watchlist=self.people.watchlist(owner),
            book=books[-1] if books else None,
            own=self.book_news(books, now),
            digests=tuple(self.plan(one, now) for one in self.digests(owner)),
            admin=wants,
            feeds=tuple(self.feeds.followed(owner.team)),
            zone=zone,
            alerts=self.alerting.shown(owner, now),
        )

    def digests(self, owner: Owner) -> list[Subscription]:
        """List the digests that someone may see, and so preview, send and leave out."""
        return [one for one in self.desk.state.subscriptions() if may_see(one, owner)]

    def plan(self, wanted: Subscription, now: datetime) -> Planned:
        """Say what comes next of a digest."""
        return plan(wanted, now, self.desk.state, self.desk.calendars)

    def digest(self, owner: Owner, kind: str, recipient: str) -> Subscription | None:
        """Find one of those; None when it is gone, or was never theirs to see."""
        found = (one for one in self.digests(owner) if one.kind == kind)
        return next((one for one in found if one.recipient == recipient), None)

    def take_away(self, kind: str, recipient: str) -> None:
        """Take a digest away; with somebody's own, what it told and what they muted in it."""
        state = self.desk.state
        all_here = [one for one in state.subscriptions() if one.recipient == recipient]
        state.unsubscribe(kind, recipient)
        if len(all_here) == 1 and all_here[0].user and all_here[0].kind == kind:
            self.mutes.forget(Place(all_here[0].team, recipient))

    def forget(self, owner: Owner) -> None:
        """Forget all that is someone's: list, book, own digest and alerts, questions, answers."""
        self.forget_answers(self.private.answers_of(owner))
        self.people.forget(owner)
        for one in self.desk.state.subscriptions():
            if one.owner == owner:
                self.mutes.forget(Place(one.team, one.recipient))
        self.desk.state.forget(owner)
        self.feeds.forget(owner)
        self.alerting.alerts.forget(owner)
        self.private.forget(owner)
        self.feedback.forget(owner.user)


def may_see(one: Subscription, owner: Owner, workspace: str = "") -> bool:
    """A digest of one's own, or a channel's of the same workspace (those of before name none).

    `workspace` is the one that a gesture came through: a channel can be shared with others.
    """
    return one.owner == owner if one.user else one.team in ("", owner.team, workspace)
