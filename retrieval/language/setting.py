"""A text's words -> the setting in which its names are judged. Judges none itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from retrieval.language.words import Words

_REACH = 24  # words to each side that count as the same sentence
_ENDS = frozenset(".!?;\n\r")
_ABBREVIATION = 2  # letters before a full stop that ends no sentence: "U.S.", "Co."


@dataclass(frozen=True, slots=True)
class Setting:
    """A text's words, with what the judgement of any name among them needs.

    `persons` are the words that follow a given name or a title somewhere in the text.
    """

    words: Words
    lists: Mapping[str, frozenset[str]]
    persons: frozenset[str]

    def says(self, first: int, last: int, kind: str) -> bool:
        """Tell whether the sentence around words [first, last) holds a word of this kind."""
        listed, folded = self.lists[kind], self.words.folded
        return any(folded[n] in listed for n in self._around(first, last))

    def following(self, last: int) -> Iterator[int]:
        """Count the words from `last` to the end of the sentence."""
        words = self.words
        for n in range(last, min(len(words), last + _REACH)):
            if n > 0 and _ends(words, n - 1):
                return
            yield n

    def _around(self, first: int, last: int) -> Iterator[int]:
        yield from self.following(last)
        for n in range(first - 1, max(-1, first - _REACH), -1):
            if _ends(self.words, n):
                return
            yield n


def _ends(words: Words, n: int) -> bool:
    """Tell whether a sentence ends after word n."""
    gap = words.gap(n)
    if gap == " " or _ENDS.isdisjoint(gap):
        return False
    inside = gap in {".", ". "} and len(words.raw[n]) <= _ABBREVIATION
    return not inside and gap != "."


def setting_of(words: Words, lists: Mapping[str, frozenset[str]]) -> Setting:
    """Collect the persons of a text: "Bill Ford", "Mr. Stryker"."""
    given = lists["given"]
    persons = frozenset(
        words.folded[n]
        for n in range(1, len(words))
        if words.folded[n - 1] in given
        and words.capital(n)
        and words.capital(n - 1)
        and words.one_name(n)
    )
    return Setting(words, lists, persons)
