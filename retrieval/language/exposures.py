"""data/exposures.toml -> the exposure map: what names a group, and which tickers belong to it.

Knows no article. A phrase names a group word for word; no pattern matches more than it says.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, Literal

Scope = Literal["us", "world"]
Phrase = tuple[str, ...]

# "U.S." is a word, the hyphen of "data-center" is none
_WORD = re.compile(r"\bU\.S\.|[^\W_]+|(?!(?<=[\w.])[-‑]\w)[^\w\s]")
_FIRMS = "@"  # in a phrase: any of the words for businesses

_WRITTEN = {
    **{word: word.upper() for word in ("ai", "ev", "glp", "gpu", "lng", "us")},
    **{word: word.title() for word in ("china", "florida", "medicaid", "medicare")},
}
"""Words of groups' ids that are not written in small letters."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark at `text[start:end]`, in American spelling; a compound may be two words."""

    lower: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A ticker of a group. `strength` in (0, 1] is the share of its business that is reached."""

    ticker: str
    strength: float
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the map. A "us" group needs a text that speaks of the US or of no place."""

    id: str
    written: date
    scope: Scope
    phrases: tuple[Phrase, ...]
    members: tuple[Member, ...]

    def member(self, ticker: str) -> Member | None:
        """Find a ticker of this group."""
        return next((one for one in self.members if one.ticker == ticker), None)


@dataclass(frozen=True, slots=True, eq=False)
class ExposureMap:
    """Groups by id under one version, and the closed classes of words around their names."""

    version: str
    groups: Mapping[str, Group]
    by_phrase: Mapping[Phrase, str]
    words: Mapping[str, frozenset[str]]
    spelling: Mapping[str, Phrase]

    def read(self, text: str) -> tuple[Word, ...]:
        """Cut a text into words as phrases of the map are written: "U.S.", "data-centre" too."""
        return tuple(
            Word(lower, found.start(), found.end(), found[0][0].isupper())
            for found in _WORD.finditer(text)
            for lower in self._spelled(found[0].lower().replace(".", "") or found[0])
        )

    def _spelled(self, lower: str) -> Phrase:
        return self.spelling.get(lower, (lower,))

    def named(self, words: Sequence[str]) -> str | None:
        """Name the group whose phrase these words are, all of them; None when there is none."""
        return self.by_phrase.get(tuple(words))


def written(group_id: str) -> str:
    """Write the name of a group as people do: "us-airlines" as "US airlines"."""
    return " ".join(_WRITTEN.get(word, word) for word in group_id.split("-")).replace(
        "GLP 1", "GLP-1"
    )


def expand(pattern: str, firms: Sequence[str]) -> Iterator[Phrase]:
    """List the phrases of a pattern: slashes part what may stand in one place, @ any firm."""
    slots = [
        [word for choice in slot.split("/") for word in (firms if choice == _FIRMS else [choice])]
        for slot in pattern.split()
    ]
    return product(*slots)


def parse_map(table: str) -> ExposureMap:
    """Read a map from TOML.

    Raises:
        ValueError: one phrase names two groups, or one id stands twice.
    """
    read = tomllib.loads(table)
    words = {name: said.split() for name, said in read["words"].items() if name != "spelling"}
    groups = [_group(row, words["firms"]) for row in read["group"]]
    by_phrase: dict[Phrase, str] = {}
    for group in groups:
        for phrase in group.phrases:
            if by_phrase.setdefault(phrase, group.id) != group.id:
                raise ValueError(f"{' '.join(phrase)}: {by_phrase[phrase]} and {group.id}")
    by_id = {group.id: group for group in groups}
    if len(by_id) < len(groups):
        raise ValueError("one id stands twice")
    return ExposureMap(
        version=read["version"],
        groups=by_id,
        by_phrase=by_phrase,
        words={name: frozenset(said) for name, said in words.items()},
        spelling={old: tuple(new.split()) for old, new in read["words"]["spelling"].items()},
    )


def _group(row: dict[str, Any], firms: Sequence[str]) -> Group:
    phrases = [phrase for pattern in row["phrases"] for phrase in expand(pattern, firms)]
    return Group(
        id=row["id"],
        written=row["date"],
        scope=row["scope"],
        phrases=tuple(dict.fromkeys(phrases)),
        members=tuple(Member(*member) for member in row["tickers"]),
    )


@cache
def load_exposures() -> ExposureMap:
    """Read the map that ships in the package, once."""
    return parse_map(files("retrieval.language").joinpath("data/exposures.toml").read_text("utf-8"))
