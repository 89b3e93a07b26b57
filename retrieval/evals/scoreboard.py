"""Evaluation sets to a scoreboard, and that to what fell below its thresholds."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from retrieval.errors import InputError, MissingPathError
from retrieval.evals import (
    asking,
    judging,
    news,
    reading,
    refusing,
    robustness,
    searching,
    sentiment,
    stories,
)
from retrieval.evals.data import Missing
from retrieval.evals.figures import Figure
from retrieval.index.embed import Embed
from retrieval.language.adapter import Adapter
from retrieval.language.reader import Reader
from retrieval.language.securities import load_securities
from retrieval.language.targets import Asked, sentiments_of
from retrieval.models import Article, Sentiment

LOWER_IS_BETTER = frozenset(
    {
        "not_a_company_taken",
        "traps_taken",
        "absent_named",
        "answerable_refused",
        "confidence_gap",
        "bystanders_taken",
    }
)

SETS = (
    "collisions",
    "ticker_mentions",
    "entity_sentiment",
    "sentence_sentiment",
    "vendor_ticker_sentiment",
    "impact_gold",
    "own_news",
    "near_duplicates",
    "rewrites",
    "retrieval",
    "hidden",
    "refusal",
    "questions",
    "citation_support",
    "rag_robustness",
    "answer_grades",
)


def scoreboard(
    folder: Path,
    embedder: Embed,
    reader: Reader,
    judge: Adapter,
    only: str | None = None,
    *,
    own: Mapping[str, Sequence[Article]] | None = None,
) -> Iterator[Figure | Missing]:
    """Measure each set in turn; a set whose file is absent is named as missing.

    `own` are articles of ours by the event they tell of: the set `rewrites` needs no folder.

    Raises:
        MissingPathError: there is no such folder.
        InputError: no set has that name.
    """
    if not folder.is_dir():
        raise MissingPathError(str(folder))
    if only is not None and only not in SETS:
        raise InputError(f"{only}: the sets are {', '.join(SETS)}")
    securities = load_securities()

    def said(asked: Sequence[Asked]) -> list[Sentiment]:
        return sentiments_of(asked, judge, securities)

    measures: dict[str, Callable[[], Iterable[Figure]]] = {
        "collisions": reading.collisions,
        "ticker_mentions": lambda: reading.mentions(folder),
        "entity_sentiment": lambda: sentiment.entities(folder, said, judge.trained_on),
        "sentence_sentiment": lambda: sentiment.sentences(folder, said),
        "vendor_ticker_sentiment": lambda: sentiment.vendor(folder, said, securities),
        "impact_gold": lambda: reading.impacts(folder, reader),
        "own_news": lambda: news.news(reader),
        "near_duplicates": lambda: stories.near_duplicates(folder, embedder),
        "rewrites": lambda: stories.rewrites(embedder, own or {}),
        "retrieval": lambda: searching.retrieval(folder, embedder),
        "hidden": lambda: searching.hidden(folder, embedder),
        "refusal": lambda: refusing.refusal(folder, embedder, reader),
        "questions": lambda: asking.questions(folder, embedder, reader),
        "citation_support": lambda: judging.citation_support(folder),
        "rag_robustness": lambda: robustness.robustness(folder, embedder, reader),
        "answer_grades": lambda: judging.answer_grades(folder),
    }
    for name, measure in measures.items():
        if only in (None, name):
            try:
                yield from measure()
            except MissingPathError as error:
                yield Missing(name, error.detail)


def thresholds(path: Path) -> dict[str, float]:
    """Read the committed thresholds: [set] tables of measure = value.

    Raises:
        MissingPathError: there is no such file.
        InputError: it is not TOML of that shape.
    """
    if not path.is_file():
        raise MissingPathError(str(path))
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return {f"{s}.{m}": float(v) for s, table in tables.items() for m, v in table.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise InputError(f"{path}: this is not a thresholds file") from error


def below(figures: Sequence[Figure], least: dict[str, float]) -> list[str]:
    """Say each figure that is worse than its threshold."""
    worse: list[str] = []
    for figure in figures:
        bound = least.get(figure.key)
        if bound is None:
            continue
        lower = figure.measure in LOWER_IS_BETTER
        if figure.value > bound if lower else figure.value < bound:
            sign = "above" if lower else "below"
            worse.append(f"{figure.key} is {figure.value:.3f}, {sign} its threshold {bound:.3f}")
    return worse
