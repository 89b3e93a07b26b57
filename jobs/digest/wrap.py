"""A week's news, and what its reader was told in it -> the weekly wrap. Pure: knows no store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from jobs.digest.build import title_of, wanted, window_line
from jobs.digest.lines import Memory, key_of
from jobs.digest.models import Digest, News, NoteLine, Reader, Said, Section, SectionKind, Window
from jobs.digest.room import ROOM
from jobs.digest.sections import section
from jobs.digest.stories import fold
from jobs.digest.targets import targets_of
from jobs.digest.themes import theme_lines, themes_of
from jobs.digest.wording import quiet_day
from retrieval.ask.changes import is_reversal
from retrieval.ask.citations import Citations
from retrieval.ask.rank import Ranked
from retrieval.ask.wording import plural, signed
from retrieval.models import MILD, Direction, Sentiment

TITLE = "Weekly wrap"
MOST_SIDE, MOST_TURNED, MOST_THEMES = 3, 2, 1  # lines of ROOM; a whole wrap has more of each


def build_wrap(
    news: News, window: Window, reader: Reader | None = None, room: int = ROOM
) -> Digest:
    """Build the wrap of a week: who gained, who lost, and what became of what was told.

    `reader.told` are the briefs of the week, newest first. `room` is as in `build`.
    """
    reader, times = reader or Reader(), max(1, room // ROOM)
    claims = wanted(news, reader)
    memory, citations = Memory.of(news, window, reader), Citations()
    stories = fold(news, claims)
    ranked = [r for r in targets_of(claims) if r.target.kind == "ticker"]
    up, down = _on_side(ranked, "positive"), _on_side(ranked, "negative")
    sides = MOST_SIDE * times
    made = (
        _side_section("winners", up[:sides], memory, citations),
        _side_section("losers", down[:sides], memory, citations),
        section(
            "themes",
            theme_lines(themes_of(stories), reader.told, citations, MOST_THEMES * times),
        ),
        section("turned", _turned(ranked, memory, citations, MOST_TURNED * times)),
    )
    sections = tuple(part for part in made if part.lines)
    line = window_line(news, window, stories) if sections else _quiet(news, window, stories)
    left = len(up[sides:]) + len(down[sides:])
    return Digest(
        title=title_of(window, TITLE),
        window=line,
        sections=sections,
        cut=f"Not shown: {plural(left, 'more name')}" if left else None,
        citations=citations.made,
        more=len(stories),
        private=reader.private,
        muted=tuple(sorted(reader.muted)),
    )


def _quiet(news: News, window: Window, stories: Sequence[object]) -> str:
    return quiet_day(window, 0, len(news.heads), len(stories))


def _on_side(ranked: Sequence[Ranked], side: Direction) -> list[Ranked]:
    return [one for one in ranked if one.sentiment.direction == side]


def _side_section(
    kind: SectionKind, ranked: Sequence[Ranked], memory: Memory, citations: Citations
) -> Section:
    """The lines of one side; how a name compares with one brief is no matter of a week."""
    lines = [memory.line(one, citations) for one in ranked]
    return section(kind, [replace(line, state="unchanged", before=None) for line in lines])


def _turned(
    ranked: Sequence[Ranked], memory: Memory, citations: Citations, most: int
) -> list[NoteLine]:
    """Hold what was first told of each name against what is known at the end of the week.

    What turned stands first, then what moved most.
    """
    first: dict[str, tuple[Said, date]] = {}
    for brief in reversed(memory.reader.told):
        for name, said in brief.names.items():
            first.setdefault(name, (said, brief.day))
    now = {key_of(one.target): one for one in ranked}
    moved = [(said.sentiment, day, now[n]) for n, (said, day) in first.items() if n in now]
    moved.sort(key=lambda one: _most_moved(one[0], one[2]))
    return [
        NoteLine(
            lead=f"{found.target.id} {signed(then.score)} on {day:%a}",
            text=_became(then, found.sentiment),
            citations=citations.cite_claims(found.claims, 1),
        )
        for then, day, found in moved[:most]
    ]


def _most_moved(then: Sentiment, found: Ranked) -> tuple[bool, float, str]:
    now = found.sentiment
    return not is_reversal(then, now), -_distance(then, now), found.target.id


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
