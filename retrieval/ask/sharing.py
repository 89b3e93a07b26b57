"""An answer about what its asker keeps -> whether others may see it, and what of it can be shared.

Pure. A position is shared without its weight and without the side on which it is held.
"""

from collections.abc import Mapping
from dataclasses import replace

from retrieval.answers import Answer, Line, Question
from retrieval.ask import saying, wording
from retrieval.ask.echo import echo

MOST_NAMED = 6


def is_private(question: Question) -> bool:
    """Tell whether an answer to it shows something of its asker's book or list."""
    own = bool(question.holdings) or bool(question.filters.mine)
    return own or (question.also is not None and is_private(question.also))


def without_own(question: Question) -> Question:
    """A question as it may be kept: without the list and the book of its asker, in all its halves.

    What it asks of by that list alone, whoever follows it takes from their own list again.
    """
    mine = question.filters.mine
    named = question.kind == "ticker" and question.tickers == mine
    return replace(
        question,
        tickers=() if named else question.tickers,
        names=() if named else question.names,
        holdings=(),
        filters=replace(question.filters, mine=None if mine is None else ()),
        also=without_own(question.also) if question.also else None,
    )


def shareable(answer: Answer) -> Answer | None:
    """Give what others may see of a private answer; None when that is nothing.

    The names that the articles speak of, what they say, and the quotes. Not the weights, not what
    is held beside them, not how many names there are, and no order that follows the weights.
    """
    weights = {held.ticker: held.weight for held in answer.question.holdings}
    named = sorted(answer.lines, key=lambda line: (line.origin == "inferred", line.target.id))
    lines = tuple(_without_weight(line, weights) for line in named)
    if not lines:
        return None
    question = _public(answer.question)
    told = replace(
        answer,
        question=question,
        status="answered",
        headline=f"Shared from a private answer: {_names(lines)}",
        assumption=None,
        lines=lines,
        sentences=(),
        parts=(),
        nearest=None,
        cut=0,
        filters=echo(question),
        triggers=tuple(sorted(answer.triggers, key=lambda t: (t.citations, t.text))),
    )
    return replace(told, text=wording.text(told))


def _public(question: Question) -> Question:
    """The question without what it knew of its asker; of no kind that speaks of a book."""
    return replace(
        question,
        text="",
        kind="ticker",
        tickers=(),
        names=(),
        unknown=(),
        objects=(),
        direction=None,
        about="",
        holdings=(),
        filters=replace(question.filters, mine=None),
        also=None,
    )


def _without_weight(line: Line, weights: Mapping[str, float]) -> Line:
    weight = weights.get(line.target.id)
    if weight is None or line.why is None:
        return line
    return replace(line, why=line.why.removeprefix(f"{saying.weighed(weight)} · "))


def _names(lines: tuple[Line, ...]) -> str:
    names = list(dict.fromkeys(saying.short(line.target) for line in lines))
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
