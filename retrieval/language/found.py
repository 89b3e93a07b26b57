"""A text's words -> the names of the index found in them, with their legal forms. Judges none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.language.names import Index, Lexicon, Name
from retrieval.language.words import Words

_LEGAL_GAP = re.compile(r",? |\. ?|/")
_LEGAL_WORDS = 4  # "Foo Group Holdings Co Ltd"
_AFTER_COMMA = 3  # letters: "Toyota, AB Volvo" holds no AB of Toyota's
_SAME_FORM = {
    "corporation": "corp",
    "company": "co",
    "limited": "ltd",
    "incorporated": "inc",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A name at words [first, last) of a text, characters [start, end).

    `legal` says that its legal form follows and is part of it.
    """

    name: Name
    first: int
    last: int
    start: int
    end: int
    legal: bool = False


def scan(words: Words, lexicon: Lexicon, more: Index, *, loose: bool = False) -> list[Found]:
    """Find all names in reading order, the longest at each place; `more` goes first.

    A loose scan takes names without their capitals, as questions write them.
    """
    found: list[Found] = []
    last = 0
    for n in _candidates(words, lexicon, more, loose=loose):
        name = _longest(words, n, lexicon.names, more, loose=loose) if n >= last else None
        if name is not None:
            found.append(_placed(words, n, name, lexicon.lists["legal"]))
            last = found[-1].last
    return found


def _candidates(words: Words, lexicon: Lexicon, more: Index, *, loose: bool) -> Iterator[int]:
    """Count the words that can begin a name."""
    names, small = lexicon.names, lexicon.small
    for n, (raw, word) in enumerate(zip(words.raw, words.folded, strict=True)):
        cased = loose or not raw[0].islower() or word in small
        if cased and (word in names or word in more):
            yield n


def _longest(words: Words, n: int, names: Index, more: Index, *, loose: bool) -> Name | None:
    first = words.folded[n]
    best: Name | None = None
    for name in (*more.get(first, ()), *names.get(first, ())):
        longer = best is None or len(name.words) > len(best.words)
        if longer and name.fits(words, n, loose=loose):
            best = name
    return best


def _placed(words: Words, first: int, name: Name, legal: frozenset[str]) -> Found:
    last = named = first + len(name.words)
    if name.kind != "phrase":
        while last < min(len(words), named + _LEGAL_WORDS) and _is_legal(words, last, name, legal):
            last += 1
    while last > named and words.folded[last - 1] == "&":
        last -= 1
    form = words.folded[named:last]
    certain = bool(form) and (name.level != "full" or _registered(form, name))
    return Found(name, first, last, words.starts[first], words.ends[last - 1], legal=certain)


def _is_legal(words: Words, n: int, name: Name, legal: frozenset[str]) -> bool:
    if not _LEGAL_GAP.fullmatch(words.gap(n - 1)):
        return False
    word = words.folded[n]
    if words.gap(n) == "-":
        return False
    if "," in words.gap(n - 1) and len(word) < _AFTER_COMMA:
        return False
    if word == "&":
        return words.after(n) in {"co", "company"}
    return words.capital(n) and (word in legal or word in name.tail)


def _registered(form: list[str], name: Name) -> bool:
    """Tell whether a legal form is the one under which the company is registered."""
    tail = {_SAME_FORM.get(word, word) for word in name.tail}
    return any(_SAME_FORM.get(word, word) in tail for word in form)
