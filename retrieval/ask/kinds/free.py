"""Passages to the sentences that answer a free question, word for word. Pure.

Knows no store.
"""

from retrieval.ask.citations import Citations
from retrieval.ask.conflicts import figures_part, other_figures
from retrieval.ask.draft import Draft, nearest, quoted
from retrieval.ask.evidence import Evidence
from retrieval.ask.gate import asked_in


def fact(evidence: Evidence, citations: Citations) -> Draft:
    """The sentences that answer a free question; figures that differ are shown as a conflict."""
    if evidence.topic_missed or not evidence.passages:
        return Draft("not_in_sources", nearest=nearest(evidence, (), citations))
    asks_figure = asked_in(evidence.question.text).figure
    pair = other_figures(evidence.passages) if asks_figure else None
    return Draft(
        "answered",
        sentences=quoted(evidence, citations),
        parts=(figures_part(pair, citations),) if pair else (),
    )
