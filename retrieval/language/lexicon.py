"""data/lexicon.tsv -> what a word or phrase does to whom. Knows no sentence.

Roles: `subj` scores who stands before it, `obj` and `to` who stands behind, `rival` both with
opposite signs; `move` sends a `thing` up or down, `reverse` ends a bad thing, `flow` sends a `good`
thing to whom stands behind; `tone` colours who stands nearest.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from retrieval.language.tokens import Token

Role = Literal["subj", "obj", "to", "rival", "flow", "good", "move", "thing", "reverse", "tone"]
Form = Literal["", "base", "s", "ed", "ing"]

_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one form does. `alone` is a thing's own tone, or what a mover of nothing gets itself."""

    role: Role
    part: str
    score: float
    alone: float
    form: Form

    @property
    def is_verb(self) -> bool:
        """Verbs may be passive and end a noun phrase."""
        return self.part == "v"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry at `words[first:last]`."""

    first: int
    last: int
    entry: Entry


class Lexicon:
    """Forms by their first word, longest first."""

    def __init__(self, rows: Iterator[tuple[str, Entry]]) -> None:
        phrases: defaultdict[str, dict[tuple[str, ...], Entry]] = defaultdict(dict)
        for form, entry in rows:
            first, *rest = form.split()
            phrases[first].setdefault(tuple(rest), entry)
        self._phrases = {
            first: tuple(sorted(tails.items(), key=lambda item: -len(item[0])))
            for first, tails in phrases.items()
        }

    def find(self, words: Sequence[Token]) -> tuple[Found, ...]:
        """Find entries from left to right, the longest at each place, not overlapping."""
        lowers = [word.lower for word in words]
        found: list[Found] = []
        at = 0
        while at < len(lowers):
            hit = self._at(lowers, at)
            if hit is None:
                at += 1
            else:
                found.append(hit)
                at = hit.last
        return tuple(found)

    def _at(self, lowers: list[str], at: int) -> Found | None:
        for tail, entry in self._phrases.get(lowers[at], ()):
            last = at + 1 + len(tail)
            if tuple(lowers[at + 1 : last]) == tail:
                return Found(at, last, entry)
        return None


def _past(verb: str) -> list[str]:
    if verb.endswith("e"):
        return [verb + "d"]
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return [verb[:-1] + "ied"]
    return [verb + "ed"]


def _third(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + "s"


def _gerund(verb: str, pasts: list[str]) -> str:
    doubled = verb + verb[-1]
    if any(past.startswith(doubled) for past in pasts) or _doubles(verb):
        return doubled + "ing"
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    return verb + "ing"


def _doubles(verb: str) -> bool:
    """Tell whether a short verb doubles its last letter: hit -> hitting, cut -> cutting."""
    if len(verb) not in {3, 4} or verb[-1] not in "bgmnpt":
        return False
    return verb[-2] in _VOWELS and verb[-3] not in _VOWELS


def _verb_forms(head: str) -> Iterator[tuple[str, Form]]:
    verb, *irregular = head.split("/")
    pasts = irregular or _past(verb)
    if verb not in pasts:  # "hit" may be a participle: the sentence tells
        yield verb, "base"
    yield _third(verb), "s"
    yield _gerund(verb, pasts), "ing"
    for past in pasts:
        yield past, "ed"


def _forms(form: str, part: str) -> Iterator[tuple[str, Form]]:
    head, _, tail = form.partition(" ")
    if part == "v":
        for inflected, kind in _verb_forms(head):
            yield f"{inflected} {tail}".strip(), kind
    elif part == "n":
        yield form, ""
        yield _third(form), ""
    else:
        yield form, ""


def _rows(table: str) -> Iterator[tuple[str, Entry]]:
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        role, part, score, alone, forms = line.split("\t")
        for form in forms.split(", "):
            for inflected, kind in _forms(form, part):
                entry = Entry(cast("Role", role), part, float(score), float(alone), kind)
                yield inflected, entry


@cache
def load_lexicon() -> Lexicon:
    """Read the lexicon that ships in the package."""
    table = files("retrieval.language").joinpath("data/lexicon.tsv").read_text("utf-8")
    return Lexicon(_rows(table))
