"""Articles -> their analyses by a chat model, within what our own reader and the checks allow.

Knows no provider. What the model does not say, or fails to say, comes from the built-in engine.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import structlog

from retrieval.errors import BadReplyError, ModelError, RefusedError, RejectedError
from retrieval.language.boilerplate import is_boilerplate
from retrieval.language.check import check
from retrieval.language.drafted import Grounded, grounded, merged
from retrieval.language.impacts import in_order
from retrieval.language.parts import PART_TOKENS, parts_of
from retrieval.language.paying import Paying
from retrieval.language.prompts import ANALYSE_VERSION, analyse_prompt
from retrieval.language.reader import Reader
from retrieval.language.securities import Securities
from retrieval.language.sentences import sentences
from retrieval.language.totals import faint, inferred_from, overall
from retrieval.models import (
    Analysis,
    Article,
    Impact,
    Span,
    Target,
    TickerSentiment,
    Trigger,
)

MOST_SUMMARY = 3  # sentences

OF_ONE_ARTICLE = (BadReplyError, RefusedError, RejectedError)
"""Failures that say nothing about the next article; after any other a batch asks no more."""

log = structlog.get_logger(__name__)


class ChatReader:
    """The chat-model engine. Text that is not English is left to the built-in one, unscored."""

    def __init__(
        self,
        builtin: Reader,
        paying: Paying,
        securities: Securities,
        *,
        part_tokens: int = PART_TOKENS,
    ) -> None:
        self._builtin = builtin
        self._paying = paying
        self._securities = securities
        self._part_tokens = part_tokens

    @property
    def engine(self) -> str:
        """The prompts, the model, and the reader behind both."""
        return f"{ANALYSE_VERSION}+{self._paying.chat.name}+{self._builtin.engine}"

    @property
    def local(self) -> Reader:
        """The built-in one."""
        return self._builtin

    def read(self, articles: Sequence[Article]) -> list[Analysis]:
        """Read each article; where the model fails, the built-in result says why."""
        read: list[Analysis] = []
        down: str | None = None
        for article, base in zip(articles, self._builtin.read(articles), strict=True):
            if base.language != "en":
                read.append(base)
                continue
            try:
                read.append(replace(base, fallback=down) if down else self._read(article, base))
            except ModelError as error:
                down = None if isinstance(error, OF_ONE_ARTICLE) else error.sentence
                read.append(replace(base, fallback=error.sentence))
        for reason, count in Counter(a.fallback for a in read if a.fallback).items():
            log.warning("read by the built-in engine", articles=count, reason=reason)
        return read

    def _read(self, article: Article, base: Analysis) -> Analysis:
        text = article.text
        body = [span for span in sentences(text) if not is_boilerplate(text, span)]
        parts = parts_of(text, body, self._part_tokens)
        found = [self._part(article, part, base) for part in parts]
        return self._whole(article, base, found) if found else base

    def _part(self, article: Article, part: Span, base: Analysis) -> Grounded:
        named = [m for m in base.mentions if part.start <= m.start and m.end <= part.end]
        companies: tuple[Target, ...] = tuple(dict.fromkeys(m.target for m in named))
        prompt = analyse_prompt(article.title, part.of(article.text), companies)
        draft = self._paying.draft(prompt)
        return grounded(article, part, draft, base.mentions, self._securities)

    def _whole(self, article: Article, base: Analysis, found: Sequence[Grounded]) -> Analysis:
        made, refuted = merged((i for one in found for i in one.impacts), base)
        joined = in_order(made, base.mentions)
        kept, failed = check(article, joined, base.mentions, self._securities)
        inferred, unsound = inferred_from(article, kept, base.mentions, self._securities)
        return replace(
            base,
            summary=_summary(article.text, found) or base.summary,
            sentiment=overall(base.sentiment.score, kept),
            impacts=kept,
            triggers=_triggers(found),
            tickers=_tickers(base, kept),
            engine=self.engine,
            dropped=sum(one.dropped for one in found) + refuted + failed + unsound,
            inferred=inferred,
        )


def _summary(text: str, found: Sequence[Grounded]) -> str:
    spans = sorted({span for one in found for span in one.summary}, key=lambda span: span.start)
    return " ".join(span.of(text) for span in spans[:MOST_SUMMARY])


def _triggers(found: Sequence[Grounded]) -> tuple[Trigger, ...]:
    """In the order of the text; what two parts both quote is one."""
    kept: list[Trigger] = []
    told = {one for part in found for one in part.triggers}
    for one in sorted(told, key=lambda one: (one.quote.start, -one.quote.end, one.horizon or "")):
        if not kept or kept[-1].quote.end <= one.quote.start:
            kept.append(one)
    return tuple(kept)


def _tickers(base: Analysis, kept: Sequence[Impact]) -> tuple[TickerSentiment, ...]:
    """Score every ticker that is mentioned; one without an impact is neutral."""
    impact_of = {impact.target.id: impact for impact in kept if impact.target.kind == "ticker"}
    rows = [
        replace(row, sentiment=impact.sentiment, relevance=impact.relevance)
        if (impact := impact_of.get(row.ticker))
        else replace(row, sentiment=faint(row.sentiment))
        for row in base.tickers
    ]
    return tuple(sorted(rows, key=lambda row: (-row.relevance, row.ticker)))
