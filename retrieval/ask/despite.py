"""An article's sentences, each read alone -> the claims on the side asked for that its sum hides.

The ledger keeps one claim for each target of an article, with its net side: "beat, but China fell"
is a gain. Who asks what weighs on the stock asks for the rest. Pure but for the reader.
"""

from collections.abc import Iterable
from dataclasses import replace

from retrieval.answers import Question
from retrieval.language.reader import Reader
from retrieval.language.sentences import sentences
from retrieval.models import (
    Article,
    ArticleHead,
    Claim,
    Impact,
    Quote,
    StoredArticle,
)

STRONG = 0.25
"""Score times confidence that a sentence alone needs to speak against the sum of its article."""


def despite(
    question: Question, head: ArticleHead, stored: StoredArticle, reader: Reader
) -> tuple[Claim, ...]:
    """Read an article sentence by sentence for claims on the side that a question asks for.

    About companies; of a question that names tickers, about those. Quotes stand where the article
    has them.
    """
    side, text = question.side, stored.article.text
    if side is None:
        return ()
    spans = sentences(text)
    alone = [Article(f"{head.article_id}#{n}", span.of(text)) for n, span in enumerate(spans)]
    return tuple(
        Claim(_moved(impact, span.start), head)
        for span, said in zip(spans, reader.local.read(alone), strict=True)
        for impact in said.impacts
        if impact.sentiment.direction == side
        and _asked_for(question, impact)
        and abs(impact.sentiment.score) * impact.confidence >= STRONG
    )


def _moved(impact: Impact, start: int) -> Impact:
    """Put an impact's spans where they stand in the whole article."""
    quotes = tuple(Quote(q.text, q.start + start, q.end + start) for q in impact.quotes)
    carried = impact.carried_from
    if carried is not None:
        carried = replace(carried, start=carried.start + start, end=carried.end + start)
    return replace(impact, quotes=quotes, carried_from=carried)


def asks_more(question: Question, claims: Iterable[Claim]) -> bool:
    """Tell whether a question asks for a side that no claim about a company takes."""
    side = question.side
    return side is not None and all(
        c.impact.sentiment.direction != side for c in claims if _asked_for(question, c.impact)
    )


def _asked_for(question: Question, impact: Impact) -> bool:
    """Tell whether a claim is about a company that may answer; a group seldom has two sentences."""
    kinds = {"ticker"} if question.listed else {"ticker", "private"}
    named = not question.tickers or impact.target.id in question.tickers
    return impact.target.kind in kinds and named
