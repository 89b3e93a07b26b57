"""A text -> its words with their places, folded for comparison. Knows no names."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

_WORD = re.compile(r"[^\W_]+|&")
GLUED = re.compile(r"(?<=[a-z])[A-Z]{2,5}[a-z]?\.[A-Z]{1,2}\b(?![.\w])")
"""Reuters' code behind a name from which syndication has lost the space: "ChevronCVX.N"."""

# What is no prose: addresses, mail, handles.
_ADDRESS = re.compile(
    r"https?://[^\s)\]>]+|www\.[^\s)\]>]+"
    r"|(?<![\w.+-])[\w.+-]+@[\w.-]+|(?<!\w)@\w+"
    r"|(?<![\w.])\w+(?:\.\w+)+/[^\s)\]>]*"
)
# What may stand between two words of one name: no comma; a full stop and a space after an initial.
_JOINT = re.compile(r"[ \t\u00a0]?[-\u2010-\u2013.'’!/+*®™]?[ \t\u00a0]?")
_LINE_BREAK = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_SPACES = frozenset({" ", "\u00a0"})
_OPENERS = frozenset('.!?\n\r"“«‘•|>')
_TITLE_SHARE = 0.75  # of a headline's longer words are capitalised
_TITLE_WORDS = 3
_TITLE_LETTERS = 4  # "of", "and", "for" stay small in headlines
_INITIAL = 2  # letters before a full stop inside a name: "J. M. Smucker", "St. Joe"


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Fold a word for comparison: no case, no accents; "and" is "&"."""
    folded = word.casefold()
    if not folded.isascii():
        folded = "".join(
            c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)
        )
    return "&" if folded == "and" else folded


def fold_name(name: str) -> tuple[str, ...]:
    """Fold each word of a name."""
    return tuple(fold(found.group()) for found in _WORD.finditer(name))


@dataclass(frozen=True)
class Words:
    """The words of a text: parallel lists of their places, their spelling and their folded form."""

    text: str
    starts: list[int]
    ends: list[int]
    raw: list[str]
    folded: list[str]

    def __len__(self) -> int:
        return len(self.raw)

    def gap(self, n: int) -> str:
        """Give what stands between word n and the next one."""
        return self._gaps[n]

    def joined(self, n: int) -> bool:
        """Tell whether word n and the next can belong to one name."""
        gap = self._gaps[n]
        if gap == " " or not gap:
            return True
        if ". " in gap and self.ends[n] - self.starts[n] > _INITIAL:
            return self.folded[n] == "bros"
        return _JOINT.fullmatch(gap) is not None

    def capital(self, n: int) -> bool:
        """Tell whether word n exists and begins with a capital letter."""
        return 0 <= n < len(self.raw) and self.raw[n][0].isupper()

    def before(self, n: int) -> str:
        """Give the folded word before word n if only a space is between, else nothing."""
        return self.folded[n - 1] if n > 0 and self._gaps[n - 1] in _SPACES else ""

    def after(self, n: int) -> str:
        """Give the folded word after word n if only a space is between, else nothing."""
        return self.folded[n + 1] if n + 1 < len(self.raw) and self._gaps[n] in _SPACES else ""

    def one_name(self, n: int) -> bool:
        """Tell whether word n and the one before it can be a person's given name and surname."""
        return self.gap(n - 1) in {" ", ". "}

    def opens(self, n: int) -> bool:
        """Tell whether word n stands where any word has a capital: first in a sentence or line."""
        lead = self.text[self.ends[n - 1] if n > 0 else 0 : self.starts[n]]
        return n <= 0 or " '" in lead or not _OPENERS.isdisjoint(lead)

    def headline(self, n: int) -> bool:
        """Tell whether word n stands in a line where most words have capitals."""
        return self._headlines[bisect_right(self._breaks, self.starts[n])]

    @cached_property
    def _gaps(self) -> list[str]:
        ends = [*self.starts[1:], len(self.text)]
        return [self.text[end:start] for end, start in zip(self.ends, ends, strict=True)]

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in _LINE_BREAK.finditer(self.text)]

    @cached_property
    def _headlines(self) -> list[bool]:
        longer = [0] * (len(self._breaks) + 1)
        capital = longer.copy()
        line, breaks = 0, [*self._breaks, len(self.text) + 1]
        for start, word in zip(self.starts, self.raw, strict=True):
            while start > breaks[line]:
                line += 1
            if len(word) >= _TITLE_LETTERS and word.isalpha():
                longer[line] += 1
                capital[line] += word[0].isupper()
        return [
            n >= _TITLE_WORDS and c > _TITLE_SHARE * n for n, c in zip(longer, capital, strict=True)
        ]


def words_of(text: str) -> Words:
    """Cut a text into words; those of addresses and handles are left out."""
    masked = (
        [found.span() for found in _ADDRESS.finditer(text)]
        if "/" in text or "@" in text or "www." in text
        else []
    )
    found = [(match.start(), match.group()) for match in _WORD.finditer(text)]
    if glued := {match.start() for match in GLUED.finditer(text)}:
        found = list(_cut(glued, found))
    if masked:
        found = list(_outside(masked, found))
    starts = [start for start, _ in found]
    raw = [word for _, word in found]
    ends = [start + len(word) for start, word in found]
    return Words(text, starts, ends, raw, [fold(word) for word in raw])


def _cut(places: Collection[int], found: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Cut the words at the places that lie inside them."""
    for start, word in found:
        at = next((n for n in range(1, len(word)) if start + n in places), len(word))
        yield start, word[:at]
        if at < len(word):
            yield start + at, word[at:]


def _outside(
    masked: Sequence[tuple[int, int]], found: Iterable[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Leave out the words that begin inside the masked spans, which are in order."""
    mask = 0
    for start, word in found:
        while mask < len(masked) and masked[mask][1] <= start:
            mask += 1
        if mask == len(masked) or start < masked[mask][0]:
            yield start, word
