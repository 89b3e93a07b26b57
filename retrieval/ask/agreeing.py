"""What a line says against what its sources say -> the first way in which they differ. Pure.

Knows no grammar beyond clauses and sides: it compares word by word, figure by figure.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from retrieval.ask.borne import Source
from retrieval.ask.figured import figure_stands, times_stand
from retrieval.ask.opposites import PLAIN
from retrieval.ask.senses import DOUBTFUL, Senses, Word, effective, stems
from retrieval.ask.sided import sides_stand
from retrieval.ask.words import STOP_WORDS, stem

Difference = Literal["number", "time", "words", "negation", "certainty", "sign", "name"]

SUPPORTED = 0.7
"""The share of a line's own words that its sources must hold (docs/design-notes/chat.md)."""

MOST_STRANGE = 2
"""Words that a line may have of its own besides."""

_LEAST = 3  # words, names and figures that a line must share with its sources
_SHARED = 2  # words that make a clause of a source be what a clause of a line tells
_FREE = frozenset("nothing none nobody neither".split())  # they deny by themselves


def disagreement(text: str, line: Senses, cited: Sequence[Source]) -> Difference | None:
    """Name the first way in which a line says what its sources do not; None when they bear it."""
    clauses = range(len(line.certainty))
    checks: tuple[tuple[Difference, Callable[[], bool]], ...] = (
        ("number", lambda: all(figure_stands(f, line, cited) for f in line.figures)),
        ("time", lambda: times_stand(line, cited)),
        ("words", lambda: _words_stand(line, cited)),
        ("negation", lambda: not any(_denies(line, n, cited) for n in clauses)),
        ("certainty", lambda: all(_is_as_sure(line, n, cited) for n in clauses)),
        ("sign", lambda: sides_stand(text, line, cited)),
        ("name", lambda: _is_of_whom(line, cited)),
    )
    return next((difference for difference, holds in checks if not holds()), None)


def _words_stand(line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether most words of a line are its sources' own, and every fixed one is."""
    own = stems(" ".join(s.text for s in cited))
    around = own | stems(" ".join(s.title for s in cited))
    if any(w.fixed and w.key not in own and stem(w.lower) not in own for w in line.words):
        return False
    told = [w for w in line.words if w.lower not in PLAIN | STOP_WORDS and not w.fixed]
    strange = [w for w in told if not _is_borne(w, around, cited)]
    fixed = sum(w.fixed for w in line.words)
    known = fixed + len(line.names) + len(line.figures) + len(line.times)
    shared = len(told) - len(strange) + known
    enough = len(told) - len(strange) >= SUPPORTED * len(told)
    return shared >= _LEAST and enough and len(strange) <= MOST_STRANGE


def _is_borne(word: Word, own: frozenset[str], cited: Sequence[Source]) -> bool:
    if word.key in own or stem(word.lower) in own:
        return True
    return word.side != 0 and any(
        effective(w) == effective(word) for s in cited for w in s.senses.words
    )


def _denies(line: Senses, clause: int, cited: Sequence[Source]) -> bool:
    """Tell whether a clause denies what its sources say, or says what they deny.

    A denial that is theirs accounts for all that it reaches in the line.
    """
    words = [w for w in line.words if w.clause == clause and w.lower not in PLAIN | _FREE]
    theirs = [w for s in cited for w in s.senses.words]
    denied = {w.key for w in theirs if w.denied}
    said = {w.key for w in theirs if not w.denied}
    if any(w.denied for w in words):
        return not any(w.denied and w.key in denied for w in words)
    return any(w.key in denied - said for w in words)


def _is_as_sure(line: Senses, clause: int, cited: Sequence[Source]) -> bool:
    """Tell whether a clause of a line is told no surer than the clause it tells."""
    keys = {w.key for w in line.words if w.clause == clause and w.lower not in PLAIN}
    best: tuple[int, int, bool] | None = None
    for source in cited:
        for number in range(len(source.senses.certainty)):
            shared = [w for w in source.senses.words if w.clause == number and w.key in keys]
            sure = max((w.sure for w in shared), default=0)
            need = DOUBTFUL if source.senses.conditional else sure
            found = (len({w.key for w in shared}), -need, not source.senses.hearsay)
            best = max(best, found) if best else found
    words = [w for w in line.words if w.clause == clause and w.modal]
    if any(_is_surer(w, cited) for w in words):
        return False
    if best is None or best[0] < _SHARED:
        return True
    have = max(line.certainty)
    return have >= -best[1] and (best[2] or line.hearsay or have == DOUBTFUL)


def _is_surer(word: Word, cited: Sequence[Source]) -> bool:
    """Tell "will come" from "may come"."""
    same = [w.modal for s in cited for w in s.senses.words if w.key == word.key]
    return bool(same) and word.modal < min(same)


def _is_of_whom(line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether what is said is said of whom the sources say it, and in their order."""
    ids = frozenset[str]().union(*(s.ids for s in cited))
    if len(ids) < 2 or not line.names:  # noqa: PLR2004  of one company nothing can be swapped
        return True
    right = wrong = 0
    for word in line.words:
        same = [w for s in cited for w in s.senses.words if w.key == word.key and w.owners]
        if same and word.owners:
            held = any(w.owners & word.owners for w in same)
            right, wrong = right + held, wrong + (not held)
    return right >= wrong and all(_in_order(line, s) for s in cited)


def _in_order(line: Senses, source: Source) -> bool:
    """Tell whether two names stand as in the source: who acquires whom."""
    mine = list(dict.fromkeys(n.id for n in line.names))
    theirs = [i for i in dict.fromkeys(n.id for n in source.senses.names) if i in mine]
    return len(theirs) < 2 or [i for i in mine if i in theirs] == theirs  # noqa: PLR2004
