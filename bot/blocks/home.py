"""What someone keeps and what Tape knows -> their App Home. Knows no client, no store, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.alert_rules import AlertsShown, alerts_part
from bot.blocks.answer import age
from bot.blocks.book import SEE_BOOK, book_blocks
from bot.blocks.feeds import MANAGE, feed_lines
from bot.blocks.kit import DISCLAIMER, actions, button, context, section, sections
from bot.blocks.limits import Block
from bot.blocks.planned import coming_words, kind_words, value_of
from bot.manners import ChannelSettings
from bot.mrkdwn import bold, escape, fit, italic
from jobs.book.news import BookNews
from jobs.digest import News
from jobs.feeds.models import Followed
from jobs.models import Book, Planned
from jobs.zones import moment_of
from retrieval.ask.rank import rank
from retrieval.ask.wording import plural, rated
from retrieval.models import Searched

EDIT_WATCHLIST, EDIT_BOOK, DROP_BOOK = "home_watchlist", "home_book", "home_drop_book"
EDIT_DIGEST, PREVIEW_DIGEST = "home_digest", "home_preview"
FORGET = "home_forget"

MOST_NAMES, MOST_MOVED, MOST_DIGESTS, MOST_CHANNELS = 60, 8, 10, 20

EXAMPLES = (
    "which tickers benefit?",
    "what changed for NVDA since Friday?",
    "who loses, only mine?",
    "what could hurt my portfolio?",
    "compare NVDA and AMD",
)
HELP = (
    "Mention me in a channel, write to me in Messages, or type `/tape help`. Ask under a link and"
    " I answer about that page. Every line cites its article word for word; what is not in the"
    " sources is said to be not in the sources."
)


NO_ALERTS = AlertsShown()


@dataclass(frozen=True, slots=True)
class Admin:
    """What an admin of the workspace sees beside that: how many sources, what channels want."""

    sources: tuple[str, ...]
    channels: dict[str, ChannelSettings]


@dataclass(frozen=True, slots=True)
class Home:
    """What one user's App Home shows. `looked` is when they looked before; None for never.

    `news` came since then. `own` is what the news says of their book.
    """

    health: Searched
    looked: datetime | None
    news: News
    watchlist: tuple[str, ...]
    book: Book | None
    own: BookNews | None
    digests: tuple[Planned, ...]
    admin: Admin | None
    zone: str
    feeds: tuple[Followed, ...] = ()
    alerts: AlertsShown = NO_ALERTS


def home_view(home: Home, *, now: datetime) -> Block:
    """Draw the App Home of one user."""
    blocks = [
        *_health(home, now),
        *_fresh(home, now),
        *_watchlist(home),
        *_book(home),
        *_digests(home),
        {"type": "divider"},
        *alerts_part(home.alerts),
        *_feeds(home, now),
        *_help(),
        *(_admin(home.admin) if home.admin else []),
        *actions(button("Delete my data", FORGET, "mine")),
        context(f"{DISCLAIMER} · as of {moment_of(now, home.zone)}"),
    ]
    return {"type": "home", "blocks": blocks}


def mine(home: Home) -> tuple[str, ...]:
    """The names that are someone's: followed first, then held."""
    held = [one.ticker for one in home.book.holdings] if home.book else []
    return tuple(dict.fromkeys((*home.watchlist, *held)))


def _titled(title: str, lines: Sequence[str]) -> list[Block]:
    return [{"type": "divider"}, *sections([bold(title), *lines])]


def _health(home: Home, now: datetime) -> list[Block]:
    seen = home.health
    if not seen.articles:
        return sections([bold("Tape"), "No article is stored yet. An admin adds feeds to read."])
    newest = f"newest {age(seen.newest, now)}" if seen.newest else "all undated"
    told = f"{plural(seen.articles, 'article')} from {plural(seen.sources, 'source')}, {newest}."
    return sections([bold("Tape"), told])


