"""Articles -> their analyses by the built-in engine, always the same. Knows no store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from retrieval.language.boilerplate import is_boilerplate
from retrieval.language.check import check, check_triggers
from retrieval.language.impacts import impacts, relevance_of, score_of
from retrieval.language.language_id import detect
from retrieval.language.mentions import find_in_title, find_mentions
from retrieval.language.passages import Passage, passage_of
from retrieval.language.quoting import Evidence
from retrieval.language.reading import Hearing, hear
from retrieval.language.securities import Securities
from retrieval.language.sentences import sentences
from retrieval.language.sentiment import Judge, joined, tone
from retrieval.language.summary import summarise
from retrieval.language.telling import Weighed, agreed, told
from retrieval.language.totals import faint, inferred_from, overall
from retrieval.language.triggers import find_triggers
from retrieval.models import (
    Analysis,
    Article,
    Impact,
    Mention,
    Span,
    TickerSentiment,
    Trigger,
)

ENGINE = "builtin.v3"
LEAD = 3  # sentences that set the tone, besides the title


@dataclass(frozen=True, slots=True)
class _Opened:
    """An article between its two readings: what the rules heard, before the model was asked."""

    article: Article
    language: str
    mentions: tuple[Mention, ...]
    body: tuple[Span, ...]
    triggers: tuple[Trigger, ...]
    astray: int
    text: Hearing
    title: Hearing
    sounding: tuple[Passage, ...]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All that the model is asked of this article."""
        return (*self.text.passages, *self.title.passages, *self.sounding)


class Builtin:
    """The built-in engine: no key, no network, and the same analysis for the same article.

    What it works with is given here and nowhere else.
    """

    def __init__(self, securities: Securities, judge: Judge) -> None:
        self._securities = securities
        self._judge = judge

    @cached_property
    def engine(self) -> str:
        """Its version and its model's: what another one has read is read anew."""
        return f"{ENGINE}+{self._judge.name}"

    @property
    def local(self) -> "Builtin":
        """Itself."""
        return self

    def read(self, articles: Sequence[Article]) -> list[Analysis]:
        """Read each article; the model is asked about all of them at once.

        Text that is not English is kept and marked, not scored.
        """
        opened = [_open(article, self._securities) for article in articles]
        asked = list(dict.fromkeys(passage for one in opened for passage in one.passages))
        leaning = dict(zip(asked, map(float, self._judge.leanings(asked)), strict=True))
        return [_analysis(one, leaning, self.engine, self._securities) for one in opened]


def _open(article: Article, securities: Securities) -> _Opened:
    language = detect(article.text)
    mentions = find_mentions(article.text, securities, title=article.title)
    body = tuple(s for s in sentences(article.text) if not is_boilerplate(article.text, s))
    if language != "en":
        silent = Hearing((), ())
        return _Opened(article, language, mentions, body, (), 0, silent, silent, ())
    triggers, astray = check_triggers(article, find_triggers(article.text, body))
    doubts = [Span(trigger.quote.start, trigger.quote.end) for trigger in triggers]
    return _Opened(
        article,
        language,
        mentions,
        body,
        triggers,
        astray,
        text=hear(article.text, body, mentions, doubts),
        title=_headline(article, securities),
        sounding=_sounding(article, body),
    )


def _headline(article: Article, securities: Securities) -> Hearing:
    if not article.title:
        return Hearing((), ())
    named = find_in_title(article.title, article.text, securities)
    return hear(article.title, sentences(article.title), named)


def _sounding(article: Article, body: Sequence[Span]) -> tuple[Passage, ...]:
    """What sets the tone: the title and the first sentences, each as a whole."""
    lead = [span.of(article.text) for span in body[:LEAD]]
    return tuple(passage_of(text) for text in (article.title or "", *lead) if text.strip())


def _analysis(
    opened: _Opened, leaning: Mapping[Passage, float], engine: str, securities: Securities
) -> Analysis:
    article, mentions = opened.article, opened.mentions
    year = article.published_at.year if article.published_at else None
    text, title = (
        Weighed.of(heard, [leaning[passage] for passage in heard.passages])
        for heard in (opened.text, opened.title)
    )
    trusted = agreed((text, title))
    evidence, headline = told(text, trusted, year), told(title, trusted, year)
    made = impacts(article.text, evidence, mentions, headline)
    kept, dropped = check(article, made, mentions, securities)
    inferred, unsound = inferred_from(article, kept, mentions, securities)
    sound = [joined(tone(p.text), leaning[p]).score for p in opened.sounding]
    return Analysis(
        language=opened.language,
        summary=summarise(article.text, opened.body, _weights(evidence)),
        sentiment=overall(sum(sound) / len(sound) if sound else 0.0, kept),
        impacts=kept,
        mentions=mentions,
        triggers=opened.triggers,
        tickers=_tickers(article.text, mentions, evidence, kept),
        engine=engine,
        dropped=dropped + unsound + opened.astray,
        inferred=inferred,
    )


def _weights(evidence: Sequence[Evidence]) -> dict[int, float]:
    weights: dict[int, float] = {}
    for one in evidence:
        weights[one.quote.start] = weights.get(one.quote.start, 0.0) + abs(one.score) * one.weight
    return weights


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
        sentiment = impact.sentiment if impact else faint(score_of(text, told))
        relevance = impact.relevance if impact else relevance_of(text, target, mentions, told)
        rows.append(TickerSentiment(target.id, target.name, sentiment, relevance))
    return tuple(sorted(rows, key=lambda row: (-row.relevance, row.ticker)))
