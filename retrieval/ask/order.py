"""What was found for a question and its parts -> the order in which it is shown. Pure.

A question that joins several facts wants each of them among the first, and each source it names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ask.clues import Byline, Clue, Clues, is_of_day, is_of_name, is_of_source, is_of_year
from retrieval.models import Chunk

OF_PARTS = 0.6  # what the best part counts beside the whole question
OF_SOURCE, OF_DAY, OF_YEAR, OF_NAME = 1.0, 0.8, 0.3, 0.3
"""What it adds that a chunk is of a source, a day or a year that is named, or bears a name of the
question in its title.

Measured on news and filings: docs/design-notes/search.md."""

NEW_PARTS, NEW_SOURCE = 0.3, 0.4
"""What it adds, among the first, to speak of parts that nothing before did, or to be of a source
that the question names and nothing before was of."""

FIRST = 12  # places that are given with an eye on those before


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk, how near it is to the question and to each part, and the named source it is of.

    `score` lies in [0, `most`].
    """

    chunk: Chunk
    score: float
    parts: tuple[float, ...]
    source: str | None


def most(clues: Clues) -> float:
    """The score of a chunk that is nearest and of all that the question says."""
    said = OF_SOURCE * bool(clues.whole.sources) + OF_DAY * bool(clues.whole.days)
    return 1.0 + said + OF_YEAR * bool(clues.years) + OF_NAME * _by_name(clues)


def candidate_of(chunk: Chunk, head: Byline, scores: Sequence[float], clues: Clues) -> Candidate:
    """Weigh a chunk by its scores (of the whole question, then of each part) and its article."""
    whole, *parts = (
        score + _of_clue(clue, clues.whole, head)
        for score, clue in zip(scores, (clues.whole, *clues.parts), strict=True)
    )
    score = (1 - OF_PARTS) * whole + OF_PARTS * max(parts) if parts else whole
    score += OF_YEAR * is_of_year(clues, head)
    score += OF_NAME * (_by_name(clues) and is_of_name(clues, head))
    source = head.source if is_of_source(clues.whole, head) else None
    return Candidate(chunk, score, tuple(parts), source)


def _by_name(clues: Clues) -> bool:
    """Who names a source asks of its articles, whosoever stands in their titles."""
    return bool(clues.names) and not clues.whole.sources


def _of_clue(clue: Clue, whole: Clue, head: Byline) -> float:
    """What an article's source and day add; a part that names no source may be of any named."""
    of_source = is_of_source(clue if clue.sources else whole, head)
    return OF_SOURCE * of_source + OF_DAY * is_of_day(clue, head)


def ordered(found: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Order candidates, the best first; equals by chunk id.

    The first ones are picked one by one: each adds most to those before it (maximal marginal
    relevance over the parts of the question, after Carbonell and Goldstein 1998).
    """
    rest = sorted(found, key=_best_first)[:limit]
    chosen: list[Candidate] = []
    held = [0.0] * (len(rest[0].parts) if rest else 0)
    while rest and len(chosen) < FIRST and (held or any(one.source for one in rest)):
        best = max(rest, key=lambda one: one.score + _adds(one, held, chosen))
        rest.remove(best)
        chosen.append(best)
        held = list(map(max, held, best.parts))
    return [*chosen, *rest]


def _best_first(one: Candidate) -> tuple[float, str]:
    return -one.score, one.chunk.id


def _adds(one: Candidate, held: Sequence[float], chosen: Sequence[Candidate]) -> float:
    more = sum(max(0.0, own - before) for own, before in zip(one.parts, held, strict=True))
    new = one.source is not None and all(one.source != other.source for other in chosen)
    return NEW_PARTS * more / max(1, len(held)) + (NEW_SOURCE if new else 0.0)
