"""Articles -> their analyses by the built-in engine, always the same. Knows no store."""

from collections.abc import Sequence

from retrieval.language.boilerplate import is_boilerplate
from retrieval.language.check import check, check_inferred
from retrieval.language.exposures import load_exposures
from retrieval.language.impacts import impacts, relevance_of, score_of
from retrieval.language.inferring import infer
from retrieval.language.language_id import detect
from retrieval.language.mentions import find_mentions
from retrieval.language.reading import Evidence, read
from retrieval.language.securities import Securities
from retrieval.language.sentences import sentences
from retrieval.language.sentiment import FULL, tone
from retrieval.language.summary import summarise
from retrieval.language.triggers import find_triggers
from retrieval.models import (
    Analysis,
    Article,
    Impact,
    Inferred,
    Mention,
    Sentiment,
    Span,
    TickerSentiment,
)

ENGINE = "builtin.v1"
TONE_SHARE = 0.3  # how much of the overall sentiment is tone rather than impacts


class Builtin:
    """The built-in engine: no key, no network, and the same analysis for the same article.

    What it works with is given here and nowhere else.
    """

    engine = ENGINE

    def __init__(self, securities: Securities) -> None:
        self._securities = securities

    def read(self, articles: Sequence[Article]) -> list[Analysis]:
        """Read each article. Text that is not English is kept and marked, not scored."""
        return [_analyse(article, self._securities) for article in articles]


def _analyse(article: Article, securities: Securities) -> Analysis:
    language = detect(article.text)
    mentions = find_mentions(article.text, securities, title=article.title)
    body = [span for span in sentences(article.text) if not is_boilerplate(article.text, span)]
    if language != "en":
        return _unread(article, language, mentions, body)
    triggers = find_triggers(article.text, body)
    doubts = [Span(trigger.quote.start, trigger.quote.end) for trigger in triggers]
    evidence = read(article.text, body, mentions, doubts)
    made = impacts(article.text, evidence, mentions, _headline(article, securities))
    kept, dropped = check(article, made, mentions, securities)
    inferred, unsound = _inferred(article, kept, mentions, securities)
    weights = _weights(evidence)
    return Analysis(
        language=language,
        summary=summarise(article.text, body, weights),
        sentiment=_overall(article, body, kept),
        impacts=kept,
        mentions=mentions,
        triggers=triggers,
        tickers=_tickers(article.text, mentions, evidence, kept),
        engine=ENGINE,
        dropped=dropped + unsound,
        inferred=inferred,
    )


def _inferred(
    article: Article,
    kept: Sequence[Impact],
    mentions: Sequence[Mention],
    securities: Securities,
) -> tuple[tuple[Inferred, ...], int]:
    """Carry what was kept about groups to their tickers, and check that like everything else."""
    exposures = load_exposures()
    made = infer(article, kept, mentions, securities, exposures)
    return check_inferred(article, made, kept, mentions, securities, exposures=exposures)


def _unread(
    article: Article, language: str, mentions: tuple[Mention, ...], body: Sequence[Span]
) -> Analysis:
    return Analysis(
        language=language,
        summary=summarise(article.text, body, {}),
        sentiment=Sentiment(0.0),
        impacts=(),
        mentions=mentions,
        triggers=(),
        tickers=_tickers(article.text, mentions, (), ()),
        engine=ENGINE,
    )


def _headline(article: Article, securities: Securities) -> tuple[Evidence, ...]:
    if not article.title:
        return ()
    named = find_mentions(article.title, securities)
    return read(article.title, [Span(0, len(article.title))], named)


def _weights(evidence: Sequence[Evidence]) -> dict[int, float]:
    weights: dict[int, float] = {}
    for one in evidence:
        weights[one.quote.start] = weights.get(one.quote.start, 0.0) + abs(one.score) * one.weight
    return weights


def _overall(article: Article, body: Sequence[Span], kept: Sequence[Impact]) -> Sentiment:
    """Join the impacts, each by its relevance and confidence, and the tone of the text."""
    sound = tone("\n".join([article.title or "", *(span.of(article.text) for span in body)]))
    if not kept:
        return Sentiment(round(TONE_SHARE * sound.score, 3))
    parts = [(impact.relevance * impact.confidence, impact.sentiment) for impact in kept]
    total = sum(weight for weight, _ in parts)
    mean = sum(weight * said.score for weight, said in parts) / total
    score = (1 - TONE_SHARE) * mean + TONE_SHARE * sound.score
    gains = sum(weight for weight, said in parts if said.score > 0) / total
    is_mixed = any(said.mixed for _, said in parts) or 1 / 3 <= gains <= 2 / 3
    return Sentiment(round(max(-FULL, min(FULL, score)), 3) + 0.0, mixed=is_mixed)


def _tickers(
    text: str,
    mentions: Sequence[Mention],
    evidence: Sequence[Evidence],
    kept: Sequence[Impact],
) -> tuple[TickerSentiment, ...]:
    """Score every ticker that is mentioned; one without an opinion is neutral."""
    impact_of = {impact.target.id: impact for impact in kept if impact.target.kind == "ticker"}
    targets = dict.fromkeys(m.target for m in mentions if m.target.kind == "ticker")
    rows = []
    for target in targets:
        told = [one for one in evidence if one.target == target]
        impact = impact_of.get(target.id)
        sentiment = impact.sentiment if impact else _faint(score_of(told))
        relevance = impact.relevance if impact else relevance_of(text, target, mentions, told)
        rows.append(TickerSentiment(target.id, target.name, sentiment, relevance))
    return tuple(sorted(rows, key=lambda row: (-row.relevance, row.ticker)))


def _faint(sentiment: Sentiment) -> Sentiment:
    """A score without an impact behind it stays within the neutral band."""
    return Sentiment(max(-0.14, min(0.14, sentiment.score)))
