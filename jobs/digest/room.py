"""How many lines of each kind there are -> how many of each are shown. Knows only numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle

MAX_LINES = 12  # with the title, the window and the note of what was cut: a phone's screen
ROOM = MAX_LINES - 3
WHOLE = 150  # lines of a brief that is opened to be read in full

_LEAST_NAMES = 5  # of ROOM, before anything else has a line
_EXTRA = 4  # a section beside the names gets a fourth of the room at most

_WRAP = "own own winners losers own turned winners losers turned themes".split()
"""The lines of a wrap as its parts take turns: the reader's own names are ahead of the others."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines by what they are about."""

    names: int
    groups: int = 0
    contrary: int = 0
    themes: int = 0
    ahead: int = 0


def shares(room: int, wanted: Counts) -> Counts:
    """Divide the room: some names first, then contrary, themes and ahead, then more names.

    Of the names' part, groups get two lines where they have them.
    """
    listed = wanted.names + wanted.groups
    left = max(0, room - min(listed, _LEAST_NAMES))
    extra = []
    for count in (wanted.contrary, wanted.themes, wanted.ahead):
        extra.append(min(count, room // _EXTRA, left))
        left -= extra[-1]
    for_names = room - sum(extra)
    groups = min(wanted.groups, max(room // _EXTRA, for_names - wanted.names))
    return Counts(min(wanted.names, for_names - groups), groups, *extra)


def dealt(room: int, wanted: Mapping[str, int]) -> dict[str, int]:
    """Divide a wrap's room: its parts take a line in turns, until each has what it wants."""
    given = dict.fromkeys(_WRAP, 0)
    turns = cycle(_WRAP)
    for _ in range(min(max(0, room), sum(wanted.get(part, 0) for part in given))):
        part = next(turn for turn in turns if given[turn] < wanted.get(turn, 0))
        given[part] += 1
    return given
