"""What a text says about a target, by rules and by the model together -> Sentiment.

Answers and analyses use these functions alike. Knows no company table.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.language.clauses import clauses
from retrieval.language.passages import Passage
from retrieval.language.receivers import Opinion, opinions
from retrieval.language.sentences import sentences
from retrieval.language.sides import Named
from retrieval.language.signals import signals
from retrieval.language.tokens import Token, tokenise
from retrieval.models import MILD, Sentiment, Span

STRONG_SIDE = 0.35  # a side that alone would be called positive or negative
FULL = 0.95  # no text makes us certain
RULES = 0.16  # how much the rules weigh beside the model's 1 (docs/design-notes/sentiment.md)

LEAST = 0.0001  # what scores are rounded to
NEWS = 0.04  # what is reported of a company without a side leans to the good: two in three times


class Judge(Protocol):
    """What the sentiment of a passage is asked of besides the rules."""

    @property
    def name(self) -> str:
        """Which model with which weights."""

    def leanings(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """One score in [-1, 1] for each passage, good minus bad; below `MILD` it takes no side."""


def read_sentiments(passages: Sequence[Passage], judge: Judge) -> list[Sentiment]:
    """Say how each passage speaks of its target; of one without a target, how it sounds."""
    leanings = judge.leanings(passages)
    said = [joined(by_rules(p), float(one)) for p, one in zip(passages, leanings, strict=True)]
    return [_as_news(one) if p.spans else one for p, one in zip(passages, said, strict=True)]


def _as_news(said: Sentiment) -> Sentiment:
    """Move what takes no side a little to the good, and never out of the neutral band."""
    if abs(said.score) >= MILD:
        return said
    return Sentiment(min(round(said.score + NEWS, 4), MILD - LEAST), mixed=said.mixed)


def joined(rules: Sentiment, leaning: float) -> Sentiment:
    """Join what the rules say with the model's leaning: their mean, the rules at `RULES`."""
    score = (leaning + RULES * rules.score) / (1 + RULES)
    return Sentiment(round(max(-FULL, min(FULL, score)), 4) + 0.0, mixed=rules.mixed)


def weigh(told: Iterable[tuple[float, float]]) -> Sentiment:
    """Join weighted scores: agreement strengthens, contradiction cancels or is mixed."""
    pairs = list(told)
    if not pairs:
        return Sentiment(0.0)
    gains = sum(score * weight for score, weight in pairs if score > 0)
    losses = sum(score * weight for score, weight in pairs if score < 0)
    share = 0.5 + 0.5 * len(pairs)
    score = round(max(-FULL, min(FULL, (gains + losses) / share)), 3) + 0.0
    return Sentiment(score, mixed=min(gains, -losses) >= STRONG_SIDE)


def by_rules(passage: Passage) -> Sentiment:
    """Say what the rules alone find: direction words, negation, contrast, comparison, doubt."""
    if not passage.spans:
        return tone(passage.text)
    told: list[tuple[float, float]] = []
    for sentence in sentences(passage.text):
        here = [span for span in passage.spans if sentence.covers(span)]
        if here:
            said = _told(passage.text, sentence, here)
            told += [(one.score, one.weight * one.certainty) for one in said]
    return weigh(told)


def tone(text: str) -> Sentiment:
    """Say how a text sounds as a whole by the rules alone, whoever it speaks of."""
    told: list[tuple[float, float]] = []
    for sentence in sentences(text):
        read = tokenise(text, sentence)
        cut = clauses(read)
        told += [(one.score, cut[one.clause].weight * one.certainty) for one in signals(read, cut)]
    return weigh(told)


def _told(text: str, sentence: Span, here: Sequence[Span]) -> tuple[Opinion, ...]:
    read = tokenise(text, sentence)
    cut = clauses(read)
    named = [name for span in here if (name := _named(read, span))]
    said = signals(read, cut, [(name.first, name.last) for name in named])
    return opinions(read, cut, said, named)


def _named(read: Sequence[Token], span: Span) -> Named | None:
    inside = [at for at, word in enumerate(read) if word.start < span.end and span.start < word.end]
    return Named("", inside[0], inside[-1] + 1) if inside else None
