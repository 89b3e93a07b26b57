"""The nouns that every module passes to the next, frozen values.

Knows no store, no index, no network, no clock.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Direction = Literal["positive", "negative", "neutral", "mixed"]
TargetKind = Literal["ticker", "private", "group"]
Origin = Literal["source", "inferred"]
FactKind = Literal["number", "date", "company", "quote"]

STRONG, MILD = 0.35, 0.15
NOVELTY_DECAY = 0.75
ARROWS: dict[Direction, str] = {"positive": "▲", "negative": "▼", "mixed": "◆", "neutral": "■"}


def label_of(score: float, *, mixed: bool = False) -> str:
    """Name a score in [-1, 1].

    Five steps, or "mixed" when both sides are strong and cancel (PRODUCT.md).
    """
    if mixed and abs(score) < MILD:
        return "mixed"
    if abs(score) < MILD:
        return "neutral"
    side = "positive" if score > 0 else "negative"
    return side if abs(score) >= STRONG else f"mildly {side}"


def direction_of(label: str) -> Direction:
    """Reduce a label to the side it takes."""
    side = label.removeprefix("mildly ")
    match side:
        case "positive" | "negative" | "mixed":
            return side
        case _:
            return "neutral"


def digest_of(*parts: str) -> str:
    """Hash parts into 64 hex digits; a part cannot run into its neighbour."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `text[start:end]` of an article's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Cut the span out of its text."""
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        """Tell whether the other span lies within this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article with the place where they stand: `text == article.text[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentiment:
    """A tone in [-1, 1]; its label follows from it."""

    score: float
    mixed: bool = False

    @property
    def label(self) -> str:
        """The score in words."""
        return label_of(self.score, mixed=self.mixed)

    @property
    def direction(self) -> Direction:
        """The side the score takes."""
        return direction_of(self.label)

    @property
    def arrow(self) -> str:
        """The sign of that side; it stands before the word, never alone."""
        return ARROWS[self.direction]


@dataclass(frozen=True, slots=True)
class Article:
    """One text as its publisher gave it. `published_at` is aware UTC.

    None means undated and stays so.

    `text` is kept as read: every span in Tape counts its characters. `published_offset` is the zone
    that was printed, in minutes east of UTC.
    """

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    source: str | None = None
    published_at: datetime | None = None
    published_offset: int | None = None

    @property
    def content_hash(self) -> str:
        """What makes two versions the same: title, text and publication time."""
        when = self.published_at.isoformat() if self.published_at else ""
        return digest_of(self.title or "", self.text, when)


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a claim is about: a ticker, a private company, or a group in the article's own words.

    `id` is the symbol of a ticker, and the name itself for the other kinds.
    """

    kind: TargetKind
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a company is named in a text. No opinion. `target.kind` is ticker or private."""

    target: Target
    surface: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Impact:
    """One claim by one article about one target.

    `order` is 1 for a party to the news and 2 for one reached through a mechanism that the text
    names; relevance and confidence lie in [0, 1]. `carried_from` is the naming mention when the
    quotes speak of the target without naming it ("the chipmaker"); None when a quote names it.
    `conditions` are the article's words ("if the pill is approved") for what the claim waits for;
    none when it is also said without.
    """

    target: Target
    sentiment: Sentiment
    relevance: float
    order: Literal[1, 2]
    mechanism: str | None
    horizon: str | None
    confidence: float
    quotes: tuple[Quote, ...]
    origin: Origin = "source"
    carried_from: Span | None = None
    conditions: tuple[str, ...] = ()

    @property
    def reason(self) -> Quote:
        """The quote to cite for it: the one that holds the mechanism, else the first."""
        said = " ".join((self.mechanism or "").split())
        holding = (q for q in self.quotes if said and said in " ".join(q.text.split()))
        return next(holding, self.quotes[0])


@dataclass(frozen=True, slots=True)
class Inferred:
    """What an article says of a group, carried to a ticker that it does not name.

    `impact` has origin "inferred" and quotes the `group`, in the article's words; the ticker is
    there because version `map_version` of the exposure map lists it under `group_id`, for the
    reason `why`. It is never one of the article's impacts; where an answer shows it (who is
    exposed, what could hurt a book), it stands apart.
    """

    impact: Impact
    group: str
    group_id: str
    map_version: str
    why: str


@dataclass(frozen=True, slots=True)
class TickerSentiment:
    """An article's impacts on one ticker, aggregated."""

    ticker: str
    name: str
    sentiment: Sentiment
    relevance: float


