"""What people judged, of citations and of answers, to figures of our own judges. Knows no store."""

from pathlib import Path

from retrieval.ask.refused import refuses
from retrieval.ask.support import supports
from retrieval.evals.data import rows
from retrieval.evals.figures import Figure, Tally, ordered_right, share

BORNE_OUT = 0.2
"""The support from which a claim is taken to be borne out: 22 % of those that people said are not
lie below it, and 14 % of the others."""


def citation_support(folder: Path) -> list[Figure]:
    """Does the cited evidence bear a claim out? Our weight against what experts said.

    `auc` is how often a claim that is wholly borne out weighs more than one that is not: of a coin,
    .5. `f1` is of those taken to be borne out; to take all of them for that gives .82.
    """
    given: list[tuple[float, float]] = []
    for row in rows(folder, "citation_support.jsonl"):
        evidence = "\n".join(one["text"] or "" for one in row["evidence"])
        weight = supports(row["claim"], evidence)
        given.append((weight, float(row["support"] == "complete")))
    right, pairs = ordered_right(given)
    said = Tally()
    for n, (weight, wanted) in enumerate(given):
        said.add({str(n)} if weight >= BORNE_OUT else set(), {str(n)} if wanted else set())
    return [
        Figure("citation_support", "auc", share(right, pairs), len(given)),
        Figure("citation_support", "f1", said.f1, len(given)),
    ]


def answer_grades(folder: Path) -> list[Figure]:
    """Does a model's text refuse? Our judgement against what people said."""
    said = Tally()
    for n, row in enumerate(rows(folder, "answer_grades.jsonl")):
        found = {str(n)} if refuses(row["model_answer"]) else set()
        said.add(found, {str(n)} if row["label"] == "refusal" else set())
    return [
        Figure("answer_grades", "refusal_precision", said.precision, said.found),
        Figure("answer_grades", "refusal_recall", said.recall, said.wanted),
    ]
