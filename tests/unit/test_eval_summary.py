"""The README's scoreboard is what was measured, whole or not at all."""

from pathlib import Path

import pytest

from retrieval.errors import InputError
from retrieval.evals.figures import Figure
from retrieval.evals.summary import END, ROWS, START, cut, table

MEASURED = [
    Figure(*key.split("."), value=0.9871, n=1234 + number)
    for number, key in enumerate(dict.fromkeys(key for row in ROWS for key in row.keys))
]


def test_every_row_has_its_values_and_what_they_were_measured_over() -> None:
    drawn = table(MEASURED).splitlines()
    assert drawn[:3] == [
        "| what | measured | over |",
        "|---|---|---|",
        "| US companies named in news that are linked | 0.987 | 1,234 |",
    ]
    assert len(drawn) == len(ROWS) + 2
    assert (
        "| our collision sentences: precision / recall | 0.987 / 0.987 | 1,236 / 1,237 |" in drawn
    )


def test_a_count_is_not_a_share() -> None:
    figures = [f for f in MEASURED if f.key != "impact_gold.traps_taken"]
    drawn = table([*figures, Figure("impact_gold", "traps_taken", 3.0, 36)])
    assert "| 0.987 / 3 |" in drawn


def test_a_table_with_a_gap_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"not measured: ticker_mentions\.recall"):
        table(MEASURED[1:])


def test_what_stands_around_the_table_stays_to_the_letter() -> None:
    page = f"# Tape\n\n{START}\nold\n{END}\n\nthe end\n"
    once = table(MEASURED).join(cut(page))
    assert once.startswith(f"# Tape\n\n{START}\n| what |")
    assert once.endswith(f" |\n{END}\n\nthe end\n")
    assert table(MEASURED).join(cut(once)) == once


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(InputError, match="needs the lines"):
        cut("# Tape\n")


def test_the_readme_has_the_marks_and_a_table() -> None:
    page = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    before, after = cut(page)
    drawn = page[len(before) : -len(after)]
    for row in ROWS:
        assert row.words in drawn
