"""The questions of labelled articles to figures: names on the right side, facts in the right words.

Knows the library it fills in memory.
"""

from collections.abc import Iterator
from pathlib import Path

from retrieval.answers import SIDES, Answer
from retrieval.ask.answer import answer
from retrieval.evals.data import Row, article_of, rows
from retrieval.evals.figures import Figure, Tally, share
from retrieval.evals.reading import issuer, labelled
from retrieval.evals.searching import NOW
from retrieval.index.embed import Embed
from retrieval.ingest import ingest
from retrieval.language.reader import Reader
from retrieval.library import Library
from retrieval.models import Direction, Scope


def questions(folder: Path, embedder: Embed, reader: Reader) -> list[Figure]:
    """Each kind of question by its own measure.

    Names said to win or lose are held against the labels, together and by side; what is said of a
    fact or a ticker against the labelled quotes; what no article answers must be refused.
    """
    names = {kind: Tally() for kind in ("names", *SIDES)}
    right = {"fact": [0, 0], "ticker": [0, 0], "unanswerable": [0, 0]}
    for asked, gold, given in asked_of_articles(folder, embedder, reader):
        kind = asked["kind"]
        if side := SIDES.get(kind):
            for tally in (names["names"], names[kind]):
                tally.add(_named(given, side), _wanted(asked, gold))
        else:
            refused = given.status == "not_in_sources"
            well = refused if kind == "unanswerable" else _quoted(given, asked["quotes"])
            right[kind][0] += well
            right[kind][1] += 1
    return [
        *(Figure("questions", f"{kind}_f1", one.f1, one.wanted) for kind, one in names.items()),
        Figure("questions", "facts_quoted", share(*right["fact"]), right["fact"][1]),
        Figure("questions", "tickers_quoted", share(*right["ticker"]), right["ticker"][1]),
        Figure(
            "questions",
            "unanswerable_refused",
            share(*right["unanswerable"]),
            right["unanswerable"][1],
        ),
    ]


def asked_of_articles(
    folder: Path, embedder: Embed, reader: Reader
) -> Iterator[tuple[Row, Row, Answer]]:
    """Ask each labelled article its own questions, with that article as the only source."""
    library = Library.in_memory(embedder, reader)
    articles = [article_of(r) for r in rows(folder, "impact_articles.jsonl")]
    ingest(articles, library=library, now=lambda: NOW, progress=lambda _: None)
    for gold in rows(folder, "impact_gold.jsonl"):
        scope = Scope(article_ids=(gold["article_id"],))
        for asked in gold["questions"]:
            yield asked, gold, answer(asked["q"], library=library, now=NOW, scope=scope)
    library.close()


def _named(given: Answer, side: Direction) -> set[str]:
    lines = (line for line in given.lines if line.target.kind == "ticker")
    return {issuer(line.target.id) for line in lines if line.sentiment.direction == side}


def _wanted(asked: Row, gold: Row) -> set[str]:
    """The issuers that a question's labels mean, by the labels of its article's impacts."""
    meant = {str(impact["target"]): labelled(impact) for impact in gold["impacts"]}
    return {meant.get(ticker, issuer(ticker)) for ticker in asked["tickers"]}


def _quoted(given: Answer, quotes: list[str]) -> bool:
    """Tell whether an answer cites words that hold a labelled quote, or that are most of one."""
    if given.status == "not_in_sources":
        return False
    said = [citation.quote.text for citation in given.citations]
    return any(
        other in one or (one in other and 2 * len(one) >= len(other))
        for one in said
        for other in quotes
    )
