"""Figures -> the scoreboard of the README, written between its two marks. Knows no file."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.errors import InputError
from retrieval.evals.figures import Figure

START = "<!-- scoreboard: written by `make eval` -->"
END = "<!-- end of the scoreboard -->"

COUNTS = frozenset({"traps_taken"})
"""Measures that are counts rather than shares."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, and the figures that say it."""

    words: str
    keys: tuple[str, ...]


ROWS = (
    Row("US companies named in news that are linked", ("ticker_mentions.recall",)),
    Row("indices, futures, currencies taken for one", ("ticker_mentions.not_a_company_taken",)),
    Row(
        "our collision sentences: precision / recall", ("collisions.precision", "collisions.recall")
    ),
    Row(
        "sentiment about a target, macro-F1: FinEntity / SEntFiN held out",
        ("entity_FinEntity.macro_f1", "entity_SEntFiN.macro_f1"),
    ),
    Row(
        "the same where one text says both, accuracy",
        ("entity_FinEntity.conflicting_accuracy", "entity_SEntFiN.conflicting_accuracy"),
    ),
    Row(
        "graded headlines (SemEval): sign / cosine",
        ("entity_SemEval.sign", "entity_SemEval.cosine"),
    ),
    Row(
        "tone of a sentence, macro-F1: PhraseBank / Twitter",
        ("sentence_PhraseBank.macro_f1", "sentence_Twitter.macro_f1"),
    ),
    Row(
        "winners in labelled articles: precision / recall",
        ("impact_gold.winners_precision", "impact_gold.winners_recall"),
    ),
    Row(
        "losers: precision / recall", ("impact_gold.losers_precision", "impact_gold.losers_recall")
    ),
    Row("the first winner is right", ("impact_gold.first_ranked_right",)),
    Row("a claim's confidence is off by, on average", ("impact_gold.confidence_gap",)),
    Row(
        "relevance in the labelled order, of pairs found",
        ("impact_gold.relevance_in_order",),
    ),
    Row(
        "quotes word for word / look-alikes taken for tickers",
        ("impact_gold.quotes_verbatim", "impact_gold.traps_taken"),
    ),
    Row(
        "winners in news of ours: precision / recall",
        ("own_news.winners_precision", "own_news.winners_recall"),
    ),
    Row(
        "losers in news of ours: precision / recall",
        ("own_news.losers_precision", "own_news.losers_recall"),
    ),
    Row(
        "strong ones found / the first winner is right",
        ("own_news.strong_recall", "own_news.first_ranked_right"),
    ),
    Row(
        "near copies joined: precision / recall",
        ("near_duplicates.precision", "near_duplicates.recall"),
    ),
    Row("rewrites joined: precision / recall", ("rewrites.precision", "rewrites.recall")),
    Row(
        "search, recall@4: news facts / filings",
        ("retrieval_MultiHop-RAG.recall_at_4", "retrieval_FinanceBench.recall_at_4"),
    ),
    Row(
        "news facts hidden among 600 articles: recall@4 / all evidence in 10",
        ("retrieval_hidden.recall_at_4", "retrieval_hidden.all_in_10"),
    ),
    Row(
        "unanswerable questions refused / answerable ones refused",
        ("refusal.unanswerable_refused", "refusal.answerable_refused"),
    ),
    Row(
        "questions on articles: names on the right side, F1 / facts in the right words",
        ("questions.names_f1", "questions.facts_quoted"),
    ),
)


def cut(page: str) -> tuple[str, str]:
    """Cut a page into what stands before its table and what behind, marks included.

    Raises:
        InputError: the page has no such marks.
    """
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise InputError(f"The page needs the lines {START} and {END}.")
    return f"{before}{START}\n", f"\n{END}{after}"


def table(figures: Sequence[Figure]) -> str:
    """Draw the table in Markdown.

    Raises:
        InputError: a figure of the table was not measured.
    """
    measured = {figure.key: figure for figure in figures}
    gone = [key for row in ROWS for key in row.keys if key not in measured]
    if gone:
        raise InputError(f"The table needs every set; not measured: {', '.join(gone)}.")
    lines = ["| what | measured | over |", "|---|---|---|"]
    for row in ROWS:
        found = [measured[key] for key in row.keys]
        values = " / ".join(map(_value, found))
        over = " / ".join(dict.fromkeys(f"{figure.n:,}" for figure in found))
        lines.append(f"| {row.words} | {values} | {over} |")
    return "\n".join(lines)


def _value(figure: Figure) -> str:
    return f"{figure.value:.0f}" if figure.measure in COUNTS else f"{figure.value:.3f}"
