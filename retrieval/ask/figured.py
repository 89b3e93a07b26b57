"""The figures and times of a line against those of its sources. Pure.

A figure stands where a source has it of the same owner, for the same thing, and in the same part:
what an estimate was is not what a result is.
"""

from collections.abc import Sequence

from retrieval.ask.amounts import Time
from retrieval.ask.borne import Source
from retrieval.ask.opposites import PLAIN
from retrieval.ask.senses import Figure, Senses, Word

_RANGE = 14  # characters between the two ends of a range


def figure_stands(figure: Figure, line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether a source has the figure, of the same owner, in the same part and context."""
    return any(
        is_same(figure, other)
        and _owned_alike(figure, line, other, source)
        and _in_context(figure, line, other, source, cited)
        for source in cited
        for other in source.senses.figures
    )


def is_same(one: Figure, other: Figure) -> bool:
    """Tell whether two figures are one, also as what they are held for."""
    mine, theirs = one.amount, other.amount
    points = {mine.unit, theirs.unit} == {"points", "pp"}
    same = mine.key == theirs.key or (points and mine.value == theirs.value)
    return same and mine.reference == theirs.reference


def _owned_alike(figure: Figure, line: Senses, other: Figure, source: Source) -> bool:
    """Tell whether both are of one company; a line without a name may have no figure of several."""
    if line.names:
        return not figure.owners or not other.owners or bool(figure.owners & other.owners)
    rivals = (f for f in source.senses.figures if f.amount.unit == other.amount.unit)
    return all(f.owners == other.owners for f in rivals)


def _in_context(
    figure: Figure, line: Senses, other: Figure, source: Source, cited: Sequence[Source]
) -> bool:
    """Tell whether what stands about a figure stands about it in its source, and in no other place.

    Of a sentence with two figures each has words of its own; of two sources each its own subject.
    """
    near = _about(figure, line)
    mine = {w.key for w in source.senses.words}
    elsewhere = {w.key for s in cited if s is not source for w in s.senses.words}
    subject = [w for w in near if w.start < figure.amount.start and not w.side][-1:]
    if subject and subject[0].key not in mine and subject[0].key in elsewhere:
        return False
    votes = [_is_nearest(w.key, other, source) for w in near if w.key in mine]
    return (not near or bool(votes)) and sum(votes) >= len(votes) - sum(votes)


def _about(figure: Figure, line: Senses) -> list[Word]:
    """The words of a figure's clause that stand next to it, and no nearer to another figure."""
    at = figure.amount.start
    inside = [
        w
        for w in line.words
        if w.clause == figure.clause
        and not (w.fixed or w.side)
        and w.lower not in PLAIN
        and all(abs(w.start - at) <= abs(w.start - f.amount.start) for f in line.figures)
    ]
    before = [w for w in inside if w.start < at]
    return before[-2:] + [w for w in inside if w.start > at][:2]


def _is_nearest(key: str, figure: Figure, source: Source) -> bool:
    """Tell whether a word of a source is about as near to this figure as to any other."""
    for word in source.senses.words:
        if word.key == key:
            far = {f: abs(f.amount.start - word.start) for f in source.senses.figures}
            if far[figure] <= min(far.values()) + _RANGE:
                return True
    return False


def times_stand(line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether the sources name every time of a line, for the same thing.

    The day on which a source was published may be told as well.
    """
    days = {f"date {s.dated.month}-{s.dated.day}" for s in cited if s.dated}
    dated = days | ({f"date {s.dated.year}" for s in cited if s.dated})
    if {t.key for t in line.times} & days:
        return all(t.key in dated or _time_stands(t, line, cited) for t in line.times)
    return all(_time_stands(t, line, cited) for t in line.times)


def _time_stands(time: Time, line: Senses, cited: Sequence[Source]) -> bool:
    return any(
        _is_same_time(time, other) and _is_timed_alike(time, line, other, source)
        for source in cited
        for other in source.senses.times
    )


def _is_same_time(time: Time, other: Time) -> bool:
    month = f"month {other.key[5:].partition('-')[0]}" if "-" in other.key else ""
    return time.key in {other.key, month}


def _is_timed_alike(time: Time, line: Senses, other: Time, source: Source) -> bool:
    """Tell whether the words and the figure next to a time stand next to it in the source."""
    words = [w for w in line.words if w.start < time.start and w.lower not in PLAIN]
    places = [w.start for w in source.senses.words for n in words[-2:] if w.key == n.key]
    figures = [f for f in line.figures if f.amount.start < time.start][-1:]
    places += [f.amount.start for f in source.senses.figures for n in figures if is_same(n, f)]
    kind = other.key.split()[0]
    alike = [t for t in source.senses.times if t.key.split()[0] == kind]
    votes = [abs(other.start - p) <= min(abs(t.start - p) for t in alike) + _RANGE for p in places]
    return sum(votes) * 2 >= len(votes)
