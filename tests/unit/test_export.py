"""A table of an answer opens in a spreadsheet and runs nothing there."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from bot.export import FORMULA, HEADER, table_of
from retrieval.contract import Json, answer_json
from tests.answers import benefit, refusal


def rows(answer: Json) -> list[dict[str, str]]:
    table = table_of(answer)
    assert table
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))


def test_each_line_stands_there_with_its_figures_and_its_quote() -> None:
    first, second = rows(answer_json(benefit()))
    assert (first["target"], first["sentiment"], first["score"]) == ("FCX", "positive", "0.5")
    assert first["quote"] == "Freeport-McMoRan stands to gain the most from the tariff."
    assert first["url"] == "https://news.example.com/copper"
    assert (second["target"], second["kind"]) == ("Smelters in Texas", "group")


def test_an_answer_without_lines_has_no_table() -> None:
    assert table_of(answer_json(refusal())) is None
    assert table_of({}) is None


@given(st.text(max_size=40).map(lambda words: f"={words}") | st.text(max_size=40))
def test_no_cell_is_a_formula_whatever_an_article_says(words: str) -> None:
    cited = {"n": 1, "quote": words, "title": words, "source": words, "url": words}
    line = {"target": words, "name": words, "label": "positive", "score": -0.5, "citations": [1]}
    (row,) = rows({"lines": [line], "citations": [cited]})
    assert set(row) == set(HEADER)
    assert not [cell for name, cell in row.items() if name != "score" and cell.startswith(FORMULA)]
    assert row["score"] == "-0.5"
