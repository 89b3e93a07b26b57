"""Kept impacts to what an analysis says as a whole, for every engine. Knows no sentence."""

from collections.abc import Sequence

from retrieval.language.check import check_inferred
from retrieval.language.exposures import load_exposures
from retrieval.language.inferring import infer
from retrieval.language.securities import Securities
from retrieval.language.sentiment import FULL
from retrieval.models import Article, Impact, Inferred, Mention, Sentiment

TONE_SHARE = 0.3  # how much of the overall sentiment is tone rather than impacts
FAINT = 0.14  # inside the neutral band


def overall(tone: float, kept: Sequence[Impact]) -> Sentiment:
    """Join the impacts, each by its relevance and confidence, and the tone of the text."""
    if not kept:
        return Sentiment(round(TONE_SHARE * tone, 3))
    parts = [(impact.relevance * impact.confidence, impact.sentiment) for impact in kept]
    total = sum(weight for weight, _ in parts)
    mean = sum(weight * said.score for weight, said in parts) / total
    score = (1 - TONE_SHARE) * mean + TONE_SHARE * tone
    gains = sum(weight for weight, said in parts if said.score > 0) / total
    is_mixed = any(said.mixed for _, said in parts) or 1 / 3 <= gains <= 2 / 3
    return Sentiment(round(max(-FULL, min(FULL, score)), 3) + 0.0, mixed=is_mixed)


def faint(sentiment: Sentiment) -> Sentiment:
    """A score without an impact behind it stays within the neutral band."""
    return Sentiment(max(-FAINT, min(FAINT, sentiment.score)))


def inferred_from(
    article: Article,
    kept: Sequence[Impact],
    mentions: Sequence[Mention],
    securities: Securities,
) -> tuple[tuple[Inferred, ...], int]:
    """Carry what was kept about groups to their tickers, and check that like everything else."""
    exposures = load_exposures()
    made = infer(article, kept, mentions, securities, exposures)
    return check_inferred(article, made, kept, mentions, securities, exposures=exposures)
