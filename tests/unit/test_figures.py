"""What a person would rather look at than read: tables and charts, and a picture where none are."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.answer import answer_blocks
from bot.blocks.figures import answer_figures, chart_block, chart_of
from bot.blocks.limits import TOTAL_TEXT, Block, problems, total_text
from jobs.charts import DPI, HEIGHT, WIDTH, Chart, Series, alt_text, png
from retrieval.answers import Answer, Line, Part, Question, QuestionKind
from retrieval.models import Sentiment, Target
from tests.answers import NOW, benefit

SCORES = Chart("Ticker sentiment", "bar", ("FCX", "GM"), (Series("Score", (0.5, -0.4)),), "score")


def line(ticker: str, score: float) -> Line:
    made = benefit().lines[0]
    return replace(made, target=Target("ticker", ticker, ticker), sentiment=Sentiment(score))


def about(kind: QuestionKind, *lines: Line, parts: tuple[Part, ...] = ()) -> Answer:
    question = Question("a question", kind)
    return replace(benefit(), question=question, lines=lines, parts=parts)


def part(ticker: str, then: float | None, now: float | None, state: str = "compared") -> Part:
    before, after = (None if score is None else Sentiment(score) for score in (then, now))
    target = Target("ticker", ticker, ticker)
    return Part(ticker, state, (), (), target, before, after, articles=12, outlets=3)


def kinds(blocks: list[Block]) -> list[object]:
    return [block["type"] for block in blocks]


def rows(block: Block) -> list[list[Any]]:
    cells = block["rows"]
    assert isinstance(cells, list)
    return [[cell.get("value", cell["text"]) for cell in row] for row in cells]


def test_a_summary_has_its_tickers_as_a_table_that_sorts_and_as_bars() -> None:
    table, chart = answer_figures(about("summary", line("FCX", 0.5), line("GM", -0.4)))
    assert rows(table)[1:] == [
        ["FCX", "FCX", "positive", 0.5, "1st"],
        ["GM", "GM", "negative", -0.4, "1st"],
    ]
    assert chart_of(chart) == replace(SCORES, unit="sentiment, -1 to 1")


def test_what_is_compared_stands_on_the_same_axes_and_no_news_is_no_zero() -> None:
    (table,) = answer_figures(
        about("compare", parts=(part("MU", None, 0.8), part("GM", None, None)))
    )
    assert rows(table)[1:] == [["MU", "positive", 0.8, 12, 3], ["GM", "no news", "–", 12, 3]]


def test_what_changed_is_shown_then_and_now() -> None:
    moved = (part("MU", 0.1, 0.8, "new"), part("GM", 0.2, -0.4, "reversal"))
    (chart,) = answer_figures(about("changed", parts=moved))
    drawn = chart_of(chart)
    assert drawn
    assert [row.values for row in drawn.series] == [(0.1, 0.2), (0.8, -0.4)]


@pytest.mark.parametrize("kind", ["benefit", "hurt", "free", "ticker"])
def test_lines_that_say_it_all_get_no_figure(kind: QuestionKind) -> None:
    assert answer_figures(about(kind, line("FCX", 0.5), line("GM", -0.4))) == []


def test_a_name_that_is_no_label_leaves_the_table_alone() -> None:
    blocks = answer_blocks(about("summary", line("FCX", 0.5), line("", -0.4)), now=NOW)
    assert problems(blocks) == ()
    assert "data_visualization" not in kinds(blocks)


def test_one_ticker_and_groups_in_an_articles_words_get_no_figure() -> None:
    group = replace(line("x", 0.3), target=Target("group", "<!channel>", "<!channel>"))
    assert answer_figures(about("summary", line("FCX", 0.5), group)) == []


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=60))
def test_however_many_names_there_are_slack_takes_the_figures(scores: list[float]) -> None:
    lines = [line(f"T{n}", score) for n, score in enumerate(scores)]
    blocks = answer_blocks(about("summary", *lines), now=NOW)
    assert problems(blocks) == ()
    assert total_text(blocks) < TOTAL_TEXT
    assert kinds(blocks).count("data_visualization") <= 2


def test_a_chart_that_slack_does_not_draw_becomes_a_picture_with_words() -> None:
    drawn = png(SCORES)
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    size = [int.from_bytes(drawn[at : at + 4], "big") for at in (16, 20)]
    assert size == [round(WIDTH * DPI), round(HEIGHT * DPI)]
    assert drawn == png(SCORES)
    assert alt_text(SCORES) == "Ticker sentiment (score). FCX +0.50, GM -0.40."


def test_words_for_a_chart_of_several_series_name_each_and_skip_what_is_missing() -> None:
    two = (Series("Then", (None, 0.2)), Series("Now", (0.8, -0.4)))
    chart = replace(SCORES, series=two, kind="line")
    assert alt_text(chart) == (
        "Ticker sentiment (score). Then: GM +0.20; Now: FCX +0.80, GM -0.40."
    )
    assert png(chart) != png(SCORES)


def test_a_chart_is_read_back_from_its_block_as_it_was() -> None:
    two = replace(SCORES, series=(Series("Then", (0.1, 0.2)), Series("Now", (0.8, -0.4))))
    assert problems([chart_block(two)]) == ()
    assert chart_of(chart_block(two)) == two
