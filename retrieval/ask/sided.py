"""The moves and sides of a line against those of its sources. Pure.

Up stays up and more stays more, for what it is said of; a company fares as the ledger or the quote
says that it fares.
"""

from collections.abc import Iterable, Sequence

from retrieval.ask.borne import Source
from retrieval.ask.figured import is_same
from retrieval.ask.opposites import PLAIN
from retrieval.ask.owners import Name
from retrieval.ask.senses import Figure, Senses, Word, effective
from retrieval.language.passages import Passage
from retrieval.language.sentiment import by_rules, tone
from retrieval.models import MILD, Span

_SLACK = 8  # characters by which a paraphrase may widen the gap between a move and its subject
_NEAR = 4  # words about a move or a pair's word that it may be said of
_NEEDED = frozenset({"many", "most", "large"})  # "more" and "least" are no words of telling


def sides_stand(text: str, line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether every move, pair and company of a line goes the way that the sources say."""
    sided = [w for w in line.words if w.side]
    if not all(_goes_alike(w, line, cited) for w in sided):
        return False
    if any(_is_reversed(w, line, cited) for w in line.words):
        return False
    return all(_fares_alike(text, id_, line, cited) for id_ in {n.id for n in line.names})


def _goes_alike(word: Word, line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether a move goes the way that it goes in the sources, for what it is said of."""
    theirs = [w for s in cited for w in s.senses.words]
    if not any(w.key == word.key or effective(w) == effective(word) for w in theirs):
        return False
    votes = [
        _moves_alike(word, anchor, source, only_moves=only_moves)
        for source in cited
        for only_moves, anchor in _anchors(word, line, source)
    ]
    return not votes or any(votes)


def _is_reversed(word: Word, line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether the sources have the opposite of a word: later of earlier, less of more."""
    if word.pair is None:
        return False
    family, end = word.pair
    theirs = [w for s in cited for w in s.senses.words if w.pair and w.pair[0] == family]
    ends = {w.pair[1] for w in theirs if w.pair}
    if end not in ends:
        return family in _NEEDED or -end in ends
    return len(ends) > 1 and _is_of_the_other(word, line, cited)


def _is_of_the_other(word: Word, line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether a word that it speaks of stands behind its opposite only in the sources."""
    behind: list[str] = []
    for one in line.words:
        if one.start > word.start and one.pair and word.pair and one.pair[0] == word.pair[0]:
            break
        if one.start > word.start and one.lower not in PLAIN:
            behind.append(one.key)
    for key in behind[:_NEAR]:
        votes = [
            ahead[-1].pair == word.pair
            for s in cited
            for place in (w.start for w in s.senses.words if w.key == key)
            if (ahead := _ahead(word, place, s))
        ]
        if votes and not any(votes):
            return True
    return False


def _ahead(word: Word, place: int, source: Source) -> list[Word]:
    """The words of the same pair before a place."""
    family = word.pair[0] if word.pair else ""
    return [w for w in source.senses.words if w.start < place and w.pair and w.pair[0] == family]


Anchor = tuple[int, int, int]
"""How far a move is in a line from what it is said of; where a source has that, in which clause."""


def _anchors(word: Word, line: Senses, source: Source) -> Iterable[tuple[bool, Anchor]]:
    """Find what a move is said of: its figure, else the word right behind it, else one before.

    Only a move tells where a figure goes.
    """
    for figure in _figure_behind(word, line):
        far = figure.amount.start - word.start
        yield from (
            (True, (far, f.amount.start, f.clause))
            for f in source.senses.figures
            if is_same(figure, f)
        )
        return
    said_of = _said_of(word, line)
    for name in _name_before(word, said_of, line):
        far = word.start - name.start
        yield from (
            (False, (far, n.start, n.clause)) for n in source.senses.names if n.id == name.id
        )
        return
    for one in said_of:
        gap = one.start - word.start
        far = -gap if gap < 0 else gap - _SLACK  # what stands right behind leaves no room
        yield from (
            (False, (far, w.start, w.clause)) for w in source.senses.words if w.key == one.key
        )


def _name_before(word: Word, said_of: Sequence[Word], line: Senses) -> list[Name]:
    """The name before a move, where no other word comes between or follows right behind."""
    names = [n for n in line.names if n.clause == word.clause and n.start < word.start]
    nearer = [w for w in said_of if not names or w.start > names[-1].start]
    return [] if nearer else names[-1:]


def _figure_behind(word: Word, line: Senses) -> list[Figure]:
    behind = [f for f in line.figures if f.clause == word.clause and f.amount.start > word.start]
    between = [w for w in line.words if behind and word.start < w.start < behind[0].amount.start]
    return behind[:1] if word.moves and len(between) <= _NEAR else []


def _said_of(word: Word, line: Senses) -> list[Word]:
    inside = [w for w in line.words if w.clause == word.clause and w.lower not in PLAIN]
    adjacent = [w for w in inside if w.start == word.start + len(word.lower) + 1]
    return adjacent or [w for w in inside if w.start < word.start and not w.side][-1:]


def _moves_alike(word: Word, anchor: Anchor, source: Source, *, only_moves: bool) -> bool:
    """Tell whether the source has a move that way about as near, or else nearest to the place."""
    far, place, clause = anchor
    sided = [w for w in source.senses.words if w.side and w.clause == clause]
    sided = [w for w in sided if w.moves] if only_moves else sided
    alike = [w for w in sided if effective(w) == effective(word)]
    if any(abs(w.start - place) <= far + _SLACK for w in alike):
        return True
    nearest = min(sided, key=lambda w: abs(w.start - place), default=None)
    return nearest is None or nearest in alike


def _fares_alike(text: str, id_: str, line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether a line takes the side for a company that the ledger or the quote takes."""
    said = _side(text, id_, line.names)
    if abs(said) < MILD:
        return True
    told = [t for s in cited if id_ in s.ids for t in _told_of(id_, s)]
    if any(abs(t) >= MILD for t in told):
        return any(t * said > 0 for t in told)
    named = {n.id for n in line.names}
    others = [t for s in cited for other in s.ids - named for t in _told_of(other, s)]
    return not any(t * said > 0 and abs(t) >= MILD for t in others)


def _told_of(id_: str, source: Source) -> list[float]:
    """What the ledger and the quote say of a company; of one that is not named, its tone."""
    names = source.senses.names
    read = _side(source.text, id_, names) if names else tone(source.text).score
    return [read, *([source.sides[id_]] if id_ in source.sides else [])]


def _side(text: str, id_: str, names: Sequence[Name]) -> float:
    spans = tuple(Span(n.start, n.end) for n in names if n.id == id_)
    return by_rules(Passage(text, spans)).score if spans else 0.0
