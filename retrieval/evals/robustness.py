"""Questions with true, beside-the-point and falsified snippets to figures of robustness.

Knows the library it fills in memory.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from retrieval.answers import Answer
from retrieval.ask.answer import answer
from retrieval.evals.data import Row, rows
from retrieval.evals.figures import Figure, mean
from retrieval.evals.searching import NOW
from retrieval.index.embed import Embed
from retrieval.ingest import ingest
from retrieval.language.reader import Reader
from retrieval.library import Library
from retrieval.models import Article, Scope

KINDS = ("supporting", "noise", "counterfactual")


def robustness(folder: Path, embedder: Embed, reader: Reader) -> list[Figure]:
    """Ask each question of three sets of snippets (after RGB, Chen et al. 2024).

    `answered_among_noise`: the right words stand in a quote that is shown. `noise_refused`: where
    no snippet answers, the question is refused. `conflict_shown`: where some snippets are
    falsified, quotes with the true and with the false words are shown, not one side alone.
    """
    asked = list(rows(folder, "rag_robustness.jsonl"))
    library = Library.in_memory(embedder, reader)
    snippets = (article for row in asked for article in _snippets(row))
    ingest(snippets, library=library, now=lambda: NOW, progress=lambda _: None)
    right: list[float] = []
    refused: list[float] = []
    both: list[float] = []
    for row in asked:
        found = _ask(row, library, "supporting", "noise")
        right.append(_shows(found, row["answers"]))
        refused.append(_ask(row, library, "noise").status == "not_in_sources")
        found = _ask(row, library, "supporting", "counterfactual")
        both.append(_shows(found, row["answers"]) and _shows(found, [row["fake_answer"]]))
    library.close()
    return [
        Figure("rag_robustness", "answered_among_noise", mean(right), len(right)),
        Figure("rag_robustness", "noise_refused", mean(refused), len(refused)),
        Figure("rag_robustness", "conflict_shown", mean(both), len(both)),
    ]


def _snippets(row: Row) -> Iterator[Article]:
    for kind in KINDS:
        for n, text in enumerate(row[kind]):
            yield Article(_id(row, kind, n), text)


def _id(row: Row, kind: str, n: int) -> str:
    return f"{row['id']}/{kind}/{n}"


def _ask(row: Row, library: Library, *kinds: str) -> Answer:
    """Ask a question of its own snippets of some kinds."""
    ids = tuple(_id(row, kind, n) for kind in kinds for n in range(len(row[kind])))
    return answer(row["question"], library=library, now=NOW, scope=Scope(article_ids=ids))


def _shows(found: Answer, wanted: Iterable[str]) -> bool:
    """Tell whether a quote that is shown as the answer holds one of the wanted words."""
    if found.status == "not_in_sources":
        return False
    quotes = " \n".join(_plain(citation.quote.text) for citation in found.citations)
    return any(_plain(words) in quotes for words in wanted)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace(",", " ").replace(".", " ").split())
