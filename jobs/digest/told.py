"""What a brief told its recipient <-> the JSON that is kept with its row. Knows no brief."""

import json
from collections.abc import Sequence
from datetime import date

from jobs.digest.models import Before, Said, Told


def to_json(told: Told) -> str:
    """Write it the same way each time."""
    names = {name: [said.score, list(said.stories)] for name, said in told.names.items()}
    content = {"day": told.day.isoformat(), "names": names, "themes": dict(told.themes)}
    content |= {"ahead": list(told.ahead)} if told.ahead else {}
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def from_json(content: str) -> Told:
    """Read what `to_json` wrote."""
    read = json.loads(content)
    names = {name: Said(score, tuple(stories)) for name, (score, stories) in read["names"].items()}
    return Told(
        date.fromisoformat(read["day"]), names, read["themes"], tuple(read.get("ahead", ()))
    )


def last_said(name: str, told: Sequence[Told]) -> Before | None:
    """Find what was last said of a name, in briefs that are given newest first."""
    found = ((brief, brief.names[name]) for brief in told if name in brief.names)
    return next((Before(said.score, brief.day) for brief, said in found), None)


def usual(theme: str, told: Sequence[Told]) -> float | None:
    """Say how many stories a theme had in an earlier brief, on average; None before the first."""
    if not told:
        return None
    return sum(brief.themes.get(theme, 0) for brief in told) / len(told)
