"""Questions with known evidence to figures of search and refusal.

Knows the library it fills in memory.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from retrieval.ask.answer import answer
from retrieval.ask.search import by_article, search
from retrieval.evals.data import article_of, rows
from retrieval.evals.figures import Figure, share
from retrieval.index.embed import Embed
from retrieval.ingest import ingest
from retrieval.language.reader import Reader
from retrieval.library import Library
from retrieval.models import Scope

NOW = datetime(2026, 11, 1, tzinfo=UTC)
"""The clock of an evaluation: fixed, so that a run can be repeated."""

AT, ALL_WITHIN, CHUNKS = 4, 10, 60


@dataclass(slots=True)
class _Found:
    """Counts over one data set's answerable questions."""

    recall: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)


def retrieval(folder: Path, embedder: Embed, reader: Reader) -> list[Figure]:
    """recall@4 and the share of questions with all evidence within 10, for each data set alone."""
    found: dict[str, _Found] = defaultdict(_Found)
    for corpus in ("MultiHop-RAG", "FinanceBench"):
        library = _filled(folder, embedder, reader, corpus)
        for row in rows(folder, "questions.jsonl"):
            if row["dataset"] != corpus or not row["evidence_ids"]:
                continue
            wanted = set(row["evidence_ids"])
            hits = search(row["question"], library=library, scope=Scope(), limit=CHUNKS)
            ids = [h.article_id for h in by_article(hits)]
            found[corpus].recall.append(len(wanted & set(ids[:AT])) / min(len(wanted), AT))
            found[corpus].whole.append(wanted <= set(ids[:ALL_WITHIN]))
        library.close()
    return [
        figure
        for corpus, counts in found.items()
        for figure in (
            Figure(f"retrieval_{corpus}", "recall_at_4", _mean(counts.recall), len(counts.recall)),
            Figure(f"retrieval_{corpus}", "all_in_10", _mean(counts.whole), len(counts.whole)),
        )
    ]


def refusal(folder: Path, embedder: Embed, reader: Reader) -> list[Figure]:
    """Share of unanswerable questions that are refused, and of answerable ones that are.

    Articles and news alike.
    """
    refused = {True: [0, 0], False: [0, 0]}
    library = _filled(folder, embedder, reader, "MultiHop-RAG")
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


def _filled(folder: Path, embedder: Embed, reader: Reader, dataset: str) -> Library:
    library = Library.in_memory(embedder, reader)
    passages = (article_of(r) for r in rows(folder, "passages.jsonl") if r["dataset"] == dataset)
    ingest(passages, library=library, now=lambda: NOW, progress=lambda _: None)
    return library


def _mean(values: list[float] | list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
