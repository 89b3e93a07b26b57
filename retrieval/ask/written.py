"""A composed answer and a writer -> the answer that is shown, and what the audit says of it.

Knows no model and no store.
"""

from collections.abc import Callable, Sequence

from retrieval.answers import Answer, Citation, QuestionKind
from retrieval.ask.audit import Phrasing
from retrieval.ask.chat import Told, Writer
from retrieval.ask.grounds import Ground
from retrieval.ask.phrased import Numbering, phrased
from retrieval.ask.said import Said

OnLine = Callable[[str, tuple[Citation, ...]], None]
"""Is given each line that a chat model wrote and that holds, as it is shown, and what it cites."""

WRITTEN: frozenset[QuestionKind] = frozenset(
    {"benefit", "hurt", "ticker", "triggers", "summary", "free"}
)
"""The kinds of question whose answers may be put into other words.

Any other is not, until somebody has looked at what its sentences are, and whether they are private.
"""


def unheard(_line: str, _cited: tuple[Citation, ...]) -> None:
    """Nobody listens: the lines stand in the answer."""


def is_for_writer(composed: Answer) -> bool:
    """Tell whether an answer may be put into other words.

    A refusal may not, nor a kind that is not in WRITTEN, nor what is about the asker's own list: a
    provider would read it. Nor may what is said to an answer: "thanks" and "reset" ask for nothing,
    and "why?", "since when?" and "more" for the quotes, the days and the lines themselves.
    """
    question = composed.question
    if question.kind not in WRITTEN or question.filters.mine is not None:
        return False
    if question.turn not in (None, "cleared"):
        return False
    return composed.status != "not_in_sources" and bool(composed.citations)


def written(
    composed: Answer, sources: Sequence[Ground], writer: Writer, on_line: OnLine
) -> tuple[Answer, Phrasing]:
    """Have an answer put into words, and say what came of it; it has no replay id yet."""
    numbering = Numbering(composed, sources)
    lines: list[str] = []

    def heard(said: Said) -> None:
        line, cited = numbering.shown(said)
        lines.append(line)
        on_line(line, cited)

    told = writer.write(composed, sources, heard)
    result = phrased(composed, lines, numbering.citations) if lines else composed
    return result, _phrasing(writer.engine, told)


def _phrasing(engine: str, told: Told) -> Phrasing:
    return Phrasing(
        engine=engine,
        written=len(told.lines),
        unsaid=told.dropped,
        fallback=None if told.lines else told.failure,
        broke_off=told.failure if told.lines else None,
    )
