"""The nouns of a brief: what it is made from and what it says. Knows no store and no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from jobs.charts import Chart
from retrieval.answers import Citation, Line
from retrieval.ask.changes import ChangeState
from retrieval.models import ArticleHead, Claim, Sentiment, Trigger

SectionKind = Literal[
    "watchlist",
    "book",
    "names",
    "inferred",
    "winners",
    "losers",
    "themes",
    "contrary",
    "turned",
    "ahead",
]
"""The parts of a brief. "book" is private: it stands in no message of a channel."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the store a brief reads: the changes (after, upto].

    A moment stands for the last change before it; no `upto` means the last one there is. `names`
    are the tickers whose history is wanted whatever the window says. `heard` are the changes at
    which the recipient's delivered windows begin and end, in order: () where nothing was delivered.
    `today` is the day from which on the dates that earlier articles name are wanted; None for none.
    `alone` asks for the articles and their claims only, without what else bears on them.
    """

    after: int | datetime
    upto: int | datetime | None = None
    names: tuple[str, ...] = ()
    heard: tuple[int | datetime, ...] = ()
    today: date | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What was written in a window: its articles, the claims they make, what else bears on them.

    `known` are those of its stories that the recipient was told of before. `history` are the claims
    of the last weeks about its names, its own among them. `triggers` are what its articles say
    would change the view, with those of earlier ones that may name a date ahead. It covers the
    changes (after, upto]. `unread` counts the articles of the window that are not in `heads`, as
    there are too many; `unread_history` those that are history.
    """

    heads: tuple[ArticleHead, ...]
    claims: tuple[Claim, ...]
    known: frozenset[str] = frozenset()
    history: tuple[Claim, ...] = ()
    triggers: tuple[tuple[ArticleHead, Trigger], ...] = ()
    after: int = 0
    upto: int = 0
    unread: int = 0
    unread_history: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a brief reports, and the day and zone it is shown in.

    `session_note` is what is unusual about the day at its exchange. `late_for` is when the brief
    was due, if that is a while ago; `folded` are the days before whose briefs could not be sent.
    """

    since: datetime
    until: datetime
    local_date: date
    zone: str
    first: bool = False
    late_for: datetime | None = None
    folded: tuple[date, ...] = ()
    session_note: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a recipient was told of a name: its score in [-1, 1] and the stories behind it."""

    score: float
    stories: tuple[str, ...]

    @property
    def sentiment(self) -> Sentiment:
        """The score as a sentiment."""
        return Sentiment(self.score)


@dataclass(frozen=True, slots=True)
class Told:
    """What a delivered brief or wrap told its recipient: of names, and the stories of themes.

    `ahead` are the keys of the dates ahead that it named, or an earlier one did.
    """

    day: date
    names: Mapping[str, Said]
    themes: Mapping[str, int]
    ahead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a brief is for, as far as it shows: names, memory, wishes.

    `private` says that one person alone reads it. `watch` are the names that they follow; `book`
    those that they hold, which nobody else may see: a channel has none. `told` are the last briefs
    that they got, newest first; for a wrap those of its week, beside the `wraps` before it. `muted`
    are the names that they do not want to see, each until a day.
    """

    watch: Collection[str] = ()
    book: Collection[str] = ()
    told: tuple[Told, ...] = ()
    wraps: tuple[Told, ...] = ()
    muted: Mapping[str, date] = field(default_factory=dict)
    private: bool = False

    def __post_init__(self) -> None:
        """Refuse to show a book to more than one person."""
        if self.book and not self.private:
            raise ValueError("a book is for its owner alone")


@dataclass(frozen=True, slots=True)
class Before:
    """What the recipient was last told of a name, and on which day."""

    score: float
    day: date


@dataclass(frozen=True, slots=True)
class DigestLine:
    """What a window's articles say of one target.

    `state` is what became of it since the recipient last heard of it; `before` is what they heard.
    `base` is the name's usual score, where enough is known. `outlets` counts who else reports it.
    `contrary` numbers citations that say the opposite. `late` is when it was published, where that
    was well before the window.
    """

    line: Line
    state: ChangeState = "new"
    articles: int = 1
    outlets: int = 0
    base: float | None = None
    before: Before | None = None
    contrary: tuple[int, ...] = ()
    late: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line about no target: `lead` is our own word for it, `text` may be an article's words."""

    lead: str
    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a brief; `quiet` counts its names of which there is nothing new."""

    kind: SectionKind
    heading: str
    lines: tuple[DigestLine | NoteLine, ...]
    quiet: int = 0


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One story of a brief, for its thread: what it is and what it does to whom.

    Its citations have numbers of their own: it is a message of its own.
    """

    story_id: str
    state: ChangeState
    title: str | None
    url: str | None
    articles: int
    outlets: int
    late: datetime | None
    lines: tuple[Line, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A brief as it is shown: at most twelve lines on top, and its stories for the thread.

    `cut` counts what found no room and what is muted. `stories` are told in the thread, `more`
    counts those that are not; `muted` are names that are left out. `told` is what its recipient
    knows once it is delivered; `private` says that one person alone reads it.
    """

    title: str
    window: str
    sections: tuple[Section, ...]
    cut: str | None
    citations: tuple[Citation, ...]
    stories: tuple[StoryLine, ...] = ()
    more: int = 0
    chart: Chart | None = None
    told: Told | None = None
    private: bool = False
    muted: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[DigestLine, ...]:
        """The lines about targets, of all sections."""
        return tuple(
            line for part in self.sections for line in part.lines if isinstance(line, DigestLine)
        )
