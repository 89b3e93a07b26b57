"""How a question speaks of its names -> a kind that looks over many articles, and how far back.

What changed, what compares, what moves a stock, who is exposed, what could hurt a book. Pure.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from retrieval.answers import SIDES, QuestionKind
from retrieval.ask import phrases
from retrieval.ask.kind_phrases import (
    COMPARE,
    EXPOSED,
    MOVING,
    asks_of_book,
    asks_of_change,
    theme,
    topic_of_book,
    topic_of_comparison,
)
from retrieval.ask.windows import Window, before
from retrieval.models import Scope

LOOK_BACK: Mapping[QuestionKind, timedelta] = {
    "changed": timedelta(days=7),
    "moving": timedelta(days=5),
    "portfolio": timedelta(days=91),
}
"""How far a question of a kind looks back that names no time: a week; a weekend and the days
around it; a season of reports."""

LEAD = timedelta(days=3)
"""Reports come before the move that they may explain: Friday's evening before Monday's open."""

LONGEST = 30  # words; a longer question tells a story


def looking_kind(text: str, *, names: int, dated: bool, alone: bool) -> QuestionKind | None:
    """The kind of a question over many articles, told by how it speaks of its (masked) names.

    Under given articles ("alone") what changed, what moves a stock and who is exposed are asked of
    those alone, as facts and sides are.
    """
    if len(text.split()) > LONGEST:
        return None
    tests: tuple[tuple[QuestionKind, bool], ...] = (
        ("portfolio", not names and asks_of_book(text)),
        ("compare", names > 1 and COMPARE.search(text) is not None),
        ("changed", not alone and names > 0 and asks_of_change(text, dated=dated)),
        ("moving", not alone and names > 0 and MOVING.search(text) is not None),
        ("exposed", not alone and EXPOSED.search(text) is not None),
    )
    return next((kind for kind, fits in tests if fits), None)


def topic_of(kind: QuestionKind, text: str) -> str:
    """What a question is about: its words without those that make its kind."""
    if kind in SIDES:
        return phrases.without_sides(text)
    made = {"compare": topic_of_comparison, "exposed": theme, "portfolio": topic_of_book}
    return made[kind](text) if kind in made else text


def looks_back_to(
    kind: QuestionKind, window: Window | None, scope: Scope, now: datetime
) -> datetime | None:
    """The moment that a question looks back to: the one it names, else its kind's last days."""
    if kind not in LOOK_BACK:
        return None
    if window is not None and window.since is not None:
        return before(window.since, LEAD) if kind == "moving" else window.since
    ends = (scope.as_of, window.as_of if window else None, window.until if window else None)
    end = min([one for one in ends if one], default=now.astimezone(UTC))
    return before(end, LOOK_BACK[kind])
