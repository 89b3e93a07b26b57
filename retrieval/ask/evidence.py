"""The records that were found for a question: articles, claims, triggers, passages. Pure nouns.

Knows no library and no wording.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from retrieval.answers import Question
from retrieval.ask.echo import NOTHING, Outside
from retrieval.ask.facts import Passage
from retrieval.ask.moves import Move
from retrieval.models import (
    ArticleHead,
    Claim,
    Guess,
    Quote,
    Searched,
    StoredArticle,
    Target,
    Trigger,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names a target without saying what happens to it."""

    target: Target
    head: ArticleHead
    quote: Quote


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a question.

    `newest_window` says that its articles are the newest, since the question named nothing, and
    `topic_missed` that no article is about what it named. `told` says that no record answers, and
    that its passages do; `despite` are claims on the side asked for that an article's sum hides.
    `outside` is what the question's filters took out.

    Of a question that looks back, `then` and `before` are the claims and articles known at that
    moment; `recalled` says that Tape itself had read none by then, so that the time of publication
    decides. `outlets` counts who published each story. `inferred` is what the exposure map adds,
    which no source says; `topical` are passages on a topic about one name each. `touching` are the
    terms of a theme that were found, `moves` sentences that tell how a stock moved, `covered` the
    held tickers that an article names, `unlisted` those in no table. `also` is the evidence of what
    else is asked.
    """

    question: Question
    searched: Searched
    heads: tuple[ArticleHead, ...] = ()
    claims: tuple[Claim, ...] = ()
    triggers: tuple[tuple[ArticleHead, Trigger], ...] = ()
    passages: tuple[Passage, ...] = ()
    named: tuple[Named, ...] = ()
    summary: StoredArticle | None = None
    newest_window: bool = False
    topic_missed: bool = False
    told: bool = False
    despite: tuple[Claim, ...] = ()
    outside: Outside = NOTHING
    then: tuple[Claim, ...] = ()
    before: tuple[ArticleHead, ...] = ()
    recalled: bool = False
    outlets: Mapping[str, int] = field(default_factory=dict)
    inferred: tuple[Guess, ...] = ()
    topical: tuple[tuple[str, Passage], ...] = ()
    touching: frozenset[str] = frozenset()
    moves: tuple[Move, ...] = ()
    covered: frozenset[str] = frozenset()
    unlisted: tuple[str, ...] = ()
    also: "Evidence | None" = None

    @property
    def anything(self) -> bool:
        """Whether a record, a place or a passage was found."""
        return bool(self.claims or self.named or self.passages or self.summary)
