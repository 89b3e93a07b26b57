"""Questions with known evidence to figures of search. Knows the library it fills in memory."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from retrieval.ask.search import by_article, search
from retrieval.evals.data import Row, article_of, rows
from retrieval.evals.figures import Figure, mean
from retrieval.index.embed import Embed
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Analysis, Article, Scope, Sentiment

NOW = datetime(2026, 11, 1, tzinfo=UTC)
"""The clock of an evaluation: fixed, so that a run can be repeated."""

AT, WITHIN, CHUNKS = 4, 10, 60
HAY = 600
"""Articles among which the evidence is hidden."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A reader that reads nothing: search sees passages only, and reading takes longer."""

    engine: str = "none"

    @property
    def local(self) -> "Unread":
        """Itself."""
        return self

    def read(self, articles: Sequence[Article]) -> list[Analysis]:
        """Say nothing of each article."""
        return [Analysis("en", "", Sentiment(0.0), (), (), (), (), self.engine) for _ in articles]


@dataclass(slots=True)
class _Found:
    """What was found for the answerable questions of one data set."""

    recall: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    gain: list[float] = field(default_factory=list)

    def add(self, found: Sequence[str], wanted: set[str]) -> None:
        self.recall.append(len(wanted & set(found[:AT])) / min(len(wanted), AT))
        self.whole.append(float(wanted <= set(found[:WITHIN])))
        self.gain.append(ndcg(found[:WITHIN], wanted))

    def figures(self, name: str) -> list[Figure]:
        return [
            Figure(name, "recall_at_4", mean(self.recall), len(self.recall)),
            Figure(name, "all_in_10", mean(self.whole), len(self.whole)),
            Figure(name, "ndcg_at_10", mean(self.gain), len(self.gain)),
        ]


def retrieval(folder: Path, embedder: Embed) -> Iterator[Figure]:
    """Search each data set alone."""
    for dataset in ("MultiHop-RAG", "FinanceBench"):
        passages = (r for r in rows(folder, "passages.jsonl") if r["dataset"] == dataset)
        yield from _searched(folder, embedder, passages, dataset, f"retrieval_{dataset}")


def hidden(folder: Path, embedder: Embed) -> Iterator[Figure]:
    """Search for the news facts among all passages and 600 articles more."""
    hay = islice(rows(folder, "articles.jsonl"), HAY)
    everything = (*rows(folder, "passages.jsonl"), *hay)
    yield from _searched(folder, embedder, everything, "MultiHop-RAG", "retrieval_hidden")


def ndcg(found: Sequence[str], wanted: set[str]) -> float:
    """Discounted gain of what was found over the best there could be, 0 to 1.

    Järvelin and Kekäläinen 2002, with gains of 0 and 1; `found` is cut already.
    """
    got = math.fsum(1 / math.log2(at + 2) for at, one in enumerate(found) if one in wanted)
    return got / math.fsum(1 / math.log2(at + 2) for at in range(min(WITHIN, len(wanted))))


def _searched(
    folder: Path, embedder: Embed, passages: Iterable[Row], dataset: str, name: str
) -> list[Figure]:
    library = Library.in_memory(embedder, Unread())
    ingest(map(article_of, passages), library=library, now=lambda: NOW, progress=lambda _: None)
    found = _Found()
    for row in rows(folder, "questions.jsonl"):
        if row["dataset"] == dataset and row["evidence_ids"]:
            hits = search(row["question"], library=library, scope=Scope(), limit=CHUNKS)
            found.add([hit.article_id for hit in by_article(hits)], set(row["evidence_ids"]))
    library.close()
    return found.figures(name)
