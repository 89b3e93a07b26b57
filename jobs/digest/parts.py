"""Ranked targets -> where each stands in a brief, for its reader. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from jobs.digest.lines import Memory
from jobs.digest.room import Counts
from retrieval.ask.rank import Ranked


@dataclass(frozen=True, slots=True)
class Parts:
    """What takes a side, each target in one place; `sideless` counts what takes none.

    `contrary` are names of others that changed sides since the reader was last told.
    """

    watched: tuple[Ranked, ...]
    held: tuple[Ranked, ...]
    others: tuple[Ranked, ...]
    groups: tuple[Ranked, ...]
    contrary: tuple[Ranked, ...]
    sideless: int

    @property
    def names(self) -> tuple[Ranked, ...]:
        """The names in the order in which they get lines: the reader's own come first."""
        return (*self.watched, *self.held, *self.others)

    @property
    def sided(self) -> tuple[Ranked, ...]:
        """All of them."""
        return (*self.names, *self.groups, *self.contrary)


def parts_of(ranked: Iterable[Ranked], memory: Memory) -> Parts:
    """Sort ranked targets by where they stand; each keeps its order there."""
    watch, book = set(memory.reader.watch), set(memory.reader.book)
    found: dict[str, list[Ranked]] = {part: [] for part in Parts.__slots__}
    for one in ranked:
        found[_part(one, watch, book, memory)].append(one)
    sideless = len(found.pop("sideless"))
    return Parts(**{part: tuple(them) for part, them in found.items()}, sideless=sideless)


def trimmed(parts: Parts, share: Counts) -> Parts:
    """Keep as many of each as there is room for, the first ones."""
    room = share.names
    watched = parts.watched[:room]
    held = parts.held[: room - len(watched)]
    return replace(
        parts,
        watched=watched,
        held=held,
        others=parts.others[: room - len(watched) - len(held)],
        groups=parts.groups[: share.groups],
        contrary=parts.contrary[: share.contrary],
    )


def _part(ranked: Ranked, watch: set[str], book: set[str], memory: Memory) -> str:
    target = ranked.target
    own = target.id if target.kind == "ticker" else None
    if ranked.sentiment.direction == "neutral":
        return "sideless"
    if target.kind == "group":
        return "groups"
    if own in watch:
        return "watched"
    if own in book:
        return "held"
    return "contrary" if memory.reverses(ranked) else "others"
