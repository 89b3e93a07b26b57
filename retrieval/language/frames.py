"""The words beside a list of bare symbols -> whether companies stand there. Knows no table."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from retrieval.language.setting import Setting
from retrieval.language.words import Words

Left = Literal["toward", "beside", "near", "clean", "other", "barred"]
Right = Literal["moves", "holds", "is", "clean", "other", "barred"]

_SPACE = frozenset({" ", "\u00a0"})
_POSSESSIVE = re.compile(r"['’](?:s\b|(?=\s))")
_PART_OF_WORD = re.compile(r"[-\u2011][A-Za-z0-9]|[.,]?\d")  # "V-shaped", "MA 02139"
_COMPOUND = re.compile(r"-(?:led|like|style|backed|owned|linked|related|specific|sized|heavy)\b")
# the kinds of cues.tsv: the first that has the word counts
_LEFT: Mapping[str, Left] = {
    "beside": "beside",
    "near": "near",
    "calls": "beside",
    "clause": "clean",
    "determiner": "barred",
}
_RIGHT: Mapping[str, Right] = {
    "moves": "moves",
    "does": "moves",
    "holds": "holds",
    "auxiliary": "is",
    "stands": "is",
    "clause": "clean",
    "after_symbol": "clean",
}
_SUPERLATIVE = re.compile(r"\w{2,}est")
_FOR = 2  # words back from the symbol, where a verdict stands: "negative for"
_DEGREES = frozenset({"most", "more", "less", "least"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before a list of symbols and what after it."""

    left: Left
    right: Right

    @property
    def strong(self) -> bool:
        """Whether the symbols gain, lose or act here: only companies do."""
        if self.left == "toward":
            return self.right != "barred"
        return self.right in {"moves", "holds"} and self.left != "barred"

    @property
    def subject(self) -> bool:
        """Whether a verb follows and nothing before it takes it away: not "for MA plans"."""
        return self.right == "moves" and self.left in {"clean", "toward"}

    @property
    def usual(self) -> bool:
        """Whether companies often stand here: "for", "like", "over"."""
        return self.left == "beside" and self.right != "barred"

    @property
    def weak(self) -> bool:
        """Whether companies stand here too, as anything else does: "of", "is"."""
        return self.left == "near" or self.right == "is"

    @property
    def leaning(self) -> bool:
        """Whether only ordinary words stand beside the symbols."""
        return self.left == "other" and self.right in {"other", "clean"}

    @property
    def open(self) -> bool:
        """Whether nothing here speaks against a company."""
        return self.left != "barred" and self.right != "barred"

    @property
    def whole(self) -> bool:
        """Whether no ordinary word leans on the symbols: not "turned ON", not "ALL staff"."""
        return self.left not in {"other", "barred"} and self.right not in {"other", "barred"}


def frame_of(at: Setting, start: int, end: int) -> Frame:
    """Read the words before character `start` and after character `end`."""
    words = at.words
    return Frame(
        left_of(at, bisect_left(words.starts, start)),
        _right_of(at, end),
    )


def left_of(at: Setting, n: int) -> Left:
    """Judge the word before word n."""
    words, lists = at.words, at.lists
    before = words.before(n)
    if not before:
        return "barred" if _number_joined(words, n) else "clean"
    if before in lists["toward"] or _verdict(at, n):
        return "toward"
    if before == "as" and words.before(n - 1) == "such":
        return "beside"
    for kind, left in _LEFT.items():
        if before in lists[kind]:
            return left
    return "barred" if words.raw[n - 1][0].isdigit() or _crowded(at, n) else "other"


def _crowded(at: Setting, n: int) -> bool:
    """Tell whether a capitalised word leans on word n: "Class A", "World War II"."""
    words = at.words
    lead = words.before(n) in at.lists["lead"] or words.opens(n - 1)
    return words.capital(n - 1) and not words.headline(n) and not lead


def _number_joined(words: Words, n: int) -> bool:
    return n > 0 and words.gap(n - 1) in {"-", "/", ""}


def _verdict(at: Setting, n: int) -> bool:
    """Tell whether "negative for" or "strongest for" stands before word n."""
    words = at.words
    if words.before(n) not in {"for", "to"} or n < _FOR:
        return False
    judged = words.before(n - 1)
    degree = words.before(n - _FOR) in _DEGREES
    return judged in at.lists["verdict"] or degree or _SUPERLATIVE.fullmatch(judged) is not None


def _right_of(at: Setting, end: int) -> Right:
    words = at.words
    if _POSSESSIVE.match(words.text, end) or _COMPOUND.match(words.text, end):
        return "moves"
    if _PART_OF_WORD.match(words.text, end):
        return "barred"
    n = bisect_left(words.starts, end)
    if n >= len(words) or words.text[end : words.starts[n]] not in _SPACE:
        return "clean"
    for kind, right in _RIGHT.items():
        if words.folded[n] in at.lists[kind]:
            return right
    crowded = words.raw[n][0].isdigit() or (words.capital(n) and not words.headline(n))
    return "barred" if crowded else "other"