def _fresh(home: Home, now: datetime) -> list[Block]:
    """What came since the last look, and what of it is on the user's names."""
    if home.looked is None:
        return []
    count = len(home.news.heads)
    told = [f"{plural(count, 'new article')}." if count else "Nothing new."]
    own = frozenset(mine(home))
    if count and own:
        moved = [r for r in rank(home.news.claims) if r.target.id in own][:MOST_MOVED]
        told += [
            f"{r.sentiment.arrow} {bold(fit(r.target.id, 20))} {rated(r.sentiment)}" for r in moved
        ] or ["None of them takes a side on your names."]
    return _titled(f"Since you last looked ({age(home.looked, now)})", told)


def _watchlist(home: Home) -> list[Block]:
    shown = ", ".join(escape(fit(t, 20)) for t in home.watchlist[:MOST_NAMES])
    more = len(home.watchlist) - MOST_NAMES
    told = f"{shown}{f' and {more} more' if more > 0 else ''}" if shown else "No names yet."
    return [
        *_titled("My watchlist", [told]),
        *actions(button("Edit", EDIT_WATCHLIST, "mine")),
    ]


def _book(home: Home) -> list[Block]:
    if home.book is None:
        told = ["No book yet. Give one to ask “what could hurt my portfolio?”."]
        return [*_titled("My book (private)", told), *actions(button("Import", EDIT_BOOK, "mine"))]
    day = f"{home.book.saved_at.day} {home.book.saved_at:%b %Y}"
    told = [f"{plural(len(home.book.holdings), 'position')}, given on {day}."]
    buttons = [button("Replace", EDIT_BOOK, "mine"), button("Delete book", DROP_BOOK, "mine")]
    shown: list[Block] = []
    if home.own:
        told.append("No news on a name is not the same as no risk.")
        shown = book_blocks(home.own, few=True)
        buttons = [button("See my book", SEE_BOOK, "mine"), *buttons]
    return [*_titled("My book (private)", told), *shown, *actions(*buttons)]


def _digests(home: Home) -> list[Block]:
    more = len(home.digests) - MOST_DIGESTS
    row = [button("Subscribe or change", EDIT_DIGEST, "mine")]
    row += [button("Preview my brief", PREVIEW_DIGEST, "mine")]
    return [
        *_titled("Digests", [] if home.digests else ["No digest yet."]),
        *(_digest(one, home.zone) for one in home.digests[:MOST_DIGESTS]),
        *([context(f"and {more} more")] if more > 0 else []),
        *actions(*row),
    ]


def _digest(one: Planned, zone: str) -> Block:
    """A digest with when it comes, and the button behind which it can be sent or left out."""
    wanted, what = one.subscription, kind_words(one.subscription)
    where = f"Your own {what}" if wanted.user else f"<#{escape(wanted.recipient)}> {what}"
    told = section(f"{where} · {escape(coming_words(one, zone))}")
    return {**told, "accessory": button("Preview", PREVIEW_DIGEST, value_of(wanted))}


def _feeds(home: Home, now: datetime) -> list[Block]:
    """How the feeds go, for everybody; what to do about it, for admins."""
    if not home.feeds and not home.admin:
        return []
    told = feed_lines(home.feeds, now, remedies=home.admin is not None)
    manage = actions(button("Manage feeds", MANAGE, "feeds")) if home.admin else []
    return [*_titled("Feeds", told), *manage]


def _help() -> list[Block]:
    examples = [f"• {escape(example)}" for example in EXAMPLES]
    return [*_titled("Ask me", examples), section(HELP)]


def _admin(admin: Admin) -> list[Block]:
    names = ", ".join(escape(fit(name, 40)) for name in admin.sources[:MOST_NAMES])
    told = [f"Sources: {names or 'none yet'}."]
    told += [
        f"<#{escape(channel)}> · follow-ups {'on' if wants.follow_ups else 'off'}"
        f" · links {wants.links}"
        for channel, wants in list(admin.channels.items())[:MOST_CHANNELS]
    ]
    told.append(italic("Change a channel's settings with /tape settings in that channel."))
    return _titled("For admins", told)
