"""Closing prices behave the same on every database."""

from collections.abc import Iterator
from datetime import date

import pytest

from jobs.book.closes import Close
from jobs.book.prices import SOME, Prices
from retrieval.db import connect, migrate

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def prices(url: str) -> Iterator[Prices]:
    engine = connect(url)
    migrate(engine, "jobs")
    yield Prices(engine)
    engine.dispose()


def test_closes_come_back_by_ticker_in_the_order_of_days(prices: Prices) -> None:
    rows = [Close("V", TUESDAY, 2.5), Close("V", MONDAY, 2.0), Close("KO", MONDAY, 70.0)]
    prices.put(rows)
    assert prices.closes(["V", "XOM"], MONDAY) == {"V": (rows[1], rows[0])}
    assert prices.closes(["V"], TUESDAY) == {"V": (rows[0],)}
    assert prices.closes([], MONDAY) == {}


def test_a_close_takes_the_place_of_the_one_of_its_day(prices: Prices) -> None:
    prices.put([Close("V", MONDAY, 2.0), Close("KO", MONDAY, 70.0)])
    prices.put([Close("V", MONDAY, 3.0)])
    found = prices.closes(["V", "KO"], MONDAY)
    assert {ticker: closes[0].close for ticker, closes in found.items()} == {"V": 3.0, "KO": 70.0}


def test_many_closes_are_kept_and_counted(prices: Prices) -> None:
    told: list[int] = []
    rows = [Close(f"T{n}", MONDAY, 1.0) for n in range(SOME + 5)]
    prices.put(rows, told.append)
    assert told == [SOME, 5]
    assert len(prices.closes([one.ticker for one in rows], MONDAY)) == SOME + 5