@dataclass(frozen=True, slots=True)
class Trigger:
    """What the article says would change the view, quoted, with the horizon of its own clause."""

    quote: Quote
    horizon: str | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that one article says about its targets.

    `groups` are the group targets with their quotes' words. `inferred` is what it does not say: the
    tickers that the exposure map lists under those groups. `fallback` says in words why the
    built-in engine read it although a chat model was to.
    """

    language: str
    summary: str
    sentiment: Sentiment
    impacts: tuple[Impact, ...]
    mentions: tuple[Mention, ...]
    triggers: tuple[Trigger, ...]
    tickers: tuple[TickerSentiment, ...]
    engine: str
    dropped: int = 0
    inferred: tuple[Inferred, ...] = ()
    fallback: str | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups the article takes a side on, in its own words, each once."""
        return tuple(dict.fromkeys(i.target.name for i in self.impacts if i.target.kind == "group"))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of an article that fits the embedder: `text == article.text[start:end]`."""

    id: str
    article_id: str
    version: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, date, company or spoken statement of an article, in its words.

    `key` is the same for two facts that say the same ("$1.2 billion" and "1.2bn dollars").
    """

    kind: FactKind
    key: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Membership:
    """An article's place in its story.

    `position` counts the articles that had arrived before, from 0. The id of a story derives from
    its first article and never changes.
    """

    story_id: str
    position: int

    @property
    def novelty(self) -> float:
        """What the article still adds to its story: 1, 0.75, 0.5625, ... by order of arrival."""
        return float(NOVELTY_DECAY**self.position)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A version of an article with the times Tape gave it (aware UTC) and what was read from it.

    `new_facts` are those that no earlier article of its story had stated. `backfilled` came as
    history and is no news.
    """

    article: Article
    version: int
    first_seen_at: datetime
    ingested_at: datetime
    analysis: Analysis
    membership: Membership
    new_facts: tuple[Fact, ...]
    backfilled: bool = False


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """What an answer shows of an article besides its quotes; times are aware UTC.

    `tone` is its overall sentiment. `backfilled` came as history and is no news.
    """

    article_id: str
    version: int
    title: str | None
    url: str | None
    source: str | None
    published_at: datetime | None
    first_seen_at: datetime
    ingested_at: datetime
    tone: Sentiment
    membership: Membership
    backfilled: bool = False

    @property
    def dated_at(self) -> datetime:
        """When it was published; first seen, where undated."""
        return self.published_at or self.first_seen_at


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that report one event, in the order in which they arrived.

    `outlets` counts those who published them, each once; all that name no outlet are one.
    """

    id: str
    articles: tuple[ArticleHead, ...]
    outlets: int


@dataclass(frozen=True, slots=True)
class Claim:
    """An impact of the ledger with the article that makes it."""

    impact: Impact
    head: ArticleHead


@dataclass(frozen=True, slots=True)
class Guess:
    """What the exposure map infers from an article, with that article."""

    inferred: Inferred
    head: ArticleHead

    @property
    def claim(self) -> Claim:
        """The same as a claim, of origin "inferred"."""
        return Claim(self.inferred.impact, self.head)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may see. None means no limit; an empty tuple means nothing.

    `since` and `until` bound the publication time (first seen where undated), [since, until).
    `as_of` is bitemporal: only the versions that had been ingested, and not yet replaced, at that
    moment. `ingested_since` leaves out what had been ingested before it, whenever it was published.
    `not_sources` are left out; an article that names no source is of none of them.
    """

    article_ids: tuple[str, ...] | None = None
    tickers: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    ingested_since: datetime | None = None
    not_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search could see.

    Counts, and the publication time of the newest article (None when all are undated).
    """

    articles: int
    sources: int
    newest: datetime | None
