"""What a brief has and what it shows -> the line that counts the rest. Pure."""

from collections.abc import Sequence

from jobs.digest.models import Reader
from jobs.digest.parts import Parts
from jobs.digest.stories import Story
from jobs.zones import day_of
from retrieval.ask.wording import plural


def cut_line(
    parts: Parts, shown: Parts, reader: Reader, stories: Sequence[Story], told_of: Sequence[Story]
) -> str | None:
    """Count what found no room, on top and in the thread, and name what is muted."""
    names = len(parts.names) + len(parts.contrary) - len(shown.names) - len(shown.contrary)
    own = len(parts.watched) + len(parts.held) - len(shown.watched) - len(shown.held)
    groups = len(parts.groups) - len(shown.groups)
    cut = [
        f"{plural(names, 'more name')}{f' ({own} on your list)' if own else ''}" if names else "",
        plural(groups, "more group") if groups else "",
        f"{parts.sideless} without a clear side" if parts.sideless else "",
    ]
    left = ", ".join(part for part in cut if part)
    said = [f"Not shown: {left}" if left else ""]
    if len(stories) > len(told_of):
        said.append(f"In the thread: {len(told_of)} of {len(stories)} stories")
    said += [muted_text(reader)] if reader.muted else []
    return " · ".join(part for part in said if part) or None


def muted_text(reader: Reader) -> str:
    """Name the muted names, each with its last day."""
    until = sorted((day, name) for name, day in reader.muted.items())
    return f"muted: {', '.join(f'{name} until {day_of(day)}' for day, name in until)}"
