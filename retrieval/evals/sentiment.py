"""Labelled texts to figures of sentiment: about a target, and of a text as a whole.

Knows no lexicon and no model: whoever reads is handed in.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.evals.data import Row, rows
from retrieval.evals.figures import Figure, Tally, share
from retrieval.language.securities import Securities
from retrieval.language.targets import Asked, places
from retrieval.models import Direction, Sentiment

Reader = Callable[[Sequence[Asked]], list[Sentiment]]
"""What says how each text speaks of its target."""

LABELS: tuple[Direction, ...] = ("negative", "neutral", "positive")
GRADED_NEUTRAL = 0.05
"""Beyond it a graded row has a sign (the sets' README)."""

RELEVANT = 0.3
"""The relevance from which a vendor's score is about a ticker rather than beside it."""

_ENTITY_SETS = {
    "FinEntity": "entity_FinEntity",
    "SEntFiN-1.0": "entity_SEntFiN",
    "SemEval2017-T5-headlines": "entity_SemEval",
    "FiQA2018-T1-headline": "entity_FiQA_headlines",
    "FiQA2018-T1-post": "entity_FiQA_posts",
}
_SENTENCE_SETS = {
    "FinancialPhraseBank-50Agree": "sentence_PhraseBank",
    "TwitterFinancialNews-valid": "sentence_Twitter",
    "GoldHeadlines": "sentence_Gold",
}


def entities(
    folder: Path,
    reader: Reader,
    trained_on: Callable[[str], bool],
    only: Collection[str] | None = None,
) -> Iterator[Figure]:
    """Macro-F1 and the accuracy where one text's labels conflict; of graded sets sign and cosine.

    Rows whose text the model was trained on are left out. `only` names the sets to measure.
    """
    unseen = (r for r in rows(folder, "entity_sentiment.jsonl") if not trained_on(r["text"]))
    for name, found in _grouped(unseen, _ENTITY_SETS, only).items():
        said = reader([_asked(row) for row in found])
        if all(row.get("score") is not None for row in found):
            yield from _graded(name, found, said)
            continue
        wanted = [row["label"] for row in found]
        given = [one.direction for one in said]
        yield Figure(name, "macro_f1", macro_f1(wanted, given), len(found))
        yield _conflicting(name, found, given)


def sentences(
    folder: Path, reader: Reader, only: Collection[str] | None = None
) -> Iterator[Figure]:
    """Macro-F1 of the tone of whole texts, for each set alone."""
    labelled = (r for r in rows(folder, "sentence_sentiment.jsonl") if r["label"] in LABELS)
    for name, found in _grouped(labelled, _SENTENCE_SETS, only).items():
        said = reader([Asked(row["id"], row["text"]) for row in found])
        value = macro_f1([row["label"] for row in found], [one.direction for one in said])
        yield Figure(name, "macro_f1", value, len(found))


def vendor(folder: Path, reader: Reader, securities: Securities) -> Iterator[Figure]:
    """Spearman's rank correlation with a vendor's ticker scores: machine labels, a sanity check.

    Over the tickers that the visible text names, and over those that the vendor itself finds
    relevant, where a company that is not named takes the tone of the text.
    """
    asked: list[Asked] = []
    given: list[Row] = []
    for row in rows(folder, "vendor_ticker_sentiment.jsonl"):
        text = f"{row['title'].rstrip('. ')}. {row['text']}"
        for ticker in row["tickers"]:
            name = securities.name_of(ticker["ticker"])
            asked.append(Asked(f"{row['id']} {ticker['ticker']}", text, name))
            given.append(ticker)
    said = [one.score for one in reader(asked)]
    named = [bool(places(one, securities)) for one in asked]
    relevant = [float(ticker["relevance"]) >= RELEVANT for ticker in given]
    for measure, kept in (("spearman_named", named), ("spearman_relevant", relevant)):
        ours = [score for score, keep in zip(said, kept, strict=True) if keep]
        theirs = [float(t["score"]) for t, keep in zip(given, kept, strict=True) if keep]
        value = _pearson(_ranks(theirs), _ranks(ours)) if ours else 0.0
        yield Figure("vendor_ticker_sentiment", measure, value, len(ours))


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Ranks from 1, equal values sharing the mean of theirs."""
    found = np.array(values, float)
    _, places, counts = np.unique(found, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[places], float)


def _pearson(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    return _cosine(left - left.mean(), right - right.mean())


def macro_f1(wanted: Sequence[str], given: Sequence[str]) -> float:
    """The mean of the three labels' F1; a label that nobody gives or wants counts as 0."""
    pairs = list(zip(wanted, given, strict=True))
    return sum(_f1(pairs, label) for label in LABELS) / len(LABELS)


def _f1(pairs: Sequence[tuple[str, str]], label: str) -> float:
    return Tally(
        found=sum(given == label for _, given in pairs),
        wanted=sum(wanted == label for wanted, _ in pairs),
        right=sum(wanted == given == label for wanted, given in pairs),
    ).f1


def _grouped(
    found: Iterable[Row], names: dict[str, str], only: Collection[str] | None
) -> dict[str, list[Row]]:
    """Rows by the name of their set; a set that we do not know keeps its own name."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        name = names.get(row["dataset"], str(row["dataset"]))
        if only is None or name in only:
            groups[name].append(row)
    return groups


def _asked(row: Row) -> Asked:
    return Asked(row["id"], row["text"], row["entity"], row.get("start"), row.get("end"))


def _conflicting(name: str, found: Sequence[Row], given: Sequence[str]) -> Figure:
    """Accuracy on the targets of texts that say different things of different targets."""
    labels: dict[str, set[str]] = defaultdict(set)
    for row in found:
        labels[row["doc_id"]].add(row["label"])
    right = [
        row["label"] == label
        for row, label in zip(found, given, strict=True)
        if len(labels[row["doc_id"]]) > 1
    ]
    return Figure(name, "conflicting_accuracy", share(sum(right), len(right)), len(right))


def _graded(name: str, found: Sequence[Row], said: Sequence[Sentiment]) -> Iterator[Figure]:
    wanted = np.array([row["score"] for row in found], float)
    given = np.array([one.score for one in said], float)
    signed = np.abs(wanted) > GRADED_NEUTRAL
    right = int((np.sign(wanted[signed]) == np.sign(given[signed])).sum())
    yield Figure(name, "sign", share(right, int(signed.sum())), int(signed.sum()))
    yield Figure(name, "cosine", _cosine(wanted, given), len(found))


def _cosine(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    lengths = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(left @ right) / lengths if lengths else 0.0
