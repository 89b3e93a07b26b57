"""The news on a book is drawn within Slack's limits, and no word of an article is live."""

# ruff: noqa: E501  what people see is long

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.blocks.book import book_blocks, book_news_view, book_text
from bot.blocks.figures import chart_of, heat_block
from bot.blocks.limits import Block, problems, view_problems
from jobs.book.charts import charts_of, contributions_chart, heat_chart, history_chart
from jobs.book.closes import Move
from jobs.book.exposure import exposure_of
from jobs.book.news import BookNews
from jobs.charts import alt_text, png
from retrieval.answers import Holding
from retrieval.language.exposures import load_exposures
from retrieval.models import Claim, Membership
from tests.nouns import claim, head

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
HELD = (Holding("NVDA", 0.5), Holding("DAL", -0.25), Holding("KO", 0.15), Holding("$CASH", 0.1))
LIVE = re.compile(r"<(?!https://news\.example/)")


def told(ticker: str, score: float, story: str, title: str, days: int = 1) -> Claim:
    at = NOW - timedelta(days=days)
    placed = head(
        story, title=title, published_at=at, first_seen_at=at, membership=Membership(story, 0)
    )
    return Claim(claim(ticker, score).impact, placed)


def news_of(*claims: Claim, held: tuple[Holding, ...] = HELD, days: int = 5) -> BookNews:
    def at(moment: datetime):  # type: ignore[no-untyped-def]  # noqa: ANN202
        return exposure_of(held, claims, moment, load_exposures())

    past = tuple((NOW - timedelta(days=n), at(NOW - timedelta(days=n))) for n in range(days, 0, -1))
    move = Move(0.082, date(2026, 11, 25), date(2026, 11, 26), 0.02)
    return BookNews(at(NOW), past, {"NVDA": move}, {"chips": replace(move, change=0.01)})


NEWS = news_of(
    told("NVDA", 0.6, "chips", "Chip orders <!channel> rise", days=3),
    told("DAL", 0.4, "fuel", "Fuel gets cheaper"),
)


def words_of(blocks: list[Block]) -> str:
    return "\n".join(str(b["text"]["text"]) for b in blocks if b["type"] == "section")  # type: ignore[index]


def test_it_says_what_moves_the_book_and_what_is_not_known() -> None:
    assert words_of(book_blocks(NEWS)) == snapshot("""\
*The news on your book*
Net ▲ mildly positive +0.20 · news of the last 91 days on 75% of the book.
*Good for it:*
*NVDA* ▲ +0.300 (50.0% x positive +0.60, 1 story, newest 24 Nov) · +8.2% since 25 Nov (close) · priced-in hint, not advice: a large move the way of the news, so much of it may be in the price
*Bad for it:*
*DAL* ▼ -0.100 (short 25.0% x positive +0.40, 1 story, newest 26 Nov)
75% of what moves the book hangs on one story, for NVDA: <https://news.example/chips|Chip orders &lt;!channel&gt; rise> · NVDA +1.0% since 25 Nov (close) · priced-in hint, not advice: the price has hardly moved, so little of it may be in the price
*Themes:* AI accelerator designers 45% of the book (NVDA; news +0.60) · China exposed chip makers 20% of the book (NVDA; news +0.60) · US airlines 20% of the book (DAL; news -0.40)
No news on KO (15% of the book): that is not the same as no risk.\
""")
    assert book_text(NEWS) == snapshot(
        "The news on your book: Net ▲ mildly positive +0.20 · news of the last 91 days on 75% of the book."
    )


def test_a_home_shows_the_strongest_names_alone() -> None:
    told_ = words_of(book_blocks(NEWS, few=True))
    assert "KO" not in told_
    assert "Themes" not in told_


def test_its_charts_have_words_and_are_the_same_bytes_again() -> None:
    assert [alt_text(chart) for chart in charts_of(NEWS)] == snapshot(
        [
            "What each name adds to the book (hundredths of net sentiment). NVDA +30.00, DAL -10.00.",
            "Net sentiment of the book, as known each day (sentiment, -1 to 1). 24 Nov +0.30, 25 Nov +0.30, 26 Nov +0.20, 27 Nov +0.20.",
            "Themes of the book by day (sentiment, -1 to 1). AI accelerator designers: 24 Nov +0.60, 25 Nov +0.60, 26 Nov +0.60, 27 Nov +0.60; China exposed chip makers: 24 Nov +0.60, 25 Nov +0.60, 26 Nov +0.60, 27 Nov +0.60; US airlines: 26 Nov -0.40, 27 Nov -0.40.",
        ]
    )
    for chart in charts_of(NEWS):
        assert png(chart) == png(chart)
        assert png(chart).startswith(b"\x89PNG")


def test_a_heat_that_slack_refuses_can_be_drawn_from_its_table() -> None:
    heat = heat_chart(NEWS)
    assert heat is not None
    read = chart_of(heat_block(heat))
    assert read is not None
    assert (read.kind, read.title, read.unit, read.categories) == (
        "heat", heat.title, heat.unit, heat.categories,
    )  # fmt: skip
    assert [row.name for row in read.series] == [row.name for row in heat.series]
    assert read.series[0].values[-1] == pytest.approx(heat.series[0].values[-1], abs=0.01)


def test_without_news_there_is_no_chart_and_no_zero() -> None:
    quiet = news_of()
    assert charts_of(quiet) == ()
    assert "No news of the last 91 days on any name of the book." in words_of(book_blocks(quiet))
    assert "0.00" not in words_of(book_blocks(quiet))


def test_a_day_that_nothing_was_known_of_is_a_gap() -> None:
    chart = history_chart(NEWS)
    assert chart is not None
    assert chart.series[0].values[:2] == (None, None)
    assert None not in chart.whole().series[0].values
    assert contributions_chart(news_of()) is None


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.sampled_from(["<!channel>", "<@U1>", "<https://evil.example|x>", "*_`~", "$NVDA", ""]),
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(HOSTILE, st.floats(-1, 1), st.integers(0, 29)), max_size=60),
    weights=st.lists(st.floats(-1, 1).filter(lambda w: abs(w) > 1e-3), min_size=1, max_size=300),
)
def test_any_book_and_any_titles_are_sound(
    rows: list[tuple[str, float, int]], weights: list[float]
) -> None:
    gross = sum(map(abs, weights))
    held = tuple(Holding(f"T{n}", w / gross) for n, w in enumerate(weights))
    claims = [
        told(f"T{n}", score, f"s{n}", title, days) for n, (title, score, days) in enumerate(rows)
    ]
    news = replace(news_of(*claims, held=held), moves={})
    for few in (True, False):
        assert problems(book_blocks(news, few=few)) == ()
        assert problems(book_blocks(news, few=few), "home") == ()
        assert not LIVE.search(words_of(book_blocks(news, few=few)))
    view = book_news_view(news)
    assert view_problems(view) == ()
    assert not LIVE.search(words_of(view["blocks"]))  # type: ignore[arg-type]
