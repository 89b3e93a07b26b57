"""Prices are read from both usual shapes, and a move is measured from before the news or not."""

import math
import tracemalloc
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.book.closes import Close, Move, move_since, move_text, priced_in, read_closes
from jobs.errors import BadPriceError, DecimalSignError

SEEN = datetime(2026, 11, 10, 14, 0, tzinfo=UTC)
FIRST = date(2026, 8, 3)

LONG = "date,ticker,close\n2026-11-09,NVDA,100\n2026-11-10,NVDA,105.5\n2026-11-10,KO,70\n"
WIDE = "Date,NVDA,KO\n2026-11-09,100,\n2026-11-10,105.5,70\n"
EUROPEAN = "Datum;Symbol;Close\n09.11.2026;NVDA;100,0\n10.11.2026;NVDA;105,5\n10.11.2026;KO;70,0\n"


@pytest.mark.parametrize("table", [LONG, WIDE, EUROPEAN, "\ufeff" + LONG.replace("\n", "\r\n")])
def test_long_and_wide_tables_are_the_same_closes(table: str) -> None:
    assert sorted(read_closes(table), key=lambda c: (c.ticker, c.day)) == [
        Close("KO", date(2026, 11, 10), 70.0),
        Close("NVDA", date(2026, 11, 9), 100.0),
        Close("NVDA", date(2026, 11, 10), 105.5),
    ]


def test_a_long_table_is_cut_once_however_many_signs_could_part_it() -> None:
    rows = [f"2026-11-{1 + n % 28:02},T{n},{n + 1}.25\n" for n in range(3_000)]
    table = LONG + "".join(rows)
    tracemalloc.start()
    read_closes(table)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000 * len(rows)  # bytes: with the four signs in turn it was 1,400 a row


def test_the_later_of_two_closes_of_a_day_counts() -> None:
    assert read_closes(LONG + "2026-11-10,KO,71\n")[-1].close == 71


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("", "line 1"),
        ("ticker,weight\nNVDA,1\n", "line 1"),
        ("date,ticker\n2026-11-09,NVDA\n", "line 1"),
        ("date,open price of it\n2026-11-09,1\n", "line 1"),
        ("date,ticker,close\n11/09/2026,NVDA,1\n", "line 2"),  # which is the month?
        ("date,ticker,close\n2026-11-09,NVDA,0\n", "line 2"),
        ("date,ticker,close\n2026-11-09,NVDA,-3\n", "line 2"),
        ("date,ticker,close\n2026-11-09,NVDA,=1+1\n", "line 2"),
        ("date,ticker,close\n2026-11-09,=cmd(),1\n", "line 2"),
    ],
)
def test_what_is_no_table_of_prices_is_named_by_its_line(table: str, where: str) -> None:
    with pytest.raises(BadPriceError) as error:
        read_closes(table)
    assert error.value.detail == where


def test_closes_written_in_two_ways_are_refused() -> None:
    with pytest.raises(DecimalSignError):
        read_closes("date;ticker;close\n2026-11-09;V;1.234,5\n2026-11-10;V;1,234.5\n")


def closes(
    *values: float, until: date = date(2026, 11, 9), then: tuple[float, ...] = ()
) -> list[Close]:
    """Closes day by day up to one, and after it."""
    before = [Close("V", until - timedelta(days=n), v) for n, v in enumerate(reversed(values))]
    after = [Close("V", until + timedelta(days=n), v) for n, v in enumerate(then, start=1)]
    return [*reversed(before), *after]


def test_a_move_is_measured_from_the_last_close_before_the_news_was_seen() -> None:
    move = move_since(closes(90, 100, then=(105, 110)), SEEN)
    assert move == Move(pytest.approx(0.1), date(2026, 11, 9), date(2026, 11, 11), None)


def test_without_a_close_on_both_sides_there_is_no_move() -> None:
    assert move_since([], SEEN) is None
    assert move_since(closes(100), SEEN) is None
    assert move_since(closes(then=(100,)), SEEN) is None
    assert (
        move_since(closes(100, until=date(2026, 10, 1), then=()) + closes(then=(1.0,)), SEEN)
        is None
    )


def test_the_usual_move_grows_with_the_root_of_the_days() -> None:
    zigzag = [100 * (1.01 if n % 2 else 1.0) for n in range(40)]
    one, four = (move_since(closes(*zigzag, then=(102,) * n), SEEN) for n in (1, 4))
    assert one
    assert four
    assert one.usual == pytest.approx(0.01, rel=0.05)
    assert four.usual == pytest.approx(2 * one.usual)


@pytest.mark.parametrize(
    ("change", "usual", "score", "hint"),
    [
        (0.06, 0.02, 0.5, "with"),
        (-0.06, 0.02, -0.5, "with"),
        (-0.06, 0.02, 0.5, "against"),
        (0.005, 0.02, 0.5, "hardly"),
        (0.02, 0.02, 0.5, None),
        (0.06, 0.02, 0.1, None),
        (0.06, None, 0.5, None),
    ],
)
def test_a_hint_is_given_where_a_move_tells_something(
    change: float, usual: float | None, score: float, hint: str | None
) -> None:
    move = Move(change, date(2026, 11, 9), date(2026, 11, 11), usual)
    assert priced_in(move, score) == hint
    said = move_text(move, score)
    assert said.startswith(f"{change:+.1%} since 9 Nov (close)")
    assert ("priced-in hint, not advice" in said) == (hint is not None)
    assert not any(word in said for word in ("buy", "sell", "target", "should"))


@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=80), st.integers(1, 20))
def test_any_prices_give_a_move_that_is_what_they_say(values: list[float], days: int) -> None:
    cut = max(1, len(values) - days)
    made = closes(*values[:cut], then=tuple(values[cut:]))
    move = move_since(made, SEEN)
    if len(values) > cut:
        assert move is not None
        assert move.change == pytest.approx(values[-1] / values[cut - 1] - 1)
        assert move.usual is None or (move.usual >= 0 and math.isfinite(move.usual))
