"""The nouns of questions and answers: plain frozen values. Knows no store, no index, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Literal

from retrieval.models import (
    Chunk,
    Direction,
    Origin,
    Quote,
    Scope,
    Searched,
    Sentiment,
    Target,
)

QuestionKind = Literal[
    "benefit",
    "hurt",
    "ticker",
    "triggers",
    "summary",
    "free",
    "changed",
    "compare",
    "moving",
    "exposed",
    "portfolio",
]
Turn = Literal["reset", "cleared", "more", "why", "when", "thanks", "alone"]
"""What is said to an answer rather than asked of the articles.

"cleared" is a question after "start over:", and "alone" a word such as "more" without an answer
before it.
"""
Status = Literal["answered", "partial", "not_in_sources"]
SIDES: Mapping[str, Direction] = {"benefit": "positive", "hurt": "negative"}
"""The side that a question for winners or for losers asks for, by its kind."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question; scores are comparable within one search only."""

    chunk: Chunk
    score: float


Searches = dict[tuple[str, Scope, int], tuple[Hit, ...]]
"""What was found, by the text that was searched for, the scope, and the limit."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question takes out of its answer beyond what its scope does: names, a side, an order.

    `only` and `without` are ids of targets. `mine` is the asker's list where the question is about
    that: () when none is stored, None when it is not. `unread` are exclusions that could not be
    applied ("without airlines"). `zone` is that of the asker's days.
    """

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    side: Direction | None = None
    order: Literal[1, 2] | None = None
    mine: tuple[str, ...] | None = None
    unread: tuple[str, ...] = ()
    zone: tzinfo = UTC

    def keep(self, target: Target) -> bool:
        """Tell whether a target may stand in the answer."""
        named = not self.only or target.id in self.only
        own = not self.mine or target.id in self.mine
        return named and own and target.id not in self.without


@dataclass(frozen=True, slots=True)
class Holding:
    """A position of the asker: its share of the book in [-1, 1], below 0 when it is short.

    Cash is kept as "$CASH" or "$EUR": "CASH" alone is the ticker of a bank.
    """

    ticker: str
    weight: float

    @property
    def cash(self) -> bool:
        """Whether it is no company."""
        return self.ticker.startswith("$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as Tape understood it: its kind, and the slots that an answer must fill.

    `objects` are the words that say what it is about beyond names and filters; `names` are the
    surfaces that were read as the given tickers; `listed` asks for tickers or stocks, which private
    companies are not; `unknown` are company-like names that are in no table. `about` are its words
    without those of its filters. `partial` says that it is a piece of a conversation ("and the
    losers?"), whose kind is a guess where `guessed` says so. `turn` asks for more of the answer
    before it, `page` counts how often, and `left` is what that had no room for. `taken` names what
    it is about when it did not say. `since` is the moment that it looks back to, where its kind
    does ("what changed"), and `assumed` says that it named none. `holdings` are private to the
    asker. `also` is what else is asked in the same breath ("who wins, and what is the capex?").
    """

    text: str
    kind: QuestionKind
    tickers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    direction: Direction | None = None
    listed: bool = False
    scope: Scope = Scope()
    filters: Filters = Filters()
    about: str = ""
    partial: bool = False
    guessed: bool = False
    turn: Turn | None = None
    page: int = 0
    left: int = 0
    taken: str | None = None
    since: datetime | None = None
    assumed: bool = False
    holdings: tuple[Holding, ...] = field(default=(), repr=False)
    also: "Question | None" = None

    @property
    def words(self) -> str:
        """What is searched for: the question without its filters."""
        return self.about or self.text

    @property
    def side(self) -> Direction | None:
        """The side it asks for: of winners, of losers, or of the names it gives, if any."""
        return self.direction if self.kind == "ticker" else SIDES.get(self.kind)


@dataclass(frozen=True, slots=True)
class Latest:
    """What a channel was told last: what a question there is about that names nothing.

    `name` goes on "a question about ...".
    """

    name: str
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """The numbered, linked, verbatim form of one quote.

    `url` is the stored one, never one from a text.
    """

    n: int
    article_id: str
    version: int
    title: str | None
    url: str | None
    source: str | None
    published_at: datetime | None
    quote: Quote


@dataclass(frozen=True, slots=True)
class Line:
    """One ranked line of an answer.

    An impact, or several articles' impacts on one target, with citation numbers. `why` is what is
    shown as the reason: the mechanism, or words of the quote in quotation marks.
    """

    target: Target
    sentiment: Sentiment
    order: Literal[1, 2]
    mechanism: str | None
    horizon: str | None
    confidence: float
    origin: Origin
    citations: tuple[int, ...]
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part of an answer: a story that changed, one of the names compared, a conflict.

    `state` says what it is: new, developing, reversal, unchanged; compared; confirmed, move,
    beside, reported; conflict; also (the other half of what was asked). `then` and `now` are the
    sentiments before and after, where it has them, and `sentences` carry [n] marks of `citations`.
    """

    title: str
    state: str
    sentences: tuple[str, ...]
    citations: tuple[int, ...]
    target: Target | None = None
    then: Sentiment | None = None
    now: Sentiment | None = None
    articles: int = 0
    outlets: int = 0


@dataclass(frozen=True, slots=True)
class TriggerLine:
    """What would change the view, with its citation."""

    text: str
    horizon: str | None
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest miss of a refusal: a sentence of ours and the citations behind it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown for a question.

    Every number in `citations` fields is the `n` of one of `citations`.

    `assumption` says what the question was taken to be about, when it did not say, and `filters`
    which filters were applied, with their dates. `text` is the
    whole answer in plain words with [n] marks, for a phone or a screen reader. `tone` is the tone
    of the articles used. `sentences` are those parts of `text` that are no line of a target, and
    `cut` counts the lines that found no room. `parts` stand under headings of their own.
    """

    question: Question
    status: Status
    headline: str
    assumption: str | None
    lines: tuple[Line, ...]
    text: str
    triggers: tuple[TriggerLine, ...]
    contrary: tuple[Line, ...]
    citations: tuple[Citation, ...]
    tone: Sentiment | None
    searched: Searched
    nearest: Nearest | None
    replay_id: str
    sentences: tuple[str, ...] = ()
    cut: int = 0
    filters: str | None = None
    parts: tuple[Part, ...] = ()

    @property
    def other_side(self) -> tuple[Line, ...]:
        """The contrary lines that no conflict shows already with both its quotes."""
        shown = {part.target for part in self.parts if part.state == "conflict"}
        return tuple(line for line in self.contrary if line.target not in shown)
