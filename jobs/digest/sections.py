"""What is in a brief, by where it stands -> its sections, as many lines as there is room. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from jobs.digest.ahead import Dated, ahead_lines, ahead_of
from jobs.digest.lines import Memory
from jobs.digest.models import DigestLine, NoteLine, Section, SectionKind
from jobs.digest.parts import Parts, trimmed
from jobs.digest.room import Counts, shares
from jobs.digest.stories import Story
from jobs.digest.themes import theme_lines, themes_of
from retrieval.answers import Citation
from retrieval.ask.citations import Citations
from retrieval.ask.rank import Ranked
from retrieval.models import Claim

HEADINGS: dict[SectionKind, str] = {
    "watchlist": "Watchlist",
    "book": "My book",
    "names": "Names",
    "inferred": "Inferred, not in the source",
    "winners": "Winners",
    "losers": "Losers",
    "themes": "Themes",
    "contrary": "Contrary to the last brief",
    "turned": "What was said, and how it turned",
    "ahead": "Ahead",
}

_MANY = 1_000  # lines, to count what there is before there is room for it


@dataclass(frozen=True, slots=True)
class Top:
    """The sections of a brief with their citations, and the targets and dates that have a line."""

    sections: tuple[Section, ...]
    citations: tuple[Citation, ...]
    shown: Parts
    ahead: tuple[Dated, ...]


def sections_of(
    parts: Parts, memory: Memory, stories: Sequence[Story], claims: Sequence[Claim], room: int
) -> Top:
    """Write the sections in their order; the citations are numbered as they are read."""
    quiet, told = quiet_names(memory), memory.reader.told
    dates = ahead_of(memory.news, claims, memory.window.local_date, told)
    wanted = _wanted(parts, memory, stories, len(dates))
    share = shares(room - sum(map(bool, quiet)), wanted)
    shown, citations = trimmed(parts, share), Citations()
    line = partial(memory.line, citations=citations)
    rest = (*shown.others, *shown.groups)
    themes, dates = themes_of(stories), dates[: share.ahead]
    made = (
        section("watchlist", map(line, shown.watched), quiet[0]),
        section("book", map(line, shown.held), quiet[1]),
        section("names", [line(one) for one in rest if not _inferred(one)]),
        section("inferred", [line(one) for one in rest if _inferred(one)]),
        section("themes", theme_lines(themes, told, citations, share.themes)),
        section("contrary", map(line, shown.contrary)),
        section("ahead", ahead_lines(dates, citations)),
    )
    kept = tuple(part for part in made if part.lines or part.quiet)
    return Top(kept, citations.made, shown, dates)


def section(kind: SectionKind, lines: Iterable[DigestLine | NoteLine], quiet: int = 0) -> Section:
    """Head some lines."""
    return Section(kind, HEADINGS[kind], tuple(lines), quiet)


def _wanted(parts: Parts, memory: Memory, stories: Sequence[Story], dates: int) -> Counts:
    """Count what there would be to show."""
    themes = theme_lines(themes_of(stories), memory.reader.told, Citations(), _MANY)
    groups, contrary = len(parts.groups), len(parts.contrary)
    return Counts(len(parts.names), groups, contrary, len(themes), dates)


def quiet_names(memory: Memory) -> tuple[int, int]:
    """Count the names of the watchlist, and those of the book beside it, that nothing is said of.

    What they are known by but has no side, or is muted, is counted elsewhere.
    """
    reader = memory.reader
    spoken = {claim.impact.target.id for claim in memory.news.claims}
    watch = set(reader.watch) - reader.muted.keys()
    held = set(reader.book) - watch - reader.muted.keys()
    return len(watch - spoken), len(held - spoken)


def _inferred(ranked: Ranked) -> bool:
    return ranked.claims[0].impact.origin == "inferred"
