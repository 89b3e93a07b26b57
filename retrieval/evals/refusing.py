"""Questions that can and cannot be answered to figures of refusal.

Knows the library it fills in memory.
"""

from pathlib import Path

from retrieval.ask.answer import answer
from retrieval.evals.asking import asked_of_articles
from retrieval.evals.data import article_of, rows
from retrieval.evals.figures import Figure, share
from retrieval.evals.searching import NOW
from retrieval.index.embed import Embed
from retrieval.ingest import ingest
from retrieval.language.reader import Reader
from retrieval.library import Library


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
    for asked, _, given in asked_of_articles(folder, embedder, reader):
        if asked["answerable"] or asked["kind"] == "unanswerable":
            _count(refused, answerable=asked["answerable"], status=given.status)
    return [
        Figure("refusal", "unanswerable_refused", share(*refused[False]), refused[False][1]),
        Figure("refusal", "answerable_refused", share(*refused[True]), refused[True][1]),
    ]


def _count(refused: dict[bool, list[int]], *, answerable: bool, status: str) -> None:
    refused[answerable][0] += status == "not_in_sources"
    refused[answerable][1] += 1
