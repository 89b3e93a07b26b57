"""How many lines of each kind there are -> how many of each are shown. Knows only numbers."""

from dataclasses import dataclass

MAX_LINES = 12  # with the title, the window and the note of what was cut: a phone's screen
ROOM = MAX_LINES - 3
WHOLE = 150  # lines of a brief that is opened to be read in full

_LEAST_NAMES = 5  # of ROOM, before anything else has a line
_EXTRA = 4  # a section beside the names gets a fourth of the room at most


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
