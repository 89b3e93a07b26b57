"""Evaluation sets to a scoreboard on the terminal or as JSON, held against thresholds."""

import json
from pathlib import Path

from bot import console
from bot.engines import embedder_of, judge_of, reader_of
from bot.samples import by_event
from bot.settings import load
from retrieval.errors import InputError, MissingPathError
from retrieval.evals.data import Missing
from retrieval.evals.figures import Figure
from retrieval.evals.scoreboard import below, scoreboard
from retrieval.evals.scoreboard import thresholds as read_thresholds
from retrieval.evals.summary import cut, table


def evaluate(
    data: Path, *, only: str | None, thresholds: Path | None, readme: Path | None, as_json: bool
) -> bool:
    """Print each figure. False when one is worse than its threshold, or none was measured.

    Raises:
        MissingPathError: the folder, the thresholds or the page are not there.
        InputError: no set has that name, the thresholds cannot be read, or the page's table needs
            a figure that was not measured.
    """
    least = read_thresholds(thresholds) if thresholds else {}
    if readme:
        if only is not None:
            raise InputError("--readme needs every set; leave out --only.")
        cut(_page(readme))  # before the minutes of measuring
    settings = load()
    measured: list[Figure | Missing] = []
    with console.progress("Measuring") as advance:
        sets = scoreboard(
            data,
            embedder_of(settings),
            reader_of(settings),
            judge_of(),
            only,
            own=by_event(),
        )
        for item in sets:
            measured.append(item)
            advance(1)
    figures = [m for m in measured if isinstance(m, Figure)]
    missing = [m for m in measured if isinstance(m, Missing)]
    if as_json:
        console.write(json.dumps(_json(figures, missing, least), indent=2))
    else:
        _show(figures, missing, least)
    if readme:
        readme.write_text(table(figures).join(cut(_page(readme))), encoding="utf-8")
    worse = below(figures, least)
    for line in worse:
        console.note(line)
    return bool(figures) and not worse


def _page(readme: Path) -> str:
    if not readme.is_file():
        raise MissingPathError(str(readme))
    return readme.read_text(encoding="utf-8")


def _json(figures: list[Figure], missing: list[Missing], least: dict[str, float]) -> object:
    return {
        "figures": [
            {
                "set": f.set,
                "measure": f.measure,
                "value": round(f.value, 4),
                "n": f.n,
                "threshold": least.get(f.key),
            }
            for f in figures
        ],
        "missing": [{"set": m.name, "file": m.file} for m in missing],
    }


def _show(figures: list[Figure], missing: list[Missing], least: dict[str, float]) -> None:
    board = console.table("Scoreboard", "set", "measure", "value", "over", "threshold")
    for figure in figures:
        bound = least.get(figure.key)
        console.row(
            board,
            figure.set,
            figure.measure,
            f"{figure.value:.3f}",
            f"{figure.n:,}",
            "" if bound is None else f"{bound:.3f}",
        )
    console.show(board)
    for gap in missing:
        console.note(f"{gap.name}: not measured, {gap.file} is missing.")
