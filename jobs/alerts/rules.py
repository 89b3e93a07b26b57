"""The nouns of alerts: rules, what they look at, what they found. Knows no store and no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobs.alerts.quiet import Quiet
from jobs.errors import BadRuleError, PrivateRuleError
from jobs.models import Owner

ScopeKind = Literal["ticker", "theme", "watchlist", "portfolio", "any"]
Metric = Literal["score", "change", "reversal", "volume", "novelty", "keyword"]
Outcome = Literal["fired", "held", "folded", "update", "silent"]
"""What becomes of an article: an alert of its own, one that waits for the end of the quiet hours,
one that is counted at the end of its hour, a line in the thread of its story's alert, or nothing.
"""
MuteKind = Literal["story", "name", "rule"]

SCOPES: tuple[ScopeKind, ...] = get_args(ScopeKind)
METRICS: tuple[Metric, ...] = get_args(Metric)
LISTS: frozenset[ScopeKind] = frozenset({"watchlist", "portfolio"})
"""Scopes that are somebody's own: what they fire on is told to nobody else."""

RANGES: dict[Metric, tuple[float, float]] = {
    "score": (0.05, 1.0),
    "change": (0.05, 2.0),
    "reversal": (0.3, 2.0),  # from one side to the other is 0.3 at least
    "volume": (1.0, 20.0),  # standard deviations
    "novelty": (0.01, 1.0),
    "keyword": (1.0, 1.0),
}
"""The least and the greatest threshold of each metric."""
USUAL: dict[Metric, float] = {
    "score": 0.5,
    "change": 0.4,
    "reversal": 0.5,
    "volume": 3.0,
    "novelty": 1.0,
    "keyword": 1.0,
}
"""Thresholds that a form begins with."""

LONGEST_ABOUT, MOST_WORDS = 80, 20
MOST_AN_HOUR = 60
LONGEST_COOLDOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is told what of whom: a scope, a metric with its threshold, and limits against floods.

    `about` is the ticker or the theme of such a scope; `words` are the words or phrases of a
    keyword rule, one of which is enough. `team` is the workspace of `recipient`, a channel or, when
    it is `personal`, the direct messages of its owner. After an alert the rule is silent on that
    name for `cooldown`; more than `hourly_cap` alerts of a clock hour are folded into one message.
    During `quiet` (local hours of `zone`) alerts wait for the end, unless their |score|, or their z
    for a rule on volume, reaches `break_through`. Every change is a new `revision`; `ended_at` says
    when the next one took over.
    """

    id: str
    scope: ScopeKind
    metric: Metric
    threshold: float
    recipient: str
    owner: Owner
    team: str
    zone: str
    created_at: datetime
    about: str = ""
    words: tuple[str, ...] = ()
    personal: bool = True
    cooldown: timedelta = timedelta(hours=1)
    hourly_cap: int = 6
    quiet: Quiet | None = None
    break_through: float | None = None
    active: bool = True
    revision: int = 1
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what could never fire, always would, or would tell others of somebody's list.

        Raises:
            PrivateRuleError: a rule on a list of one's own whose alerts others could read.
            BadRuleError: a threshold, a limit, a zone or a name that cannot be used.
        """
        if self.scope in LISTS and not self.personal:
            raise PrivateRuleError
        low, high = RANGES[self.metric]
        named = bool(self.about.strip()) == (self.scope in ("ticker", "theme"))
        worded = bool(self.words) == (self.metric == "keyword")
        sizes = len(self.about) <= LONGEST_ABOUT and len(self.words) <= MOST_WORDS
        limits = (
            1 <= self.hourly_cap <= MOST_AN_HOUR
            and timedelta() <= self.cooldown <= LONGEST_COOLDOWN
        )
        within = low <= self.threshold <= high
        if not (within and named and worded and sizes and limits and is_zone(self.zone)):
            raise BadRuleError(self.sentence)

    @property
    def by_article(self) -> bool:
        """It looks at an article as a whole: one with five tickers is one alert, none is enough."""
        return self.metric in ("novelty", "keyword") and self.scope in ("any", "theme")

    @property
    def condition(self) -> str:
        """What has to be so: "reversal >= 0.5"."""
        if self.metric == "keyword":
            return f"keyword {' or '.join(f'“{word}”' for word in self.words)}"
        return f"{self.metric} >= {self.threshold:g}"

    @property
    def whom(self) -> str:
        """Whom it is about, in words."""
        match self.scope:
            case "ticker":
                return self.about
            case "theme":
                return f"theme “{self.about}”"
            case "watchlist":
                return "my watchlist"
            case "portfolio":
                return "my book"
            case "any":
                return "any name"

    @property
    def sentence(self) -> str:
        """The whole rule in words: "NVDA: reversal >= 0.5"."""
        return f"{self.whom}: {self.condition}"


