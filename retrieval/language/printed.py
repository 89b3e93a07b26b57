"""Words -> the moves that are printed, not told: "up 3%", "a 9-month high". Knows no target."""

from collections.abc import Iterator, Sequence

from retrieval.language.lexicon import Entry, Found
from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

PRINTED = 0.4  # what a printed move says of the mover
_MOVERS = {"up": 1.0, "down": -1.0}
_POINTS = {"added": 1.0, "adds": 1.0, "adding": 1.0}
_EXTREMES = {"high": 1.0, "highs": 1.0, "low": -1.0, "lows": -1.0}
_STANDING = word_list("before up and down")
_MEASURES = word_list("behind up and down")
_TOLD = frozenset(
    ["up", "down", "rose", "fell", "gained", "lost", "grew", "than"]
)  # the number only repeats these


def with_printed(words: Sequence[Token], found: Sequence[Found]) -> Iterator[Found]:
    """Add "up 3%" and "+3%" to what the lexicon found, and keep the order."""
    taken = {at for item in found for at in range(item.first, item.last)}
    free = [at for at in range(len(words)) if at not in taken or words[at].lower in _EXTREMES]
    marks = [item for at in free for item in _mark(words, at)]
    yield from sorted([*found, *marks], key=lambda item: item.first)


def _mark(words: Sequence[Token], at: int) -> Iterator[Found]:
    lower = words[at].lower
    after = words[at + 1].lower if at + 1 < len(words) else ""
    before = words[at - 1].lower if at else ""
    if lower in _MOVERS and (after[:1].isdigit() or after in _MEASURES or before in _STANDING):
        yield Found(at, at + 1, Entry("move", "x", _MOVERS[lower], PRINTED, ""))
    elif lower in _EXTREMES and before.endswith(("-year", "-month", "-week", "-day")):
        yield Found(at, at + 1, Entry("move", "x", _EXTREMES[lower], PRINTED, ""))
    elif lower in _POINTS and after.endswith("%"):
        yield Found(at, at + 1, Entry("move", "v", _POINTS[lower], PRINTED, "ed"))
    elif lower[0] in "+-−" and lower.endswith("%") and lower[1:2].isdigit():
        sign = 1.0 if lower[0] == "+" else -1.0
        near = {words[i].lower for i in range(max(0, at - 3), at)}
        if not near & _TOLD:
            yield Found(at, at + 1, Entry("move", "x", sign, PRINTED, ""))
