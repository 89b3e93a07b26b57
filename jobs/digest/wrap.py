"""A week's news, and what its reader was told in it -> the weekly wrap. Pure: knows no store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jobs.digest.build import (
    MOST_STORIES,
    charted,
    quiet_brief,
    title_of,
    wanted,
    what_is_told,
    window_line,
)
from jobs.digest.chart import chart_of_names
from jobs.digest.lines import Memory, key_of
from jobs.digest.models import Digest, DigestLine, News, NoteLine, Reader, Said, Section, Window
from jobs.digest.parts import Parts, parts_of
from jobs.digest.remainder import cut_line
from jobs.digest.room import ROOM, dealt
from jobs.digest.sections import quiet_names, section
from jobs.digest.stories import Story, fold, story_line
from jobs.digest.targets import targets_of
from jobs.digest.themes import theme_lines, themes_of
from jobs.digest.wording import day_told
from retrieval.ask.changes import is_reversal
from retrieval.ask.citations import Citations
from retrieval.ask.rank import Ranked
from retrieval.ask.wording import signed
from retrieval.models import MILD, Direction, Sentiment

TITLE = "Weekly wrap"
WEEK = 7  # days of the line
MOST_TURNED, MOST_THEMES = 2, 1  # lines of ROOM; a whole wrap has more: names come first


def build_wrap(
    news: News, window: Window, reader: Reader | None = None, room: int = ROOM
) -> Digest:
    """Build the wrap of a week: the reader's names, who gained and lost, what became of what.

    `reader.told` are the briefs of the week, newest first, `reader.wraps` the wraps before this
    one. `room` is as in `build`.
    """
    reader = reader or Reader()
    claims = wanted(news, reader)
    folded = fold(news, claims, {*reader.watch, *reader.book})
    week = _week(targets_of(claims), folded, Memory.of(news, window, reader))
    if not week.parts.sided:
        return quiet_brief(news, window, reader, folded, TITLE)
    told_of, citations = folded[:MOST_STORIES], Citations()
    share = _share(week, room)
    sections, shown = _sections(week, share, citations), _shown(week, share)
    return Digest(
        title=title_of(window, TITLE),
        window=window_line(news, window, folded),
        sections=sections,
        cut=cut_line(week.parts, shown, reader, folded, told_of),
        citations=citations.made,
        stories=tuple(story_line(story, window) for story in told_of),
        more=len(folded) - len(told_of),
        chart=chart_of_names(news, charted(week.parts, reader), window, WEEK),
        told=what_is_told(window.local_date, week.parts, shown, folded, told_of),
        private=reader.private,
        muted=tuple(sorted(reader.muted)),
    )


@dataclass(frozen=True, slots=True)
class _Moved:
    """What was first told of a target, on which day, and what is known of it now."""

    then: Sentiment
    day: date
    now: Ranked


@dataclass(frozen=True, slots=True)
class _Week:
    """What a wrap is cut from, each kind of line in its order."""

    parts: Parts
    up: tuple[Ranked, ...]
    down: tuple[Ranked, ...]
    moved: tuple[_Moved, ...]
    themes: Mapping[str, tuple[Story, ...]]
    memory: Memory

    def theme_lines(self, citations: Citations, most: int) -> tuple[NoteLine, ...]:
        """Say which themes the week had, against those before it."""
        return theme_lines(dict(self.themes), self.memory.reader.wraps, citations, most, "week")

    def lines(self, some: Iterable[Ranked], citations: Citations) -> list[DigestLine]:
        """Write lines of targets; how they compare with one brief is no matter of a week."""
        lines = [self.memory.line(one, citations) for one in some]
        return [replace(line, state="unchanged", before=None) for line in lines]


def _week(ranked: Sequence[Ranked], folded: Sequence[Story], memory: Memory) -> _Week:
    """Sort a week's targets. What stands contrary to one brief is a name like the others."""
    parts = parts_of(ranked, memory)
    apart = {key_of(one.target) for one in (*parts.watched, *parts.held, *parts.groups)}
    sided = [one for one in ranked if one.sentiment.direction != "neutral"]
    others = tuple(one for one in sided if key_of(one.target) not in apart)
    return _Week(
        parts=replace(parts, others=others, contrary=()),
        up=_on_side(others, "positive"),
        down=_on_side(others, "negative"),
        moved=_moved(ranked, memory),
        themes=themes_of(folded),
        memory=memory,
    )


