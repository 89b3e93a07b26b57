"""Questions that can and cannot be answered to figures of refusal.

Knows the library it fills in memory.
"""

from pathlib import Path

from retrieval.ask.answer import answer
from retrieval.evals.data import article_of, rows
from retrieval.evals.figures import Figure, share
from retrieval.evals.searching import NOW
from retrieval.index.embed import Embed
from retrieval.ingest import ingest
from retrieval.language.reader import Reader
from retrieval.library import Library
from retrieval.models import Scope


def refusal(folder: Path, embedder: Embed, reader: Reader) -> list[Figure]:
    """Share of unanswerable questions that are refused, and of answerable ones that are.

    Articles and news alike.
    """
    refused = {True: [0, 0], False: [0, 0]}
    library = Library.in_memory(embedder, reader)
    passages = rows(folder, "passages.jsonl")
    news = (article_of(r) for r in passages if r["dataset"] == "MultiHop-RAG")
    ingest(news, library=library, now=lambda: NOW, progress=lambda _: None)
    for row in rows(folder, "questions.jsonl"):
        if row["dataset"] == "MultiHop-RAG":
            given = answer(row["question"], library=library, now=NOW)
            _count(refused, answerable=row["answerable"], status=given.status)
    library.close()
    _articles_alone(folder, embedder, reader, refused)
    return [
        Figure("refusal", "unanswerable_refused", share(*refused[False]), refused[False][1]),
        Figure("refusal", "answerable_refused", share(*refused[True]), refused[True][1]),
    ]


def _articles_alone(
    folder: Path, embedder: Embed, reader: Reader, refused: dict[bool, list[int]]
) -> None:
    """Ask each labelled article its own questions, with that article as the only source."""
    library = Library.in_memory(embedder, reader)
    articles = [article_of(r) for r in rows(folder, "impact_articles.jsonl")]
    ingest(articles, library=library, now=lambda: NOW, progress=lambda _: None)
    for gold in rows(folder, "impact_gold.jsonl"):
        scope = Scope(article_ids=(gold["article_id"],))
        for question in gold["questions"]:
            if not question["answerable"] and question["kind"] != "unanswerable":
                continue
            given = answer(question["q"], library=library, now=NOW, scope=scope)
            _count(refused, answerable=question["answerable"], status=given.status)
    library.close()


def _count(refused: dict[bool, list[int]], *, answerable: bool, status: str) -> None:
    refused[answerable][0] += status == "not_in_sources"
    refused[answerable][1] += 1
