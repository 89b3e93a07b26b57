"""What a text says about a target, given where it stands -> Sentiment. Knows no company table."""

from collections.abc import Iterable, Sequence

from retrieval.language.clauses import clauses
from retrieval.language.receivers import Opinion, opinions
from retrieval.language.sentences import sentences
from retrieval.language.sides import Named
from retrieval.language.signals import signals
from retrieval.language.tokens import Token, tokenise
from retrieval.models import Sentiment, Span

STRONG_SIDE = 0.35  # a side that alone would be called positive or negative
FULL = 0.95  # no text makes us certain


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


def sentiment_towards(text: str, spans: Sequence[Span]) -> Sentiment:
    """Say how a text speaks of the target that stands at `spans`; without spans, of anything."""
    if not spans:
        return tone(text)
    told: list[tuple[float, float]] = []
    for sentence in sentences(text):
        here = [span for span in spans if sentence.covers(span)]
        if here:
            told += [(one.score, one.weight * one.certainty) for one in _told(text, sentence, here)]
    return weigh(told)


def tone(text: str) -> Sentiment:
    """Say how a text sounds as a whole, whoever it speaks of."""
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
