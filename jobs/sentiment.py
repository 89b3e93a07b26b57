"""Claims of the ledger -> what the news says of a name at a moment, and how unusual that is. Pure.

A story has one voice however often it is told, and a statement is counted once however often it is
copied, so that nobody is made louder by an echo. What is said of a name fades with a half-life.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from retrieval.models import MILD, NOVELTY_DECAY, Claim, Sentiment

HALF_LIFE = timedelta(days=3)
"""After so long a statement weighs half: short-lived, as the effect of news on prices is found to
be (Tetlock 2007, "Giving Content to Investor Sentiment": most of it is gone within a week)."""

BASE = timedelta(days=30)
"""How far back a name's own base looks."""

MIN_DAYS = 5
"""Days with news that a base needs: fewer tell no spread."""

MIN_SPREAD = 0.1
"""The smallest standard deviation of a base: a name that was always told of alike has none, and any
other word would seem unheard of."""

_DECIMALS = 4  # what is shown and what is decided by must be the same number


@dataclass(frozen=True, slots=True)
class Voice:
    """What one story says of one name: a score in [-1, 1], told first at `at`.

    `weight` is confidence x relevance of its strongest statement, in [0, 1], without its age.
    """

    story_id: str
    score: float
    weight: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Net:
    """What the news says of a name at a moment: its stories, each with one voice, the newer louder.

    `weight` is the sum of the voices' weights after their ages.
    """

    sentiment: Sentiment
    stories: int
    weight: float

    @property
    def score(self) -> float:
        """The score in [-1, 1]."""
        return self.sentiment.score


@dataclass(frozen=True, slots=True)
class Base:
    """What the news of a name usually says: mean and standard deviation of its days with news."""

    mean: float
    spread: float
    days: int

    def z(self, score: float) -> float | None:
        """Say how many standard deviations a score is from usual; None where too little is known.

        Scores differ by a hundredth for no reason, so the spread is never taken below MIN_SPREAD.
        """
        if self.days < MIN_DAYS:
            return None
        return (score - self.mean) / max(self.spread, MIN_SPREAD)


def by_name(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Group claims by the ticker that they are about; groups and private companies are left out."""
    grouped: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.impact.target.kind == "ticker":
            grouped[claim.impact.target.id].append(claim)
    return dict(grouped)


def voices(claims: Iterable[Claim]) -> tuple[Voice, ...]:
    """Let each story speak once about one name; the order in which they were told first.

    Within a story each further statement weighs NOVELTY_DECAY of the one before; a statement that
    was made already, in the same words, adds nothing.
    """
    stories: dict[str, list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=_arrival):
        stories[claim.head.membership.story_id].append(claim)
    spoken = (_voice(story_id, told) for story_id, told in stories.items())
    return tuple(sorted(spoken, key=lambda voice: (voice.at, voice.story_id)))


def net(spoken: Iterable[Voice], now: datetime, *, half_life: timedelta = HALF_LIFE) -> Net | None:
    """Weigh voices by their age at `now`, later ones left out; None when nobody spoke."""
    aged = [(voice, _aged(voice, now, half_life)) for voice in spoken if voice.at <= now]
    total = math.fsum(weight for _, weight in aged)
    if not total:
        return None
    score = math.fsum(voice.score * weight for voice, weight in aged) / total
    sides = [voice.score for voice, _ in aged]
    mixed = max(sides) >= MILD and min(sides) <= -MILD
    rounded = round(score, _DECIMALS) + 0.0
    return Net(Sentiment(rounded, mixed=mixed and abs(rounded) < MILD), len(aged), total)


def shares(
    spoken: Iterable[Voice], now: datetime, *, half_life: timedelta = HALF_LIFE
) -> tuple[tuple[Voice, float], ...]:
    """Say how much of what is said each voice has, as `net` weighs them: shares that sum to 1."""
    aged = [(voice, _aged(voice, now, half_life)) for voice in spoken if voice.at <= now]
    total = math.fsum(weight for _, weight in aged)
    return tuple((voice, weight / total) for voice, weight in aged) if total else ()


def base(spoken: Iterable[Voice], now: datetime, *, over: timedelta = BASE) -> Base:
    """Learn what is usual for a name from its days of the time before `now`, each with one score.

    A day without news is no day: silence is not neutral.
    """
    days: dict[int, list[Voice]] = defaultdict(list)
    for voice in spoken:
        if now - over <= voice.at < now:
            days[(now - voice.at) // timedelta(days=1)].append(voice)
    scores = [_mean((voice.score, voice.weight) for voice in told) for told in days.values()]
    if not scores:
        return Base(0.0, 0.0, 0)
    mean = math.fsum(scores) / len(scores)
    spread = math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / len(scores))
    return Base(round(mean, _DECIMALS) + 0.0, round(spread, _DECIMALS), len(scores))


def series(
    spoken: Sequence[Voice], moments: Sequence[datetime], *, half_life: timedelta = HALF_LIFE
) -> tuple[float | None, ...]:
    """Give a name's score at each moment; None where it had no news for two half-lives.

    A score that has faded that far is an old one, and a chart should show a gap.
    """
    return tuple(_fresh(spoken, moment, half_life) for moment in moments)


def _fresh(spoken: Sequence[Voice], moment: datetime, half_life: timedelta) -> float | None:
    if not any(timedelta(0) <= moment - voice.at <= 2 * half_life for voice in spoken):
        return None
    found = net(spoken, moment, half_life=half_life)
    return found.score if found else None


def _voice(story_id: str, told: Sequence[Claim]) -> Voice:
    """Join the statements of one story about one name, given in the order of their arrival."""
    weighed = list(_stated_once(told))
    return Voice(
        story_id=story_id,
        score=_mean(weighed),
        weight=max(claim.impact.confidence * claim.impact.relevance for claim in told),
        at=told[0].head.dated_at,
    )


def _stated_once(told: Sequence[Claim]) -> Iterator[tuple[float, float]]:
    """Give the score and weight of each statement that was not made before."""
    seen: set[tuple[str, float]] = set()
    for claim in told:
        impact = claim.impact
        statement = (" ".join(impact.reason.text.split()).casefold(), impact.sentiment.score)
        if statement not in seen:
            novelty = NOVELTY_DECAY ** len(seen)
            yield impact.sentiment.score, impact.confidence * impact.relevance * novelty
            seen.add(statement)


def _aged(voice: Voice, now: datetime, half_life: timedelta) -> float:
    return float(voice.weight * 0.5 ** ((now - voice.at) / half_life))


def _mean(weighed: Iterable[tuple[float, float]]) -> float:
    pairs = list(weighed)
    total = math.fsum(weight for _, weight in pairs)
    if not total:
        return math.fsum(score for score, _ in pairs) / len(pairs)
    return math.fsum(score * weight for score, weight in pairs) / total


def _arrival(claim: Claim) -> tuple[int, str, int, int]:
    """Order by place in the story; the rest makes any order of the input the same."""
    head = claim.head
    return head.membership.position, head.article_id, head.version, claim.impact.reason.start
