"""Stories -> the themes that run through them, against earlier briefs. Pure.

A theme is a group of the exposure map: its name stands in the text, or a company that is mostly
that business is touched.
"""

from collections import defaultdict
from collections.abc import Sequence

from jobs.digest.models import NoteLine, Told
from jobs.digest.stories import Story
from jobs.digest.told import usual
from jobs.digest.wording import stories as counted
from retrieval.ask.citations import Citations
from retrieval.ask.rank import Ranked
from retrieval.language.exposures import ExposureMap, load_exposures, written
from retrieval.models import ARROWS

LEAST = 2  # stories: one is an event, not a theme
MOSTLY = 0.6  # the share of its business from which a company stands for a group
MOMENTUM = 1.5  # times as many or as few as before, to call it more or less

MOST_KEPT = 20  # themes of a brief that the next one compares with


def themes_of(stories: Sequence[Story]) -> dict[str, tuple[Story, ...]]:
    """Sort stories under the themes that they touch, those with most stories first."""
    exposures = load_exposures()
    found: defaultdict[str, list[Story]] = defaultdict(list)
    for story in stories:
        for theme in {t for ranked in story.targets for t in _themes(ranked, exposures)}:
            found[theme].append(story)
    ordered = sorted(found, key=lambda theme: (-len(found[theme]), theme))
    return {theme: tuple(found[theme]) for theme in ordered}


def counts(themes: dict[str, tuple[Story, ...]]) -> dict[str, int]:
    """Count the stories of the themes that a next brief can be compared with."""
    return {theme: len(found) for theme, found in list(themes.items())[:MOST_KEPT]}


def theme_lines(
    themes: dict[str, tuple[Story, ...]],
    told: Sequence[Told],
    citations: Citations,
    most: int,
    each: str = "brief",
) -> tuple[NoteLine, ...]:
    """Say of which themes there is more than usual, or less; those that moved most first.

    `told` are briefs of the same kind, and `each` is what one of them is called.
    """
    figures = {theme: (len(found), usual(theme, told)) for theme, found in themes.items()}
    for theme in {theme for brief in told for theme in brief.themes}:
        figures.setdefault(theme, (0, usual(theme, told)))
    worth = [theme for theme, (now, before) in figures.items() if max(now, before or 0) >= LEAST]
    worth.sort(key=lambda theme: _order(theme, *figures[theme]))
    return tuple(
        NoteLine(
            lead=_momentum(*figures[theme]),
            text=_words(theme, *figures[theme], each),
            citations=_cited(theme, themes.get(theme, ()), citations),
        )
        for theme in worth[:most]
    )


def _themes(ranked: Ranked, exposures: ExposureMap) -> list[str]:
    target = ranked.target
    if target.kind == "group":
        named = exposures.named([word.lower for word in exposures.read(target.name)])
        return [named] if named else []
    members = ((group, group.member(target.id)) for group in exposures.groups.values())
    return [group.id for group, member in members if member and member.strength >= MOSTLY]


def _momentum(now: int, before: float | None) -> str:
    if before is None:
        return ""
    if now >= max(before * MOMENTUM, before + 1):
        return f"{ARROWS['positive']} more"
    if before >= max(now * MOMENTUM, now + 1):
        return f"{ARROWS['negative']} less"
    return f"{ARROWS['neutral']} as before"


def _words(theme: str, now: int, before: float | None, each: str) -> str:
    earlier = f" (before: {before:.3g} a {each})" if before is not None else ""
    return f"{written(theme)}: {counted(now)}{earlier}"


def _order(theme: str, now: int, before: float | None) -> tuple[float, int, str]:
    return -abs(now - (before or 0)), -now, theme


def _cited(theme: str, stories: Sequence[Story], citations: Citations) -> tuple[int, ...]:
    """Cite the strongest claim that brought a story under its theme."""
    exposures = load_exposures()
    touched = (r for story in stories for r in story.targets if theme in _themes(r, exposures))
    best = next(touched, None)
    return citations.cite_claims(best.claims, 1) if best else ()
