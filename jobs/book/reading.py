"""Somebody's book and the store -> what the news says of it now, and said on the days before.

Reads and joins; what it reads goes to the book's owner and nowhere else. Knows no Slack.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from jobs.book.closes import Close, Move, move_since
from jobs.book.exposure import WINDOW, Exposure, exposure_of
from jobs.book.news import BookNews
from jobs.book.prices import Prices
from jobs.models import Book
from jobs.sentiment import by_name
from retrieval.language.exposures import load_exposures
from retrieval.models import ArticleHead, Claim, Scope
from retrieval.store.store import Store

DAYS = 10
"""Days of a book's history that are shown: two weeks of trading."""
_DAY = timedelta(days=1)
MOST = 200_000  # claims on the names of one book: ten times what a busy month has
_Ledger = Sequence[tuple[Claim, datetime | None]]
_BEFORE = timedelta(days=120)  # closes before the news by which a usual move is told


def news_on(
    books: Sequence[Book], now: datetime, store: Store, prices: Prices | None, *, days: int = DAYS
) -> BookNews | None:
    """Read what is known of the newest of someone's books, and of what they held on each day.

    `books` are its versions, the oldest first; None when there are none. It blocks.
    """
    if not books:
        return None
    held, first = books[-1].holdings, now - (days - 1) * _DAY
    ledger = _ledger(books, first, now, store)
    claims = _known(ledger, now)
    found = exposure_of(held, claims, now, load_exposures())
    seen = _first_seen(claims)
    moving = (one for one in found.stories if one.tickers)
    stories = {one.head.article_id: (one.tickers[0], _seen(one.head)) for one in moving}
    closes = _closes(seen, prices)
    return BookNews(
        now=found,
        history=tuple(_day(books, ledger, now - back * _DAY) for back in range(days - 1, 0, -1)),
        moves=_moves({ticker: (ticker, moment) for ticker, moment in seen.items()}, closes),
        story_moves=_moves(stories, closes),
    )


def held_at(books: Sequence[Book], moment: datetime) -> Book | None:
    """The book that was kept at a moment; None before the first."""
    return next((book for book in reversed(books) if book.saved_at <= moment), None)


def _day(
    books: Sequence[Book], ledger: _Ledger, moment: datetime
) -> tuple[datetime, Exposure | None]:
    book = held_at(books, moment)
    if book is None:
        return moment, None
    return moment, exposure_of(book.holdings, _known(ledger, moment), moment, load_exposures())


def _ledger(books: Sequence[Book], first: datetime, now: datetime, store: Store) -> _Ledger:
    """The claims on all names that were held, with when each was replaced."""
    kept = [book for book in books if book.saved_at > first]
    held = (one for book in (held_at(books, first), *kept) if book for one in book.holdings)
    tickers = tuple(dict.fromkeys(one.ticker for one in held if not one.cash))
    scope = Scope(tickers=tickers, since=first - WINDOW, as_of=now)
    return store.claims_over(scope, since=first, limit=MOST)


def _known(ledger: _Ledger, moment: datetime) -> list[Claim]:
    """Those of the claims that had been read at a moment, and not been replaced."""
    return [
        claim
        for claim, replaced in ledger
        if claim.head.ingested_at <= moment and (replaced is None or replaced > moment)
    ]


def _first_seen(claims: Sequence[Claim]) -> dict[str, datetime]:
    """When each name was first in the news that is read."""
    return {
        ticker: min(_seen(claim.head) for claim in said) for ticker, said in by_name(claims).items()
    }


def _seen(head: ArticleHead) -> datetime:
    """When an article was there to be read: history that was imported, when it was published."""
    return head.dated_at if head.backfilled else head.first_seen_at


def _closes(first: Mapping[str, datetime], prices: Prices | None) -> Mapping[str, Sequence[Close]]:
    if prices is None or not first:
        return {}
    return prices.closes(first, min(first.values()).date() - _BEFORE)


def _moves(
    wanted: Mapping[str, tuple[str, datetime]], closes: Mapping[str, Sequence[Close]]
) -> dict[str, Move]:
    """How far each price has gone since its moment, by the key of what is wanted."""
    return {
        key: move
        for key, (ticker, seen) in wanted.items()
        if (move := move_since(closes.get(ticker, ()), seen))
    }
