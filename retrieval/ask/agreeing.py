"""What a line says against what its sources say -> the first way in which they differ. Pure.

Knows no grammar beyond clauses and sides: it compares word by word, figure by figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from retrieval.ask.senses import DOUBTFUL, Figure, Name, Senses, Word, stems
from retrieval.ask.words import stem
from retrieval.language.passages import Passage
from retrieval.language.sentiment import by_rules, tone
from retrieval.models import MILD, Span

Difference = Literal["number", "time", "words", "negation", "certainty", "sign", "name"]

SUPPORTED = 0.7
"""The share of a line's own words that its sources must hold (docs/design-notes/chat-answers.md)."""

MOST_STRANGE = 2
"""Words that a line may have of its own besides."""

_LEAST = 3  # words, names and figures that a line must share with its sources
_SHARED = 2  # words that make a clause of a source be what a clause of a line tells
_SLACK = 8  # characters by which a paraphrase may widen the gap between a move and its subject
_NEAR = 4  # words behind a side at which its figure stands

_FREE = frozenset("nothing none nobody neither".split())  # they deny by themselves
_NEEDED = frozenset({"many"})  # "more" and "least" are no words of telling
PLAIN = frozenset(
    """say says said company companies according because due result results report reports reported
    news also while after amid group firm help helped helps lead leads led cause causes caused
    driven drive drives make makes made see sees saw come comes came set look looks looking remain
    remains still show shows showed state states stated note noted notes following followed part
    side well effect effects impact reason reasons thanks mean means meant write writes writer
    author add adds added article story stock stocks share shares point points view expect expects
    expected analyst analysts investor investors business market markets new among one another
    overall meanwhile however separately both move moves put puts face faces give gives given work
    level amount number total rate figure about around roughly nearly almost past over third-party
    already now then currently recently today likely able whose there their its including include
    includes though although whereas besides despite even too
    key main major mainly largely partly further additional other others same such""".split()
)
"""Words of telling that add nothing to what is told."""
"""Words of telling that add nothing to what is told."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source, read for comparing. `ids` are the issuers that it speaks of.

    `sides` are the ledger's scores by issuer; `dated` is the day on which it was published.
    """

    text: str
    title: str
    senses: Senses
    ids: frozenset[str]
    sides: Mapping[str, float]
    dated: date | None


def disagreement(text: str, line: Senses, cited: Sequence[Source]) -> Difference | None:
    """Name the first way in which a line says what its sources do not; None when they bear it."""
    if not all(_figure_stands(f, line, cited) for f in line.figures):
        return "number"
    if not _times_stand(line, cited):
        return "time"
    if not _words_stand(line, cited):
        return "words"
    if any(_denies(line, n, cited) for n in range(len(line.certainty))):
        return "negation"
    if not all(_is_as_sure(line, n, cited) for n in range(len(line.certainty))):
        return "certainty"
    if not _sides_stand(text, line, cited):
        return "sign"
    return None if _is_of_whom(line, cited) else "name"


