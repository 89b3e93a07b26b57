"""The parts of an answer that depend on the kind of question, and what several kinds share. Pure.

Knows no store.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answers import Line, Nearest, Part, Status, TriggerLine
from retrieval.ask import wording
from retrieval.ask.citations import Citations
from retrieval.ask.evidence import Evidence
from retrieval.ask.rank import Ranked

MOST_CONTRARY, MOST_TRIGGERS = 4, 6


@dataclass(frozen=True, slots=True)
class Draft:
    """What one kind of question makes of its evidence.

    `title` is the headline of an answer, where the kind's own does not say it.
    """

    status: Status
    lines: tuple[Line, ...] = ()
    sentences: tuple[str, ...] = ()
    contrary: tuple[Line, ...] = ()
    triggers: tuple[TriggerLine, ...] = ()
    nearest: Nearest | None = None
    cut: int = 0
    parts: tuple[Part, ...] = ()
    title: str | None = None


def told(evidence: Evidence, citations: Citations, first: str) -> Draft:
    """Say that no record answers, and what the sources do say of it."""
    return Draft("partial", sentences=(first, *quoted(evidence, citations)))


def quoted(evidence: Evidence, citations: Citations) -> tuple[str, ...]:
    """The passages word for word, each with its number."""
    return tuple(
        f"“{wording.one_line(p.quote.text)}” [{citations.cite(p.head, p.quote)}]"
        for p in evidence.passages
    )


def trigger_lines(evidence: Evidence, citations: Citations) -> tuple[TriggerLine, ...]:
    """What would change the view, as many as have room."""
    return tuple(
        TriggerLine(wording.one_line(t.quote.text), t.horizon, (citations.cite(head, t.quote),))
        for head, t in evidence.triggers[:MOST_TRIGGERS]
    )


def nearest(evidence: Evidence, ranked: Sequence[Ranked], citations: Citations) -> Nearest | None:
    """The nearest thing the sources do say.

    Who is named, where the name stands, or the closest sentence.
    """
    if evidence.named and evidence.question.kind == "ticker":
        place = evidence.named[0]
        return Nearest(wording.only_named(place.target), (citations.cite(place.head, place.quote),))
    if ranked:
        kept = ranked[:3]
        numbers = tuple(dict.fromkeys(n for r in kept for n in citations.cite_claims(r.claims, 1)))
        return Nearest(wording.names_instead([r.target for r in kept]), numbers)
    if evidence.passages:
        passage = evidence.passages[0]
        number = citations.cite(passage.head, passage.quote)
        return Nearest(f"“{wording.one_line(passage.quote.text)}”", (number,))
    return None
