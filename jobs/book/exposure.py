"""A book and what the news says of its names -> what each adds, and what hangs on what. Pure.

A name without news adds nothing known: it is None, never zero. Knows no store and no clock.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.sentiment import Net, by_name, net, shares, voices
from retrieval.answers import Holding
from retrieval.ask.looking import LOOK_BACK
from retrieval.language.exposures import ExposureMap
from retrieval.models import ArticleHead, Claim, Sentiment

WINDOW: timedelta = LOOK_BACK["portfolio"]
"""How far back news of a name counts: as far as the question of what could hurt a book looks, so
that both speak of the same coverage."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one name adds to the sentiment of a book: its weight times what the news says of it.

    `weight` is its share of the gross book, below 0 when short; `said` is None without news, and
    `newest` the day of the newest of it.
    """

    ticker: str
    weight: float
    said: Net | None
    cash: bool = False
    newest: datetime | None = None

    def __repr__(self) -> str:
        """Write nothing of a position: a log may see it."""
        return "Contribution()"

    @property
    def value(self) -> float | None:
        """The product, in [-1, 1]; None without news, which is not zero."""
        return None if self.said is None else self.weight * self.said.score

    @property
    def size(self) -> float:
        """How much it moves the book either way; 0 without news."""
        return abs(self.value or 0.0)


@dataclass(frozen=True, slots=True)
class Hanging:
    """How much of all that moves a book hangs on one story, as a share; `added` is its own sum.

    `head` is the article that told it first, of those that speak of the book.
    """

    head: ArticleHead
    tickers: tuple[str, ...]
    share: float
    added: float


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of the exposure map in a book.

    `weight` is the share of the gross book that belongs to it, each position by how much of its
    business the group's news reaches; a position may belong to several. `score` is what the news
    says of its positions that have some, short ones turned round; None where none has.
    """

    id: str
    tickers: tuple[str, ...]
    weight: float
    score: float | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the news says of a book at a moment. `contributions` are the strongest first.

    `covered` is the share of the gross book whose names have news. `stories` and `themes` are the
    largest first.
    """

    at: datetime
    contributions: tuple[Contribution, ...]
    covered: float
    stories: tuple[Hanging, ...]
    themes: tuple[Theme, ...]

    def __repr__(self) -> str:
        """Write what a log may know: how many positions there are."""
        return f"Exposure({len(self.contributions)} positions)"

    @property
    def total(self) -> float | None:
        """The exact sum of the contributions, in [-1, 1]; None when no name has news."""
        known = [one.value for one in self.contributions if one.value is not None]
        return math.fsum(known) if known else None

    @property
    def sentiment(self) -> Sentiment | None:
        """The total as a sentiment."""
        return None if self.total is None else Sentiment(self.total)

    @property
    def winners(self) -> tuple[Contribution, ...]:
        """The names on which the news is good for the book: good of a long, bad of a short."""
        return tuple(one for one in self.contributions if (one.value or 0.0) > 0)

    @property
    def losers(self) -> tuple[Contribution, ...]:
        """The names on which it is bad for the book."""
        return tuple(one for one in self.contributions if (one.value or 0.0) < 0)

    @property
    def silent(self) -> tuple[Contribution, ...]:
        """The names without news, the heaviest first; cash has none to have."""
        quiet = (c for c in self.contributions if c.said is None and not c.cash)
        return tuple(sorted(quiet, key=lambda one: (-abs(one.weight), one.ticker)))


def exposure_of(
    holdings: Sequence[Holding], claims: Iterable[Claim], now: datetime, groups: ExposureMap
) -> Exposure:
    """Weigh a book by the claims of the last WINDOW on its names.

    `claims` may be of any names and any time; those that are not of the book, or not of the window,
    count for nothing.
    """
    held = {one.ticker: one.weight for one in holdings}
    in_cash = {one.ticker for one in holdings if one.cash}
    told = {
        ticker: [claim for claim in said if _is_news(claim, now)]
        for ticker, said in by_name(claims).items()
        if ticker in held
    }
    spoken = {ticker: voices(said) for ticker, said in told.items()}
    found = {ticker: net(said, now) for ticker, said in spoken.items()}
    newest = {t: max((c.head.dated_at for c in said), default=None) for t, said in told.items()}
    contributions = [
        Contribution(t, w, found.get(t), t in in_cash, newest.get(t)) for t, w in held.items()
    ]
    contributions.sort(key=lambda one: (one.said is None, -one.size, one.ticker))
    parts = [
        (voice.story_id, ticker, held[ticker] * share * voice.score)
        for ticker, said in spoken.items()
        for voice, share in shares(said, now)
    ]
    return Exposure(
        at=now,
        contributions=tuple(contributions),
        covered=math.fsum(abs(one.weight) for one in contributions if one.said),
        stories=_stories(parts, _first_heads(told)),
        themes=_themes(contributions, groups),
    )


def _is_news(claim: Claim, now: datetime) -> bool:
    return now - WINDOW <= claim.head.dated_at <= now


def _first_heads(told: Mapping[str, Sequence[Claim]]) -> dict[str, ArticleHead]:
    """The first article of each story among those that speak of the book."""
    heads = {claim.head.article_id: claim.head for said in told.values() for claim in said}
    ordered = sorted(heads.values(), key=lambda h: (-h.membership.position, h.article_id))
    return {head.membership.story_id: head for head in ordered}


def _stories(
    parts: Iterable[tuple[str, str, float]], heads: Mapping[str, ArticleHead]
) -> tuple[Hanging, ...]:
    """How much of the book's movement each story has, either way."""
    by_story: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for story_id, ticker, added in parts:
        by_story[story_id].append((ticker, added))
    sizes = {one: math.fsum(abs(a) for _, a in told) for one, told in by_story.items()}
    whole = math.fsum(sizes.values())
    if not whole:
        return ()
    found = [
        Hanging(
            head=heads[story_id],
            tickers=tuple(t for t, a in sorted(told, key=lambda one: (-abs(one[1]), one[0])) if a),
            share=sizes[story_id] / whole,
            added=math.fsum(added for _, added in told),
        )
        for story_id, told in by_story.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, one.head.article_id)))


def _themes(contributions: Iterable[Contribution], groups: ExposureMap) -> tuple[Theme, ...]:
    """The groups of the map to which positions belong."""
    held = {one.ticker: one for one in contributions}
    found: list[Theme] = []
    for group in groups.groups.values():
        members = [(held[m.ticker], m.strength) for m in group.members if m.ticker in held]
        if members:
            found.append(_theme(group.id, members))
    return tuple(sorted(found, key=lambda one: (-one.weight, one.id)))


def _theme(group_id: str, members: Sequence[tuple[Contribution, float]]) -> Theme:
    heaviest = sorted(members, key=lambda one: (-abs(one[0].weight) * one[1], one[0].ticker))
    told = [(one, strength) for one, strength in members if one.said]
    base = math.fsum(abs(one.weight) * strength for one, strength in told)
    added = math.fsum((one.value or 0.0) * strength for one, strength in told)
    return Theme(
        id=group_id,
        tickers=tuple(one.ticker for one, _ in heaviest),
        weight=math.fsum(abs(one.weight) * strength for one, strength in members),
        score=added / base if base else None,
    )