def _on_side(ranked: Sequence[Ranked], side: Direction) -> tuple[Ranked, ...]:
    return tuple(one for one in ranked if one.sentiment.direction == side)


def _share(week: _Week, room: int) -> dict[str, int]:
    """Divide the room; the counts of quiet names have lines of their own."""
    times = max(1, room // ROOM)
    wanted_of = {
        "own": len(week.parts.watched) + len(week.parts.held),
        "winners": len(week.up),
        "losers": len(week.down),
        "turned": min(len(week.moved), MOST_TURNED * times),
        "themes": len(week.theme_lines(Citations(), MOST_THEMES * times)),
    }
    return dealt(room - sum(map(bool, quiet_names(week.memory))), wanted_of)


def _shown(week: _Week, share: Mapping[str, int]) -> Parts:
    """The targets that have a line of their own."""
    watched = week.parts.watched[: share["own"]]
    held = week.parts.held[: share["own"] - len(watched)]
    others = (*week.up[: share["winners"]], *week.down[: share["losers"]])
    return replace(week.parts, watched=watched, held=held, others=others, groups=())


def _sections(week: _Week, share: Mapping[str, int], citations: Citations) -> tuple[Section, ...]:
    """Write the sections in their order; the citations are numbered as they are read."""
    shown, quiet = _shown(week, share), quiet_names(week.memory)
    up, down = week.up[: share["winners"]], week.down[: share["losers"]]
    moved = week.moved[: share["turned"]]
    made = (
        section("watchlist", week.lines(shown.watched, citations), quiet[0]),
        section("book", week.lines(shown.held, citations), quiet[1]),
        section("winners", week.lines(up, citations)),
        section("losers", week.lines(down, citations)),
        section("themes", week.theme_lines(citations, share["themes"])),
        section("turned", [_turned(one, week.memory.window, citations) for one in moved]),
    )
    return tuple(part for part in made if part.lines or part.quiet)


def _moved(ranked: Sequence[Ranked], memory: Memory) -> tuple[_Moved, ...]:
    """Hold what the reader was first told of each target against what is known now.

    The wrap before is older than the briefs of the week. What turned stands first, then what moved
    most.
    """
    first: dict[str, tuple[Said, date]] = {}
    for brief in (*memory.reader.wraps[:1], *reversed(memory.reader.told)):
        for name, said in brief.names.items():
            first.setdefault(name, (said, brief.day))
    now = {key_of(one.target): one for one in ranked}
    known = ((now[name], *then) for name, then in first.items() if name in now)
    moved = [_Moved(said.sentiment, day, found) for found, said, day in known]
    return tuple(sorted(moved, key=_most_moved))


def _turned(one: _Moved, window: Window, citations: Citations) -> NoteLine:
    target = one.now.target
    name = target.id if target.kind == "ticker" else target.name
    return NoteLine(
        lead=f"{name} {signed(one.then.score)} on {day_told(one.day, window)}",
        text=_became(one.then, one.now.sentiment),
        citations=citations.cite_claims(one.now.claims, 1),
    )


def _most_moved(one: _Moved) -> tuple[bool, float, str]:
    now = one.now.sentiment
    return not is_reversal(one.then, now), -_distance(one.then, now), key_of(one.now.target)


def _became(then: Sentiment, now: Sentiment) -> str:
    """Say in words what became of a view."""
    if is_reversal(then, now):
        word = "turned"
    elif _distance(then, now) < MILD:
        word = "held"
    else:
        word = "grew stronger" if abs(now.score) > abs(then.score) else "faded"
    return f"{now.arrow} {word}, {now.label} {signed(now.score)}"


def _distance(then: Sentiment, now: Sentiment) -> float:
    return abs(now.score - then.score)
