"""What belongs to people and channels, and what is needed to show it. Knows no Slack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.blocks.home import Admin, Home
from bot.channels import Channels
from bot.feedback import Feedback
from bot.private import Private
from jobs.book_news import BookNews
from jobs.brief import Desk
from jobs.digest import News
from jobs.models import Book, Owner, Subscription
from jobs.people import People
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

    `book_news` reads what the news says of versions of a book. `stored` knows the article of an
    address. All of it blocks.
    """

    people: People
    channels: Channels
    private: Private
    feedback: Feedback
    securities: Securities
    desk: Desk
    health: Callable[[], Searched]
    sources: Callable[[], tuple[str, ...]]
    book_news: Callable[[Sequence[Book], datetime], BookNews | None]
    stored: Callable[[str], Stored | None]

    def mine(self, owner: Owner) -> tuple[str, ...]:
        """The names that someone follows, then those that they hold."""
        book = self.people.book(owner)
        held = [one.ticker for one in book.holdings] if book else []
        return tuple(dict.fromkeys((*self.people.watchlist(owner), *held)))

    def own_news(self, owner: Owner, now: datetime) -> BookNews | None:
        """Read what the news says of someone's own book; None when they have none."""
        return self.book_news(self.people.books(owner), now)

    def home(self, owner: Owner, now: datetime, *, zone: str, admin: bool) -> Home:
        """Gather what someone's App Home shows, and note that they looked."""
        self.people.look(owner, now)
        looked, books = self.people.last_look(owner), self.people.books(owner)
        since = max(looked, now - LOOK_BACK) if looked else None
        digests = (one for one in self.desk.state.subscriptions() if _may_see(one, owner))
        wants = Admin(self.sources(), self.channels.all(owner.team)) if admin else None
        return Home(
            health=self.health(),
            looked=looked,
            news=self.desk.read(since, now) if since else News((), ()),
            watchlist=self.people.watchlist(owner),
            book=books[-1] if books else None,
            own=self.book_news(books, now),
            digests=tuple(digests),
            admin=wants,
            zone=zone,
        )

    def forget(self, owner: Owner) -> None:
        """Forget all that is someone's: list, book, own digest, questions, answers, verdicts."""
        self.people.forget(owner)
        self.desk.state.forget(owner)
        self.private.forget(owner.user)
        self.feedback.forget(owner.user)


def _may_see(one: Subscription, owner: Owner) -> bool:
    """A digest of one's own, or a channel's of the same workspace (those of before name none)."""
    return one.owner == owner if one.user else one.team in ("", owner.team)
