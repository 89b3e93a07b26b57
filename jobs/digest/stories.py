"""A window's articles and claims -> its stories, folded, in the order of a brief. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.digest.models import News, StoryLine, Window
from jobs.digest.targets import targets_of
from retrieval.ask.citations import Citations
from retrieval.ask.lines import line_of
from retrieval.ask.rank import Ranked
from retrieval.language.imprints import outlet_of
from retrieval.models import ArticleHead, Claim

LATE = timedelta(days=1)  # published so long before the window began, an article comes late
MOST_TARGETS = 3  # of one story, in the thread


@dataclass(frozen=True, slots=True)
class Story:
    """The articles of a window that report one event, first arrival first, and whom it touches.

    `known` says that the recipient was told of it before.
    """

    id: str
    heads: tuple[ArticleHead, ...]
    targets: tuple[Ranked, ...]
    known: bool

    @property
    def names(self) -> frozenset[str]:
        """The tickers on which it takes a side."""
        return frozenset(r.target.id for r in self.targets if r.target.kind == "ticker")

    @property
    def weight(self) -> float:
        """How strong its strongest word is."""
        return max((ranked.weight for ranked in self.targets), default=0.0)


def fold(news: News, claims: Iterable[Claim], first: Collection[str] = ()) -> tuple[Story, ...]:
    """Join the articles of each event; stories about the `first` names come first.

    Those that take a side come before those that take none. What came as history is left out.
    """
    told: defaultdict[str, list[ArticleHead]] = defaultdict(list)
    for head in sorted(news.heads, key=_arrival):
        if not head.backfilled:
            told[head.membership.story_id].append(head)
    said: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        said[claim.head.membership.story_id].append(claim)
    stories = (
        Story(story, tuple(heads), _sided(said[story]), story in news.known)
        for story, heads in told.items()
    )
    return tuple(sorted(stories, key=lambda one: _order(one, first)))


def story_line(story: Story, window: Window) -> StoryLine:
    """Write one story for the thread, with citations of its own."""
    citations = Citations()
    first = story.heads[0]
    return StoryLine(
        story_id=story.id,
        state="developing" if story.known else "new",
        title=first.title,
        url=first.url,
        articles=len(story.heads),
        outlets=outlets(story.heads),
        late=late(story.heads, window),
        lines=tuple(line_of(ranked, citations) for ranked in story.targets[:MOST_TARGETS]),
        citations=citations.made,
    )


def outlets(heads: Iterable[ArticleHead]) -> int:
    """Count who published articles, each once; all that name no outlet are one."""
    return len({outlet_of(head.source, head.url) for head in heads})


def late(heads: Sequence[ArticleHead], window: Window) -> datetime | None:
    """Say when articles that came late were published; None when one of them did not.

    In a first brief nothing is late: its reader waited for none.
    """
    newest = max(head.dated_at for head in heads)
    return newest if not window.first and newest < window.since - LATE else None


def _sided(claims: Sequence[Claim]) -> tuple[Ranked, ...]:
    return tuple(r for r in targets_of(claims) if r.sentiment.direction != "neutral")


def _arrival(head: ArticleHead) -> tuple[int, datetime, str]:
    return head.membership.position, head.dated_at, head.article_id


def _order(story: Story, first: Collection[str]) -> tuple[bool, float, float, str]:
    newest = -max(head.dated_at for head in story.heads).timestamp()
    return story.names.isdisjoint(first), -story.weight, newest, story.id