_SAME = "id revision scope about metric threshold recipient team personal zone hourly_cap".split()
_SAME += ["break_through", "active"]
_TIMES = ("created_at", "ended_at")


def plain_rule(rule: Rule) -> dict[str, Any]:
    """Write a rule as the plain values that a table has columns for."""
    return {name: getattr(rule, name) for name in (*_SAME, *_TIMES)} | {
        "words": list(rule.words),
        "owner_team": rule.owner.team,
        "owner_user": rule.owner.user,
        "cooldown": rule.cooldown // timedelta(minutes=1),
        "quiet": str(rule.quiet) if rule.quiet else None,
    }


def rule_from(row: Mapping[str, Any]) -> Rule:
    """Read what `plain_rule` wrote."""
    return Rule(
        **{name: row[name] for name in (*_SAME, *_TIMES)},
        words=tuple(row["words"]),
        owner=Owner(row["owner_team"], row["owner_user"]),
        cooldown=timedelta(minutes=row["cooldown"]),
        quiet=Quiet.read(row["quiet"]) if row["quiet"] else None,
    )


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of this name."""
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, empty or a path, a folder
        return False


@dataclass(frozen=True, slots=True)
class Event:
    """One version of an article as it concerns one ticker, or as a whole where `ticker` is "".

    `change` is its number in the store's order. `score` is the article's sentiment on the ticker,
    None where it takes none. `topics` are the concepts that its title and its claims touch, and
    `text` the title and the text. `reread` says that only the reader changed, not what it read.
    """

    article_id: str
    version: int
    change: int
    ticker: str
    story_id: str
    at: datetime
    first_seen_at: datetime
    published_at: datetime | None
    score: float | None
    novelty: float
    topics: frozenset[str]
    text: str
    backfilled: bool = False
    reread: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stood with a name before an event: its own sentiment, and how much is written of it.

    `score` is None below the least number of stories. `volume` says by how many standard deviations
    the stories of the last 24 hours, the event's among them, exceed the name's usual day; None
    while that is not known.
    """

    score: float | None = None
    stories: int = 0
    volume: float | None = None


UNKNOWN = Standing()


@dataclass(frozen=True, slots=True)
class Mute:
    """What somebody does not want to hear for a while: a story, a name, or a rule (a snooze).

    It is a recipient's: in a channel it holds for all. `until` None is for good.
    """

    recipient: str
    kind: MuteKind
    what: str
    since: datetime
    until: datetime | None
    by: str

    def holds(self, at: datetime) -> bool:
        """Tell whether it held at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what it was, what it had to be, and whether it was so."""

    name: str
    value: str
    limit: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """All that a rule looked at in an event, in the order of the checks, and what came of it.

    `value` is what the metric measured. `due_at` is when it is told; None for at once, or never.
    `thread` is the story whose alert it belongs to: its own, unless a correction moved an article.
    """

    rule_id: str
    revision: int
    article_id: str
    version: int
    ticker: str
    story_id: str
    thread: str
    change: int
    at: datetime
    checks: tuple[Check, ...]
    value: float | None
    outcome: Outcome
    due_at: datetime | None = None

    @property
    def fired(self) -> bool:
        """Every check was passed."""
        return all(check.passed for check in self.checks)

    @property
    def missed(self) -> tuple[Check, ...]:
        """The checks that were not passed."""
        return tuple(check for check in self.checks if not check.passed)

    def check(self, name: str) -> Check:
        """Give one of the checks by its name."""
        return next(check for check in self.checks if check.name == name)
