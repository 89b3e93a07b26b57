"""A ranked target and what its recipient knows of it -> its line in a brief. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from jobs.digest.models import Before, DigestLine, News, Reader, Said, Window
from jobs.digest.stories import late, outlets
from jobs.digest.told import last_said
from jobs.sentiment import MIN_DAYS, base, by_name, voices
from retrieval.answers import Line
from retrieval.ask.changes import ChangeState, is_reversal
from retrieval.ask.citations import Citations
from retrieval.ask.lines import line_of
from retrieval.ask.rank import Ranked
from retrieval.ask.wording import shortened
from retrieval.models import ArticleHead, Claim, Sentiment, Target

MOST_CONTRARY = 1  # citations of what speaks against a line
LONGEST_WHY = 80  # characters of a reason
MOST_STORIES = 5  # of a name, in what is kept of a brief


def key_of(target: Target) -> str:
    """Name a target in what is kept of a brief: a ticker by its symbol."""
    return target.id if target.kind == "ticker" else f"{target.kind}:{target.id.casefold()}"


def said_of(ranked: Ranked) -> Said:
    """What is kept of a target that a brief shows."""
    return Said(ranked.sentiment.score, tuple(sorted(_stories(ranked)))[:MOST_STORIES])


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of the targets of a brief: what its recipient heard, and their history."""

    news: News
    window: Window
    reader: Reader
    history: Mapping[str, list[Claim]]

    @classmethod
    def of(cls, news: News, window: Window, reader: Reader) -> "Memory":
        """Sort the history by name."""
        return cls(news, window, reader, by_name(news.history))

    def before(self, ranked: Ranked) -> Before | None:
        """What the recipient was last told of a target."""
        return last_said(key_of(ranked.target), self.reader.told)

    def reverses(self, ranked: Ranked) -> bool:
        """Tell whether a target stands on the other side than its recipient was last told."""
        before = self.before(ranked)
        return before is not None and is_reversal(Sentiment(before.score), ranked.sentiment)

    def state(self, ranked: Ranked) -> ChangeState:
        """Say what became of a target since its recipient last heard of it.

        In a first brief nothing is new: there is nothing to tell it from.
        """
        if self.window.first:
            return "unchanged"
        if self.reverses(ranked):
            return "reversal"
        return "developing" if _stories(ranked) <= self.news.known else "new"

    def usual(self, target: Target) -> float | None:
        """A name's usual score before the window; None where too few days are known."""
        if target.kind != "ticker":
            return None
        found = base(voices(self.history.get(target.id, ())), self.window.since)
        return found.mean if found.days >= MIN_DAYS else None

    def line(self, ranked: Ranked, citations: Citations) -> DigestLine:
        """Write the line of a target."""
        heads = _heads(ranked)
        return DigestLine(
            line=_short(line_of(ranked, citations)),
            state=self.state(ranked),
            articles=ranked.articles,
            outlets=outlets(heads) - 1,
            base=self.usual(ranked.target),
            before=self.before(ranked),
            contrary=citations.cite_claims(ranked.against, MOST_CONTRARY),
            late=self._late(heads),
        )

    def _late(self, heads: tuple[ArticleHead, ...]) -> datetime | None:
        return late(heads, self.window)


def _short(line: Line) -> Line:
    """Keep a reason to what a phone shows in a glance; the quote that is cited stays whole."""
    why = line.why or ""
    if why.startswith("“"):
        return replace(line, why=f"“{shortened(why[1:-1], LONGEST_WHY)}”")
    return replace(line, why=shortened(why, LONGEST_WHY) or None)


def _heads(ranked: Ranked) -> tuple[ArticleHead, ...]:
    return tuple(dict.fromkeys(claim.head for claim in (*ranked.claims, *ranked.against)))


def _stories(ranked: Ranked) -> frozenset[str]:
    return frozenset(head.membership.story_id for head in _heads(ranked))
