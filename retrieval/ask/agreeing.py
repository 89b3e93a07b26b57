"""What a line says against what its sources say -> the first way in which they differ. Pure.

Knows no grammar beyond clauses and sides: it compares word by word, figure by figure.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from retrieval.ask.borne import Source
from retrieval.ask.figured import figure_stands, times_stand
from retrieval.ask.opposites import PLAIN
from retrieval.ask.senses import DOUBTFUL, Senses, Word, effective, same, stems
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
    close = [w for w in told if _is_borne(w, own, cited)]  # a title bears out half at most
    enough = 2 * len(close) >= len(told) and len(told) - len(strange) >= SUPPORTED * len(told)
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
    if line.denies and not any(s.senses.denies for s in cited):
        return True
    words = [w for w in line.words if w.clause == clause and w.lower not in PLAIN | _FREE]
    theirs = [w for s in cited for w in s.senses.words]
    denied = [w for w in words if any(one.denied for one in same(w, theirs))]
    if any(w.denied for w in words):
        return not any(w.denied for w in denied)
    return any(all(one.denied for one in same(w, theirs)) for w in denied)


def _is_as_sure(line: Senses, clause: int, cited: Sequence[Source]) -> bool:
    """Tell whether a clause of a line is told no surer than its sources tell it.

    They tell it as sure as two of its words are told there at least.
    """
    words = [w for w in line.words if w.clause == clause and w.lower not in PLAIN]
    if any(_is_surer(w, line.certainty[clause], cited) for w in words if w.modal or w.side):
        return False
    told = [t for w in {w.stem: w for w in words}.values() if (t := _told(w, cited))]
    levels = sorted((min(sure for sure, _ in t) for t in told), reverse=True)
    have = max(line.certainty)
    if levels and levels[min(_SHARED, len(levels)) - 1] > have:
        return False
    rumour = bool(told) and all(heard for t in told for _, heard in t)
    return not rumour or line.hearsay or have == DOUBTFUL


def _told(word: Word, cited: Sequence[Source]) -> list[tuple[int, bool]]:
    """How sure the sources are wherever they use a word, and whether that is hearsay."""
    theirs = {w: s for s in cited for w in s.senses.words}
    return [
        (DOUBTFUL if theirs[w].senses.conditional else w.sure, theirs[w].senses.hearsay)
        for w in same(word, theirs)
    ]


def _is_surer(word: Word, have: int, cited: Sequence[Source]) -> bool:
    """Tell "will come" from "may come", and "benefits" from "stands to benefit"."""
    theirs = same(word, (w for s in cited for w in s.senses.words))
    return bool(theirs) and (word.modal or have) < min(w.modal for w in theirs)


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