def _figure_stands(figure: Figure, line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether a source has the figure, of the same owner, in the same part and context."""
    return any(
        _is_same(figure, other)
        and _owned_alike(figure, line, other, source)
        and _in_context(figure, line, source)
        for source in cited
        for other in source.senses.figures
    )


def _is_same(one: Figure, other: Figure) -> bool:
    mine, theirs = one.amount, other.amount
    points = {mine.unit, theirs.unit} == {"points", "pp"}
    same = mine.key == theirs.key or (points and mine.value == theirs.value)
    return same and mine.reference == theirs.reference


def _owned_alike(figure: Figure, line: Senses, other: Figure, source: Source) -> bool:
    if not line.names:
        return len(source.ids) <= 1 or not other.owners
    return not figure.owners or not other.owners or bool(figure.owners & other.owners)


def _in_context(figure: Figure, line: Senses, source: Source) -> bool:
    """Ask for one word of the figure's clause in the source that has the figure."""
    near = [w for w in line.words if w.clause == figure.clause and not w.fixed]
    known = {w.key for w in source.senses.words}
    return not near or any(w.key in known for w in near) or any(w.side for w in near)


def _times_stand(line: Senses, cited: Sequence[Source]) -> bool:
    said = {t.key for source in cited for t in source.senses.times}
    said |= {f"month {k[5:].split('-')[0]}" for k in said if "-" in k}
    days = {f"date {s.dated.month}-{s.dated.day}" for s in cited if s.dated}
    asked = {t.key for t in line.times}
    years = {f"date {s.dated.year}" for s in cited if s.dated} if asked & days else set()
    return asked <= said | days | years


def _words_stand(line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether most words of a line are its sources' own, and every fixed one is."""
    own = stems(" ".join(s.text for s in cited))
    around = own | stems(" ".join(s.title for s in cited))
    if any(w.fixed and w.key not in own and stem(w.lower) not in own for w in line.words):
        return False
    told = [w for w in line.words if w.lower not in PLAIN and not w.fixed and not w.pair]
    strange = [w for w in told if not _is_borne(w, around, cited)]
    fixed = sum(w.fixed or w.pair is not None for w in line.words)
    known = fixed + len(line.names) + len(line.figures) + len(line.times)
    shared = len(told) - len(strange) + known
    enough = len(told) - len(strange) >= SUPPORTED * len(told)
    return shared >= _LEAST and enough and len(strange) <= MOST_STRANGE


def _is_borne(word: Word, own: frozenset[str], cited: Sequence[Source]) -> bool:
    if word.key in own or stem(word.lower) in own:
        return True
    return word.side != 0 and any(
        _effective(w) == _effective(word) for s in cited for w in s.senses.words
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
        for number, sure in enumerate(source.senses.certainty):
            theirs = {w.key for w in source.senses.words if w.clause == number}
            need = DOUBTFUL if source.senses.conditional else sure
            found = (len(keys & theirs), -need, not source.senses.hearsay)
            best = max(best, found) if best else found
    if best is None or best[0] < _SHARED:
        return True
    have = max(line.certainty)
    return have >= -best[1] and (best[2] or line.hearsay or have == DOUBTFUL)


def _sides_stand(text: str, line: Senses, cited: Sequence[Source]) -> bool:
    sided = [w for w in line.words if w.side]
    if not all(_goes_alike(w, line, cited) for w in sided):
        return False
    if any(_is_reversed(w, line, cited) for w in line.words):
        return False
    return all(_fares_alike(text, id_, line, cited) for id_ in {n.id for n in line.names})


def _effective(word: Word) -> int:
    return -word.side if word.denied else word.side


def _goes_alike(word: Word, line: Senses, cited: Sequence[Source]) -> bool:
    """Tell whether a move goes the way that it goes in the sources, for what it is said of."""
    theirs = [w for s in cited for w in s.senses.words]
    if not any(w.key == word.key or _effective(w) == _effective(word) for w in theirs):
        return False
    votes = [
        _moves_alike(word, far, place, clause, source)
        for source in cited
        for far, place, clause in _anchors(word, line, source)
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
    """Tell whether what a word of a pair speaks of stands in the sources with its opposite."""
    behind = [w for w in line.words if w.start > word.start and not w.pair and w.lower not in PLAIN]
    votes = [
        ahead[-1].pair == word.pair
        for s in cited
        for place in (w.start for w in s.senses.words if behind and w.key == behind[0].key)
        if (ahead := _ahead(word, place, s))
    ]
    return bool(votes) and not any(votes)


def _ahead(word: Word, place: int, source: Source) -> list[Word]:
    """The words of the same pair before a place."""
    family = word.pair[0] if word.pair else ""
    return [
        w for w in source.senses.words if w.start < place and w.pair and w.pair[0] == family
    ]


def _anchors(word: Word, line: Senses, source: Source) -> Iterable[tuple[int, int, int]]:
    """Where the source has what a move is said of: the word before it, and the figure behind.

    How far it stands from the move in the line, its place, and its clause.
    """
    before = [
        w
        for w in line.words
        if w.clause == word.clause and w.start < word.start and not w.side and w.lower not in PLAIN
    ]
    for one in before[-1:]:
        far = word.start - one.start
        yield from ((far, w.start, w.clause) for w in source.senses.words if w.key == one.key)
    behind = [f for f in line.figures if f.clause == word.clause and f.amount.start > word.start]
    for figure in behind[:1]:
        between = [w for w in line.words if word.start < w.start < figure.amount.start]
        far = figure.amount.start - word.start
        if len(between) <= _NEAR:
            yield from (
                (far, f.amount.start, f.clause)
                for f in source.senses.figures
                if _is_same(figure, f)
            )


def _moves_alike(word: Word, far: int, place: int, clause: int, source: Source) -> bool:
    """Tell whether the source has a move that way about as near, or else nearest to the place."""
    sided = [w for w in source.senses.words if w.side and w.clause == clause]
    alike = [w for w in sided if _effective(w) == _effective(word)]
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
